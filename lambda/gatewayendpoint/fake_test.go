package gatewayendpoint

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"byocfn/internal/ec2test"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// fake is one VPC with three subnets: subnet-a on rtb-a, subnet-b and subnet-c on the main table.
// It is as strict as EC2: one endpoint per route table and service, client tokens, tags that are
// written at creation, reads that lag, deletion that takes time and reports failures beside a 200.
type fake struct {
	ec2test.Journal
	mu        sync.Mutex
	lag       time.Duration // until what was created is visible
	deleting  time.Duration // how long a deletion takes
	owner     string        // of the VPC
	routes    map[string]string
	endpoints []*endpoint
	tokens    map[string]*endpoint
	asked     map[string]string // what a token came with
	groupTags map[string]string // of sg-1
	tagsSeen  time.Time         // when they become visible
	refuse    string            // code with which deletions are refused, beside a 200
	hook      func(operation string)
}

type endpoint struct {
	id, service string
	tables      []string
	tags        map[string]string
	policy      string
	state       types.State
	seen, gone  time.Time
}

func newFake() *fake {
	return &fake{owner: "111122223333", routes: map[string]string{}, tokens: map[string]*endpoint{},
		asked: map[string]string{}}
}

// add puts an endpoint there, as somebody else made it.
func (f *fake) add(id, service string, tables []string, tags map[string]string) *endpoint {
	e := &endpoint{id: id, service: "com.amazonaws.eu-north-1." + service, tables: tables,
		tags: tags, state: "available", policy: fullAccess}
	f.endpoints = append(f.endpoints, e)
	return e
}

func (f *fake) call(operation string, detail ...string) error {
	if f.hook != nil {
		f.hook(operation)
	}
	return f.Call(operation, detail...)
}

// live lists endpoints that exist now, visible or not.
func (f *fake) live() []*endpoint {
	f.endpoints = slices.DeleteFunc(f.endpoints, func(e *endpoint) bool {
		return e.state == "deleting" && !time.Now().Before(e.gone)
	})
	return f.endpoints
}

func (f *fake) DescribeSubnets(_ context.Context, in *ec2.DescribeSubnetsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("DescribeSubnets"); err != nil {
		return nil, err
	}
	return &ec2.DescribeSubnetsOutput{Subnets: []types.Subnet{{SubnetId: &in.SubnetIds[0],
		VpcId: aws.String("vpc-1"), OwnerId: &f.owner}}}, nil
}

func (f *fake) DescribeRouteTables(_ context.Context, in *ec2.DescribeRouteTablesInput, _ ...func(*ec2.Options)) (*ec2.DescribeRouteTablesOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("DescribeRouteTables"); err != nil {
		return nil, err
	}
	out := &ec2.DescribeRouteTablesOutput{}
	for _, id := range []string{"rtb-main", "rtb-a"} {
		main := id == "rtb-main"
		subnet := map[bool]string{false: "subnet-a"}[main]
		pass, err := ec2test.Passes(in.Filters, map[string][]string{"route-table-id": {id}, "vpc-id": {"vpc-1"},
			"association.main": {fmt.Sprint(main)}, "association.subnet-id": {subnet}})
		if err != nil {
			return nil, err
		}
		if pass {
			table := types.RouteTable{RouteTableId: aws.String(id), Routes: f.routesOf(id),
				Associations: []types.RouteTableAssociation{{Main: &main}}}
			if subnet != "" {
				table.Associations[0].SubnetId = &subnet
			}
			out.RouteTables = append(out.RouteTables, table)
		}
	}
	return out, nil
}

func (f *fake) routesOf(table string) []types.Route {
	routes := []types.Route{{DestinationCidrBlock: aws.String("10.0.0.0/16"), GatewayId: aws.String("local")}}
	if nat := f.routes[table]; nat != "" {
		routes = append(routes, types.Route{DestinationPrefixListId: aws.String("pl-s3"), NatGatewayId: &nat})
	}
	for _, e := range f.live() {
		if slices.Contains(e.tables, table) && !time.Now().Before(e.seen) {
			routes = append(routes, types.Route{DestinationPrefixListId: aws.String("pl-s3"), GatewayId: &e.id})
		}
	}
	return routes
}

func (f *fake) DescribeVpcEndpoints(_ context.Context, in *ec2.DescribeVpcEndpointsInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("DescribeVpcEndpoints"); err != nil {
		return nil, err
	}
	out := &ec2.DescribeVpcEndpointsOutput{}
	for _, e := range f.live() {
		fields := map[string][]string{"vpc-id": {"vpc-1"}, "service-name": {e.service},
			"vpc-endpoint-type": {"Gateway"}, "vpc-endpoint-id": {e.id}}
		endpoint := types.VpcEndpoint{VpcEndpointId: &e.id, VpcId: aws.String("vpc-1"), ServiceName: &e.service,
			State: e.state, RouteTableIds: slices.Clone(e.tables), PolicyDocument: &e.policy}
		for key, value := range e.tags {
			fields["tag:"+key] = []string{value}
			endpoint.Tags = append(endpoint.Tags, tag(key, value))
		}
		pass, err := ec2test.Passes(in.Filters, fields)
		if err != nil {
			return nil, err
		}
		if pass && !time.Now().Before(e.seen) {
			out.VpcEndpoints = append(out.VpcEndpoints, endpoint)
		}
	}
	return out, nil
}

func (f *fake) CreateVpcEndpoint(_ context.Context, in *ec2.CreateVpcEndpointInput, _ ...func(*ec2.Options)) (*ec2.CreateVpcEndpointOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("CreateVpcEndpoint", in.RouteTableIds...); err != nil {
		return nil, err
	}
	token := aws.ToString(in.ClientToken)
	if token == "" || len(token) > 64 || in.PrivateDnsEnabled == nil || len(in.TagSpecifications) != 1 {
		return nil, ec2test.Error("InvalidParameter", "the fake wants a token, tags and an explicit PrivateDnsEnabled")
	}
	asks := fmt.Sprint(in.RouteTableIds, *in.ServiceName, tagsOf(in.TagSpecifications[0].Tags))
	if e := f.tokens[token]; e != nil {
		if f.asked[token] != asks {
			return nil, ec2test.Error("IdempotentParameterMismatch", "other parameters than before")
		}
		return &ec2.CreateVpcEndpointOutput{VpcEndpoint: &types.VpcEndpoint{VpcEndpointId: &e.id}}, nil
	}
	for _, table := range in.RouteTableIds {
		taken := slices.ContainsFunc(f.live(), func(e *endpoint) bool {
			return e.service == *in.ServiceName && slices.Contains(e.tables, table)
		})
		if taken || f.routes[table] != "" {
			return nil, ec2test.Error("RouteAlreadyExists", "route table "+table+
				" already has a route with destination-prefix-list-id pl-s3")
		}
	}
	e := &endpoint{id: fmt.Sprintf("vpce-new%d", len(f.tokens)+1), service: *in.ServiceName,
		tables: slices.Clone(in.RouteTableIds), policy: *in.PolicyDocument,
		tags: tagsOf(in.TagSpecifications[0].Tags), state: "available", seen: time.Now().Add(f.lag)}
	if len(e.tags) != len(in.TagSpecifications[0].Tags) || len(e.tags) > 50 {
		return nil, ec2test.Error("InvalidParameterValue", "a key stands there twice, or too many do")
	}
	for key := range e.tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return nil, ec2test.Error("InvalidParameterValue", "tag keys starting with 'aws:' are reserved")
		}
	}
	f.endpoints, f.tokens[token], f.asked[token] = append(f.endpoints, e), e, asks
	return &ec2.CreateVpcEndpointOutput{VpcEndpoint: &types.VpcEndpoint{VpcEndpointId: &e.id}}, nil
}

func tagsOf(all []types.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range all {
		out[*t.Key] = *t.Value
	}
	return out
}

// DescribeTags gives two tags a page, in no order; the tags of others are there, too.
func (f *fake) DescribeTags(_ context.Context, in *ec2.DescribeTagsInput, _ ...func(*ec2.Options)) (*ec2.DescribeTagsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("DescribeTags"); err != nil {
		return nil, err
	}
	var all []types.TagDescription
	for id, tags := range map[string]map[string]string{"sg-1": f.groupTags, "sg-2": {"other": "group"}} {
		pass, err := ec2test.Passes(in.Filters, map[string][]string{"resource-id": {id}})
		if err != nil {
			return nil, err
		}
		for _, key := range slices.Backward(slices.Sorted(maps.Keys(tags))) {
			if pass && !time.Now().Before(f.tagsSeen) {
				all = append(all, types.TagDescription{Key: &key, Value: aws.String(tags[key]), ResourceId: &id})
			}
		}
	}
	from, _ := strconv.Atoi(aws.ToString(in.NextToken))
	out := &ec2.DescribeTagsOutput{Tags: all[from:min(from+2, len(all))]}
	if from+2 < len(all) {
		out.NextToken = aws.String(strconv.Itoa(from + 2))
	}
	return out, nil
}

// mine finds an endpoint for a write and refuses what the role's condition would: objects without
// the vendor's managed tag.
func (f *fake) mine(id string) (*endpoint, error) {
	for _, e := range f.live() {
		if e.id == id && e.tags["velodb:managed"] != managedBy {
			return nil, ec2test.Error("UnauthorizedOperation", "the condition on aws:ResourceTag fails")
		}
		if e.id == id {
			return e, nil
		}
	}
	return nil, ec2test.Error("InvalidVpcEndpointId.NotFound", id)
}

func (f *fake) CreateTags(_ context.Context, in *ec2.CreateTagsInput, _ ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("CreateTags", in.Resources...); err != nil {
		return nil, err
	}
	e, err := f.mine(in.Resources[0])
	if err != nil {
		return nil, err
	}
	maps.Copy(e.tags, tagsOf(in.Tags))
	if len(e.tags) > 50 {
		return nil, ec2test.Error("TagLimitExceeded", "more than 50 tags")
	}
	return &ec2.CreateTagsOutput{}, nil
}

func (f *fake) DeleteTags(_ context.Context, in *ec2.DeleteTagsInput, _ ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("DeleteTags", in.Resources...); err != nil {
		return nil, err
	}
	e, err := f.mine(in.Resources[0])
	if err != nil {
		return nil, err
	}
	if len(in.Tags) == 0 {
		return nil, ec2test.Error("InvalidParameter", "without tags EC2 would delete all of them")
	}
	for _, t := range in.Tags {
		delete(e.tags, *t.Key)
	}
	return &ec2.DeleteTagsOutput{}, nil
}

func (f *fake) DeleteVpcEndpoints(_ context.Context, in *ec2.DeleteVpcEndpointsInput, _ ...func(*ec2.Options)) (*ec2.DeleteVpcEndpointsOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("DeleteVpcEndpoints", in.VpcEndpointIds...); err != nil {
		return nil, err
	}
	id := in.VpcEndpointIds[0]
	item := func(code string) *ec2.DeleteVpcEndpointsOutput {
		return &ec2.DeleteVpcEndpointsOutput{Unsuccessful: []types.UnsuccessfulItem{{ResourceId: &id,
			Error: &types.UnsuccessfulItemError{Code: &code, Message: aws.String("beside a 200")}}}}
	}
	e, err := f.mine(id)
	switch {
	case err != nil && strings.Contains(err.Error(), "NotFound"):
		return item("InvalidVpcEndpoint.NotFound"), nil
	case err != nil:
		return nil, err
	case f.refuse != "":
		return item(f.refuse), nil
	}
	e.state, e.gone = "deleting", time.Now().Add(f.deleting)
	return &ec2.DeleteVpcEndpointsOutput{}, nil
}
