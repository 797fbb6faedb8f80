package gatewayendpoint

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/contract"
)

// ask is a request of a stack's resource. The id is that of Update and Delete.
func ask(stack, logical, subnet, id string) request {
	return request{
		StackID:   "arn:aws:cloudformation:eu-north-1:111122223333:stack/s/" + stack,
		RequestID: "req-" + stack + logical + id, LogicalID: logical, PhysicalID: id,
		Log: slog.New(slog.DiscardHandler),
		Properties: contract.GatewayEndpointProperties{Service: "s3", Existing: "adopt", VpcID: "vpc-1",
			SubnetID: subnet, Vendor: "velodb"},
	}
}

func dataOf(t *testing.T, a answer, err error) contract.GatewayEndpointData {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	data, ok := a.Data.(contract.GatewayEndpointData)
	if !ok {
		t.Fatalf("no data: %+v", a)
	}
	return data
}

// bubble runs a test with virtual time, as it runs in Lambda: with 225 s for each of its events.
func bubble(t *testing.T, run func(ctx context.Context, t *testing.T, f *fake, fn function)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		run(t.Context(), t, f, function{f})
	})
}

func TestCreate(t *testing.T) {
	others := map[string]string{"Name": "ours, hands off"}
	vendors := map[string]string{"velodb:managed": managedBy, "velodb:stack": "guid-old", "velodb:user/guid-old/00": "S3"}
	tests := []struct {
		name, subnet string
		world        func(*fake)
		want         contract.GatewayEndpointData
		writes       []string
		reason       string
	}{
		{name: "nothing there", subnet: "subnet-a", writes: []string{"CreateVpcEndpoint rtb-a"},
			want: contract.GatewayEndpointData{EndpointID: "vpce-new1", Mode: "owned", RouteTableID: "rtb-a",
				RouteTableIsMain: "false", PolicyRestricted: "false"}},
		{name: "the main table, slowly visible", subnet: "subnet-b", world: func(f *fake) { f.lag = 9 * time.Second },
			writes: []string{"CreateVpcEndpoint rtb-main"}, want: contract.GatewayEndpointData{EndpointID: "vpce-new1",
				Mode: "owned", RouteTableID: "rtb-main", RouteTableIsMain: "true", PolicyRestricted: "false"}},
		{name: "the customer's, with this table", subnet: "subnet-a",
			world: func(f *fake) { f.add("vpce-c", "s3", []string{"rtb-x", "rtb-a"}, others) },
			want: contract.GatewayEndpointData{EndpointID: "vpce-c", Mode: "adopted", RouteTableID: "rtb-a",
				RouteTableIsMain: "false", PolicyRestricted: "false"}},
		{name: "the customer's, with a policy", subnet: "subnet-a",
			world: func(f *fake) {
				f.add("vpce-c", "s3", []string{"rtb-a"}, nil).policy = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`
			},
			want: contract.GatewayEndpointData{EndpointID: "vpce-c", Mode: "adopted", RouteTableID: "rtb-a",
				RouteTableIsMain: "false", PolicyRestricted: "true"}},
		{name: "the customer's, without this table, and for another service", subnet: "subnet-a",
			world: func(f *fake) {
				f.add("vpce-c", "s3", []string{"rtb-main"}, others)
				f.add("vpce-d", "dynamodb", []string{"rtb-a"}, others)
			},
			writes: []string{"CreateVpcEndpoint rtb-a"},
			want: contract.GatewayEndpointData{EndpointID: "vpce-new1", Mode: "owned", RouteTableID: "rtb-a",
				RouteTableIsMain: "false", PolicyRestricted: "false"}},
		{name: "another stack's", subnet: "subnet-a", writes: []string{"CreateTags vpce-v"},
			world: func(f *fake) { f.add("vpce-v", "s3", []string{"rtb-a"}, maps.Clone(vendors)) },
			want: contract.GatewayEndpointData{EndpointID: "vpce-v", Mode: "shared", RouteTableID: "rtb-a",
				RouteTableIsMain: "false", PolicyRestricted: "false"}},
		{name: "one that is going away", subnet: "subnet-a", writes: []string{"CreateVpcEndpoint rtb-a"},
			world: func(f *fake) {
				e := f.add("vpce-v", "s3", []string{"rtb-a"}, nil)
				e.state, e.gone = "deleting", time.Now().Add(40*time.Second)
			},
			want: contract.GatewayEndpointData{EndpointID: "vpce-new1", Mode: "owned", RouteTableID: "rtb-a",
				RouteTableIsMain: "false", PolicyRestricted: "false"}},
		{name: "the customer's, not visible yet", subnet: "subnet-a", writes: []string{"CreateVpcEndpoint rtb-a"},
			world: func(f *fake) {
				f.add("vpce-c", "s3", []string{"rtb-a"}, nil).seen = time.Now().Add(5 * time.Second)
			},
			want: contract.GatewayEndpointData{EndpointID: "vpce-c", Mode: "adopted", RouteTableID: "rtb-a",
				RouteTableIsMain: "false", PolicyRestricted: "false"}},
		{name: "a route of the customer's", subnet: "subnet-a", writes: []string{"CreateVpcEndpoint rtb-a"},
			world: func(f *fake) { f.routes["rtb-a"] = "nat-7" }, reason: "elsewhere (pl-s3 to nat-7)"},
		{name: "a shared VPC", subnet: "subnet-a", world: func(f *fake) { f.owner = "999900001111" },
			reason: "shared by account 999900001111"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
				if test.world != nil {
					test.world(f)
				}
				a, err := fn.Create(ctx, ask("guid", "S3", test.subnet, ""))
				if test.reason != "" {
					if err == nil || !strings.Contains(err.Error(), test.reason) || len(err.Error()) > 300 {
						t.Errorf("reason %v, want %q", err, test.reason)
					}
				} else if data := dataOf(t, a, err); data != test.want ||
					a.PhysicalID != "s3gw/v1/vpc-1/"+test.want.RouteTableID {
					t.Errorf("got %+v", a)
				}
				if writes := f.Writes(); !slices.Equal(writes, test.writes) {
					t.Errorf("writes %q, want %q", writes, test.writes)
				}
			})
		})
	}
}

func TestBadProperties(t *testing.T) {
	for reason, spoil := range map[string]func(*request){
		"Service is \"S3\"":  func(r *request) { r.Properties.Service = "S3" },
		"must be adopt":      func(r *request) { r.Properties.Existing = "" },
		"must be given":      func(r *request) { r.Properties.Vendor = "" },
		"is no ARN of a sta": func(r *request) { r.StackID = "s" },
	} {
		r := ask("guid", "S3", "subnet-a", "")
		spoil(&r)
		f := newFake()
		_, err := function{f}.Create(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), reason) || len(f.Calls) > 0 {
			t.Errorf("got %v, want %q", err, reason)
		}
	}
}

// TestF09Twice delivers everything twice, also at the same time.
func TestF09Twice(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		f.lag = 5 * time.Second
		answers := make(chan answer, 2)
		for range 2 {
			go func() {
				a, err := fn.Create(ctx, ask("guid", "S3", "subnet-a", ""))
				if err != nil {
					t.Error(err)
				}
				answers <- a
			}()
		}
		a, b := <-answers, <-answers
		if fmt.Sprint(a) != fmt.Sprint(b) || len(f.live()) != 1 {
			t.Errorf("two deliveries give\n%v\n%v\nand %d endpoints", a, b, len(f.live()))
		}
		for range 2 {
			if _, err := fn.Delete(ctx, ask("guid", "S3", "subnet-a", a.PhysicalID)); err != nil {
				t.Error(err)
			}
		}
		if len(f.live()) != 0 {
			t.Errorf("left %d endpoints", len(f.live()))
		}
	})
}

func TestParseID(t *testing.T) {
	for id, ok := range map[string]bool{
		"s3gw/v1/vpc-1/rtb-2": true, "dynamodbgw/v1/v/r": true, "s3gw/v2/vpc-1/rtb-2": false,
		"sqsgw/v1/v/r": false, "s3gw/v1//r": false, "none:12": false, "": false, "s3gw/v1/v/r/x": false,
	} {
		target, got := parseID(id)
		if got != ok || (ok && target.id() != id) {
			t.Errorf("%q gives %+v, %v", id, target, got)
		}
	}
}
