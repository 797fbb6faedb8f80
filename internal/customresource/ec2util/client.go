// Package ec2util is what the functions in lambda/ share when they call EC2: the client, calls that
// are repeated where that helps, reasons that a customer can act on, and a few look-ups.
package ec2util

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// perRequest bounds one HTTP request: the SDK's client has no limit of its own, and
// ModifyVpcEndpoint is known to hang where a permission is missing (boto/boto3#2554).
const perRequest = 25 * time.Second

// Client makes the EC2 client from the function's environment.
func Client(ctx context.Context) (*ec2.Client, error) {
	settings, err := Settings(ctx)
	if err != nil {
		return nil, err
	}
	return ec2.NewFromConfig(settings), nil
}

// Settings reads the function's environment for the clients of EC2 and of other services.
func Settings(ctx context.Context) (aws.Config, error) {
	return config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(perRequest)),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.MaxBackoff = 5, 8*time.Second
			})
		}))
}
