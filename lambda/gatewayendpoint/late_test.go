package gatewayendpoint

import (
	"context"
	"slices"
	"testing"
	"time"

	"byocfn/internal/ec2test"
)

// at is a request that CloudFormation sends a number of seconds after the first one. A copy of it has
// the same number, whenever it comes.
func at(second int, r request) request {
	r.Sent = time.Date(2026, 11, 22, 0, 0, second, 0, time.UTC)
	r.RequestID += r.Sent.String()
	return r
}

const (
	idA    = "s3gw/v1/vpc-1/rtb-a"
	idMain = "s3gw/v1/vpc-1/rtb-main"
)

// TestLateCopies moves a resource to another route table and back. Copies of what was asked for in
// between come at the end and change nothing.
func TestLateCopies(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		create := at(1, ask("guid", "S3", "subnet-a", ""))
		away := at(60, ask("guid", "S3", "subnet-b", idA))
		cleanup := at(70, ask("guid", "S3", "subnet-a", idA))
		back := at(120, ask("guid", "S3", "subnet-a", idMain))
		steps := []func() (answer, error){
			func() (answer, error) { return fn.Create(ctx, create) },
			func() (answer, error) { return fn.Update(ctx, away) },
			func() (answer, error) { return fn.Delete(ctx, cleanup) },
			func() (answer, error) { return fn.Update(ctx, back) },
			func() (answer, error) { return fn.Delete(ctx, at(130, ask("guid", "S3", "", idMain))) },
			func() (answer, error) { return fn.Delete(ctx, cleanup) },
			func() (answer, error) { return fn.Create(ctx, create) },
			func() (answer, error) { return fn.Delete(ctx, cleanup) },
		}
		for i, step := range steps {
			if _, err := step(); err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
		}
		if len(f.live()) != 1 || f.live()[0].tables[0] != "rtb-a" {
			t.Errorf("%d endpoints, %v", len(f.live()), f.Writes())
		}
		if _, err := fn.Delete(ctx, at(200, ask("guid", "S3", "subnet-a", idA))); err != nil ||
			len(f.live()) != 0 {
			t.Errorf("%v, %d endpoints are left", err, len(f.live()))
		}
	})
}

// TestNewUse: what a Delete has left behind is taken again, and a copy of that Delete leaves it then.
func TestNewUse(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		_, _ = fn.Create(ctx, at(1, ask("guid", "S3", "subnet-a", "")))
		a, err := fn.Update(ctx, at(60, ask("guid", "S3", "subnet-a", idMain)))
		dataOf(t, a, err)
		b, err := fn.Delete(ctx, at(50, ask("guid", "S3", "subnet-a", idA)))
		if err != nil || len(f.live()) != 1 || f.Count("DeleteTags") != 0 {
			t.Errorf("%v, %v, writes %v", b, err, f.Writes())
		}
	})
}

// TestDeadUpdate: an Update to the main route table dies when it has made or borrowed an endpoint
// there. CloudFormation does not know of it, so the Update of the rollback clears it away; a copy of
// an Update from before does not.
func TestDeadUpdate(t *testing.T) {
	for _, borrowed := range []bool{false, true} {
		bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
			if borrowed {
				f.add("vpce-v", "s3", []string{"rtb-main"}, map[string]string{
					"velodb:managed": managedBy, "velodb:stack": "old", "velodb:user/old/00": "S3"})
			}
			was := at(1, ask("guid", "S3", "subnet-a", ""))
			a, err := fn.Create(ctx, was)
			dataOf(t, a, err)
			a, err = fn.Update(ctx, at(60, ask("guid", "S3", "subnet-b", idA)))
			dataOf(t, a, err) // and the answer gets lost
			was.PhysicalID = idA
			if _, err = fn.Update(ctx, was); err != nil || len(f.live()) != 2 {
				t.Errorf("%v, a late copy leaves %d endpoints", err, len(f.live()))
			}
			a, err = fn.Update(ctx, at(120, ask("guid", "S3", "subnet-a", idA)))
			dataOf(t, a, err)
			count := 1
			if borrowed {
				count = 2
			}
			if live := f.live(); len(live) != count || borrowed && len(live[0].tags) != 3 {
				t.Errorf("borrowed %v: %d endpoints, writes %v", borrowed, len(live), f.Writes())
			}
		})
	}
}

// TestOneRequestOneTable: the subnet gets another route table between two runs of one request.
func TestOneRequestOneTable(t *testing.T) {
	bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
		first := at(1, ask("guid", "S3", "subnet-b", ""))
		again := first
		again.Properties.SubnetID = "subnet-a" // has rtb-a, as subnet-b would by now
		_, _ = fn.Create(ctx, first)
		a, err := fn.Create(ctx, again)
		data := dataOf(t, a, err)
		if a.PhysicalID != idMain || data.RouteTableID != "rtb-main" || len(f.live()) != 1 ||
			data.RouteTableIsMain != "true" {
			t.Errorf("%s, %+v, %d endpoints", a.PhysicalID, data, len(f.live()))
		}
	})
}

// TestDeleteLooksAgain: the world changes while a Delete is at work.
func TestDeleteLooksAgain(t *testing.T) {
	other := "velodb:user/two/00"
	tests := []struct {
		name  string
		world func(*fake)
		left  int
	}{
		{"what is listed is not visible for some seconds", func(f *fake) {
			f.hook = func(string) {
				if f.Count("DescribeVpcEndpoints") == 1 {
					f.endpoints[0].seen = time.Now().Add(8 * time.Second)
				}
			}
		}, 0},
		{"another stack joins while EC2 is busy", func(f *fake) {
			busy := ec2test.Error("RequestLimitExceeded", "Request limit exceeded.")
			f.Fail = map[string][]error{"DeleteVpcEndpoints": slices.Repeat([]error{busy}, 4)}
			f.hook = func(string) {
				if f.Count("DeleteVpcEndpoints") == 2 {
					f.endpoints[0].tags[other] = "20261122T000000Z req"
				}
			}
		}, 1},
		{"the other user hands over, too", func(f *fake) {
			f.endpoints[0].tags[other] = "20261122T000000Z req"
			f.hook = func(operation string) {
				if operation == "DeleteTags" {
					delete(f.endpoints[0].tags, other)
				}
			}
		}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(ctx context.Context, t *testing.T, f *fake, fn function) {
				_, _ = fn.Create(ctx, at(1, ask("guid", "S3", "subnet-a", "")))
				f.Journal = ec2test.Journal{}
				test.world(f)
				a, err := fn.Delete(ctx, at(60, ask("guid", "S3", "subnet-a", idA)))
				if err != nil || len(f.live()) != test.left {
					t.Errorf("%v, %v, %d endpoints, writes %v", a, err, len(f.live()), f.Writes())
				}
			})
		})
	}
}
