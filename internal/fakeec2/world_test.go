package fakeec2

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/contract"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

const (
	s3     = "com.amazonaws.eu-north-1.s3"
	logs   = "com.amazonaws.eu-north-1.logs"
	vendor = "com.amazonaws.vpce.eu-north-1.vpce-svc-0af"
)

// world has one VPC of the customer, whose main table serves subnet-b, and one that is shared.
func world(t testing.TB, settings Settings) *Cloud {
	if settings.Breach == nil {
		settings.Breach = t.Errorf
	}
	c := New(settings)
	c.AddVPC(VPC{ID: "vpc-1", CIDR: "10.9.0.0/16", DNSSupport: true, DNSHostnames: true})
	c.AddVPC(VPC{ID: "vpc-shared", CIDR: "10.8.0.0/16", Owner: "444455556666"})
	c.AddSubnet(Subnet{ID: "subnet-a", VPC: "vpc-1", CIDR: "10.9.1.0/24", Zone: "eu-north-1a", ZoneID: "eun1-az2"})
	c.AddSubnet(Subnet{ID: "subnet-b", VPC: "vpc-1", CIDR: "10.9.2.0/24", Zone: "eu-north-1b", ZoneID: "eun1-az1"})
	c.AddSubnet(Subnet{ID: "subnet-a2", VPC: "vpc-1", CIDR: "10.9.3.0/24", Zone: "eu-north-1a", ZoneID: "eun1-az2"})
	c.AddSubnet(Subnet{ID: "subnet-s", VPC: "vpc-shared", CIDR: "10.8.1.0/24", ZoneID: "eun1-az1", Owner: "444455556666",
		Tags: map[string]string{"secret": "1"}})
	c.AddRouteTable(RouteTable{ID: "rtb-main", VPC: "vpc-1", Main: true, Gateways: []string{"igw-1"}})
	c.AddRouteTable(RouteTable{ID: "rtb-a", VPC: "vpc-1", Subnets: []string{"subnet-a"}, Leaving: []string{"subnet-b"},
		Routes: []Route{{CIDR: "10.9.0.0/16", Target: "local"}}})
	c.AddRouteTable(RouteTable{ID: "rtb-nat", VPC: "vpc-1", Routes: []Route{{PrefixList: "pl-s3", Target: "nat-7"}}})
	c.AddRouteTable(RouteTable{ID: "rtb-shared", VPC: "vpc-shared", Main: true, Owner: "444455556666"})
	c.AddService(Service{Name: s3, Type: "Gateway", PrefixList: "pl-s3"})
	c.AddService(Service{Name: logs, PrivateName: "logs.eu-north-1.amazonaws.com", ZoneIDs: []string{"eun1-az1", "eun1-az2"}})
	c.AddService(Service{Name: vendor, Owner: "999900001111", PrivateName: "api.vendor.example", NameState: "pendingVerification",
		Zones: []string{"eu-north-1b"}, ZoneIDs: []string{"eun1-az1"}, Acceptance: true, Closed: []string{"777788889999"}})
	return c
}

func operator(c *Cloud) *ec2.Client {
	return c.Client(Role{Name: "operator", Everything: true})
}

// wants fails unless an error has a code and, where given, a piece of text.
func wants(t *testing.T, err error, code string, text ...string) {
	t.Helper()
	var api smithy.APIError
	switch {
	case code == "" && err != nil:
		t.Errorf("got %v", err)
	case code == "":
	case !errors.As(err, &api) || api.ErrorCode() != code:
		t.Errorf("got %v, want %s", err, code)
	case len(text) > 0 && !strings.Contains(api.ErrorMessage(), text[0]):
		t.Errorf("got %q, want %q in it", api.ErrorMessage(), text[0])
	}
}

func tagsOf(pairs ...string) (tags []types.Tag) {
	for i := 0; i < len(pairs); i += 2 {
		tags = append(tags, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
	}
	return tags
}

// gateway asks for an S3 endpoint of a table, with a token where it is not empty.
func gateway(ctx context.Context, client *ec2.Client, token, table string, tags ...string) (string, error) {
	in := &ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: aws.String(s3),
		RouteTableIds: []string{table}, PrivateDnsEnabled: aws.Bool(false)}
	if token != "" {
		in.ClientToken = &token
	}
	if tags != nil {
		in.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeVpcEndpoint, Tags: tagsOf(tags...)}}
	}
	out, err := client.CreateVpcEndpoint(ctx, in)
	if err != nil {
		return "", err
	}
	return *out.VpcEndpoint.VpcEndpointId, nil
}

// see describes one endpoint; nil where it is not visible.
func see(t *testing.T, client *ec2.Client, id string) *types.VpcEndpoint {
	t.Helper()
	out, err := client.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{
		Filters: []types.Filter{{Name: aws.String("vpc-endpoint-id"), Values: []string{id}}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.VpcEndpoints) == 0 {
		return nil
	}
	return &out.VpcEndpoints[0]
}

// prefixes gives the ways of a table to prefix lists.
func prefixes(t *testing.T, client *ec2.Client, table string) (ways []string) {
	t.Helper()
	out, err := client.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{RouteTableIds: []string{table}})
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range out.RouteTables[0].Routes {
		if route.DestinationPrefixListId != nil {
			ways = append(ways, aws.ToString(route.GatewayId)+aws.ToString(route.NatGatewayId))
		}
	}
	return ways
}

// function gives a client that has exactly the permissions of a shipped function.
func function(t testing.TB, c *Cloud, name string, change ...func(*Role)) *ec2.Client {
	f, ok := contract.Find(name)
	if !ok {
		t.Fatal(name)
	}
	role := Role{Name: name, Permissions: f.Permissions, Fill: map[string]string{
		"Vendor": "velodb", "VpcId": "vpc-1", "StackSuffix": "0d5e", "Service": "s3"}}
	for _, one := range change {
		one(&role)
	}
	return c.Client(role)
}

// breaches collects what a Cloud complains about.
type breaches struct{ all []string }

func (b *breaches) add(format string, args ...any) {
	b.all = append(b.all, fmt.Sprintf(format, args...))
}

func (b *breaches) has(text string) bool {
	return slices.ContainsFunc(b.all, func(one string) bool { return strings.Contains(one, text) })
}

func shipped(t testing.TB, name string) []contract.Permission {
	f, ok := contract.Find(name)
	if !ok {
		t.Fatal(name)
	}
	return f.Permissions
}
