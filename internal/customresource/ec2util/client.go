// Package ec2util is what the functions in lambda/ share when they call EC2: how they start, calls
// that are repeated where that helps, reasons that a customer can act on, and a few look-ups.
package ec2util

import (
	"context"
	"time"

	"byocfn/internal/customresource"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
)

// perRequest bounds one HTTP request: the SDK's client has no limit of its own, and
// ModifyVpcEndpoint is known to hang where a permission is missing (boto/boto3#2554).
const perRequest = 25 * time.Second

// Start runs a function in Lambda; it does not return. build makes the function from what clients
// of AWS's services are made of.
func Start[P any](build func(aws.Config) customresource.Function[P]) {
	customresource.Start(func(ctx context.Context) (customresource.Function[P], error) {
		settings, err := config.LoadDefaultConfig(ctx,
			config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(perRequest)),
			config.WithRetryer(func() aws.Retryer {
				return retry.NewStandard(func(o *retry.StandardOptions) {
					o.MaxAttempts, o.MaxBackoff = 5, 8*time.Second
				})
			}))
		if err != nil {
			return nil, err
		}
		return build(settings), nil
	})
}
