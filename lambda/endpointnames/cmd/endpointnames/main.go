// Command endpointnames runs the function of this name in Lambda.
package main

import (
	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"
	"byocfn/lambda/endpointnames"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

func main() {
	ec2util.Start(func(c aws.Config) customresource.Function[contract.EndpointNamesProperties] {
		return endpointnames.New(ec2.NewFromConfig(c))
	})
}
