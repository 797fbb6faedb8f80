package main

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
	"byocfn/internal/ec2test"
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

// TestSharing: whoever leaves first, the endpoint stays for the other and goes with the last.
func TestSharing(t *testing.T) {
	tests := []struct {
		name          string
		first, second request
	}{
		{"two stacks", ask("one", "S3", "subnet-b", ""), ask("two", "S3", "subnet-c", "")},
		{"two resources of a stack", ask("one", "S3a", "subnet-b", ""), ask("one", "S3b", "subnet-c", "")},
	}
	for _, test := range tests {
		for _, ownerLeavesFirst := range []bool{true, false} {
			t.Run(fmt.Sprint(test.name, ownerLeavesFirst), func(t *testing.T) {
				bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
					a, err := fn.Create(ctx, test.first)
					dataOf(t, a, err)
					b, err := fn.Create(ctx, test.second)
					dataOf(t, b, err)
					test.first.PhysicalID, test.second.PhysicalID = a.PhysicalID, b.PhysicalID
					leaves, stays := test.first, test.second
					if !ownerLeavesFirst {
						leaves, stays = stays, leaves
					}
					for range 2 { // the second is a delivery too many
						got, err := fn.Delete(ctx, leaves)
						if err != nil || len(f.live()) != 1 || f.Count("DeleteVpcEndpoints") != 0 {
							t.Fatalf("after the first left: %v, %v, %d endpoints", got, err, len(f.live()))
						}
					}
					if _, err := fn.Delete(ctx, stays); err != nil || len(f.live()) != 0 {
						t.Errorf("after the last left: %v, %d endpoints, %v", err, len(f.live()), f.Writes())
					}
				})
			})
		}
	}
}

// TestF11Replacement moves the subnet to another route table, with and without a rollback.
func TestF11Replacement(t *testing.T) {
	for _, rollback := range []bool{false, true} {
		bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
			a, err := fn.Create(ctx, ask("guid", "S3", "subnet-a", ""))
			old := dataOf(t, a, err)
			b, err := fn.Update(ctx, ask("guid", "S3", "subnet-b", a.PhysicalID))
			next := dataOf(t, b, err)
			if a.PhysicalID == b.PhysicalID || len(f.live()) != 2 {
				t.Fatalf("ids %s and %s, %d endpoints", a.PhysicalID, b.PhysicalID, len(f.live()))
			}
			gone, want := a.PhysicalID, next.EndpointID
			if rollback {
				c, err := fn.Update(ctx, ask("guid", "S3", "subnet-a", b.PhysicalID))
				if back := dataOf(t, c, err); back != old || c.PhysicalID != a.PhysicalID {
					t.Errorf("rolled back to %+v", c)
				}
				gone, want = b.PhysicalID, old.EndpointID
			}
			if _, err := fn.Delete(ctx, ask("guid", "S3", "subnet-b", gone)); err != nil {
				t.Error(err)
			}
			if left := f.live(); len(left) != 1 || left[0].id != want {
				t.Errorf("rollback %v: left %+v, want %s", rollback, left, want)
			}
		})
	}
}

func TestDelete(t *testing.T) {
	const id = "s3gw/v1/vpc-1/rtb-a"
	tests := []struct {
		name, id string
		world    func(*fake) // after the create
		left     int
		reason   string
	}{
		{"ours", id, func(f *fake) { f.deleting = 30 * time.Second }, 0, "is removed"},
		{"after a failed create", "none:0011", nil, 0, "is removed"},
		{"with an id that CloudFormation made up", "stack-S3-1ABC", nil, 0, "is removed"},
		{"gone already", id, func(f *fake) { f.endpoints = nil }, 0, ""},
		{"another route table's", "s3gw/v1/vpc-1/rtb-zz", nil, 1, ""},
		{"another service's", "dynamodbgw/v1/vpc-1/rtb-a", nil, 1, ""},
		{"with a route table of the customer's", id, func(f *fake) {
			f.endpoints[0].tables = append(f.endpoints[0].tables, "rtb-c")
		}, 1, "route tables were added"},
		{"without its tags", id, func(f *fake) { f.endpoints[0].tags = nil }, 1, ""},
		{"with another stack's tag", id, func(f *fake) { f.endpoints[0].tags["velodb:user/zz/1"] = "S3" }, 1,
			"1 other users depend on it"},
		{"refused beside a 200", id, func(f *fake) { f.refuse = "DependencyViolation" }, 1, "DependencyViolation"},
		{"denied", id, func(f *fake) {
			f.Fail = map[string][]error{"DeleteVpcEndpoints": {ec2test.Error("UnauthorizedOperation", "no")}}
		}, 1, "left in place: ec2:DeleteVpcEndpoints is denied"},
		{"denied to look", id, func(f *fake) {
			f.Fail = map[string][]error{"DescribeVpcEndpoints": {ec2test.Error("AccessDenied", "no")}}
		}, 1, "left in place: ec2:DescribeVpcEndpoints is denied"},
		{"throttled", id, func(f *fake) {
			busy := ec2test.Error("RequestLimitExceeded", "slow down")
			f.Fail = map[string][]error{"DescribeVpcEndpoints": {busy, busy}, "DeleteVpcEndpoints": {busy}}
		}, 0, "is removed"},
		{"joined at the last moment", id, func(f *fake) {
			looks := 0
			f.hook = func(operation string) {
				if operation == "DescribeVpcEndpoints" {
					looks++
				}
				if looks == 2 {
					f.endpoints[0].tags["velodb:user/late/1"] = "S3"
				}
			}
		}, 1, "other users"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
				customers := f.add("vpce-c", "s3", []string{"rtb-main"}, map[string]string{"Name": "mine"})
				a, err := fn.Create(ctx, ask("guid", "S3", "subnet-a", ""))
				dataOf(t, a, err)
				f.endpoints = f.endpoints[1:]
				if test.world != nil {
					test.world(f)
				}
				f.endpoints = append(f.endpoints, customers)
				got, err := fn.Delete(ctx, ask("guid", "S3", "subnet-a", test.id))
				if err != nil || !strings.Contains(got.Reason, test.reason) {
					t.Errorf("answer %+v, %v; want %q", got, err, test.reason)
				}
				if left := f.live(); len(left) != test.left+1 {
					t.Errorf("left %d endpoints of the stack, want %d", len(left)-1, test.left)
				}
				if customers.state != "available" || len(customers.tags) != 1 {
					t.Errorf("the customer's endpoint was touched: %+v", customers)
				}
			})
		})
	}
}

// TestLostResponse: the endpoint was made, but the answer got lost, and the call is repeated.
func TestLostResponse(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		r := ask("guid", "S3", "subnet-a", "")
		if _, err := fn.Create(ctx, r); err != nil {
			t.Fatal(err)
		}
		f.tokens = map[string]*endpoint{} // EC2 forgot the token, so the route is in the way
		f.endpoints[0].seen = time.Now().Add(6 * time.Second)
		a, err := fn.Create(ctx, r)
		if data := dataOf(t, a, err); data.Mode != "owned" || len(f.live()) != 1 {
			t.Errorf("got %+v, %d endpoints", data, len(f.live()))
		}
	})
}

// TestVanished: the stack that made the endpoint deletes it while this one joins.
func TestVanished(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		f.add("vpce-v", "s3", []string{"rtb-a"}, map[string]string{"velodb:managed": managedBy, "velodb:stack": "old"})
		f.hook = func(string) {
			if f.Count("CreateTags") == 1 && f.Count("CreateVpcEndpoint") == 0 {
				f.endpoints = nil
			}
		}
		a, err := fn.Create(ctx, ask("guid", "S3", "subnet-a", ""))
		if data := dataOf(t, a, err); data.Mode != "owned" || data.EndpointID != "vpce-new1" {
			t.Errorf("got %+v, writes %v", data, f.Writes())
		}
	})
}

// TestVanishedAfterCreate: what was just made is deleted by somebody else. The client token of the
// second try must be another one, or EC2 would give the deleted endpoint back.
func TestVanishedAfterCreate(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		f.hook = func(operation string) {
			if len(f.tokens) == 1 {
				f.endpoints = nil
			}
		}
		a, err := fn.Create(ctx, ask("guid", "S3", "subnet-a", ""))
		if data := dataOf(t, a, err); data.EndpointID != "vpce-new2" {
			t.Errorf("got %+v, writes %v", data, f.Writes())
		}
	})
}

// TestDeleteOfWhatIsNotVisibleYet: a create failed right after it made the endpoint.
func TestDeleteOfWhatIsNotVisibleYet(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		f.add("vpce-1", "s3", []string{"rtb-a"}, map[string]string{"velodb:managed": managedBy,
			marksOf(ask("guid", "S3", "", "")).user(): "S3"}).seen = time.Now().Add(3 * time.Second)
		if _, err := fn.Delete(ctx, ask("guid", "S3", "subnet-a", "none:7")); err != nil || len(f.live()) > 0 {
			t.Errorf("%v, left %d", err, len(f.live()))
		}
	})
}

// TestF12FailedIDs: what fails before anything is made keeps the old id; after it, the new one.
func TestF12FailedIDs(t *testing.T) {
	for operation, want := range map[string]string{
		"DescribeSubnets": "", "DescribeVpcEndpoints": "", "CreateVpcEndpoint": "s3gw/v1/vpc-1/rtb-a",
	} {
		bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
			f.Fail = map[string][]error{operation: {ec2test.Error("InvalidParameter", "odd")}}
			a, err := fn.Update(ctx, ask("guid", "S3", "subnet-a", "s3gw/v1/vpc-1/rtb-old"))
			if err == nil || a.PhysicalID != want {
				t.Errorf("%s fails: id %q, %v", operation, a.PhysicalID, err)
			}
		})
	}
}

// TestDeathAtEveryCall ends the process at each call in turn; the delivery after it, or the deletion
// after a rollback, must set everything right.
func TestDeathAtEveryCall(t *testing.T) {
	for _, again := range []bool{true, false} {
		for n := 1; ; n++ {
			finished := false
			bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
				customers := f.add("vpce-c", "s3", []string{"rtb-main"}, map[string]string{"Name": "mine"})
				finished = !dies(f, n, func() { _, _ = fn.Create(ctx, ask("guid", "S3", "subnet-a", "")) })
				id := "none:1"
				if again {
					a, err := fn.Create(ctx, ask("guid", "S3", "subnet-a", ""))
					id = a.PhysicalID
					if dataOf(t, a, err).Mode != "owned" || len(f.live()) != 2 {
						t.Errorf("death at call %d: %+v, %d endpoints", n, a, len(f.live())-1)
					}
				}
				dies(f, n, func() { _, _ = fn.Delete(ctx, ask("guid", "S3", "subnet-a", id)) })
				if _, err := fn.Delete(ctx, ask("guid", "S3", "subnet-a", id)); err != nil {
					t.Error(err)
				}
				if len(f.live()) != 1 || f.live()[0] != customers || len(customers.tags) != 1 {
					t.Errorf("death at call %d leaves %d endpoints", n, len(f.live())-1)
				}
			})
			if finished {
				break
			}
		}
	}
}

// dies runs until the n-th call has begun and tells whether it came to that.
func dies(f *fake, n int, run func()) (died bool) {
	calls := 0
	f.hook = func(string) {
		if calls++; calls == n {
			panic("killed")
		}
	}
	defer func() {
		f.hook = nil
		died = recover() != nil
	}()
	run()
	return false
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

func TestMarks(t *testing.T) {
	m := marks{prefix: "v:", stack: strings.Repeat("0", 36), logical: strings.Repeat("L", 255), request: "r"}
	if key := m.user(); len(key) > 128 || strings.HasPrefix(key, "aws:") {
		t.Errorf("tag key %s", key)
	}
	tokens := map[string]bool{}
	for _, token := range []string{m.token("s", "rtb", 0), m.token("s", "rtb", 1), m.token("t", "rtb", 0),
		m.token("s", "rtc", 0)} {
		tokens[token] = true
		if len(token) > 64 {
			t.Errorf("token %s", token)
		}
	}
	if len(tokens) != 4 || m.token("s", "rtb", 0) != m.token("s", "rtb", 0) {
		t.Errorf("tokens %v", tokens)
	}
}

func TestRestricted(t *testing.T) {
	statement := func(s string) string { return `{"Version":"2008-10-17","Statement":[` + s + `]}` }
	all := `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
	for policy, want := range map[string]bool{
		"": false, fullAccess: false, statement(all): false, "{": true, statement(""): true,
		statement(`{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["*"],"Resource":["*"]}`): false,
		statement(all + `,{"Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"*"}`):   true,
		statement(strings.Replace(all, `"Action":"*"`, `"Action":"s3:*"`, 1)):                     true,
		statement(strings.Replace(all, `}`, `,"Condition":{"Bool":{"a":"true"}}}`, 1)):            true,
	} {
		if got := restricted(policy); got != want {
			t.Errorf("%s: %v", policy, got)
		}
	}
}

func TestPermissionsAreTheCalls(t *testing.T) {
	want, _ := contract.Find("gatewayendpoint")
	if got := ec2test.Operations[API](); !slices.Equal(got, want.Actions()) {
		t.Errorf("the function calls %v, its role allows %v", got, want.Actions())
	}
}
