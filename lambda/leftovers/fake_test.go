package leftovers

import (
	"context"
	"strconv"
	"strings"

	"byocfn/internal/ec2test"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// object is anything that EC2 lists: its kind, id and the fields by which it is filtered.
type object struct {
	kind, id string
	fields   map[string]string
}

// fake is a region and the instance profiles of one role, in pages of two.
type fake struct {
	ec2test.Journal
	objects  []object
	profiles []string // of the role kelp-role; nil: there is no such role
}

const perPage = 2

// paged gives the page that begins at a token.
func paged[T any](all []T, token *string) ([]T, *string) {
	begin, _ := strconv.Atoi(aws.ToString(token))
	if end := begin + perPage; end < len(all) {
		return all[begin:end], aws.String(strconv.Itoa(end))
	}
	return all[begin:], nil
}

// page lists the objects of a kind that pass the filters. known are the kind's own filters.
func (f *fake) page(
	operation, kind string, filters []types.Filter, token *string, known ...string,
) ([]object, *string, error) {
	if err := f.Call(operation); err != nil {
		return nil, nil, err
	}
	var all []object
	for _, o := range f.objects {
		if o.kind != kind {
			continue
		}
		fields := map[string][]string{}
		for _, name := range known {
			fields[name] = nil
		}
		for name, value := range o.fields {
			fields[name] = []string{strings.ReplaceAll(value, "*", `\*`)}
		}
		if pass, err := ec2test.Passes(filters, fields); err != nil {
			return nil, nil, err
		} else if pass {
			all = append(all, o)
		}
	}
	out, next := paged(all, token)
	return out, next, nil
}

func (o object) tags() (tags []types.Tag) {
	for name, value := range o.fields {
		if key, isTag := strings.CutPrefix(name, "tag:"); isTag {
			tags = append(tags, types.Tag{Key: &key, Value: &value})
		}
	}
	return tags
}

func (f *fake) DescribeInstances(_ context.Context, in *ec2.DescribeInstancesInput, _ ...func(*ec2.Options)) (*ec2.DescribeInstancesOutput, error) {
	page, next, err := f.page("DescribeInstances", "instance", in.Filters, in.NextToken,
		"instance-state-name", "vpc-id", "subnet-id", "instance.group-id")
	out := &ec2.DescribeInstancesOutput{NextToken: next}
	for _, o := range page { // a reservation each
		out.Reservations = append(out.Reservations, types.Reservation{
			Instances: []types.Instance{{InstanceId: &o.id, Tags: o.tags()}}})
	}
	return out, err
}

func (f *fake) DescribeVolumes(_ context.Context, in *ec2.DescribeVolumesInput, _ ...func(*ec2.Options)) (*ec2.DescribeVolumesOutput, error) {
	page, next, err := f.page("DescribeVolumes", "volume", in.Filters, in.NextToken, "status")
	out := &ec2.DescribeVolumesOutput{NextToken: next}
	for _, o := range page {
		out.Volumes = append(out.Volumes, types.Volume{VolumeId: &o.id, Tags: o.tags()})
	}
	return out, err
}

func (f *fake) DescribeNetworkInterfaces(_ context.Context, in *ec2.DescribeNetworkInterfacesInput, _ ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error) {
	page, next, err := f.page("DescribeNetworkInterfaces", "interface", in.Filters, in.NextToken,
		"vpc-id", "subnet-id", "group-id")
	out := &ec2.DescribeNetworkInterfacesOutput{NextToken: next}
	for _, o := range page {
		out.NetworkInterfaces = append(out.NetworkInterfaces,
			types.NetworkInterface{NetworkInterfaceId: &o.id, TagSet: o.tags()})
	}
	return out, err
}

func (f *fake) DescribeSecurityGroups(_ context.Context, in *ec2.DescribeSecurityGroupsInput, _ ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error) {
	page, next, err := f.page("DescribeSecurityGroups", "group", in.Filters, in.NextToken, "vpc-id")
	out := &ec2.DescribeSecurityGroupsOutput{NextToken: next}
	for _, o := range page {
		out.SecurityGroups = append(out.SecurityGroups,
			types.SecurityGroup{GroupId: &o.id, Tags: o.tags()})
	}
	return out, err
}

func (f *fake) DescribeVpcEndpoints(_ context.Context, in *ec2.DescribeVpcEndpointsInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointsOutput, error) {
	page, next, err := f.page("DescribeVpcEndpoints", "endpoint", in.Filters, in.NextToken, "vpc-id")
	out := &ec2.DescribeVpcEndpointsOutput{NextToken: next}
	for _, o := range page {
		out.VpcEndpoints = append(out.VpcEndpoints, types.VpcEndpoint{VpcEndpointId: &o.id,
			State: types.State(o.fields["state"]), Tags: o.tags()})
	}
	return out, err
}

func (f *fake) ListInstanceProfilesForRole(_ context.Context, in *iam.ListInstanceProfilesForRoleInput, _ ...func(*iam.Options)) (*iam.ListInstanceProfilesForRoleOutput, error) {
	if err := f.Call("ListInstanceProfilesForRole"); err != nil {
		return nil, err
	}
	if f.profiles == nil || aws.ToString(in.RoleName) != "kelp-role" {
		return nil, ec2test.Error("NoSuchEntity", "The role cannot be found.")
	}
	page, next := paged(f.profiles, in.Marker)
	out := &iam.ListInstanceProfilesForRoleOutput{Marker: next, IsTruncated: next != nil}
	for _, name := range page {
		out.InstanceProfiles = append(out.InstanceProfiles,
			iamtypes.InstanceProfile{InstanceProfileName: &name})
	}
	return out, nil
}
