// Package leftovers is the function behind Custom::Leftovers. Everything else of the stack is made
// before it and deleted after it: it looks for what the product still runs, and stops a deletion
// while the agent that could clean up is still there. It changes nothing.
//
// A Delete looks only for a resource whose Create has succeeded, which its physical id proves. The
// rollback of a launch that failed passes at once: what is found then, in a VPC that others use
// too, is not of this stack, and ROLLBACK_FAILED would only leave more behind.
//
// What is looked for is what the last release asked for. An Update looks for nothing, not even for
// what its release has dropped from Find: either the product makes no such things any more, or the
// vendor wants them to stay; a rollback brings the old list back.
//
// A release without this resource has it deleted in the cleanup of the update, while the product
// runs. An event does not say so, and a wrong guess would let a real deletion pass: so the Delete
// looks, and fails when it finds something. CloudFormation goes on regardless: the stack is
// UPDATE_COMPLETE, with DELETE_FAILED of this resource among its events and nothing else amiss. The
// same holds where an update that added this resource is rolled back after it was made.
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
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// EC2 is every operation of EC2 that this function calls.
type EC2 interface {
	ec2.DescribeInstancesAPIClient
	ec2.DescribeNetworkInterfacesAPIClient
	ec2.DescribeSecurityGroupsAPIClient
	ec2.DescribeVolumesAPIClient
	ec2.DescribeVpcEndpointsAPIClient
}

// IAM is every operation of IAM that this function calls.
type IAM = iam.ListInstanceProfilesForRoleAPIClient

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

// made begins every physical id that Create gives; neither the runtime's ids of what was not made
// nor those that CloudFormation makes up have a slash.
const made = "leftovers/"

// Create checks only that every question can be asked: nothing is looked for before a deletion.
func (f function) Create(_ context.Context, r request) (answer, error) {
	p := r.Properties
	if len(p.Find) != len(p.Remove) || len(p.RoleArns) != len(p.RemoveProfiles) {
		return answer{}, errors.New("Find and Remove, RoleArns and RemoveProfiles go in pairs: " +
			"give both the same number of items")
	}
	for _, row := range p.Find {
		if _, _, err := f.question(row); err != nil {
			return answer{}, err
		}
	}
	return answer{PhysicalID: made + r.Stack().UUID}, nil
}

// Update does the same and keeps the physical id, so that nothing is replaced and deleted.
func (f function) Update(ctx context.Context, r request) (answer, error) {
	done, err := f.Create(ctx, r)
	if err == nil && strings.HasPrefix(r.PhysicalID, made) {
		done.PhysicalID = r.PhysicalID
	}
	return done, err
}

// Delete fails while something is left. What it may not see, because the customer's boundary
// forbids it, cannot hold the deletion up: the owner of the account has decided both.
func (f function) Delete(ctx context.Context, r request) (answer, error) {
	if !strings.HasPrefix(r.PhysicalID, made) {
		return answer{Reason: "this resource was never made: nothing was looked for"}, nil
	}
	var left []leftover
	var unseen []string
	for _, ask := range f.questions(r) {
		found, err := ask(ctx)
		switch {
		case ec2util.IsDenied(err):
			r.Log.Warn("cannot look", "error", err.Error())
			unseen = append(unseen, found.many)
		case err != nil:
			why := strings.TrimSuffix(err.Error(), "; try again")
			return answer{}, fmt.Errorf("Whether anything is left is not known: %s. "+
				"To look once more, %s", ec2util.Short(why, 160), again(r.LogicalID))
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
	profiles, err := ec2util.Pages(ctx, ec2util.Removing(), "iam:ListInstanceProfilesForRole",
		iam.NewListInstanceProfilesForRolePaginator(f.iam,
			&iam.ListInstanceProfilesForRoleInput{RoleName: aws.String(role)}),
		func(page *iam.ListInstanceProfilesForRoleOutput) []types.InstanceProfile {
			return page.InstanceProfiles
		})
	if err != nil && ec2util.Code(err) != "NoSuchEntity" {
		return found, err
	}
	for _, profile := range profiles {
		if name := aws.ToString(profile.InstanceProfileName); !slices.Contains(own, name) {
			found.ids = append(found.ids, name)
		}
	}
	return found, nil
}
