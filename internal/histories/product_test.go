package histories

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

// relic is something that a stack's product made beside the stack.
type relic struct {
	stack    *engine.Stack
	id       string
	from, to time.Time // to is zero while it is there
}

// questions are the properties of a stack's Leftovers.
func questions(stack *engine.Stack) map[string]any {
	var find, remove []any
	for _, kind := range []string{"instances", "volumes", "networkInterfaces", "securityGroups",
		"vpcEndpoints"} {
		find = append(find, []string{kind, "tag:made-by", stack.UUID()})
		remove = append(remove, "Stop the agent")
	}
	return map[string]any{"Find": find, "Remove": remove, "RoleArns": []string{productRole(stack)},
		"RemoveProfiles": []string{"Delete them"}, "Profiles": []string{"own-" + stack.UUID()}}
}

func roleName(stack *engine.Stack) string { return "product-" + stack.UUID() }

func productRole(stack *engine.Stack) string {
	return "arn:aws:iam::" + account + ":role/" + roleName(stack)
}

// produce lets a stack's agent make something: object picks what.
func (w *world) produce(stack *engine.Stack, object int) {
	tags, c := map[string]string{"made-by": stack.UUID()}, w.cloud
	kinds := []string{"i", "vol", "eni", "sg", "vpce", "profile"}
	id := fmt.Sprintf("%s-9%d", kinds[object%len(kinds)], len(w.relics))
	switch object % len(kinds) {
	case 0:
		c.AddInstance(fakeec2.Instance{ID: id, VPC: "vpc-1", Tags: tags})
	case 1:
		c.AddVolume(fakeec2.Volume{ID: id, Tags: tags})
	case 2:
		c.AddNetworkInterface(fakeec2.NetworkInterface{ID: id, VPC: "vpc-1", Tags: tags})
	case 3:
		c.AddSecurityGroup(fakeec2.SecurityGroup{ID: id, Name: id, VPC: "vpc-1", Tags: tags})
	case 4:
		c.AddCustomerEndpoint(fakeec2.Endpoint{ID: id, VPC: "vpc-2", Type: "Interface",
			Service: vendors, Tags: tags})
	default:
		c.EditRole(roleName(stack), func(r *fakeec2.IAMRole) { r.Profiles = append(r.Profiles, id) })
	}
	w.engine.Note("the agent of %s makes %s", stack.Name, id)
	w.relics = append(w.relics, relic{stack: stack, id: id, from: time.Now()})
}

// clear removes what the agents of some stacks made.
func (w *world) clear(stacks ...*engine.Stack) {
	for i, r := range w.relics {
		if !r.to.IsZero() || !slices.Contains(stacks, r.stack) {
			continue
		}
		if strings.HasPrefix(r.id, "profile") {
			w.cloud.EditRole(roleName(r.stack), func(role *fakeec2.IAMRole) {
				role.Profiles = slices.DeleteFunc(role.Profiles, func(id string) bool { return id == r.id })
			})
		} else {
			w.cloud.Remove(r.id)
		}
		w.engine.Note("the agent of %s removes %s", r.stack.Name, r.id)
		w.relics[i].to = time.Now()
	}
}

// visible is how long EC2 may show what was.
const visible = 10 * time.Second

// overlooked is I16: a Delete of Leftovers succeeds only when nothing of the product was to be seen
// all the time, unless a policy forbade to look, and is held up only by what was there. It writes
// nothing. That it ends is I1, and that it succeeds at last, I7.
func (w *world) overlooked() (all []string) {
	for _, a := range w.engine.Answers() {
		if a.Request.Type != "Custom::Leftovers" || a.Request.Kind != "Delete" {
			continue
		}
		stays, was := "", false
		for _, r := range w.relics {
			here := r.stack.ID == a.Request.StackID && !r.from.After(a.At)
			if here && r.from.Before(a.Begun.Add(-visible)) && (r.to.IsZero() || r.to.After(a.At)) {
				stays = r.id
			}
			was = was || here && (r.to.IsZero() || r.to.After(a.Begun.Add(-visible)))
		}
		held := strings.HasPrefix(a.Reason, "Still there")
		switch {
		case a.Status == "SUCCESS" && stays != "" && !strings.HasPrefix(a.Reason, "A policy forbade"):
			all = append(all, fmt.Sprintf("I16: Delete of Leftovers succeeds and %s is there", stays))
		case held && !was:
			all = append(all, "I16: Delete of Leftovers fails without a cause: "+a.Reason)
		}
	}
	for _, call := range w.cloud.Calls() {
		if call.Write >= 0 && strings.HasSuffix(call.Role, "/leftovers") {
			all = append(all, "I16: Leftovers writes: "+call.Query)
		}
	}
	return all
}
