package vpcdns

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/ec2test"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// fake is one VPC, vpc-1, as strict as EC2: one attribute a call, host names only with support, and
// reads that lag behind writes.
type fake struct {
	ec2test.Journal
	owner              string
	support, hostnames bool
	lag                time.Duration
	flaps              int // reads after the first "on" that say "off" again
	seenOn             bool
	visible            map[types.VpcAttributeName]time.Time
}

func (f *fake) DescribeVpcAttribute(_ context.Context, in *ec2.DescribeVpcAttributeInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcAttributeOutput, error) {
	if err := f.Call("DescribeVpcAttribute"); err != nil {
		return nil, err
	}
	if aws.ToString(in.VpcId) != "vpc-1" {
		return nil, ec2test.Error("InvalidVpcID.NotFound", "The vpc ID does not exist")
	}
	seen := !time.Now().Before(f.visible[in.Attribute])
	if f.seenOn && f.flaps > 0 {
		f.flaps, seen = f.flaps-1, false
	}
	f.seenOn = f.seenOn || (seen && f.support)
	out := &ec2.DescribeVpcAttributeOutput{VpcId: in.VpcId}
	switch in.Attribute {
	case types.VpcAttributeNameEnableDnsSupport:
		out.EnableDnsSupport = &types.AttributeBooleanValue{Value: aws.Bool(f.support && seen)}
	case types.VpcAttributeNameEnableDnsHostnames:
		out.EnableDnsHostnames = &types.AttributeBooleanValue{Value: aws.Bool(f.hostnames && seen)}
	default:
		return nil, ec2test.Error("InvalidParameterValue", "attribute")
	}
	return out, nil
}

func (f *fake) DescribeVpcs(context.Context, *ec2.DescribeVpcsInput, ...func(*ec2.Options)) (*ec2.DescribeVpcsOutput, error) {
	if err := f.Call("DescribeVpcs"); err != nil {
		return nil, err
	}
	return &ec2.DescribeVpcsOutput{Vpcs: []types.Vpc{{VpcId: aws.String("vpc-1"), OwnerId: &f.owner}}}, nil
}

func (f *fake) ModifyVpcAttribute(_ context.Context, in *ec2.ModifyVpcAttributeInput, _ ...func(*ec2.Options)) (*ec2.ModifyVpcAttributeOutput, error) {
	on := func(v *types.AttributeBooleanValue) bool { return v != nil && aws.ToBool(v.Value) }
	detail := fmt.Sprintf("support=%v hostnames=%v", on(in.EnableDnsSupport), on(in.EnableDnsHostnames))
	if err := f.Call("ModifyVpcAttribute", detail); err != nil {
		return nil, err
	}
	switch {
	case (in.EnableDnsSupport == nil) == (in.EnableDnsHostnames == nil) ||
		in.EnableNetworkAddressUsageMetrics != nil:
		return nil, ec2test.Error("InvalidParameterCombination", "one attribute per request")
	case in.EnableDnsHostnames != nil && !f.support:
		return nil, ec2test.Error("InvalidParameterValue", "host names need support")
	case in.EnableDnsSupport != nil:
		f.support = on(in.EnableDnsSupport)
		f.visible[types.VpcAttributeNameEnableDnsSupport] = time.Now().Add(f.lag)
	default:
		f.hostnames = on(in.EnableDnsHostnames)
		f.visible[types.VpcAttributeNameEnableDnsHostnames] = time.Now().Add(f.lag)
	}
	return &ec2.ModifyVpcAttributeOutput{}, nil
}

func ask(vpc string) request {
	return request{
		StackID:    "arn:aws:cloudformation:eu-north-1:111122223333:stack/s/guid",
		Log:        slog.New(slog.DiscardHandler),
		Properties: contract.VpcDNSProperties{VpcID: vpc},
	}
}

func TestDNS(t *testing.T) {
	busy := ec2test.Error("RequestLimitExceeded", "Request limit exceeded.")
	support, hostnames := "ModifyVpcAttribute support=true hostnames=false",
		"ModifyVpcAttribute support=false hostnames=true"
	tests := []struct {
		name               string
		support, hostnames bool
		owner, vpc         string
		lag                time.Duration
		fail               map[string][]error
		changed            string
		writes             []string
		reason             string
	}{
		{name: "on already", support: true, hostnames: true, changed: "false"},
		{name: "on already, in a shared VPC", support: true, hostnames: true, owner: "999900001111", changed: "false"},
		{name: "both off", changed: "true", writes: []string{support, hostnames}},
		{name: "host names off", support: true, changed: "true", writes: []string{hostnames}},
		{name: "host names on without support", hostnames: true, changed: "true", writes: []string{support}},
		{name: "slow reads", lag: 20 * time.Second, changed: "true", writes: []string{support, hostnames}},
		{name: "throttled", changed: "true", writes: []string{support, support, hostnames},
			fail: map[string][]error{"ModifyVpcAttribute": {busy}, "DescribeVpcAttribute": {busy, busy}}},
		{name: "reads that never come", lag: time.Hour, writes: []string{support}, reason: "still reads as off"},
		{name: "somebody else's VPC", owner: "999900001111", reason: "belongs to account 999900001111: ask"},
		{name: "no such VPC", vpc: "vpc-x", reason: "vpc-x does not exist in account 111122223333 and region eu-north-1: choose"},
		{name: "no VPC", vpc: "-", reason: "VpcId is not given"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{support: test.support, hostnames: test.hostnames, lag: test.lag,
					owner: "111122223333", visible: map[types.VpcAttributeName]time.Time{}}
				if f.Fail = test.fail; test.owner != "" {
					f.owner = test.owner
				}
				vpc := "vpc-1"
				if test.vpc != "" {
					vpc = strings.TrimPrefix(test.vpc, "-")
				}
				got, err := function{f}.Create(t.Context(), ask(vpc))
				if test.reason != "" {
					if err == nil || !strings.Contains(err.Error(), test.reason) || len(err.Error()) > 300 {
						t.Errorf("reason %v, want %q", err, test.reason)
					}
				} else if err != nil || got.PhysicalID != "vpc-dns/vpc-1" ||
					got.Data != (contract.VpcDNSData{Changed: test.changed}) {
					t.Errorf("got %+v, %v", got, err)
				}
				if writes := f.Writes(); !slices.Equal(writes, test.writes) {
					t.Errorf("writes %q, want %q", writes, test.writes)
				}
				if test.reason == "" && !(f.support && f.hostnames) {
					t.Error("DNS is not on")
				}
			})
		})
	}
}

func TestNothingIsEverSwitchedOff(t *testing.T) {
	f := &fake{support: true, hostnames: true}
	if _, err := (function{f}).Delete(t.Context(), ask("vpc-1")); err != nil || len(f.Calls) > 0 {
		t.Errorf("error %v, calls %v", err, f.Calls)
	}
}

// TestF09Twice: a request that is delivered again finds everything done.
func TestF09Twice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{owner: "111122223333", visible: map[types.VpcAttributeName]time.Time{}}
		first, err := function{f}.Create(t.Context(), ask("vpc-1"))
		if err != nil {
			t.Fatal(err)
		}
		writes := len(f.Writes())
		second, err := function{f}.Update(t.Context(), ask("vpc-1"))
		if err != nil || second.PhysicalID != first.PhysicalID || len(f.Writes()) != writes {
			t.Errorf("%+v, %v, writes %v", second, err, f.Writes())
		}
	})
}

// TestOneReadIsNotEnough: two servers of EC2 may answer in turn.
func TestOneReadIsNotEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{owner: "111122223333", flaps: 1, visible: map[types.VpcAttributeName]time.Time{}}
		if _, err := (function{f}).Create(t.Context(), ask("vpc-1")); err != nil {
			t.Fatal(err)
		}
		// support: one look, on, off, on, on; host names: one look, on, on
		if n := f.Count("DescribeVpcAttribute"); n != 8 {
			t.Errorf("%d reads, want 8", n)
		}
	})
}
