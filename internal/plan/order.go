package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
)

// order settles what no reference implies: an instance starts when it may do its work, when its
// endpoints answer and when they let it in. It then groups the resources for the reader.
func (m *maker) order() {
	byID := map[string]*Resource{}
	for i := range m.plan.Resources {
		byID[m.plan.Resources[i].ID] = &m.plan.Resources[i]
	}
	for i := range m.plan.Resources {
		r := &m.plan.Resources[i]
		m.orderOne(r, m.expand(m.waits[r.ID]), byID)
	}
	m.madeLast(byID)
	slices.SortStableFunc(m.plan.Resources, func(a, b Resource) int {
		return int(a.Section) - int(b.Section)
	})
}

// orderOne writes DependsOn. CloudFormation refuses it for a resource that may not exist (E3005);
// there a reference under the same condition, in the metadata, says the same.
func (m *maker) orderOne(r *Resource, after []string, byID map[string]*Resource) {
	for _, id := range after {
		target := byID[id]
		if target == nil || slices.Contains(r.DependsOn, id) {
			continue
		}
		if implies(r.Gate, target.Gate) {
			r.DependsOn = append(r.DependsOn, id)
			continue
		}
		r.After = append(r.After, cfn.Item{
			Value: m.onlyIf(within(target.Gate, r.Gate), cfn.Ref(id), cfn.NoValue())})
	}
	if _, ok := r.Body.(*Instance); ok && len(r.DependsOn) > 0 {
		r.DependsComment = "It starts when it may do its work, when its endpoints answer, " +
			"and when they let it in."
	}
}

// expand turns the words for groups of resources into ids.
func (m *maker) expand(waits []string) []string {
	var out []string
	for _, w := range waits {
		switch {
		case w == "endpoints":
			out = append(out, m.answering()...)
		case strings.Contains(w, " "):
			out = append(out, m.waits[w]...)
		default:
			out = append(out, w)
		}
	}
	return out
}

// answering lists what stands for endpoints that answer: the names of those that get them from the
// function, the others themselves, and the gateways.
func (m *maker) answering() []string {
	var out []string
	names := false
	for _, n := range m.in.Stack.Endpoints {
		e := m.names[n.Name.Value]
		switch {
		case e == nil || e.absent:
		case n.Value.PrivateDNS.Value == "ensure":
			names = true
		default:
			out = append(out, e.id)
		}
	}
	if names {
		out = append([]string{"EndpointNames"}, out...)
	}
	return out
}
