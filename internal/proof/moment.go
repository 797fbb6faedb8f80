package proof

import (
	"fmt"
	"reflect"

	"byocfn/internal/plan"
)

// holds gives what the principals of a plan hold. Functions' roles are left out: they have one policy.
func holds(p *plan.Plan) map[string]Holds {
	r, out := newReport(newScope(p)), map[string]Holds{}
	m := newRuler(r.scope)
	for _, h := range r.holdings() {
		if h.of.Section == plan.Functions {
			continue
		}
		of := Holds{Inline: m.inline(h)}
		for _, s := range m.held(h, r.naming(h.id)).states {
			if len(s) > 0 {
				of.Managed = append(of.Managed, s)
			}
		}
		if of.Managed != nil || of.Inline != nil {
			out[h.id] = of
		}
	}
	return out
}

// inline gives the greatest sizes of the inline policies of a principal; nil where it has none.
func (m *ruler) inline(h holding) map[string]int {
	var policies []plan.InlinePolicy
	switch b := h.of.Body.(type) {
	case *plan.Role:
		policies = b.Policies
	case *plan.User:
		policies = b.Policies
	}
	if len(policies) == 0 {
		return nil
	}
	sizes, next := map[string]int{}, 0
	for _, d := range m.documentsOf(h.of) {
		if d.kind == rolePolicy || d.kind == userPolicy {
			sizes[policies[next].Name] = m.budget(d.name, d).Size
			next++
		}
	}
	return sizes
}

// crowded finds the principals that cannot hold what they have beside what they get, as they must
// while a customer updates from the last release. Who is replaced as a whole holds the new alone.
func (r *report) crowded(older, newer Lock, changes []Change) {
	replaced := map[string]bool{}
	for _, c := range changes {
		if c.Kind == Replaced {
			replaced[c.ID] = true
		}
	}
	m := newRuler(r.scope)
	for _, h := range r.holdings() {
		was, known := older.Holds[h.id]
		is := newer.Holds[h.id]
		if !known || replaced[h.id] || len(replaced) == 0 && reflect.DeepEqual(was, is) {
			continue
		}
		if n := m.managedBeside(h, was.Managed, replaced); n > h.limit {
			r.found.Error(h.of.From, "too-many-policies", fmt.Sprintf("%s %s holds %d managed policies "+
				"while customers update from the last release, IAM takes %d", h.what, h.id, n, h.limit),
				comesFirst+"keep ids, names and paths of policies, or "+
					inSteps(h.limit-held{states: was.Managed}.most(), "policies"))
		}
		if n := inlineBeside(was.Inline, is.Inline); n > h.inline {
			r.found.Error(h.of.From, "policy-size", fmt.Sprintf("the inline policies of %s can reach %d of %d "+
				"characters while customers update from the last release", h.id, n, h.inline), comesFirst+
				"leave statements where they are, or "+
				inSteps(h.inline-inlineBeside(was.Inline, nil), "characters"))
		}
	}
}

// inSteps says how to get past the last release where room is what it leaves.
func inSteps(room int, unit string) string {
	way := fmt.Sprintf("exchange at most %d %s in each of several releases", room, unit)
	if room <= 0 {
		way = "make room in a release before this one"
	}
	return way + "; --update-lock is right only if nobody has launched the last one: updates would fail"
}

// managedBeside counts the managed policies of the last release and of this one in the worst pair of
// choices; those that are replaced count in both.
func (m *ruler) managedBeside(h holding, was []state, replaced map[string]bool) int {
	is := m.held(h, m.naming(h.id))
	for id := range replaced {
		is.changes[id] = true
	}
	most := 0
	for _, before := range was {
		for _, after := range is.states {
			most = max(most, beside(before, after, is.changes))
		}
	}
	return most
}

// inlineBeside adds up inline policies, each at its greatest in either release.
func inlineBeside(was, is map[string]int) int {
	sum := 0
	for name, size := range was {
		sum += max(size, is[name])
	}
	for name, size := range is {
		if _, both := was[name]; !both {
			sum += size
		}
	}
	return sum
}
