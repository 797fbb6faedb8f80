package subnetfacts

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"byocfn/internal/contract"
	"byocfn/internal/ec2test"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// fake is a region with two VPCs. Subnet subnet-a has a route table of its own, subnet-b uses the
// main one; subnet-c is shared by another account.
type fake struct {
	ec2test.Journal
	tables    []types.RouteTable
	endpoints []types.VpcEndpoint
	details   map[string]types.ServiceDetail // instead of the region's
}

var region = struct {
	subnets  map[string]types.Subnet
	vpcs     map[string]string
	services map[string]types.ServiceDetail
}{
	subnets: map[string]types.Subnet{
		"subnet-a": subnet("subnet-a", "vpc-1", "10.7.0.0/20", "use1-az2", "us-east-1c", "111122223333"),
		"subnet-b": subnet("subnet-b", "vpc-1", "100.64.0.0/28", "use1-az6", "us-east-1a", "111122223333"),
		"subnet-c": subnet("subnet-c", "vpc-2", "10.9.0.0/24", "use1-az2", "us-east-1c", "999900001111"),
	},
	vpcs: map[string]string{"vpc-1": "10.0.0.0/8", "vpc-2": "10.9.0.0/16"},
	services: map[string]types.ServiceDetail{
		"by.id":   {AvailabilityZoneIds: []string{"use1-az2"}, AvailabilityZones: []string{"us-east-1a"}},
		"by.name": {AvailabilityZones: []string{"us-east-1a"}},
		"gateway": {},
	},
}

func subnet(id, vpc, cidr, zone, name, owner string) types.Subnet {
	return types.Subnet{SubnetId: &id, VpcId: &vpc, CidrBlock: &cidr, AvailabilityZoneId: &zone,
		AvailabilityZone: &name, OwnerId: &owner}
}

func table(id, vpc, subnet string, main bool, state types.RouteTableAssociationStateCode) types.RouteTable {
	association := types.RouteTableAssociation{Main: &main,
		AssociationState: &types.RouteTableAssociationState{State: state}}
	if subnet != "" {
		association.SubnetId = &subnet
	}
	return types.RouteTable{RouteTableId: &id, VpcId: &vpc,
		Associations: []types.RouteTableAssociation{association}}
}

func newFake() *fake {
	return &fake{tables: []types.RouteTable{
		table("rtb-main2", "vpc-9", "", true, "associated"), // another VPC's main table comes first
		table("rtb-main1", "vpc-1", "", true, "associated"),
		table("rtb-a", "vpc-1", "subnet-a", false, "associated"),
		table("rtb-old", "vpc-1", "subnet-b", false, "disassociated"),
	}}
}

func (f *fake) DescribeSubnets(_ context.Context, in *ec2.DescribeSubnetsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error) {
	if err := f.Call("DescribeSubnets"); err != nil {
		return nil, err
	}
	found, ok := region.subnets[in.SubnetIds[0]]
	if !ok {
		return nil, ec2test.Error("InvalidSubnetID.NotFound", "The subnet ID '"+in.SubnetIds[0]+"' does not exist")
	}
	return &ec2.DescribeSubnetsOutput{Subnets: []types.Subnet{found}}, nil
}

func (f *fake) DescribeVpcs(_ context.Context, in *ec2.DescribeVpcsInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcsOutput, error) {
	if err := f.Call("DescribeVpcs"); err != nil {
		return nil, err
	}
	cidr, ok := region.vpcs[in.VpcIds[0]]
	if !ok {
		return nil, ec2test.Error("InvalidVpcID.NotFound", "The vpc ID '"+in.VpcIds[0]+"' does not exist")
	}
	return &ec2.DescribeVpcsOutput{Vpcs: []types.Vpc{{VpcId: &in.VpcIds[0], CidrBlock: &cidr}}}, nil
}

// DescribeRouteTables gives one table a page.
func (f *fake) DescribeRouteTables(_ context.Context, in *ec2.DescribeRouteTablesInput, _ ...func(*ec2.Options)) (*ec2.DescribeRouteTablesOutput, error) {
	if err := f.Call("DescribeRouteTables"); err != nil {
		return nil, err
	}
	after := aws.ToString(in.NextToken)
	for _, t := range f.tables {
		id, a := aws.ToString(t.RouteTableId), t.Associations[0]
		fields := map[string][]string{"vpc-id": {aws.ToString(t.VpcId)}, "association.main": nil,
			"association.subnet-id": {aws.ToString(a.SubnetId)}}
		if *a.Main {
			fields["association.main"] = []string{"true"}
		}
		pass, err := ec2test.Passes(in.Filters, fields)
		if err != nil {
			return nil, err
		}
		if after == "" {
			out := &ec2.DescribeRouteTablesOutput{NextToken: &id}
			if pass {
				out.RouteTables = []types.RouteTable{t}
			}
			return out, nil
		}
		if after == id {
			after = ""
		}
	}
	return &ec2.DescribeRouteTablesOutput{}, nil
}

// DescribeVpcEndpoints gives one endpoint a page.
func (f *fake) DescribeVpcEndpoints(_ context.Context, in *ec2.DescribeVpcEndpointsInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointsOutput, error) {
	if err := f.Call("DescribeVpcEndpoints"); err != nil {
		return nil, err
	}
	at, _ := strconv.Atoi(aws.ToString(in.NextToken))
	if at >= len(f.endpoints) {
		return &ec2.DescribeVpcEndpointsOutput{}, nil
	}
	out := &ec2.DescribeVpcEndpointsOutput{NextToken: aws.String(strconv.Itoa(at + 1))}
	pass, err := ec2test.Passes(in.Filters, map[string][]string{"vpc-id": {aws.ToString(f.endpoints[at].VpcId)}})
	if pass {
		out.VpcEndpoints = f.endpoints[at : at+1]
	}
	return out, err
}

func (f *fake) DescribeVpcEndpointServices(_ context.Context, in *ec2.DescribeVpcEndpointServicesInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointServicesOutput, error) {
	if err := f.Call("DescribeVpcEndpointServices"); err != nil {
		return nil, err
	}
	services := region.services
	if f.details != nil {
		services = f.details
	}
	detail, ok := services[in.ServiceNames[0]]
	if !ok {
		return nil, ec2test.Error("InvalidServiceName", "The Vpc Endpoint Service does not exist")
	}
	detail.ServiceName = &in.ServiceNames[0]
	return &ec2.DescribeVpcEndpointServicesOutput{ServiceDetails: []types.ServiceDetail{detail}}, nil
}

func ask(vpc, subnet string, zones, services []string) request {
	return request{
		StackID: "arn:aws:cloudformation:us-east-1:111122223333:stack/s/guid",
		Log:     slog.New(slog.DiscardHandler),
		Properties: contract.SubnetFactsProperties{
			VpcID: vpc, SubnetID: subnet, ZoneIDs: zones, Services: services,
		},
	}
}

func TestFacts(t *testing.T) {
	a := contract.SubnetFactsData{CidrBlock: "10.7.0.0/20", VpcID: "vpc-1", VpcCidrBlock: "10.0.0.0/8",
		AvailabilityZone: "us-east-1c", AvailabilityZoneID: "use1-az2", RouteTableID: "rtb-a",
		RouteTableIsMain: "false"}
	b := contract.SubnetFactsData{CidrBlock: "100.64.0.0/28", VpcID: "vpc-1", VpcCidrBlock: "10.0.0.0/8",
		AvailabilityZone: "us-east-1a", AvailabilityZoneID: "use1-az6", RouteTableID: "rtb-main1",
		RouteTableIsMain: "true"}
	c := contract.SubnetFactsData{CidrBlock: "10.9.0.0/24", VpcID: "vpc-2", VpcCidrBlock: "10.9.0.0/16",
		AvailabilityZone: "us-east-1c", AvailabilityZoneID: "use1-az2", RouteTableIsMain: "false"}
	tests := []struct {
		name   string
		r      request
		id     string
		want   contract.SubnetFactsData
		reason string
	}{
		{"a table of its own", ask("vpc-1", "subnet-a", nil, nil), "subnet-facts/subnet-a", a, ""},
		{"the main table", ask("vpc-1", "subnet-b", []string{"any"}, nil), "subnet-facts/subnet-b", b, ""},
		{"no VPC given", ask("", "subnet-a", nil, nil), "subnet-facts/subnet-a", a, ""},
		{"a VPC alone", ask("vpc-2", "", nil, nil), "subnet-facts/vpc-2", contract.SubnetFactsData{
			CidrBlock: "10.9.0.0/16", VpcCidrBlock: "10.9.0.0/16", VpcID: "vpc-2", RouteTableIsMain: "false"}, ""},
		{"shared, tables not visible", ask("vpc-2", "subnet-c", nil, nil), "subnet-facts/subnet-c", c, ""},
		{"in one of the zones", ask("vpc-1", "subnet-a", []string{"use1-az9", "USE1-AZ2"}, nil),
			"subnet-facts/subnet-a", a, ""},
		{"services by zone id, everywhere, and none", ask("vpc-1", "subnet-a", nil,
			[]string{"by.id", "", "gateway"}), "subnet-facts/subnet-a", a, ""},
		{"another VPC", ask("vpc-2", "subnet-a", nil, nil), "", contract.SubnetFactsData{},
			"subnet subnet-a is in vpc-1, not in vpc-2"},
		{"another zone", ask("vpc-1", "subnet-a", []string{"use1-az4"}, nil), "", contract.SubnetFactsData{},
			"is in zone use1-az2 (us-east-1c here), but the service is offered in use1-az4"},
		{"services out of reach", ask("vpc-1", "subnet-a", nil, []string{"by.name", "by.id", "absent"}), "",
			contract.SubnetFactsData{}, "choose a subnet in us-east-1a; absent does not exist or is not open to account 111122223333: ask its provider"},
		{"no such subnet", ask("vpc-1", "subnet-x", nil, nil), "", contract.SubnetFactsData{},
			"subnet-x does not exist in account 111122223333 and region us-east-1: choose"},
		{"no such VPC", ask("vpc-x", "", nil, nil), "", contract.SubnetFactsData{},
			"vpc-x does not exist in account 111122223333 and region us-east-1: choose"},
		{"more services out of reach than fit", ask("vpc-1", "subnet-a", nil, slices.Repeat([]string{"absent"}, 7)), "",
			contract.SubnetFactsData{}, "ask its provider; and 4 more"},
		{"nothing asked", ask("", "", nil, nil), "", contract.SubnetFactsData{}, "neither VpcId nor SubnetId"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				for _, call := range []func(context.Context, request) (answer, error){
					function{f}.Create, function{f}.Update,
				} {
					got, err := call(t.Context(), test.r)
					if test.reason != "" {
						if err == nil || !strings.Contains(err.Error(), test.reason) || len(err.Error()) > 300 {
							t.Errorf("reason %v, want %q", err, test.reason)
						}
					} else if err != nil || !reflect.DeepEqual(got.Data, test.want) || got.PhysicalID != test.id {
						t.Errorf("got %+v, %v", got, err)
					}
				}
				if writes := f.Writes(); len(writes) > 0 {
					t.Errorf("it wrote: %v", writes)
				}
			})
		})
	}
}

func TestTwoMainTables(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.tables = append(f.tables, table("rtb-odd", "vpc-1", "", true, "associated"))
		_, err := function{f}.Create(t.Context(), ask("vpc-1", "subnet-b", nil, nil))
		if err == nil || !strings.Contains(err.Error(), "has 2 visible main route tables") {
			t.Errorf("got %v", err)
		}
	})
}

// TestF13DeniedAtFirst: a policy that AWS has not spread yet is waited for, one that never comes is
// named.
func TestF13DeniedAtFirst(t *testing.T) {
	denied := ec2test.Error("UnauthorizedOperation", "You are not authorized to perform this operation. "+
		"Encoded authorization failure message: "+strings.Repeat("x", 900))
	for times, works := range map[int]bool{4: true, 500: false} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			f.Fail = map[string][]error{"DescribeVpcs": slices.Repeat([]error{denied}, times)}
			_, err := function{f}.Create(t.Context(), ask("vpc-1", "subnet-a", nil, nil))
			if works != (err == nil) {
				t.Errorf("denied %d times: %v", times, err)
			}
			if !works && (!strings.Contains(err.Error(), "ec2:DescribeVpcs is denied") ||
				strings.Contains(err.Error(), "xxx") || len(err.Error()) > 300) {
				t.Errorf("reason %v", err)
			}
		})
	}
}

func TestDeleteCallsNothing(t *testing.T) {
	f := newFake()
	if _, err := (function{f}).Delete(t.Context(), request{}); err != nil || len(f.Calls) > 0 {
		t.Errorf("error %v, calls %v", err, f.Calls)
	}
}
