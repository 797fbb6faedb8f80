package endpointnames

import (
	"context"
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

// endpoint is one endpoint of the fake; from says when it takes on a state, in order.
type endpoint struct {
	id, vpc, service string
	kind             types.VpcEndpointType
	names            bool
	states           []change
	lastError        string
	seen             time.Duration // after the start; a new endpoint is not visible at once
	namesFrom        time.Time     // when a switch becomes visible
}

type change struct {
	at    time.Duration
	state types.State
}

// fake is a region as strict as EC2: names only on available endpoints, one endpoint per service
// and VPC that has them, states in lower case, one endpoint a page.
type fake struct {
	ec2test.Journal
	begin     time.Time
	endpoints []*endpoint
	zones     []string // services whose names a hosted zone holds
	details   map[string]types.ServiceDetail
	hang      bool // ModifyVpcEndpoint does not answer
}

func (f *fake) state(e *endpoint) types.State {
	now := types.State("available")
	for _, change := range e.states {
		if time.Since(f.begin) >= change.at {
			now = change.state
		}
	}
	return now
}

func (f *fake) DescribeVpcEndpoints(_ context.Context, in *ec2.DescribeVpcEndpointsInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointsOutput, error) {
	if err := f.Call("DescribeVpcEndpoints"); err != nil {
		return nil, err
	}
	after := aws.ToString(in.NextToken)
	for _, e := range f.endpoints {
		pass, err := ec2test.Passes(in.Filters, map[string][]string{
			"vpc-id": {e.vpc}, "service-name": {e.service}, "vpc-endpoint-id": {e.id},
		})
		if err != nil {
			return nil, err
		}
		if after != "" {
			if after == e.id {
				after = ""
			}
			continue
		}
		out := &ec2.DescribeVpcEndpointsOutput{NextToken: &e.id}
		if pass && time.Since(f.begin) >= e.seen {
			out.VpcEndpoints = []types.VpcEndpoint{{VpcEndpointId: &e.id, VpcId: &e.vpc,
				ServiceName: &e.service, VpcEndpointType: e.kind, State: f.state(e),
				PrivateDnsEnabled: aws.Bool(e.names && !time.Now().Before(e.namesFrom)),
				LastError:         &types.LastError{Code: aws.String("Odd"), Message: &e.lastError}}}
		}
		return out, nil
	}
	return &ec2.DescribeVpcEndpointsOutput{}, nil
}

func (f *fake) DescribeVpcEndpointServices(_ context.Context, in *ec2.DescribeVpcEndpointServicesInput, _ ...func(*ec2.Options)) (*ec2.DescribeVpcEndpointServicesOutput, error) {
	if err := f.Call("DescribeVpcEndpointServices"); err != nil {
		return nil, err
	}
	return &ec2.DescribeVpcEndpointServicesOutput{
		ServiceDetails: []types.ServiceDetail{f.details[in.ServiceNames[0]]}}, nil
}

func (f *fake) ModifyVpcEndpoint(ctx context.Context, in *ec2.ModifyVpcEndpointInput, _ ...func(*ec2.Options)) (*ec2.ModifyVpcEndpointOutput, error) {
	id := aws.ToString(in.VpcEndpointId)
	if err := f.Call("ModifyVpcEndpoint", id); err != nil {
		return nil, err
	}
	if f.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	i := slices.IndexFunc(f.endpoints, func(e *endpoint) bool { return e.id == id })
	if i < 0 {
		return nil, ec2test.Error("InvalidVpcEndpointId.NotFound", id)
	}
	e := f.endpoints[i]
	taken := slices.Contains(f.zones, e.service) || slices.ContainsFunc(f.endpoints, func(o *endpoint) bool {
		return o != e && o.vpc == e.vpc && o.service == e.service && o.names
	})
	switch {
	case !aws.ToBool(in.PrivateDnsEnabled) || in.ResetPolicy != nil || in.AddSubnetIds != nil:
		return nil, ec2test.Error("InvalidParameter", "the fake knows only switching on")
	case f.state(e) != "available":
		return nil, ec2test.Error("InvalidParameter", "VPCEndpoint can't enable private dns before it is accepted")
	case taken:
		return nil, ec2test.Error("InvalidParameter", "private-dns-enabled cannot be set because there is "+
			"already a conflicting DNS domain for x in the VPC "+e.vpc)
	}
	e.names, e.namesFrom = true, time.Now().Add(9*time.Second)
	return &ec2.ModifyVpcEndpointOutput{Return: aws.Bool(true)}, nil
}

const (
	sts    = "com.amazonaws.eu-north-1.sts"
	vendor = "com.amazonaws.vpce.eu-north-1.vpce-svc-0abc"
)

func make1(id, service string, states ...change) *endpoint {
	return &endpoint{id: id, vpc: "vpc-1", service: service, kind: "Interface", states: states}
}

func withNames(e *endpoint) *endpoint      { e.names = true; return e }
func in(vpc string, e *endpoint) *endpoint { e.vpc = vpc; return e }
func late(e *endpoint, d time.Duration) *endpoint {
	e.seen = d
	return e
}

func TestNames(t *testing.T) {
	verified := types.ServiceDetail{PrivateDnsName: aws.String("a.b"), PrivateDnsNameVerificationState: "verified"}
	busy := ec2test.Error("OperationInProgress", "VpcEndpoint modify operation in progress")
	denied := ec2test.Error("UnauthorizedOperation", "no")
	modify := "ModifyVpcEndpoint vpce-1"
	tests := []struct {
		name      string
		endpoints []*endpoint
		ask       []string
		fake      fake
		want      contract.EndpointNamesData
		writes    []string
		reason    string
		within    time.Duration
	}{
		{name: "off", endpoints: []*endpoint{make1("vpce-1", sts)}, writes: []string{modify},
			want: contract.EndpointNamesData{Enabled: "vpce-1"}, within: 15 * time.Second},
		{name: "on already", endpoints: []*endpoint{withNames(make1("vpce-1", sts))},
			want: contract.EndpointNamesData{Enabled: "vpce-1"}},
		{name: "five at once, some pending, one not visible", ask: []string{"vpce-5", "vpce-1", "vpce-2", "vpce-1", ""},
			endpoints: []*endpoint{make1("vpce-1", sts, change{0, "pending"}, change{40 * time.Second, "available"}),
				late(make1("vpce-2", "com.amazonaws.eu-north-1.ec2"), 30*time.Second), make1("vpce-5", vendor)},
			want:   contract.EndpointNamesData{Enabled: "vpce-1,vpce-2,vpce-5"},
			writes: []string{"ModifyVpcEndpoint vpce-5", "ModifyVpcEndpoint vpce-2", modify}, within: 70 * time.Second},
		{name: "accepted after a while, by way of pending", endpoints: []*endpoint{make1("vpce-1", vendor,
			change{0, "pendingAcceptance"}, change{60 * time.Second, "pending"}, change{80 * time.Second, "available"})},
			want: contract.EndpointNamesData{Enabled: "vpce-1"}, writes: []string{modify}, within: 2 * time.Minute},
		{name: "never accepted", endpoints: []*endpoint{make1("vpce-1", vendor, change{0, "pendingAcceptance"})},
			reason: "the provider of " + vendor + " has not accepted vpce-1: ask", within: 225 * time.Second},
		{name: "rejected", endpoints: []*endpoint{{id: "vpce-1", vpc: "vpc-1", service: vendor, kind: "interface",
			states: []change{{0, "rejected"}}, lastError: "owner said no"}}, reason: "vpce-1 is rejected by the provider of " + vendor + ": ask"},
		{name: "expired", endpoints: []*endpoint{make1("vpce-1", vendor, change{0, "expired"})},
			reason: "vpce-1 is expired, not accepted in time, by the provider of " + vendor + ": ask"},
		{name: "failed", endpoints: []*endpoint{{id: "vpce-1", vpc: "vpc-1", service: vendor, kind: "interface",
			states: []change{{0, "failed"}}, lastError: "no room"}}, reason: "has failed (Odd: no room): try again"},
		{name: "deleted meanwhile", endpoints: []*endpoint{make1("vpce-1", vendor, change{0, "deleting"})},
			reason: "vpce-1 is being deleted by somebody outside this stack: delete"},
		{name: "DNS of the VPC is off", endpoints: []*endpoint{make1("vpce-1", sts)}, writes: []string{modify},
			fake: fake{Journal: ec2test.Journal{Fail: map[string][]error{"ModifyVpcEndpoint": {
				ec2test.Error("InvalidParameter", "Enabling private DNS requires both enableDnsSupport and x")}}}},
			reason: "are off in vpc-1, and vpce-1 needs both"},
		{name: "not found", ask: []string{"vpce-9"}, reason: "vpce-9 was not found", within: 95 * time.Second},
		{name: "a gateway endpoint", endpoints: []*endpoint{{id: "vpce-1", vpc: "vpc-1", kind: "Gateway"}},
			reason: "only interface endpoints"},
		{name: "another VPC", endpoints: []*endpoint{in("vpc-2", make1("vpce-1", sts))}, reason: "is in vpc-2, not in vpc-1"},
		{name: "the customer's endpoint has the names", writes: []string{modify}, endpoints: []*endpoint{
			make1("vpce-1", sts), withNames(in("vpc-2", make1("vpce-far", sts))), withNames(make1("vpce-own", sts))},
			want: contract.EndpointNamesData{Adopted: "vpce-1=vpce-own"}},
		{name: "a hosted zone has the names", endpoints: []*endpoint{make1("vpce-1", sts)}, fake: fake{zones: []string{sts}},
			writes: []string{modify}, reason: "x is taken in vpc-1, but not by an endpoint to " + sts + ": find the private hosted zone"},
		{name: "the other form of conflict", endpoints: []*endpoint{make1("vpce-1", sts)}, writes: []string{modify},
			fake: fake{Journal: ec2test.Journal{Fail: map[string][]error{"ModifyVpcEndpoint": {
				ec2test.Error("ConflictingDomainExists", "x")}}}}, reason: "the private name of " + sts + " is taken in vpc-1"},
		{name: "no private name", endpoints: []*endpoint{make1("vpce-1", vendor)},
			fake: fake{details: map[string]types.ServiceDetail{vendor: {}}}, reason: "has no private DNS name"},
		{name: "an unverified name", endpoints: []*endpoint{make1("vpce-1", vendor)},
			fake: fake{details: map[string]types.ServiceDetail{vendor: {PrivateDnsName: aws.String("a.b"),
				PrivateDnsNameVerificationState: "pendingVerification"}}}, reason: "is pendingVerification: its provider"},
		{name: "busy, then denied for a while", endpoints: []*endpoint{make1("vpce-1", sts)},
			fake: fake{Journal: ec2test.Journal{Fail: map[string][]error{"ModifyVpcEndpoint": {busy, busy, denied}}}},
			want: contract.EndpointNamesData{Enabled: "vpce-1"}, writes: []string{modify, modify, modify, modify}},
		{name: "a call that hangs", endpoints: []*endpoint{make1("vpce-1", sts)}, fake: fake{hang: true},
			writes: []string{modify}, reason: "route53:AssociateVPCWithHostedZone", within: 226 * time.Second},
		{name: "nothing asked", ask: []string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := test.fake
				f.begin, f.endpoints = time.Now(), test.endpoints
				if f.details == nil {
					f.details = map[string]types.ServiceDetail{vendor: verified}
				}
				ids := test.ask
				if ids == nil {
					ids = []string{"vpce-1"}
				}
				ctx, cancel := context.WithTimeout(t.Context(), 225*time.Second)
				defer cancel()
				got, err := function{&f}.Create(ctx, request{Log: slog.New(slog.DiscardHandler),
					Properties: contract.EndpointNamesProperties{VpcID: "vpc-1", EndpointIDs: ids}})
				if test.reason != "" {
					if err == nil || !strings.Contains(err.Error(), test.reason) || len(err.Error()) > 300 {
						t.Errorf("reason %v, want %q", err, test.reason)
					}
				} else if err != nil || got.Data != test.want {
					t.Errorf("got %+v, %v", got, err)
				}
				if writes := f.Writes(); !slices.Equal(writes, test.writes) {
					t.Errorf("writes %q, want %q", writes, test.writes)
				}
				if took := time.Since(f.begin); test.within > 0 && took > test.within {
					t.Errorf("took %v", took)
				}
				if n := f.Count("DescribeVpcEndpoints"); n > 300 {
					t.Errorf("%d descriptions are hard on the account's limits", n)
				}
			})
		})
	}
}

func TestF08PhysicalID(t *testing.T) {
	many := slices.Repeat([]string{"vpce-0123456789abcdef0"}, 60)
	for i := range many {
		many[i] += strings.Repeat("a", i)
	}
	a, b := physicalID([]string{"vpce-2", "vpce-1", "vpce-2"}), physicalID([]string{"vpce-1", "vpce-2"})
	if a != b || a != "private-dns/vpce-1+vpce-2" {
		t.Errorf("%s, %s", a, b)
	}
	if id := physicalID(many); len(id) > 100 || id == physicalID(many[1:]) {
		t.Errorf("%s", id)
	}
	if id := physicalID(nil); id != "private-dns/none" {
		t.Errorf("%s", id)
	}
}

func TestDeleteCallsNothing(t *testing.T) {
	f := &fake{}
	if _, err := (function{f}).Delete(t.Context(), request{}); err != nil || len(f.Calls) > 0 {
		t.Errorf("error %v, calls %v", err, f.Calls)
	}
}
