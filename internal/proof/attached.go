package proof

import (
	"fmt"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// A policy that an update replaces, or a release gives another id, is attached anew before the old
// one is detached, and an update fails for ever where both do not fit. Inline policies have the names
// of their principals, so an update puts each in place of itself, and their sum stays within its
// limit; managed ones have their ids, and the lock announces what goes.

// holding is who holds managed policies: a role or user of the stack, or a role of the customer, by
// the parameter with its name.
type holding struct {
	what, id string
	limit    int
	of       *plan.Resource // whom to blame
	own      cfn.Value      // ARNs at the holder
	under    formula
}

// attachments counts the managed policies that each principal can hold at once: those of the stack
// that name it, parts of divided ones included, and those that it names itself, with every element
// of a list.
func (r *report) attachments(m *ruler) {
	for _, h := range r.holdings() {
		if n := r.attachedTo(m, h); n > h.limit {
			r.found.Error(h.of.From, "too-many-policies",
				fmt.Sprintf("%s %s can hold %d managed policies, IAM takes %d", h.what, h.id, n, h.limit),
				"put statements together, or into allow, which makes an inline policy")
		}
	}
}

func (r *report) holdings() []holding {
	var out []holding
	theirs := map[string]bool{}
	for i := range r.Resources {
		res := &r.Resources[i]
		switch b := res.Body.(type) {
		case *plan.Role:
			out = append(out, holding{"the role", res.ID, iam.MaxManagedPerRole, res,
				cfn.Values(b.Managed...), r.gate(res)})
		case *plan.User:
			out = append(out, holding{"the user", res.ID, iam.MaxManagedPerUser, res,
				cfn.Values(b.Managed...), r.gate(res)})
		case *plan.ManagedPolicy:
			r.walk(cfn.Values(b.Roles.List...), formula{}, func(ref reference) {
				if r.parameters[ref.name] != nil && !theirs[ref.name] {
					theirs[ref.name] = true
					out = append(out, holding{"your customer's role", ref.name, iam.MaxManagedPerRole,
						res, nil, formula{}})
				}
			})
		}
	}
	return out
}

// attachedTo gives the number in the worst case.
func (r *report) attachedTo(m *ruler, h holding) int {
	gates, atoms := r.naming(h.id), append(h.under.atoms(), m.atomsIn(h.own)...)
	for _, g := range gates {
		atoms = append(atoms, g.atoms()...)
	}
	axes := r.axes(atoms)
	if len(axes) > maxAxes {
		return len(gates) + m.measure(h.own).items
	}
	most := 0
	for a := range Assignments(axes) {
		if !h.under.holds(a) {
			continue
		}
		n := m.measure(m.resolve(h.own, a)).items
		for _, g := range gates {
			if g.holds(a) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// naming gives, for each policy of the stack that names a principal, when it does.
func (r *report) naming(id string) []formula {
	var out []formula
	for i := range r.Resources {
		res := &r.Resources[i]
		b, ok := res.Body.(*plan.ManagedPolicy)
		if !ok {
			continue
		}
		for _, holders := range []plan.Holders{b.Roles, b.Users} {
			under := conj(r.gate(res), r.condition(holders.OnlyIf))
			r.walk(cfn.Values(holders.List...), under, func(ref reference) {
				if ref.name == id && ref.want == resourceOrParameter {
					out = append(out, ref.under)
				}
			})
		}
	}
	return out
}
