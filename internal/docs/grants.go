package docs

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// grant is one statement with the place where it stands.
type grant struct {
	Kind      string // identity, trust or resource
	Holder    string // logical id of the role, user, policy or bucket policy
	Policy    string // name of the inline policy, or empty
	Principal string // who is allowed
	When      string // what must hold, or empty
	Known     []plan.Literal
	Statement plan.Statement
}

// The kinds of grants.
const (
	identity = "identity" // what a role or user may do
	trust    = "trust"    // who may become a role
	resource = "resource" // who may reach a bucket
)

// grantsOf lists all statements of a resource.
func grantsOf(p *plan.Plan, r plan.Resource) []grant {
	switch b := r.Body.(type) {
	case *plan.Role:
		return append(grantsIn(p, r, trust, "", "", "", b.Trust), inlineGrants(p, r, b.Policies)...)
	case *plan.User:
		return inlineGrants(p, r, b.Policies)
	case *plan.ManagedPolicy:
		return grantsIn(p, r, identity, "", carriers(p, b), "", b.Policy)
	case *plan.BucketPolicy:
		return grantsIn(p, r, resource, "", "", "", b.Policy)
	}
	return nil
}

func inlineGrants(p *plan.Plan, r plan.Resource, policies []plan.InlinePolicy) []grant {
	var out []grant
	for _, pol := range policies {
		out = append(out, grantsIn(p, r, identity, pol.Name, "${"+r.ID+"}", pol.Condition, pol.Policy)...)
	}
	return out
}

func grantsIn(p *plan.Plan, r plan.Resource, kind, policy, who, condition string,
	doc plan.Document) []grant {
	out := make([]grant, 0, len(doc.Statements))
	for _, s := range doc.Statements {
		g := grant{Kind: kind, Holder: r.ID, Policy: policy, Principal: who, Statement: s}
		if kind != identity {
			g.Principal = speaker{plan: p}.text(s.Principal)
		}
		own := s.Literals
		if len(own) == 0 {
			own = literalsOf(p, s.Gate)
		}
		g.Known = slices.Concat(r.Gate, literalsOf(p, condition), own)
		g.When = when(p, g.Known)
		out = append(out, g)
	}
	return out
}

// carriers says to whom a managed policy is attached.
func carriers(p *plan.Plan, b *plan.ManagedPolicy) string {
	all := make(cfn.List, 0, len(b.Roles.List)+len(b.Users.List))
	for _, v := range append(append([]cfn.Value{}, b.Roles.List...), b.Users.List...) {
		all = append(all, cfn.Item{Value: v})
	}
	if len(all) == 0 {
		return "whoever carries this policy"
	}
	return speaker{plan: p}.text(all)
}

func literalsOf(p *plan.Plan, condition string) []plan.Literal {
	if condition == "" {
		return nil
	}
	for _, c := range p.Conditions {
		if c.Name == condition && len(c.Literals) > 0 {
			return c.Literals
		}
	}
	return []plan.Literal{{Atom: condition}}
}

// when says what must hold: every literal of every gate, each once.
func when(p *plan.Plan, gates ...[]plan.Literal) string {
	var parts []string
	seen := map[plan.Literal]bool{}
	all := slices.Concat(gates...)
	for _, gate := range gates {
		for _, l := range gate {
			if !seen[l] && !followed(p, l, all) {
				seen[l] = true
				parts = append(parts, literalText(p, l))
			}
		}
	}
	for i, part := range parts {
		if len(parts) > 1 && strings.Contains(part, " or ") {
			parts[i] = "(" + part + ")"
		}
	}
	return strings.Join(parts, " and ")
}

// followed tells whether a literal, that one of several gates holds, follows from one that is said too.
func followed(p *plan.Plan, l plan.Literal, said []plan.Literal) bool {
	c := conditionOf(p, l.Atom)
	if c == nil || l.Not {
		return false
	}
	unsaid := func(l plan.Literal) bool { return !slices.Contains(said, l) }
	return slices.ContainsFunc(c.AnyOf, func(gate []plan.Literal) bool {
		return len(gate) > 0 && !slices.ContainsFunc(gate, unsaid)
	})
}

// literalText says one atom: a value, a fact of the region, a switch, or a parameter that is given.
func literalText(p *plan.Plan, l plan.Literal) string {
	pick := func(yes, no string) string {
		if l.Not {
			return no
		}
		return yes
	}
	if name, value, ok := strings.Cut(l.Atom, "="); ok {
		return name + pick(" is ", " is not ") + value
	}
	if fact, ok := strings.CutPrefix(l.Atom, "region."); ok {
		return "the region " + pick("has ", "lacks ") + fact
	}
	for _, q := range p.Parameters {
		if q.Name != l.Atom {
			continue
		}
		if q.Kind == "switch" {
			return l.Atom + pick(" is on", " is off")
		}
		return l.Atom + pick(" is given", " is empty")
	}
	if c := conditionOf(p, l.Atom); c != nil {
		return pick(anyText(p, c), "not ("+anyText(p, c)+")")
	}
	return pick("", "not ") + l.Atom
}

func conditionOf(p *plan.Plan, name string) *plan.Condition {
	i := slices.IndexFunc(p.Conditions, func(c plan.Condition) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Conditions[i]
}

// anyText says a condition that is no conjunction: one of several that hold, or what it computes.
func anyText(p *plan.Plan, c *plan.Condition) string {
	if len(c.AnyOf) == 0 {
		return speaker{plan: p}.text(c.Value)
	}
	parts := make([]string, len(c.AnyOf))
	for i, gate := range c.AnyOf {
		if parts[i] = when(p, gate); len(gate) > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, " or ")
}

// escalations gives the actions of an identity statement that can widen rights.
func escalations(g grant) []string {
	if g.Kind != identity {
		return nil
	}
	return g.Statement.Widens
}
