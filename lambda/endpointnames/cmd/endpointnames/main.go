// Command endpointnames runs the function of this name in Lambda.
package main

import (
	"context"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"
	"byocfn/lambda/endpointnames"
)

type properties = contract.EndpointNamesProperties

func main() {
	customresource.Start(func(ctx context.Context) (customresource.Function[properties], error) {
		client, err := ec2util.Client(ctx)
		if err != nil {
			return nil, err
		}
		return endpointnames.New(client), nil
	})
}
