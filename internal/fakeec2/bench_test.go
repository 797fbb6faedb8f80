package fakeec2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A random history has 5 to 15 calls, and 100,000 of them must take minutes.
func BenchmarkDescribe(b *testing.B) {
	client := operator(world(b, Settings{}))
	in := &ec2.DescribeVpcEndpointsInput{Filters: []types.Filter{
		{Name: aws.String("vpc-id"), Values: []string{"vpc-1"}}}}
	for b.Loop() {
		if _, err := client.DescribeVpcEndpoints(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRouteTables(b *testing.B) {
	client := function(b, world(b, Settings{}), "gatewayendpoint")
	for b.Loop() {
		if _, err := client.DescribeRouteTables(b.Context(), &ec2.DescribeRouteTablesInput{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHistory(b *testing.B) {
	for b.Loop() {
		c := world(b, Settings{})
		client := operator(c)
		id, err := gateway(b.Context(), client, "t", "rtb-a", "velodb:managed", "x")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := client.DeleteVpcEndpoints(b.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}}); err != nil {
			b.Fatal(err)
		}
	}
}
