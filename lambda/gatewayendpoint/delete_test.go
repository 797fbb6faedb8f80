package gatewayendpoint

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"byocfn/internal/ec2test"
)

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
