package gatewayendpoint

import (
	"context"
	"testing"
	"time"

	"byocfn/internal/ec2test"
)

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
