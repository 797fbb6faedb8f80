// Package subnetfacts is the function behind Custom::SubnetFacts: it reads a subnet, its VPC, its
// zone and its route table, checks what the stack expects of them, says which endpoints may have
// their private names from the beginning, and changes nothing.
package subnetfacts

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
	ec2.DescribeVpcsAPIClient
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
		vpc, err := f.vpc(ctx, r, p.VpcID)
		cidr := aws.ToString(vpc.CidrBlock)
		return contract.SubnetFactsData{CidrBlock: cidr, VpcCidrBlock: cidr, VpcID: p.VpcID,
			RouteTableIsMain: "false"}, err
	}
	subnet, err := ec2util.Subnet(ctx, ec2util.Making(), f.api, p.VpcID, p.SubnetID)
	if ec2util.IsMissing(ec2util.Code(err)) {
		err = fmt.Errorf("subnet %s does not exist in account %s and region %s: choose one that "+
			"does", p.SubnetID, r.Stack().Account, r.Stack().Region)
	}
	if err != nil {
		return contract.SubnetFactsData{}, err
	}
	if err := inZone(subnet, p.ZoneIDs); err != nil {
		return contract.SubnetFactsData{}, err
	}
	details, err := f.offered(ctx, r, subnet)
	if err != nil {
		return contract.SubnetFactsData{}, err
	}
	vpc, err := f.vpc(ctx, r, aws.ToString(subnet.VpcId))
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

func (f function) vpc(ctx context.Context, r request, id string) (types.Vpc, error) {
	if id == "" {
		return types.Vpc{}, errors.New("neither VpcId nor SubnetId is given: name one of them")
	}
	output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:DescribeVpcs", f.api.DescribeVpcs,
		&ec2.DescribeVpcsInput{VpcIds: []string{id}})
	missing := ec2util.IsMissing(ec2util.Code(err)) || err == nil && len(output.Vpcs) != 1
	if missing {
		return types.Vpc{}, fmt.Errorf("%s does not exist in account %s and region %s: choose a "+
			"VPC that does", id, r.Stack().Account, r.Stack().Region)
	}
	if err != nil {
		return types.Vpc{}, err
	}
	return output.Vpcs[0], nil
}

// inZone compares zones by id: their names differ between accounts.
func inZone(subnet types.Subnet, allowed []string) error {
	zone := aws.ToString(subnet.AvailabilityZoneId)
	fits := func(allowed string) bool {
		return allowed == "" || strings.EqualFold(allowed, "any") ||
			strings.EqualFold(allowed, zone)
	}
	if len(allowed) == 0 || slices.ContainsFunc(allowed, fits) {
		return nil
	}
	return fmt.Errorf("subnet %s is in zone %s, but the service is offered in %s: choose a subnet "+
		"in one of these zones", aws.ToString(subnet.SubnetId), zoneOf(subnet),
		strings.Join(allowed, ", "))
}

// offered makes sure that each endpoint service exists and reaches the subnet's zone, and gives
// what EC2 says of each.
func (f function) offered(
	ctx context.Context, r request, subnet types.Subnet,
) (map[string]types.ServiceDetail, error) {
	details := map[string]types.ServiceDetail{}
	var missing []string
	for _, service := range r.Properties.Services {
		if service == "" {
			continue
		}
		output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:DescribeVpcEndpointServices",
			f.api.DescribeVpcEndpointServices,
			&ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{service}})
		if err != nil && ec2util.Code(err) != "InvalidServiceName" {
			return nil, err
		}
		var all []types.ServiceDetail
		if output != nil {
			all = output.ServiceDetails
		}
		i := slices.IndexFunc(all, func(d types.ServiceDetail) bool {
			return aws.ToString(d.ServiceName) == service
		})
		switch {
		case i < 0:
			missing = append(missing, fmt.Sprintf("%s does not exist or is not open to account "+
				"%s: ask its provider", service, r.Stack().Account))
		case !reaches(all[i], subnet):
			missing = append(missing, fmt.Sprintf("%s is not offered in zone %s of %s: choose a "+
				"subnet in %s", service, zoneOf(subnet), aws.ToString(subnet.SubnetId),
				zones(all[i])))
		default:
			details[service] = all[i]
		}
	}
	if missing == nil {
		return details, nil
	}
	return nil, errors.New(few(missing))
}

// few joins as many reasons as fit.
func few(reasons []string) string {
	const longest = 280
	text := reasons[0]
	for i, reason := range reasons[1:] {
		if len(text)+len(reason)+2 > longest {
			return fmt.Sprintf("%s; and %d more", text, len(reasons)-1-i)
		}
		text += "; " + reason
	}
	return text
}

// zoneOf gives a subnet's zone by both names: the id is the same in all accounts.
func zoneOf(subnet types.Subnet) string {
	return fmt.Sprintf("%s (%s here)", aws.ToString(subnet.AvailabilityZoneId),
		aws.ToString(subnet.AvailabilityZone))
}

func zones(detail types.ServiceDetail) string {
	ids := detail.AvailabilityZoneIds
	if len(ids) == 0 {
		ids = detail.AvailabilityZones
	}
	return strings.Join(ids, ", ")
}

// reaches compares zone ids where EC2 gives them, else names; a service that names no zones (a
// gateway's) is everywhere.
func reaches(detail types.ServiceDetail, subnet types.Subnet) bool {
	if len(detail.AvailabilityZoneIds) > 0 {
		return slices.Contains(detail.AvailabilityZoneIds, aws.ToString(subnet.AvailabilityZoneId))
	}
	return len(detail.AvailabilityZones) == 0 ||
		slices.Contains(detail.AvailabilityZones, aws.ToString(subnet.AvailabilityZone))
}
