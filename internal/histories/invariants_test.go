package histories

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

const (
	managed = vendor + ":managed:custom-resource/v1"
	userTag = vendor + ":user/"
)

// broken lists every breach of an invariant up to now. The engine finds those of the protocol (I1,
// I2, I6, I8 of Delete, I9, I14, I15), the rest is read from the journal, the answers and the logs.
func (w *world) broken() (all []string) {
	all = append(all, w.engine.Faults()...)
	w.mu.Lock()
	all = append(all, w.breach...)
	w.mu.Unlock()
	all = append(all, w.foreignWrites()...)
	all = append(all, w.wrongIDs()...)
	all = append(all, w.failedDeletes()...)
	all = append(all, w.wrongOrder()...)
	all = append(all, w.overlooked()...)
	return append(all, w.leaks()...)
}

// foreignWrites is I3 and one half of I11: the functions write to nothing that is not marked as ours,
// except that they switch on DNS of the VPC; and they delete nothing that a stack other than theirs
// is recorded at and relies on.
func (w *world) foreignWrites() (all []string) {
	for _, write := range w.cloud.Journal() {
		if write.Role == fakeec2.Customer {
			continue
		}
		stack := w.stackOf(write.Role)
		for _, change := range write.Changes {
			switch {
			case write.Action == "ModifyVpcAttribute" && strings.HasPrefix(change.ID, "vpc-") &&
				switchedOn(change):
			case write.Action == "CreateVpcEndpoint" && change.Before == "" &&
				strings.Contains(change.After, managed):
			case write.Action == "ModifyVpcEndpoint" &&
				strings.Contains(change.Before, vendor+":stack:"+stack.UUID()):
			case strings.HasSuffix(write.Action, "Tags") && strings.Contains(change.Before, managed):
			case write.Action == "DeleteVpcEndpoints" && strings.Contains(change.Before, managed):
				if othersUse(change.Before, stack) && othersUse(w.textAt(change.ID,
					write.At.Add(-secondLook)), stack) {
					all = append(all, "I11: deleted although others use it: "+write.String())
				}
			default:
				all = append(all, "I3: "+write.String())
			}
		}
	}
	return all
}

// secondLook is how long after its mark a stack looks whether the endpoint is still there. Whoever
// deletes it sooner may not have seen the mark: the stack makes another one.
const secondLook = 20 * time.Second

// textAt is what writes had made of an object at a moment.
func (w *world) textAt(id string, at time.Time) (text string) {
	for _, write := range w.cloud.Journal() {
		for _, change := range write.Changes {
			if change.ID == id && !write.At.After(at) {
				text = change.After
			}
		}
	}
	return text
}

// switchedOn tells whether a VPC differs by DNS that went on and by nothing else.
func switchedOn(change fakeec2.Change) bool {
	on := func(text string) string {
		return strings.NewReplacer("DNSSupport:false", "DNSSupport:true",
			"DNSHostnames:false", "DNSHostnames:true").Replace(text)
	}
	return change.Before != "" && on(change.Before) == on(change.After) &&
		strings.Count(change.After, ":true") > strings.Count(change.Before, ":true")
}

func othersUse(endpoint string, stack *engine.Stack) bool {
	return strings.Count(endpoint, userTag) > strings.Count(endpoint, userTag+stack.UUID())
}

func (w *world) stackOf(role string) *engine.Stack {
	name, _, _ := strings.Cut(role, "/")
	i := slices.IndexFunc(w.stacks, func(s *engine.Stack) bool { return s.Name == name })
	return w.stacks[i]
}

// wrongIDs is I8: a physical id follows from the properties and, for gateways, from the route table
// that the subnet has.
func (w *world) wrongIDs() (all []string) {
	for _, a := range w.engine.Answers() {
		if a.Status != "SUCCESS" || a.Request.Kind == "Delete" {
			continue
		}
		id, fits := a.PhysicalResourceID, true
		switch a.Request.Type {
		case "Custom::GatewayEndpoint":
			vpc, table := "", fmt.Sprint(a.Data["RouteTableId"])
			for _, t := range w.before.RouteTables {
				if t.ID == table {
					vpc = t.VPC
				}
			}
			service, _, _ := strings.Cut(id, "gw/")
			fits = id == service+"gw/v1/"+vpc+"/"+table &&
				(service == "s3" || service == "dynamodb")
		case "Custom::SubnetFacts":
			fits = id == "subnet-facts/subnet-a"
		case "Custom::VpcDns":
			fits = id == "vpc-dns/vpc-1"
		case "Custom::Leftovers":
			fits = id == "leftovers/"+a.Request.StackID[strings.LastIndex(a.Request.StackID, "/")+1:]
		case "Custom::EndpointNames":
			fits = strings.HasPrefix(id, "private-dns/vpce-")
		}
		if !fits {
			all = append(all, fmt.Sprintf("I8: %s answers with %s and %v", a.Request.Type, id, a.Data))
		}
	}
	return all
}

// failedDeletes is one half of I7: no Delete is answered with FAILED, except that of Leftovers (see
// overlooked). The other half is that the stacks are gone at the end.
func (w *world) failedDeletes() (all []string) {
	if w.Rough {
		return nil
	}
	for _, a := range w.engine.Answers() {
		if a.Request.Kind == "Delete" && a.Status != "SUCCESS" &&
			a.Request.Type != "Custom::Leftovers" {
			all = append(all, "I7: Delete of "+a.Request.PhysicalID+" failed: "+a.Reason)
		}
	}
	return all
}

// wrongOrder is I10: host names are never asked for while support is off.
func (w *world) wrongOrder() (all []string) {
	for _, call := range w.cloud.Calls() {
		if call.Action == "ModifyVpcAttribute" && call.Code == "InvalidParameter" {
			all = append(all, "I10: "+call.Query)
		}
	}
	return all
}

// leaks is I13.
func (w *world) leaks() (all []string) {
	w.logs.mu.Lock()
	defer w.logs.mu.Unlock()
	logs := w.logs.b.String()
	if strings.Contains(logs, "X-Amz-Signature") {
		return []string{"I13: a log holds a response URL"}
	}
	for _, secret := range w.engine.Secrets() {
		if strings.Contains(logs, secret) {
			return []string{"I13: a log holds a signature"}
		}
	}
	return nil
}

// unserved is I11: every gateway resource of a stack that came to rest has an endpoint on its route
// table, in which it is recorded unless somebody else made it.
func (w *world) unserved() (all []string) {
	now := w.cloud.Snapshot()
	for _, stack := range w.stacks {
		switch stack.Status {
		case engine.Created, engine.Updated, engine.UpdateRolledBack:
		default:
			continue
		}
		for _, id := range []string{"S3", "Second", "Dynamo"} {
			state, ok := stack.State(id)
			if !ok {
				continue
			}
			parts := strings.Split(state.PhysicalID, "/")
			if w.touched[parts[len(parts)-1]] {
				continue
			}
			service := service(strings.TrimSuffix(parts[0], "gw"))
			if !slices.ContainsFunc(now.Endpoints, func(e fakeec2.Endpoint) bool {
				return e.Service == service && slices.Contains(e.Tables, parts[len(parts)-1]) &&
					e.State != "deleting"
			}) {
				all = append(all, fmt.Sprintf("I11: %s of %s has %s, and nothing serves it", id,
					stack.Name, state.PhysicalID))
			}
		}
	}
	return all
}

// left is I4: marked endpoints that are there although no stack is, and for which there is no excuse.
func (w *world) left() (all []string) {
	for _, e := range w.cloud.Snapshot().Endpoints {
		if _, ours := e.Tags[vendor+":managed"]; ours && !w.excused(e) {
			all = append(all, fmt.Sprintf("I4: %s is left without a reason: %+v", e.ID, e))
		}
	}
	return all
}

// rest waits for everything that is late.
func (w *world) rest() {
	w.engine.Settle()
	time.Sleep(5 * time.Minute) // EC2 finishes what it has begun
}
