// Package subnetfacts is the function behind Custom::SubnetFacts: it reads a subnet, its VPC, its
// zone and its route table, checks what the stack expects of them, says which endpoints may have
// their private names from the beginning, and changes nothing.
package subnetfacts

import (
	"context"
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
	ec2util.SubnetsAPI
	ec2util.RouteTablesAPI
	ec2util.EndpointsAPI
	DescribeVpcs(
		context.Context, *ec2.DescribeVpcsInput, ...func(*ec2.Options),
	) (*ec2.DescribeVpcsOutput, error)
	DescribeVpcEndpointServices(
		context.Context, *ec2.DescribeVpcEndpointServicesInput, ...func(*ec2.Options),
	) (*ec2.DescribeVpcEndpointServicesOutput, error)
}

type (
	properties = contract.SubnetFactsProperties
	request    = customresource.Request[properties]
	answer     = customresource.Answer
	function   struct{ api API }
)

// New gives the function that calls this API.
func New(api API) customresource.Function[properties] { return function{api} }

// Create reads the facts.
func (f function) Create(ctx context.Context, r request) (answer, error) {
	id := "subnet-facts/" + r.Properties.VpcID
	if r.Properties.SubnetID != "" {
		id = "subnet-facts/" + r.Properties.SubnetID
	}
	data, err := f.read(ctx, r)
	return answer{PhysicalID: id, Data: data}, err
}

// Update reads them again.
func (f function) Update(ctx context.Context, r request) (answer, error) { return f.Create(ctx, r) }

// Delete has nothing to remove, and succeeds even when the subnet is gone.
func (f function) Delete(context.Context, request) (answer, error) { return answer{}, nil }

func (f function) read(ctx context.Context, r request) (contract.SubnetFactsData, error) {
	p := r.Properties
	if p.SubnetID == "" {
		vpc, err := f.vpc(ctx, p.VpcID)
		cidr := aws.ToString(vpc.CidrBlock)
		return contract.SubnetFactsData{CidrBlock: cidr, VpcCidrBlock: cidr, VpcID: p.VpcID,
			RouteTableIsMain: "false"}, err
	}
	subnet, err := ec2util.Subnet(ctx, ec2util.Making(), f.api, p.VpcID, p.SubnetID)
	if err != nil {
		return contract.SubnetFactsData{}, err
	}
	if err := inZone(subnet, p.ZoneIDs); err != nil {
		return contract.SubnetFactsData{}, err
	}
	details, err := f.offered(ctx, subnet, p.Services)
	if err != nil {
		return contract.SubnetFactsData{}, err
	}
	vpc, err := f.vpc(ctx, aws.ToString(subnet.VpcId))
	if err != nil {
		return contract.SubnetFactsData{}, err
	}
	data := contract.SubnetFactsData{
		CidrBlock:          aws.ToString(subnet.CidrBlock),
		VpcID:              aws.ToString(subnet.VpcId),
		VpcCidrBlock:       aws.ToString(vpc.CidrBlock),
		AvailabilityZone:   aws.ToString(subnet.AvailabilityZone),
		AvailabilityZoneID: aws.ToString(subnet.AvailabilityZoneId),
		RouteTableIsMain:   "false",
		PrivateDNS:         f.names(ctx, r, subnet, details),
	}
	table, main, err := ec2util.RouteTable(ctx, ec2util.Making(), f.api, data.VpcID, p.SubnetID)
	if err != nil {
		if owner := aws.ToString(subnet.OwnerId); owner != "" && owner != r.Stack().Account {
			r.Log.Warn("the route tables of a shared subnet are not visible", "owner", owner)
			return data, nil
		}
		return contract.SubnetFactsData{}, err
	}
	data.RouteTableID = aws.ToString(table.RouteTableId)
	data.RouteTableIsMain = strconv.FormatBool(main)
	return data, nil
}

func (f function) vpc(ctx context.Context, id string) (types.Vpc, error) {
	if id == "" {
		return types.Vpc{}, fmt.Errorf("neither VpcId nor SubnetId is given: name one of them")
	}
	output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:DescribeVpcs", f.api.DescribeVpcs,
		&ec2.DescribeVpcsInput{VpcIds: []string{id}})
	if err != nil {
		return types.Vpc{}, err
	}
	if len(output.Vpcs) != 1 {
		return types.Vpc{}, fmt.Errorf("VPC %s was not found in this region", id)
	}
	return output.Vpcs[0], nil
}

// inZone compares zones by id: their names differ between accounts.
func inZone(subnet types.Subnet, allowed []string) error {
	zone := aws.ToString(subnet.AvailabilityZoneId)
	fits := func(allowed string) bool {
		return allowed == "" || strings.EqualFold(allowed, "any") || strings.EqualFold(allowed, zone)
	}
	if len(allowed) == 0 || slices.ContainsFunc(allowed, fits) {
		return nil
	}
	return fmt.Errorf("subnet %s is in zone %s (%s here), but the service is offered in %s: "+
		"choose a subnet in one of these zones", aws.ToString(subnet.SubnetId), zone,
		aws.ToString(subnet.AvailabilityZone), strings.Join(allowed, ", "))
}

// offered makes sure that each endpoint service exists and reaches the subnet's zone, and gives what
// EC2 says of each.
func (f function) offered(
	ctx context.Context, subnet types.Subnet, services []string,
) (map[string]types.ServiceDetail, error) {
	details := map[string]types.ServiceDetail{}
	var missing []string
	for _, service := range services {
		if service == "" {
			continue
		}
		output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:DescribeVpcEndpointServices",
			f.api.DescribeVpcEndpointServices,
			&ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{service}})
		if ec2util.Code(err) == "InvalidServiceName" {
			missing = append(missing, service)
			continue
		}
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(output.ServiceDetails, reaches(service, subnet))
		if i < 0 {
			missing = append(missing, service)
			continue
		}
		details[service] = output.ServiceDetails[i]
	}
	if missing == nil {
		return details, nil
	}
	return nil, fmt.Errorf("not offered in zone %s of subnet %s, or not to this account: %s. Choose a "+
		"subnet in another zone, or ask the service's provider to admit this account",
		aws.ToString(subnet.AvailabilityZoneId), aws.ToString(subnet.SubnetId),
		strings.Join(missing, ", "))
}

// reaches compares zone ids where EC2 gives them, else names; a service that names no zones (a
// gateway's) is everywhere.
func reaches(service string, subnet types.Subnet) func(types.ServiceDetail) bool {
	return func(detail types.ServiceDetail) bool {
		if aws.ToString(detail.ServiceName) != service {
			return false
		}
		if len(detail.AvailabilityZoneIds) > 0 {
			return slices.Contains(detail.AvailabilityZoneIds,
				aws.ToString(subnet.AvailabilityZoneId))
		}
		return len(detail.AvailabilityZones) == 0 ||
			slices.Contains(detail.AvailabilityZones, aws.ToString(subnet.AvailabilityZone))
	}
}
