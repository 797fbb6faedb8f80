package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"byocfn/internal/plan"
)

// budgetFindings holds budgets against their limits.
func (r *report) budgetFindings() {
	m := newRuler(r.scope)
	m.eachBudget(func(b Budget, ds []document) {
		if b.Size*10 < b.Limit*9 {
			return
		}
		of := r.resources[b.Resource]
		name, hint := b.Policy, "divide it, name resources by a shorter pattern, or bound its parameters"
		if ds[0].kind == trustPolicy {
			hint = "bound its parameters, or let fewer take the role"
		}
		if p, ok := of.Body.(*plan.ManagedPolicy); ok {
			name, hint = ofManaged(p, b.Policy)
		}
		r.within(of, "policy-size", b.Size, b.Limit, fmt.Sprintf("%s can reach %d of %d characters (%s)",
			name, b.Size, b.Limit, b.Kind), hint+m.heaviest(b, ds))
	})
	for _, name := range slices.Sorted(maps.Keys(m.guessed)) {
		r.unboundedParameter(r.parameters[name])
	}
}

// ofManaged says a managed policy as the vendor wrote it, and what would make it smaller.
func ofManaged(p *plan.ManagedPolicy, name string) (said, hint string) {
	const orShorter = ", name resources by a shorter pattern, or bound its parameters"
	switch {
	case p.PartOf != "":
		return "a part of " + p.PartOf, "divide the statement" + orShorter
	case !p.Split && !p.Limits && !p.Fixed.Name:
		return name, "write split: auto" + orShorter
	case p.Split:
		return name, "divide its statement" + orShorter
	}
	return name, "divide it" + orShorter
}

// heaviest names the parameters that take a tenth of the limit or more, those with most first: how
// much smaller the documents would be without what the customer enters there.
func (m *ruler) heaviest(b Budget, ds []document) string {
	type share struct {
		name string
		size int
	}
	var shares []share
	for i := range m.Parameters {
		name := m.Parameters[i].Name
		width, measured := m.widths[name]
		if !measured {
			continue
		}
		m.widths[name] = 0
		if size := b.Size - m.budget(b.Policy, ds...).Size; size*10 >= b.Limit {
			shares = append(shares, share{name, size})
		}
		m.widths[name] = width
	}
	slices.SortStableFunc(shares, func(x, y share) int { return y.size - x.size })
	var said []string
	for _, s := range shares[:min(len(shares), 3)] {
		said = append(said, fmt.Sprintf("%s takes %d", s.name, s.size))
	}
	if len(said) == 0 {
		return ""
	}
	return ": " + strings.Join(said, ", ")
}
