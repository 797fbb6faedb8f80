package histories

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

// example is one row of the table of cases: what is done in which world, and what must come of it.
type example struct {
	name  string
	world settings
	do    func(*world) error
	stays bool // something is left behind on purpose
}

// expect compares what came with what must come, pair by pair.
func expect(pairs ...any) error {
	var wrong []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if got, want := fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]); got != want {
			wrong = append(wrong, fmt.Sprintf("%d: %s, expected %s", i/2, got, want))
		}
	}
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(wrong, "; "))
}

// mode gives how a gateway resource came to its endpoint.
func (w *world) mode(stack int, id string) any { return w.answer(stack, id).Data["Mode"] }

// endpoints counts the S3 gateway endpoints there are.
func (w *world) endpoints() (n int) {
	for _, e := range w.cloud.Snapshot().Endpoints {
		if e.Service == service("s3") {
			n++
		}
	}
	return n
}

func (w *world) made(stack int) (id string) {
	for _, made := range w.cloud.MadeBy(w.stacks[stack].Name + "/gatewayendpoint") {
		id = made
	}
	return id
}

func (w *world) physical(stack int, id string) string {
	state, _ := w.stacks[stack].State(id)
	return state.PhysicalID
}

// TestCases plays every row, deletes all stacks, and finds the world as it was before.
func TestCases(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.world.Quiet = true
				play(t, c)
			})
		})
	}
}

func play(t *testing.T, c example) {
	w := newWorld(c.world)
	err := c.do(w)
	w.rest()
	problems := w.finish(!c.stays)
	if err != nil {
		problems = append(problems, err.Error())
	}
	if problems != nil {
		t.Errorf("%s\n%s", strings.Join(problems, "\n"), w.engine.Trace())
	}
}

// finish deletes the stacks that are left and gives all breaches of the whole history.
func (w *world) finish(clean bool) (problems []string) {
	problems = w.unserved()
	w.clear(w.stacks...)
	if w.relics != nil {
		w.rest()
	}
	for i, stack := range w.stacks {
		switch stack.Status {
		case "", engine.Deleted, engine.RolledBack:
			continue
		}
		status := w.delete(i)
		if status != engine.Deleted && (w.Rough || w.relics != nil) {
			w.engine.Settle()
			status = w.delete(i)
		}
		if status != engine.Deleted {
			problems = append(problems, fmt.Sprintf("I7: %s ends in %s", stack.Name, status))
		}
	}
	w.rest()
	problems = append(problems, w.broken()...)
	problems = append(problems, w.left()...)
	if clean {
		for _, line := range w.changed(w.before) {
			problems = append(problems, "I5: "+line)
		}
	}
	return problems
}

func cases() []example {
	a, main := want{Subnet: "subnet-a"}, want{Subnet: "subnet-b"}
	return []example{
		{name: "no endpoint, explicit route table", do: func(w *world) error {
			return expect(w.create(0, a), engine.Created, w.mode(0, "S3"), "owned",
				w.physical(0, "S3"), "s3gw/v1/vpc-1/rtb-a",
				w.answer(0, "S3").Data["RouteTableIsMain"], "false",
				w.delete(0), engine.Deleted, w.endpoints(), 0)
		}},
		{name: "no endpoint, same route table updated", do: func(w *world) error {
			w.create(0, a)
			writes := len(w.cloud.Journal())
			return expect(w.update(0, want{Subnet: "subnet-a", Retain: true}), engine.Updated,
				len(w.cloud.Journal())-writes, 0)
		}},
		{name: "no endpoint, main route table", do: func(w *world) error {
			return expect(w.create(0, main), engine.Created, w.mode(0, "S3"), "owned",
				w.physical(0, "S3"), "s3gw/v1/vpc-1/rtb-m",
				w.answer(0, "S3").Data["RouteTableIsMain"], "true")
		}},
		{name: "the subnet gets another route table later", do: laterTable, stays: true},
		{name: "customer's endpoint with the route table", world: settings{Existing: "with"},
			do: func(w *world) error {
				return expect(w.create(0, a), engine.Created, w.mode(0, "S3"), "adopted",
					w.answer(0, "S3").Data["PolicyRestricted"], "true",
					w.update(0, want{Subnet: "subnet-a", DNS: true}), engine.Updated,
					w.delete(0), engine.Deleted, w.cloud.Journal(), "[]")
			}},
		{name: "customer's endpoint without the route table", world: settings{Existing: "without"},
			do: func(w *world) error {
				return expect(w.create(0, a), engine.Created, w.mode(0, "S3"), "owned",
					w.endpoints(), 2, w.delete(0), engine.Deleted, w.endpoints(), 1)
			}},
		{name: "customer's route in the way", world: settings{Existing: "route"},
			do: func(w *world) error {
				status := w.create(0, a)
				reason := w.stackReason(0, "S3", "Create")
				return expect(status, engine.RolledBack,
					strings.Contains(reason, "eni-0f"), true, w.cloud.Journal(), "[]")
			}},
		{name: "shared, its maker is deleted first", do: func(w *world) error {
			return expect(w.create(0, a), engine.Created, w.create(1, a), engine.Created,
				w.mode(1, "S3"), "shared", w.endpoints(), 1, w.delete(0), engine.Deleted,
				w.endpoints(), 1, w.unserved(), "[]", w.delete(1), engine.Deleted,
				w.endpoints(), 0)
		}},
		{name: "shared, the other one is deleted first", do: func(w *world) error {
			w.create(0, a)
			w.create(1, a)
			return expect(w.delete(1), engine.Deleted, w.endpoints(), 1, w.unserved(), "[]",
				w.delete(0), engine.Deleted, w.endpoints(), 0)
		}},
		{name: "its maker is retained", stays: true, do: func(w *world) error {
			w.create(0, want{Subnet: "subnet-a", Retain: true})
			w.create(1, a)
			return expect(w.delete(0), engine.Deleted, w.endpoints(), 1, w.unserved(), "[]")
		}},
		{name: "update to a subnet of the same route table", do: func(w *world) error {
			w.create(0, main)
			id := w.physical(0, "S3")
			writes := len(w.cloud.Journal())
			return expect(w.update(0, want{Subnet: "subnet-c"}), engine.Updated,
				w.physical(0, "S3"), id, len(w.cloud.Journal())-writes, 0)
		}},
		{name: "update to another route table", do: func(w *world) error {
			w.create(0, a)
			return expect(w.update(0, main), engine.Updated,
				w.physical(0, "S3"), "s3gw/v1/vpc-1/rtb-m", w.endpoints(), 1)
		}},
		{name: "update to another VPC", do: func(w *world) error {
			w.create(0, a)
			return expect(w.update(0, want{Subnet: "subnet-x"}), engine.Updated,
				w.physical(0, "S3"), "s3gw/v1/vpc-2/rtb-x", w.endpoints(), 1)
		}},
		{name: "update to another route table is rolled back", do: rollsBack},
		{name: "the same, and the rollback names the old id", world: settings{Old: true},
			do: rollsBack},
		{name: "update fails before it makes anything", do: func(w *world) error {
			w.create(0, a)
			w.rest()
			before := w.cloud.Snapshot()
			return expect(w.update(0, want{Subnet: "subnet-nowhere"}), engine.UpdateRolledBack,
				w.physical(0, "S3"), "s3gw/v1/vpc-1/rtb-a", w.changed(before), "[]")
		}},
		{name: "update fails after it made something", do: func(w *world) error {
			w.create(0, a)
			w.rest()
			before := w.cloud.Snapshot()
			w.Hook = nil
			status := w.update(0, main)
			w.rest()
			return expect(status, engine.UpdateRolledBack, w.changed(before), "[]")
		}, world: settings{Hook: neverAvailable}},
		{name: "create fails half way", do: func(w *world) error {
			return expect(w.create(0, main), engine.RolledBack, w.endpoints(), 0)
		}, world: settings{Hook: neverAvailable}},
		{name: "create never ran", world: settings{Weather: sky{
			deliver: func(r engine.Request) []engine.Delivery {
				return []engine.Delivery{{Dead: r.Kind == "Create"}}
			}}}, do: func(w *world) error {
			return expect(w.create(0, a), engine.RolledBack, w.cloud.Journal(), "[]")
		}},
		{name: "create delivered twice at once", world: settings{Weather: again("Create", 0)},
			do: func(w *world) error {
				return expect(w.create(0, a), engine.Created, w.endpoints(), 1)
			}},
		{name: "create delivered twice, one after the other", stays: true,
			world: settings{Weather: again("Create", 300*time.Millisecond)},
			do: func(w *world) error {
				w.create(0, a)
				wait(5)
				return expect(w.endpoints(), 1, w.unserved(), "[]")
			}},
		{name: "delete delivered twice", world: settings{Weather: again("Delete", 0)}, do: func(w *world) error {
			w.create(0, a)
			return expect(w.delete(0), engine.Deleted, w.endpoints(), 0)
		}},
		{name: "delete after a manual deletion", do: func(w *world) error {
			w.create(0, a)
			w.cloud.Remove(w.made(0))
			return expect(w.delete(0), engine.Deleted)
		}},
		{name: "the VPC is gone", stays: true, do: func(w *world) error {
			w.create(0, want{Subnet: "subnet-a", DNS: true, Facts: true})
			for _, id := range []string{w.made(0), "rtb-a", "rtb-d", "rtb-m", "subnet-a",
				"subnet-b", "subnet-c", "subnet-d", "vpc-1"} {
				w.cloud.Remove(id)
			}
			return expect(w.delete(0), engine.Deleted)
		}},
		{name: "the customer took our tags off", stays: true, do: func(w *world) error {
			w.create(0, a)
			w.cloud.EditEndpoint(w.made(0), func(e *fakeec2.Endpoint) { e.Tags = nil })
			writes := len(w.cloud.Journal())
			return expect(w.delete(0), engine.Deleted, w.endpoints(), 1,
				len(w.cloud.Journal())-writes, 0)
		}},
		{name: "the endpoint is being deleted", world: settings{
			EC2: fakeec2.Settings{Deleting: 40e9}}, do: func(w *world) error {
			w.create(0, a)
			done := make(chan engine.Status)
			go func() { done <- w.delete(0) }()
			wait(5)
			status := w.create(1, a)
			return expect(<-done, engine.Deleted, status, engine.Created, w.mode(1, "S3"), "owned")
		}},
		{name: "the customer put a route table on our endpoint", stays: true,
			do: func(w *world) error {
				w.create(0, a)
				w.cloud.EditEndpoint(w.made(0), func(e *fakeec2.Endpoint) {
					e.Tables = append(e.Tables, "rtb-d")
				})
				return expect(w.delete(0), engine.Deleted, w.endpoints(), 1)
			}},
		{name: "two resources of one stack on one route table", do: func(w *world) error {
			return expect(w.create(0, want{Subnet: "subnet-b", Second: "subnet-c"}), engine.Created,
				w.endpoints(), 1, w.update(0, want{Second: "subnet-c"}), engine.Updated,
				w.endpoints(), 1, w.unserved(), "[]")
		}},
		{name: "S3 and DynamoDB", do: func(w *world) error {
			return expect(w.create(0, want{Subnet: "subnet-a", Dynamo: true}), engine.Created,
				w.endpoints(), 1, w.physical(0, "Dynamo"), "dynamodbgw/v1/vpc-1/rtb-a")
		}},
		{name: "DNS is on", do: func(w *world) error {
			return expect(w.create(0, want{DNS: true}), engine.Created,
				w.answer(0, "Dns").Data["Changed"], "false", w.cloud.Journal(), "[]",
				w.delete(0), engine.Deleted, w.cloud.Journal(), "[]")
		}},
		{name: "DNS is off", world: settings{NoDNS: true}, do: func(w *world) error {
			return expect(w.create(0, want{DNS: true}), engine.Created,
				w.answer(0, "Dns").Data["Changed"], "true", w.delete(0), engine.Deleted,
				w.cloud.Snapshot().VPCs[0].DNSHostnames, true, len(w.cloud.Journal()), 2)
		}},
		{name: "host names are on and support is off", world: settings{NoDNS: true},
			do: func(w *world) error {
				w.cloud.EditVPC("vpc-1", func(v *fakeec2.VPC) { v.DNSHostnames = true })
				return expect(w.create(0, want{DNS: true}), engine.Created,
					w.cloud.Snapshot().VPCs[0].DNSSupport, true)
			}},
		{name: "names of an endpoint", do: names("sts", ""), stays: true},
		{name: "names that the customer's endpoint has", do: takenNames, stays: true},
		{name: "names of a service that accepts", stays: true,
			do: names("vendor", "pendingAcceptance")},
		{name: "names of a service that never accepts", stays: true,
			do: func(w *world) error {
				w.nativeEndpoint(w.stacks[0], "vpce-0a", vendors)
				w.cloud.EditEndpoint("vpce-0a", func(e *fakeec2.Endpoint) {
					e.State = "pendingAcceptance"
				})
				status := w.create(0, want{Names: []string{"vpce-0a"}})
				return expect(status, engine.RolledBack,
					strings.Contains(w.stackReason(0, "Names", "Create"), "accept"), true)
			}},
		{name: "names of a rejected endpoint", stays: true, do: func(w *world) error {
			w.nativeEndpoint(w.stacks[0], "vpce-0a", vendors)
			w.cloud.Reject("vpce-0a")
			return expect(w.create(0, want{Names: []string{"vpce-0a"}}), engine.RolledBack,
				w.cloud.Snapshot().Endpoints[0].PrivateDNS, false)
		}},
		{name: "facts", do: func(w *world) error {
			status := w.create(0, want{Facts: true})
			data := w.answer(0, "Facts").Data
			w.cloud.Remove("subnet-a")
			return expect(status, engine.Created, data["RouteTableId"], "rtb-a",
				data["VpcCidrBlock"], "10.0.0.0/16", w.delete(0), engine.Deleted,
				len(w.cloud.Journal()), 1)
		}, stays: true},
		{name: "everything at once, twice", world: settings{NoDNS: true}, do: func(w *world) error {
			all := want{Subnet: "subnet-a", Second: "subnet-b", Dynamo: true, Facts: true, DNS: true}
			return expect(w.create(0, all), engine.Created, w.create(1, all), engine.Created,
				w.delete(0), engine.Deleted, w.unserved(), "[]")
		}},
		{name: "the product still runs something", do: productRuns(0)},
		{name: "the product still has an instance profile", do: productRuns(5)},
		{name: "the stack fails when everything is there", do: func(w *world) error {
			return expect(w.create(0, want{Subnet: "subnet-a", DNS: true, Fail: true}),
				engine.RolledBack, w.endpoints(), 0)
		}},
	}
}
