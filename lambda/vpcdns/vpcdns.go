// Package vpcdns is the function behind Custom::VpcDns: it switches on DNS support and DNS host
// names of a VPC where they are off, and never switches them off: others may rely on them by then.
package vpcdns

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// API is every operation that this function calls.
type API interface {
	ec2.DescribeVpcsAPIClient
	DescribeVpcAttribute(
		context.Context, *ec2.DescribeVpcAttributeInput, ...func(*ec2.Options),
	) (*ec2.DescribeVpcAttributeOutput, error)
	ModifyVpcAttribute(
		context.Context, *ec2.ModifyVpcAttributeInput, ...func(*ec2.Options),
	) (*ec2.ModifyVpcAttributeOutput, error)
}

type (
	properties = contract.VpcDNSProperties
	request    = customresource.Request[properties]
	answer     = customresource.Answer
	function   struct{ api API }
)

// New gives the function that calls this API.
func New(api API) customresource.Function[properties] { return function{api} }

// visible bounds how long a switched attribute may still read as off.
const visible = 60 * time.Second

// Create switches on what is off.
func (f function) Create(ctx context.Context, r request) (answer, error) {
	vpc := r.Properties.VpcID
	if vpc == "" {
		return answer{}, errors.New("VpcId is not given: name the VPC")
	}
	changed, err := f.ensure(ctx, vpc, r.Stack().Account)
	if ec2util.IsMissing(ec2util.Code(err)) {
		err = fmt.Errorf("%s does not exist in account %s and region %s: choose a VPC that does, "+
			"or delete the stack if its VPC is gone", vpc, r.Stack().Account, r.Stack().Region)
	}
	return answer{
		PhysicalID: "vpc-dns/" + vpc,
		Data:       contract.VpcDNSData{Changed: strconv.FormatBool(changed)},
	}, err
}

// Update does the same for the VPC that the resource has now.
func (f function) Update(ctx context.Context, r request) (answer, error) { return f.Create(ctx, r) }

// Delete leaves the attributes on.
func (f function) Delete(context.Context, request) (answer, error) { return answer{}, nil }

// ensure goes through the attributes in the order that EC2 wants: host names need support, and one
// call changes one attribute.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
func (f function) ensure(ctx context.Context, vpc, account string) (changed bool, err error) {
	attributes := []types.VpcAttributeName{
		types.VpcAttributeNameEnableDnsSupport, types.VpcAttributeNameEnableDnsHostnames,
	}
	for _, attribute := range attributes {
		on, err := f.isOn(ctx, vpc, attribute)
		if err != nil {
			return changed, err
		}
		if on {
			continue
		}
		if !changed {
			if err := f.mine(ctx, vpc, account); err != nil {
				return false, err
			}
		}
		if err := f.switchOn(ctx, vpc, attribute); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

func (f function) isOn(
	ctx context.Context, vpc string, attribute types.VpcAttributeName,
) (bool, error) {
	output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:DescribeVpcAttribute",
		f.api.DescribeVpcAttribute,
		&ec2.DescribeVpcAttributeInput{VpcId: aws.String(vpc), Attribute: attribute})
	if err != nil {
		return false, err
	}
	value := output.EnableDnsSupport
	if attribute == types.VpcAttributeNameEnableDnsHostnames {
		value = output.EnableDnsHostnames
	}
	return value != nil && aws.ToBool(value.Value), nil
}

// mine gives an error for a VPC that another account shares: only its owner can change it.
func (f function) mine(ctx context.Context, vpc, account string) error {
	output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:DescribeVpcs", f.api.DescribeVpcs,
		&ec2.DescribeVpcsInput{VpcIds: []string{vpc}})
	if err != nil {
		return err
	}
	if len(output.Vpcs) != 1 {
		return fmt.Errorf("EC2 does not show %s, whose DNS is to be switched on; try again", vpc)
	}
	if owner := aws.ToString(output.Vpcs[0].OwnerId); owner != "" && owner != account {
		return fmt.Errorf("DNS of %s is off and the VPC belongs to account %s: ask its owner to "+
			"switch on DNS resolution and DNS host names, then try again", vpc, owner)
	}
	return nil
}

// switchOn switches one attribute on and waits until EC2 says so twice in a row: its answers lag
// behind (hashicorp/terraform-provider-aws#16697).
func (f function) switchOn(
	ctx context.Context, vpc string, attribute types.VpcAttributeName,
) error {
	input := &ec2.ModifyVpcAttributeInput{VpcId: aws.String(vpc)}
	on := &types.AttributeBooleanValue{Value: aws.Bool(true)}
	if attribute == types.VpcAttributeNameEnableDnsSupport {
		input.EnableDnsSupport = on
	} else {
		input.EnableDnsHostnames = on
	}
	_, err := ec2util.Call(ctx, ec2util.Making(), "ec2:ModifyVpcAttribute",
		f.api.ModifyVpcAttribute, input)
	if err != nil {
		return err
	}
	seen := 0
	return ec2util.Poll(ctx, visible, func() (bool, string, error) {
		on, err := f.isOn(ctx, vpc, attribute)
		if seen++; !on {
			seen = 0
		}
		return seen >= 2, fmt.Sprintf("%s of %s was switched on but still reads as off; try again",
			attribute, vpc), err
	})
}
