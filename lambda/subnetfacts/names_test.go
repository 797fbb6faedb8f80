package subnetfacts

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/ec2test"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	amazon = "com.amazonaws.us-east-1.sts"
	vendor = "com.amazonaws.vpce.us-east-1.vpce-svc-0a"
)

// private is a service with private names, of anybody.
func private(acceptance *bool, state types.DnsNameState, names ...string) types.ServiceDetail {
	detail := types.ServiceDetail{AcceptanceRequired: acceptance, PrivateDnsNameVerificationState: state}
	for _, name := range names {
		detail.PrivateDnsNames = append(detail.PrivateDnsNames, types.PrivateDnsDetails{PrivateDnsName: &name})
	}
	return detail
}

// holder is an available endpoint of vpc-1 whose names are on; more changes it.
func holder(service string, more ...func(*types.VpcEndpoint)) types.VpcEndpoint {
	e := types.VpcEndpoint{VpcEndpointId: aws.String("vpce-7"), VpcId: aws.String("vpc-1"), ServiceName: &service,
		State: "available", PrivateDnsEnabled: aws.Bool(true)}
	for _, change := range more {
		change(&e)
	}
	return e
}

func tagged(key, value string) func(*types.VpcEndpoint) {
	return func(e *types.VpcEndpoint) { e.Tags = []types.Tag{{Key: &key, Value: &value}} }
}

func state(s types.State) func(*types.VpcEndpoint) {
	return func(e *types.VpcEndpoint) { e.State = s }
}

func off(e *types.VpcEndpoint) { e.PrivateDnsEnabled = aws.Bool(false) }

func elsewhere(e *types.VpcEndpoint) { e.VpcId = aws.String("vpc-2") }

func answering(name string) func(*types.VpcEndpoint) {
	return func(e *types.VpcEndpoint) { e.DnsEntries = []types.DnsEntry{{}, {DnsName: &name}} }
}

// TestNames is the table of the decision: Sts is AWS's, Api the vendor's.
func TestNames(t *testing.T) {
	no, yes, own := aws.Bool(false), aws.Bool(true), tagged("acme:stack", "guid")
	sts := map[string]types.ServiceDetail{amazon: private(no, "verified", "sts.aws")}
	api := func(d types.ServiceDetail) map[string]types.ServiceDetail {
		return map[string]types.ServiceDetail{vendor: d}
	}
	ask1, ask2 := []string{"Sts=" + amazon}, []string{"Api=" + vendor}
	is := func(id, on string) map[string]string { return map[string]string{id: on} }
	tests := map[string]struct {
		details   map[string]types.ServiceDetail
		names     []string
		endpoints []types.VpcEndpoint
		update    bool
		before    []string
		want      map[string]string
	}{
		"nothing in the way":      {details: sts, names: ask1, want: is("Sts", "true")},
		"AWS's without a state":   {details: map[string]types.ServiceDetail{amazon: private(no, "", "a")}, names: ask1, want: is("Sts", "true")},
		"a vendor's, verified":    {details: api(private(no, "Verified", "a.b")), names: ask2, want: is("Api", "true")},
		"a vendor's, unverified":  {details: api(private(no, "pendingVerification", "a.b")), names: ask2, want: is("Api", "false")},
		"a vendor's, unknown":     {details: api(private(no, "", "a.b")), names: ask2, want: is("Api", "false")},
		"a vendor's without name": {details: api(private(no, "verified")), names: ask2, want: is("Api", "false")},
		"acceptance":              {details: api(private(yes, "verified", "a.b")), names: ask2, want: is("Api", "false")},
		"acceptance not said":     {details: api(private(nil, "verified", "a.b")), names: ask2, want: is("Api", "false")},
		"not among the services":  {details: sts, names: []string{"Api=" + vendor}, want: is("Api", "false")},
		"a text without service":  {details: sts, names: []string{"Odd"}, want: is("Odd", "false")},
		"one service twice": {details: sts, names: []string{"A=" + amazon, "B=" + amazon},
			want: map[string]string{"A": "false", "B": "false"}},

		"the customer's": {details: sts, names: ask1, endpoints: []types.VpcEndpoint{holder("other"), holder(amazon)},
			want: is("Sts", "false")},
		"the customer's, pending": {details: sts, names: ask1, want: is("Sts", "false"),
			endpoints: []types.VpcEndpoint{holder(amazon, state("pending"))}},
		"the customer's, going": {details: sts, names: ask1, want: is("Sts", "false"),
			endpoints: []types.VpcEndpoint{holder(amazon, state("deleting"))}},
		"the customer's, gone": {details: sts, names: ask1, want: is("Sts", "true"),
			endpoints: []types.VpcEndpoint{holder(amazon, state("deleted"))}},
		"the customer's without names": {details: sts, names: ask1, want: is("Sts", "true"),
			endpoints: []types.VpcEndpoint{holder(amazon, off)}},
		"in another VPC": {details: sts, names: ask1, want: is("Sts", "true"),
			endpoints: []types.VpcEndpoint{holder(amazon, elsewhere)}},
		"another service, the same domain": {details: api(private(no, "verified", "x.y", "a.b")), names: ask2, want: is("Api", "false"),
			endpoints: []types.VpcEndpoint{holder("old", answering("A.b"), own)}},
		"another service, another domain": {details: api(private(no, "verified", "a.b")), names: ask2, want: is("Api", "true"),
			endpoints: []types.VpcEndpoint{holder("old", answering("c.d"))}},

		"own, at a second delivery": {details: sts, names: ask1, endpoints: []types.VpcEndpoint{holder(amazon, own)}, want: is("Sts", "true")},
		"own, in an update": {details: sts, names: ask1, update: true, before: ask1, want: is("Sts", "true"),
			endpoints: []types.VpcEndpoint{holder(amazon, own)}},
		"own, of before it asked": {details: sts, names: ask1, update: true, want: is("Sts", "false"),
			endpoints: []types.VpcEndpoint{holder(amazon, own)}},
		"own, renamed": {details: sts, names: ask1, update: true, before: []string{"Was=" + amazon}, want: is("Sts", "false"),
			endpoints: []types.VpcEndpoint{holder(amazon, own)}},
		"own without names": {details: sts, names: ask1, update: true, before: ask1, want: is("Sts", "true"),
			endpoints: []types.VpcEndpoint{holder(amazon, own, off)}},
		"own without names, the customer's with": {details: sts, names: ask1, update: true, before: ask1, want: is("Sts", "false"),
			endpoints: []types.VpcEndpoint{holder(amazon, own, off), holder(amazon)}},
		"own, going": {details: sts, names: ask1, endpoints: []types.VpcEndpoint{holder(amazon, own, state("deleting"))}, want: is("Sts", "false")},
		"of another stack": {details: sts, names: ask1, endpoints: []types.VpcEndpoint{holder(amazon, tagged("acme:stack", "uid"))},
			want: is("Sts", "false")},
		"of another vendor": {details: sts, names: ask1, endpoints: []types.VpcEndpoint{holder(amazon, tagged("acne:stack", "guid"))},
			want: is("Sts", "false")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.details, f.endpoints = test.details, test.endpoints
			r := ask("vpc-1", "subnet-a", nil, slices.Collect(maps.Keys(test.details)))
			r.Properties.Names, r.Properties.Vendor = test.names, "acme"
			if test.update {
				r.Type, r.Old.Names = cfn.RequestUpdate, test.before
			}
			got, err := function{f}.Create(t.Context(), r)
			data := got.Data.(contract.SubnetFactsData)
			if err != nil || !maps.Equal(data.PrivateDNS, test.want) {
				t.Errorf("got %v, %v", data.PrivateDNS, err)
			}
			if writes := f.Writes(); len(writes) > 0 {
				t.Errorf("it wrote: %v", writes)
			}
		})
	}
}

// TestNamesAreNoReasonToFail: without the look the facts come all the same, and at once.
func TestNamesAreNoReasonToFail(t *testing.T) {
	for code, calls := range map[string]int{"UnauthorizedOperation": 1, "AccessDenied": 1, "RequestLimitExceeded": 3} {
		synctest.Test(t, func(t *testing.T) {
			f, begin := newFake(), time.Now()
			f.details = map[string]types.ServiceDetail{amazon: private(aws.Bool(false), "verified", "a")}
			f.Fail = map[string][]error{"DescribeVpcEndpoints": slices.Repeat([]error{ec2test.Error(code, "x")}, 99)}
			r := ask("vpc-1", "subnet-a", nil, []string{amazon})
			r.Properties.Names = []string{"Sts=" + amazon}
			got, err := function{f}.Create(t.Context(), r)
			if err != nil || got.Data.(contract.SubnetFactsData).PrivateDNS["Sts"] != "false" {
				t.Errorf("%s: got %v, %v", code, got.Data, err)
			}
			if n := f.Count("DescribeVpcEndpoints"); n > calls || time.Since(begin) > 6*time.Second {
				t.Errorf("%s: %d calls in %s", code, n, time.Since(begin))
			}
		})
	}
}

// TestNamesAreNotLookedFor where the owner of the subnet is another account, or nobody asks.
func TestNamesAreNotLookedFor(t *testing.T) {
	for subnet, names := range map[string][]string{"subnet-a": nil, "subnet-c": {"Sts=" + amazon}} {
		f := newFake()
		f.details = map[string]types.ServiceDetail{amazon: private(aws.Bool(false), "verified", "a")}
		r := ask("", subnet, nil, []string{amazon})
		r.Properties.Names = names
		got, err := function{f}.Create(t.Context(), r)
		if err != nil || f.Count("DescribeVpcEndpoints") > 0 ||
			got.Data.(contract.SubnetFactsData).PrivateDNS["Sts"] == "true" {
			t.Errorf("%s: got %v, %v", subnet, got.Data, err)
		}
	}
}

// TestAttributes: each answer is an attribute of its own, beside the facts.
func TestAttributes(t *testing.T) {
	for want, named := range map[string]map[string]string{
		"": nil, "true": {"Sts": "true", "Api": "false"},
	} {
		raw, err := json.Marshal(contract.SubnetFactsData{VpcID: "vpc-1", PrivateDNS: named})
		var got map[string]string
		if err != nil || json.Unmarshal(raw, &got) != nil {
			t.Fatal(string(raw), err)
		}
		if len(got) != 7+len(named) || got["VpcId"] != "vpc-1" || got["PrivateDnsSts"] != want {
			t.Errorf("got %s", raw)
		}
	}
}
