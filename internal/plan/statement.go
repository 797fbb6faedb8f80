package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// policyKind says where a statement stands.
type policyKind int

const (
	identityPolicy policyKind = iota
	bucketPolicy
)

// statementsOf is a policy's statements as the spec has them.
type statementsOf struct {
	kind        policyKind
	allow, deny spec.Keyed[spec.Statement]
	gate        []Literal // of the policy
	owner       string    // id of the role, user, policy or bucket
}

// statements resolves a policy's statements; those ruled out in this variant drop.
func (m *maker) statements(in statementsOf) []Statement {
	var out []Statement
	for _, group := range []struct {
		effect string
		list   spec.Keyed[spec.Statement]
	}{{"Allow", in.allow}, {"Deny", in.deny}} {
		for _, n := range group.list {
			if gate, exists := m.gate(n.Value.When, in.gate); exists {
				out = append(out, m.statement(in, n, group.effect, gate))
			}
		}
	}
	return out
}

func (m *maker) statement(in statementsOf, n spec.Named[spec.Statement], effect string,
	gate []Literal) Statement {
	v, before := n.Value, len(*m.diags)
	s := Statement{From: n.Name.At, Sid: n.Name.Value, Why: v.Why.Value, Effect: effect,
		Literals: within(gate, in.gate)}
	s.Gate = m.condition(s.Literals)
	for _, a := range m.actions(v.Actions) {
		s.Actions = append(s.Actions, a.Value)
	}
	readable := len(*m.diags) == before
	for _, t := range v.Resources {
		s.Resources = append(s.Resources, m.resource(t, in.owner, gate, &s)...)
	}
	s.Resources = oneList(s.Resources)
	s.Condition = m.conditions(v.Condition, gate, &s)
	if in.kind == bucketPolicy {
		m.bucketPrincipal(&s, n, gate)
	} else if v.Principal != nil {
		m.diags.Error(v.Principal.At, "bad-principal", "only a bucket's statements have a principal",
			"remove it: the statement speaks of whoever holds the policy")
	}
	m.notes(&s, v.Accept, v.Differs)
	if sound := len(*m.diags) == before; readable { // of its actions at least
		judged := m.lint(in, n, s, sound)
		if sound {
			s.Widens = m.widens(judged)
		}
	}
	return s
}

// notes puts answers and differences below the reason, for whoever reads the template.
func (m *maker) notes(s *Statement, accept spec.Accepts, differs spec.Word) {
	for _, a := range accept {
		s.Accepts = append(s.Accepts, a.Name.Value)
		s.AcceptsAt = append(s.AcceptsAt, a.Name.At)
		s.Notes = append(s.Notes, "Accepted ("+a.Name.Value+"): "+a.Value.Value)
	}
	if differs.Value != "" {
		s.Notes = append(s.Notes, "Differs from the vendor's document: "+differs.Value)
	}
}

// resource resolves one entry of resources: "*", a name of this stack, Name/*, a reference to an ARN,
// or an ARN, short or full.
func (m *maker) resource(t spec.Text, owner string, gate []Literal, s *Statement) []cfn.Value {
	m.safeInPolicy(t)
	if t.Raw == "*" {
		return []cfn.Value{cfn.String("*")}
	}
	if !m.mayBeARN(t) {
		return []cfn.Value{cfn.String("*")}
	}
	if r := m.eachOf(t); r != nil {
		full := m.completed(t)
		return []cfn.Value{m.eachText(full, *r, gate)}
	}
	head, tail, slash := strings.Cut(t.Raw, "/")
	if e := m.names[head]; e != nil {
		s.Names = append(s.Names, head)
		arn := m.arnOfName(e, t, owner, gate)
		if !slash {
			return []cfn.Value{arn}
		}
		rest := spec.ParseText("/"+tail, t.At, m.diags)
		return []cfn.Value{concat(hinted{arn, head + "Arn"}, m.value(rest, gate))}
	}
	if _, ok := t.Lone(); ok {
		return m.values(spec.Texts{t}, gate)
	}
	return []cfn.Value{m.arn(t, gate)}
}

// arnOfName gives the ARN of a thing of this stack. IAM things that name each other would make a
// cycle, so a role with a fixed name is named by its computed ARN.
func (m *maker) arnOfName(e *entity, t spec.Text, owner string, gate []Literal) cfn.Value {
	if !m.present(e, spec.Ref{Name: e.id}, t.At, gate) {
		return cfn.String("*")
	}
	switch {
	case e.iamArn != nil:
		return e.iamArn
	case e.id == owner && e.noun != "bucket":
		m.diags.Error(t.At, "names-itself", "a "+e.noun+"'s own policy cannot name "+e.id+
			" without a fixed name", "give the "+e.noun+" a name, such as name: "+e.id+"-${stack.suffix}")
		return cfn.String("*")
	case e.param != nil:
		m.diags.Error(t.At, "not-an-arn", e.id+" is a parameter",
			`write "${`+e.id+`}" where it is an ARN, or "${`+e.id+`.Arn}"`)
		return cfn.String("*")
	case e.arn == nil:
		m.diags.Error(t.At, "not-an-arn", e.noun+" "+e.id+" has no ARN here",
			arnAttribute(e))
		return cfn.String("*")
	}
	return e.arn
}

// arnAttribute says how the ARN of a thing is written of which the compiler knows none.
func arnAttribute(e *entity) string {
	if e.noun == "resource" {
		return `write "${` + e.id + `}" where that is its ARN, else a short ARN, such as ec2:security-group/*`
	}
	return "write a short ARN, such as ec2:security-group/*"
}

// arn completes a short ARN and resolves it.
func (m *maker) arn(t spec.Text, gate []Literal) cfn.Value {
	return m.value(m.completed(t), gate)
}

// completed makes a full ARN of a short one.
func (m *maker) completed(t spec.Text) spec.Text {
	full, ok, why := iam.Complete(m.in.Facts, t.Raw)
	if !ok {
		head, tail, slash := strings.Cut(t.Raw, "/")
		hint := diag.DidYouMean(head, m.allNames())
		if near := diag.Suggest(head, m.allNames()); near != "" && slash {
			hint = "did you mean " + quote(near+"/"+tail) + "?"
		}
		switch each := m.eachOf(t); {
		case m.names[head] != nil && each != nil:
			hint = "${" + each.String() + "} stands beside literal text only: write " + head +
				"/*, and narrow it by a condition, or let the items be ARNs"
		case m.names[head] != nil:
			hint = `write "${` + head + `.Arn}"`
		}
		if !strings.HasPrefix(why, quote(t.Raw)) {
			why = quote(t.Raw) + ": " + why
		}
		m.diags.Error(t.At, "bad-arn", why,
			or(hint, "write a name of this stack, a short ARN such as ec2:instance/*, or a full one"))
		return spec.ParseText("*", t.At, m.diags)
	}
	return spec.ParseText(full, t.At, m.diags)
}

// bucketPrincipal settles whom a statement of a bucket's policy speaks of.
func (m *maker) bucketPrincipal(s *Statement, n spec.Named[spec.Statement], gate []Literal) {
	p := n.Value.Principal
	switch {
	case p == nil:
		m.diags.Error(n.Name.At, "missing-key", "a bucket's statement needs a principal",
			"write principal: { service: NAME } or principal: { account: ID }")
	case (p.Service.Value != "") == (p.Account != nil), principals(*p) > 1:
		m.diags.Error(p.At, "bad-principal", "a bucket's principal is one service or one account",
			"write principal: { service: NAME } or principal: { account: ID }; one statement for each")
	case p.Service.Value != "":
		m.principalOnly(*p)
		s.Principal = m.trustedService(p.Service)
	default:
		m.principalOnly(*p)
		s.Principal = m.accountRoot(*p.Account, gate)
	}
}
