package plan

import "byocfn/internal/iam"

// widening marks, in every identity policy of the plan, the actions that can widen rights.
func (m *maker) widening() {
	mark := func(d Document) {
		for i := range d.Statements {
			s := &d.Statements[i]
			if iam.MayWiden(s.Actions) { // most do not
				s.Widens = iam.Widening(m.in.Facts, judgedAs(*s))
			}
		}
	}
	each := func(policies []InlinePolicy) {
		for _, p := range policies {
			mark(p.Policy)
		}
	}
	for _, r := range m.plan.Resources {
		switch b := r.Body.(type) {
		case *Role:
			each(b.Policies)
		case *User:
			each(b.Policies)
		case *ManagedPolicy:
			mark(b.Policy)
		}
	}
}

// judgedAs gives a statement of an identity policy as lints read it. What its references stand for is
// not known any more: a path may hold slashes.
func judgedAs(s Statement) iam.Statement {
	out := iam.Statement{Kind: iam.Identity, Sid: s.Sid, Effect: s.Effect, Actions: s.Actions,
		Conditions: conditionsOf(s.Condition)}
	for _, r := range Elements(s.Resources...) {
		out.Resources = append(out.Resources, iam.Resource{Text: Plain(r), Wildcards: true})
	}
	return out
}
