// Command subnetfacts runs the function of this name in Lambda.
package main

import (
	"context"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"
	"byocfn/lambda/subnetfacts"
)

type properties = contract.SubnetFactsProperties

func main() {
	customresource.Start(func(ctx context.Context) (customresource.Function[properties], error) {
		client, err := ec2util.Client(ctx)
		if err != nil {
			return nil, err
		}
		return subnetfacts.New(client), nil
	})
}
