// Package leftovers is the function behind Custom::Leftovers. Everything else of the stack is made
// before it and deleted after it: it looks for what the product still runs, and stops a deletion
// while the agent that could clean up is still there. It changes nothing.
package leftovers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// EC2 is every operation of EC2 that this function calls.
type EC2 interface {
	DescribeInstances(
		context.Context, *ec2.DescribeInstancesInput, ...func(*ec2.Options),
	) (*ec2.DescribeInstancesOutput, error)
	DescribeNetworkInterfaces(
		context.Context, *ec2.DescribeNetworkInterfacesInput, ...func(*ec2.Options),
	) (*ec2.DescribeNetworkInterfacesOutput, error)
	DescribeSecurityGroups(
		context.Context, *ec2.DescribeSecurityGroupsInput, ...func(*ec2.Options),
	) (*ec2.DescribeSecurityGroupsOutput, error)
	DescribeVolumes(
		context.Context, *ec2.DescribeVolumesInput, ...func(*ec2.Options),
	) (*ec2.DescribeVolumesOutput, error)
	DescribeVpcEndpoints(
		context.Context, *ec2.DescribeVpcEndpointsInput, ...func(*ec2.Options),
	) (*ec2.DescribeVpcEndpointsOutput, error)
}

// IAM is every operation of IAM that this function calls.
type IAM interface {
	ListInstanceProfilesForRole(
		context.Context, *iam.ListInstanceProfilesForRoleInput, ...func(*iam.Options),
	) (*iam.ListInstanceProfilesForRoleOutput, error)
}

type (
	properties = contract.LeftoversProperties
	request    = customresource.Request[properties]
	answer     = customresource.Answer
	function   struct {
		ec2 EC2
		iam IAM
	}
)

// New gives the function that calls these APIs.
func New(ec2 EC2, iam IAM) customresource.Function[properties] { return function{ec2, iam} }

// Create checks only that every question can be asked: nothing is looked for before a deletion.
func (f function) Create(_ context.Context, r request) (answer, error) {
	made := answer{PhysicalID: "leftovers/" + r.Stack().UUID}
	p := r.Properties
	if len(p.Find) != len(p.Remove) || len(p.RoleArns) != len(p.RemoveProfiles) {
		return made, errors.New("Find and Remove, RoleArns and RemoveProfiles go in pairs: " +
			"give both the same number of items")
	}
	for _, row := range p.Find {
		if _, _, err := f.question(row); err != nil {
			return made, err
		}
	}
	return made, nil
}

// Update does the same: the physical id never changes, so nothing is replaced and deleted.
func (f function) Update(ctx context.Context, r request) (answer, error) { return f.Create(ctx, r) }

// Delete fails while something is left. What it may not see, because the customer's boundary forbids
// it, cannot hold the deletion up: the owner of the account has decided both.
func (f function) Delete(ctx context.Context, r request) (answer, error) {
	var left []leftover
	var unseen []string
	for _, ask := range f.questions(r) {
		found, err := ask(ctx)
		switch {
		case ec2util.IsDenied(err):
			r.Log.Warn("cannot look", "error", err.Error())
			unseen = append(unseen, found.many)
		case err != nil:
			return answer{}, fmt.Errorf("%s. %s", clip(err.Error(), 200), again(r.LogicalID))
		case len(found.ids) > 0:
			left = append(left, found)
		}
	}
	if len(left) > 0 {
		return answer{}, errors.New(reason(left, r.LogicalID))
	}
	if len(unseen) > 0 {
		slices.Sort(unseen)
		return answer{Reason: "A policy forbade to look for " +
			strings.Join(slices.Compact(unseen), ", ") + ": some may be left"}, nil
	}
	return answer{}, nil
}

// questions lists what is to be asked. Another release may have written the properties, so that
// lists that go in pairs may not.
func (f function) questions(r request) (all []func(context.Context) (leftover, error)) {
	p := r.Properties
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	for i, row := range p.Find {
		all = append(all, func(ctx context.Context) (leftover, error) {
			found, err := f.find(ctx, r.StackID, row)
			found.remove = at(p.Remove, i)
			return found, err
		})
	}
	for i, arn := range p.RoleArns {
		all = append(all, func(ctx context.Context) (leftover, error) {
			found, err := f.profiles(ctx, arn, p.Profiles)
			found.remove = at(p.RemoveProfiles, i)
			return found, err
		})
	}
	return all
}

// profiles lists the instance profiles that hold a role, but not those of the stack. A role that is
// gone is in none.
func (f function) profiles(ctx context.Context, arn string, own []string) (leftover, error) {
	role := arn[strings.LastIndex(arn, "/")+1:]
	found := leftover{one: "instance profile", many: "instance profiles", which: " with " + role}
	input := &iam.ListInstanceProfilesForRoleInput{RoleName: aws.String(role)}
	for {
		page, err := ec2util.Call(ctx, ec2util.Removing(), "iam:ListInstanceProfilesForRole",
			f.iam.ListInstanceProfilesForRole, input)
		if ec2util.Code(err) == "NoSuchEntity" {
			return found, nil
		}
		if err != nil {
			return found, err
		}
		for _, profile := range page.InstanceProfiles {
			if name := aws.ToString(profile.InstanceProfileName); !slices.Contains(own, name) {
				found.ids = append(found.ids, name)
			}
		}
		if !page.IsTruncated || aws.ToString(page.Marker) == "" {
			return found, nil
		}
		input = &iam.ListInstanceProfilesForRoleInput{RoleName: input.RoleName, Marker: page.Marker}
	}
}
