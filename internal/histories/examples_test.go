package histories

import (
	"errors"
	"strings"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

// again delivers events of a kind twice, in two processes.
func again(kind string, after time.Duration) sky {
	return sky{deliver: func(r engine.Request) []engine.Delivery {
		if r.Kind != kind {
			return []engine.Delivery{{}}
		}
		return []engine.Delivery{{}, {Cold: true, After: after}}
	}}
}

func wait(seconds int) { time.Sleep(time.Duration(seconds) * time.Second) }

// stackReason gives why a resource's request of a kind failed.
func (w *world) stackReason(stack int, id, kind string) (reason string) {
	for _, a := range w.engine.Answers() {
		if a.Request.LogicalID == id && a.Request.Kind == kind &&
			a.Request.StackID == w.stacks[stack].ID && a.Status == "FAILED" {
			reason = a.Reason
		}
	}
	return reason
}

// neverAvailable keeps every endpoint on the main route table pending.
func neverAvailable(w *world, call fakeec2.Call) fakeec2.Fault {
	if call.Action == "DescribeVpcEndpoints" {
		for _, e := range w.cloud.Snapshot().Endpoints {
			if e.State == "available" && len(e.Tables) == 1 && e.Tables[0] == "rtb-m" {
				w.cloud.EditEndpoint(e.ID, func(e *fakeec2.Endpoint) { e.State = "pending" })
			}
		}
	}
	return fakeec2.Fault{}
}

func laterTable(w *world) error {
	w.create(0, want{Subnet: "subnet-b"})
	w.cloud.EditRouteTable("rtb-a", func(r *fakeec2.RouteTable) {
		r.Subnets = append(r.Subnets, "subnet-b")
	})
	writes := len(w.cloud.Journal())
	if err := expect(w.update(0, want{Subnet: "subnet-b"}), engine.Updated,
		len(w.cloud.Journal())-writes, 0); err != nil {
		return err // CloudFormation asks nobody when properties are as before (F23)
	}
	return expect(w.update(0, want{Subnet: "subnet-b", Facts: true}), engine.Updated,
		w.physical(0, "S3"), "s3gw/v1/vpc-1/rtb-m",
		w.stacks[0].Update(released(w, want{Subnet: "subnet-b"})), engine.Updated,
		w.physical(0, "S3"), "s3gw/v1/vpc-1/rtb-a", w.endpoints(), 1)
}

// released is the template of the next release, which runs every function again.
func released(w *world, is want) []engine.Resource {
	template := is.template(w.stacks[0])
	for _, r := range template {
		r.Properties["Release"] = "2"
	}
	return template
}

func rollsBack(w *world) error {
	w.create(0, want{Subnet: "subnet-a"})
	w.rest()
	before := w.cloud.Snapshot()
	status := w.update(0, want{Subnet: "subnet-b", Fail: true})
	w.rest()
	return expect(status, engine.UpdateRolledBack, w.physical(0, "S3"), "s3gw/v1/vpc-1/rtb-a",
		w.changed(before), "[]")
}

// names makes a stack with an endpoint of its own whose names must come on.
func names(service, state string) func(*world) error {
	return func(w *world) error {
		name := "com.amazonaws." + region + "." + service
		if service == "vendor" {
			name = vendors
		}
		w.nativeEndpoint(w.stacks[0], "vpce-0a", name)
		if state != "" {
			w.cloud.EditEndpoint("vpce-0a", func(e *fakeec2.Endpoint) { e.State = state })
			go func() {
				wait(60)
				w.cloud.Accept("vpce-0a")
			}()
		}
		status := w.create(0, want{Names: []string{"vpce-0a"}, DNS: true})
		e, _ := w.cloud.Snapshot().Endpoint("vpce-0a")
		return expect(status, engine.Created, e.PrivateDNS, true,
			w.answer(0, "Names").Data["Enabled"], "vpce-0a")
	}
}

func takenNames(w *world) error {
	w.cloud.AddCustomerEndpoint(fakeec2.Endpoint{ID: "vpce-0c", VPC: "vpc-1", Type: "Interface",
		Service: service("sts"), PrivateDNS: true})
	w.nativeEndpoint(w.stacks[0], "vpce-0a", service("sts"))
	return expect(w.create(0, want{Names: []string{"vpce-0a"}}), engine.Created,
		w.answer(0, "Names").Data["Adopted"], "vpce-0a=vpce-0c", w.cloud.Journal(), "[]")
}

// productRuns has a deletion stopped by what the product left, and the agent still there.
func productRuns(object int) func(*world) error {
	return func(w *world) error {
		status := w.create(0, want{Subnet: "subnet-a", Agent: true})
		w.produce(w.stacks[0], object)
		id := w.relics[0].id
		stopped := w.delete(0)
		err := expect(status, engine.Created, stopped, engine.DeleteFailed, w.endpoints(), 1,
			strings.Contains(w.stackReason(0, "Leftovers", "Delete"), id), true)
		w.clear(w.stacks...)
		return errors.Join(err, expect(w.delete(0), engine.Deleted, w.endpoints(), 0))
	}
}
