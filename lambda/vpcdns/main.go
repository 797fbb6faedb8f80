package main

import (
	"context"

	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"
)

func main() {
	customresource.Start(func(ctx context.Context) (customresource.Function[properties], error) {
		client, err := ec2util.Client(ctx)
		return function{client}, err
	})
}
