// Command leftovers runs the function of this name in Lambda.
package main

import (
	"context"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"
	"byocfn/lambda/leftovers"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

type properties = contract.LeftoversProperties

func main() {
	customresource.Start(func(ctx context.Context) (customresource.Function[properties], error) {
		settings, err := ec2util.Settings(ctx)
		if err != nil {
			return nil, err
		}
		return leftovers.New(ec2.NewFromConfig(settings), iam.NewFromConfig(settings)), nil
	})
}
