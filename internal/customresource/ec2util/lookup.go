package ec2util

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Filter is one filter of a describe operation.
func Filter(name string, values ...string) types.Filter {
	return types.Filter{Name: aws.String(name), Values: values}
}

// Subnet reads a subnet and makes sure that it is in the VPC (any VPC where vpc is empty).
func Subnet(
	ctx context.Context, patience Patience, api ec2.DescribeSubnetsAPIClient, vpc, subnet string,
) (types.Subnet, error) {
	output, err := Call(ctx, patience, "ec2:DescribeSubnets", api.DescribeSubnets,
		&ec2.DescribeSubnetsInput{SubnetIds: []string{subnet}})
	if err != nil {
		return types.Subnet{}, err
	}
	if len(output.Subnets) != 1 {
		return types.Subnet{}, fmt.Errorf("subnet %s was not found in this region", subnet)
	}
	found := output.Subnets[0]
	if is := aws.ToString(found.VpcId); vpc != "" && is != vpc {
		return found, fmt.Errorf("subnet %s is in %s, not in %s: choose a subnet of the VPC that "+
			"you chose", subnet, is, vpc)
	}
	return found, nil
}

// RouteTable gives the route table that a subnet uses: its own, else the main one of its VPC.
// A subnet without an association of its own is in no filter of EC2 (boto/boto3#2245).
func RouteTable(
	ctx context.Context, patience Patience, api ec2.DescribeRouteTablesAPIClient,
	vpc, subnet string,
) (table types.RouteTable, main bool, err error) {
	own, err := RouteTables(ctx, patience, api, Filter("association.subnet-id", subnet))
	if err != nil {
		return table, false, err
	}
	for _, candidate := range own {
		if associated(candidate, func(a types.RouteTableAssociation) bool {
			return aws.ToString(a.SubnetId) == subnet
		}) {
			return candidate, Main(candidate), nil
		}
	}
	all, err := RouteTables(ctx, patience, api,
		Filter("vpc-id", vpc), Filter("association.main", "true"))
	if err != nil {
		return table, false, err
	}
	if len(all) != 1 || !Main(all[0]) {
		return table, false, fmt.Errorf("%s has %d visible main route tables, expected one: "+
			"associate a route table with subnet %s, or ask the owner of the VPC",
			vpc, len(all), subnet)
	}
	return all[0], true, nil
}

// Main tells whether a route table is the main one of its VPC.
func Main(table types.RouteTable) bool { return associated(table, isMain) }

func isMain(a types.RouteTableAssociation) bool { return aws.ToBool(a.Main) }

func associated(table types.RouteTable, is func(types.RouteTableAssociation) bool) bool {
	for _, a := range table.Associations {
		live := a.AssociationState == nil ||
			strings.EqualFold(string(a.AssociationState.State), "associated")
		if live && is(a) {
			return true
		}
	}
	return false
}

// RouteTables reads all pages of route tables that pass the filters.
func RouteTables(
	ctx context.Context, patience Patience, api ec2.DescribeRouteTablesAPIClient,
	filters ...types.Filter,
) ([]types.RouteTable, error) {
	return Pages(ctx, patience, "ec2:DescribeRouteTables",
		ec2.NewDescribeRouteTablesPaginator(api, &ec2.DescribeRouteTablesInput{Filters: filters}),
		func(page *ec2.DescribeRouteTablesOutput) []types.RouteTable { return page.RouteTables })
}

// Endpoints reads all pages of VPC endpoints that pass the filters.
func Endpoints(
	ctx context.Context, patience Patience, api ec2.DescribeVpcEndpointsAPIClient,
	filters ...types.Filter,
) ([]types.VpcEndpoint, error) {
	return Pages(ctx, patience, "ec2:DescribeVpcEndpoints",
		ec2.NewDescribeVpcEndpointsPaginator(api, &ec2.DescribeVpcEndpointsInput{Filters: filters}),
		func(page *ec2.DescribeVpcEndpointsOutput) []types.VpcEndpoint { return page.VpcEndpoints })
}

// Tags reads all tags of one resource; a resource that is not there has none.
func Tags(
	ctx context.Context, patience Patience, api ec2.DescribeTagsAPIClient, resource string,
) ([]types.Tag, error) {
	input := &ec2.DescribeTagsInput{Filters: []types.Filter{Filter("resource-id", resource)}}
	return Pages(ctx, patience, "ec2:DescribeTags", ec2.NewDescribeTagsPaginator(api, input),
		func(page *ec2.DescribeTagsOutput) (all []types.Tag) {
			for _, found := range page.Tags {
				all = append(all, types.Tag{Key: found.Key, Value: found.Value})
			}
			return all
		})
}

// Tag gives the value of the tag that has a key; there is false without one.
func Tag(tags []types.Tag, key string) (value string, there bool) {
	for _, tag := range tags {
		if aws.ToString(tag.Key) == key {
			return aws.ToString(tag.Value), true
		}
	}
	return "", false
}

// In tells whether an endpoint is in one of the states. EC2 sends them in lower case, the SDK's
// constants are capitalised (aws/aws-sdk-go-v2#2864).
func In(endpoint types.VpcEndpoint, states ...types.State) bool {
	for _, state := range states {
		if strings.EqualFold(string(endpoint.State), string(state)) {
			return true
		}
	}
	return false
}

// Why gives what EC2 says about a failed endpoint.
func Why(endpoint types.VpcEndpoint) string {
	if e := endpoint.LastError; e != nil && aws.ToString(e.Message) != "" {
		return Short(aws.ToString(e.Code)+": "+aws.ToString(e.Message), 120)
	}
	if reason := aws.ToString(endpoint.FailureReason); reason != "" {
		return Short(reason, 120)
	}
	return "EC2 gives no reason"
}
