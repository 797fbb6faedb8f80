package plan

import "byocfn/internal/iam"

// widens gives the actions of a statement that can widen rights.
func (m *maker) widens(judged iam.Statement) []string {
	if !iam.MayWiden(judged.Actions) { // most do not
		return nil
	}
	return iam.Widening(m.in.Facts, judged)
}

// widening marks them in what the compiler makes, such as roles of functions.
func (m *maker) widening() {
	for _, r := range m.plan.Resources {
		role, isRole := r.Body.(*Role)
		if !isRole {
			continue
		}
		for _, p := range role.Policies {
			for i := range p.Policy.Statements {
				if s := &p.Policy.Statements[i]; s.From.File == "" {
					s.Widens = m.widens(judgedAs(*s))
				}
			}
		}
	}
}

// judgedAs gives a statement as lints read it. What its references stand for is not known any more: a
// path may hold slashes.
func judgedAs(s Statement) iam.Statement {
	out := iam.Statement{Kind: iam.Identity, Sid: s.Sid, Effect: s.Effect, Actions: s.Actions,
		Conditions: conditionsOf(s.Condition)}
	for _, r := range Elements(s.Resources...) {
		out.Resources = append(out.Resources, iam.Resource{Text: Plain(r), Wildcards: true})
	}
	return out
}
