package leftovers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// thing is one object of EC2.
type thing struct {
	id   *string
	tags []types.Tag
}

// kind is a sort of things: its names, the filters that leave out what is going away already, and
// how EC2 lists them.
type kind struct {
	one, many string
	live      []types.Filter
	list      func(context.Context, []types.Filter) ([]thing, error)
}

func (f function) kinds() map[string]kind {
	return map[string]kind{
		"instances": {"instance", "instances", []types.Filter{ec2util.Filter(
			"instance-state-name", "pending", "running", "stopping", "stopped")}, f.instances},
		// What is attached goes with its instance or is in its list.
		"volumes": {"unattached volume", "unattached volumes", []types.Filter{ec2util.Filter(
			"status", "creating", "available", "error")}, f.volumes},
		"networkInterfaces": {"network interface", "network interfaces", nil, f.networkInterfaces},
		"securityGroups":    {"security group", "security groups", nil, f.securityGroups},
		"vpcEndpoints":      {"VPC endpoint", "VPC endpoints", nil, f.endpoints},
	}
}

// question reads a row of Find.
func (f function) question(row []string) (kind, []types.Filter, error) {
	if len(row) < 3 || len(row)%2 == 0 {
		return kind{}, nil, fmt.Errorf("Find has the row %q: a kind and pairs of filter and value "+
			"are needed", row)
	}
	asked, known := f.kinds()[row[0]]
	if !known {
		return kind{}, nil, fmt.Errorf("Find asks for %q, which this function does not know",
			row[0])
	}
	filters := slices.Clone(asked.live)
	for i := 1; i < len(row); i += 2 {
		filters = append(filters, ec2util.Filter(row[i], exactly.Replace(row[i+1])))
	}
	return asked, filters, nil
}

// exactly escapes what means any text in a filter.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
var exactly = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`)

// find asks one question. What CloudFormation itself made for the stack goes with the stack and is
// not left.
func (f function) find(ctx context.Context, stack string, row []string) (leftover, error) {
	asked, filters, err := f.question(row)
	if err != nil {
		return leftover{}, err
	}
	found := leftover{one: asked.one, many: asked.many, which: tagged(row)}
	things, err := asked.list(ctx, filters)
	for _, t := range things {
		of, tagged := ec2util.Tag(t.tags, "aws:cloudformation:stack-id")
		if !tagged || of != stack {
			found.ids = append(found.ids, aws.ToString(t.id))
		}
	}
	return found, err
}

// tagged repeats the tags of a row as a person writes them.
func tagged(row []string) string {
	var tags []string
	for i := 1; i+1 < len(row); i += 2 {
		if key, isTag := strings.CutPrefix(row[i], "tag:"); isTag {
			tags = append(tags, key+"="+row[i+1])
		}
	}
	if tags == nil {
		return ""
	}
	return " tagged " + strings.Join(tags, ", ")
}

func (f function) instances(ctx context.Context, filters []types.Filter) ([]thing, error) {
	return ec2util.Pages(ctx, ec2util.Removing(), "ec2:DescribeInstances",
		ec2.NewDescribeInstancesPaginator(f.ec2, &ec2.DescribeInstancesInput{Filters: filters}),
		func(page *ec2.DescribeInstancesOutput) (out []thing) {
			for _, reservation := range page.Reservations {
				for _, i := range reservation.Instances {
					out = append(out, thing{i.InstanceId, i.Tags})
				}
			}
			return out
		})
}

func (f function) volumes(ctx context.Context, filters []types.Filter) ([]thing, error) {
	return ec2util.Pages(ctx, ec2util.Removing(), "ec2:DescribeVolumes",
		ec2.NewDescribeVolumesPaginator(f.ec2, &ec2.DescribeVolumesInput{Filters: filters}),
		func(page *ec2.DescribeVolumesOutput) (out []thing) {
			for _, v := range page.Volumes {
				out = append(out, thing{v.VolumeId, v.Tags})
			}
			return out
		})
}

func (f function) networkInterfaces(ctx context.Context, filters []types.Filter) ([]thing, error) {
	return ec2util.Pages(ctx, ec2util.Removing(), "ec2:DescribeNetworkInterfaces",
		ec2.NewDescribeNetworkInterfacesPaginator(f.ec2,
			&ec2.DescribeNetworkInterfacesInput{Filters: filters}),
		func(page *ec2.DescribeNetworkInterfacesOutput) (out []thing) {
			for _, i := range page.NetworkInterfaces {
				out = append(out, thing{i.NetworkInterfaceId, i.TagSet})
			}
			return out
		})
}

func (f function) securityGroups(ctx context.Context, filters []types.Filter) ([]thing, error) {
	return ec2util.Pages(ctx, ec2util.Removing(), "ec2:DescribeSecurityGroups",
		ec2.NewDescribeSecurityGroupsPaginator(f.ec2,
			&ec2.DescribeSecurityGroupsInput{Filters: filters}),
		func(page *ec2.DescribeSecurityGroupsOutput) (out []thing) {
			for _, g := range page.SecurityGroups {
				out = append(out, thing{g.GroupId, g.Tags})
			}
			return out
		})
}

func (f function) endpoints(
	ctx context.Context, filters []types.Filter,
) (out []thing, err error) {
	all, err := ec2util.Endpoints(ctx, ec2util.Removing(), f.ec2, filters...)
	for _, e := range all {
		if !ec2util.In(e, types.StateDeleting, types.StateDeleted) {
			out = append(out, thing{e.VpcEndpointId, e.Tags})
		}
	}
	return out, err
}
