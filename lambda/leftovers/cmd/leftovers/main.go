// Command leftovers runs the function of this name in Lambda.
package main

import (
	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"
	"byocfn/lambda/leftovers"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func main() {
	ec2util.Start(func(c aws.Config) customresource.Function[contract.LeftoversProperties] {
		return leftovers.New(ec2.NewFromConfig(c), iam.NewFromConfig(c))
	})
}
