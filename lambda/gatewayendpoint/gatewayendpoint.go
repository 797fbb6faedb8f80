// Package gatewayendpoint is the function behind Custom::GatewayEndpoint: it makes sure that the
// route table of a subnet has a gateway endpoint for S3 or DynamoDB, and removes what it made when
// nobody uses it any more.
//
// There can be one such endpoint per route table and service, so several stacks may depend on one.
// Tags that are written together with the endpoint prove whose it is; nothing else is ever changed.
// A gateway endpoint costs nothing and deleting one cuts traffic: in doubt it stays.
package gatewayendpoint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// API is every operation that this function calls.
type API interface {
	ec2.DescribeSubnetsAPIClient
	ec2.DescribeRouteTablesAPIClient
	ec2.DescribeVpcEndpointsAPIClient
	ec2.DescribeTagsAPIClient
	CreateVpcEndpoint(
		context.Context, *ec2.CreateVpcEndpointInput, ...func(*ec2.Options),
	) (*ec2.CreateVpcEndpointOutput, error)
	CreateTags(
		context.Context, *ec2.CreateTagsInput, ...func(*ec2.Options),
	) (*ec2.CreateTagsOutput, error)
	DeleteTags(
		context.Context, *ec2.DeleteTagsInput, ...func(*ec2.Options),
	) (*ec2.DeleteTagsOutput, error)
	DeleteVpcEndpoints(
		context.Context, *ec2.DeleteVpcEndpointsInput, ...func(*ec2.Options),
	) (*ec2.DeleteVpcEndpointsOutput, error)
}

type (
	properties = contract.GatewayEndpointProperties
	request    = customresource.Request[properties]
	answer     = customresource.Answer
	function   struct{ api API }
)

// New gives the function that calls this API.
func New(api API) customresource.Function[properties] { return function{api} }

// Create finds the endpoint of the subnet's route table, or makes one.
func (f function) Create(ctx context.Context, r request) (answer, error) {
	t, main, err := f.target(ctx, r)
	if err != nil {
		return answer{}, err // nothing is made yet: the event's id, or none, stays
	}
	e := &ensure{api: f.api, target: t, main: main, marks: marksOf(r), request: r}
	found, mode, err := e.run(ctx)
	t = e.target
	if err != nil {
		id := ""
		if e.wrote {
			id = t.id()
		}
		return answer{PhysicalID: id}, err
	}
	return answer{PhysicalID: t.id(), Reason: e.note, Data: contract.GatewayEndpointData{
		EndpointID:       aws.ToString(found.VpcEndpointId),
		Mode:             string(mode),
		RouteTableID:     t.table,
		RouteTableIsMain: strconv.FormatBool(e.main),
		PolicyRestricted: strconv.FormatBool(
			mode == adopted && restricted(aws.ToString(found.PolicyDocument))),
	}}, nil
}

// Update does the same for the route table that the subnet has now. Where that is another one, the
// id differs, and CloudFormation deletes the old resource once the update cannot roll back any
// more. It knows only these two from then on: what an Update that died has left elsewhere goes
// here.
func (f function) Update(ctx context.Context, r request) (answer, error) {
	made, err := f.Create(ctx, r)
	if err == nil {
		old := remove{api: f.api, marks: marksOf(r)}
		made.Reason = joined(append([]string{made.Reason}, old.sweep(ctx, r.PhysicalID,
			made.PhysicalID)...))
	}
	return made, err
}

// target is what a physical id names: SERVICEgw/v1/VPC/ROUTETABLE. Whether the endpoint was made or
// adopted is not part of it, so that two deliveries of one request give the same id.
type target struct{ service, vpc, table, region string }

func (t target) id() string { return t.service + "gw/v1/" + t.vpc + "/" + t.table }

// serviceName is the same in every partition, China's included.
func (t target) serviceName() string { return "com.amazonaws." + t.region + "." + t.service }

// parseID is the way back; ok is false for ids that name no route table.
func parseID(id string) (t target, ok bool) {
	parts := strings.Split(id, "/")
	if len(parts) != 4 || parts[1] != "v1" || parts[2] == "" || parts[3] == "" {
		return t, false
	}
	service, ok := strings.CutSuffix(parts[0], "gw")
	return target{service: service, vpc: parts[2], table: parts[3]}, ok && known(service)
}

// fits tells whether an endpoint is one for this service and route table, or was.
func (t target) fits(endpoint types.VpcEndpoint) bool {
	tables := endpoint.RouteTableIds
	return aws.ToString(endpoint.VpcId) == t.vpc &&
		strings.HasSuffix(aws.ToString(endpoint.ServiceName), "."+t.service) &&
		(len(tables) == 0 || slices.Contains(tables, t.table))
}

func known(service string) bool { return service == "s3" || service == "dynamodb" }

// target reads which route table the properties mean.
func (f function) target(ctx context.Context, r request) (t target, main bool, err error) {
	p := r.Properties
	switch {
	case !known(p.Service):
		return t, false, fmt.Errorf("property Service is %q: it must be s3 or dynamodb", p.Service)
	case p.Existing != "adopt":
		return t, false, fmt.Errorf("property Existing is %q: it must be adopt", p.Existing)
	case p.VpcID == "" || p.SubnetID == "" || p.Vendor == "":
		return t, false, errors.New("properties VpcId, SubnetId and Vendor must be given")
	}
	stack := r.Stack()
	if stack.Region == "" || stack.UUID == "" {
		return t, false, fmt.Errorf("%q is no ARN of a stack", r.StackID)
	}
	subnet, err := ec2util.Subnet(ctx, ec2util.Making(), f.api, p.VpcID, p.SubnetID)
	if err != nil {
		return t, false, err
	}
	if owner := aws.ToString(subnet.OwnerId); owner != "" && owner != stack.Account {
		return t, false, fmt.Errorf("subnet %s is shared by account %s, and only its owner can "+
			"make a gateway endpoint there: ask the owner, and leave it out of this stack",
			p.SubnetID, owner)
	}
	table, main, err := ec2util.RouteTable(ctx, ec2util.Making(), f.api, p.VpcID, p.SubnetID)
	return target{p.Service, p.VpcID, aws.ToString(table.RouteTableId), stack.Region}, main, err
}
