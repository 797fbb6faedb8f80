// Command clusterfacts runs the function of this name in Lambda.
package main

import (
	"context"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"
	"byocfn/lambda/clusterfacts"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

type properties = contract.ClusterFactsProperties

func main() {
	customresource.Start(func(ctx context.Context) (customresource.Function[properties], error) {
		settings, err := ec2util.Settings(ctx)
		if err != nil {
			return nil, err
		}
		return clusterfacts.New(eks.NewFromConfig(settings), iam.NewFromConfig(settings)), nil
	})
}
