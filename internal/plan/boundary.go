package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// bounding derives the statements of a permissions boundary from what the stack has.
func (m *maker) bounding(n spec.Named[spec.Policy], e *entity) []Statement {
	b := n.Value.Boundary
	if b == nil {
		return nil
	}
	if n.Value.Name == nil {
		m.diags.Error(n.Name.At, "missing-key", n.Name.Value+" has no name, by which roles that are made "+
			"later could carry it", "add name: "+n.Name.Value+"-${stack.suffix}")
		return nil
	}
	var out []Statement
	if b.Demand != nil {
		out = m.demanding(*b.Demand, e)
	}
	switch {
	case b.Protect.Value == "" && b.Prefix.Value != "":
		m.diags.Error(b.Prefix.At, "bad-boundary", "prefix is for protect, which is missing",
			"add protect: REASON, or remove prefix")
	case b.Protect.Value != "":
		out = append(out, m.protecting(n, *b))
	}
	return out
}

// widening are the actions that could give more to a role that lacks the boundary, such as one of the
// customer's under the same path; and the one that sets another. Source: Service Authorization
// Reference, IAM: actions that know iam:PermissionsBoundary.
var widening = []string{"iam:AttachRolePolicy", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
	"iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"}

// demanding lets roles be made with the boundary only, and keeps it on them.
// Source: IAM user guide, "Permissions boundaries", delegating responsibility.
func (m *maker) demanding(d spec.Demand, e *entity) []Statement {
	var roles []cfn.Value
	for _, t := range d.Roles {
		m.safeInPolicy(t)
		roles = append(roles, m.demanded(t, e.gate))
	}
	is := func(operator string) cfn.Map {
		return cfn.Map{{Key: operator, Value: cfn.Map{{Key: "iam:PermissionsBoundary", Value: e.iamArn}}}}
	}
	at := d.Roles[0].At
	return []Statement{
		{From: at, Sid: "RolesCarryThisBoundary", Effect: "Allow", Why: d.Why.Value +
			"; they must carry this boundary", Actions: []string{"iam:CreateRole"},
			Resources: roles, Condition: is("StringEquals")},
		{From: at, Sid: "OnlyRolesOfThisBoundary", Effect: "Deny", Why: "Only roles that carry this " +
			"boundary are given permissions, and no role gets another boundary instead",
			Actions: widening, Resources: roles, Condition: is("StringNotEquals")},
		{From: at, Sid: "NobodyRemovesThisBoundary", Effect: "Deny", Why: "No role loses its boundary",
			Actions: []string{"iam:DeleteRolePermissionsBoundary"}, Resources: roles},
	}
}

// demanded resolves roles that may be made: ARNs of roles, which do not exist yet.
func (m *maker) demanded(t spec.Text, gate []Literal) cfn.Value {
	if ref, lone := t.Lone(); lone {
		if e := m.names[ref.Name]; e != nil && e.param != nil && e.param.Kind.Value == "role-arn" {
			return m.value(t, gate)
		}
	}
	if m.names[t.Raw] != nil {
		m.diags.Error(t.At, "bad-boundary", quote(t.Raw)+" is of this stack; demand speaks of roles that are "+
			"made later", "write their ARNs, such as iam:role/Acme/*")
		return cfn.String("*")
	}
	full := m.completed(t)
	parts := iam.SplitARN(full.Raw)
	if t.Raw != "*" && full.Raw == "*" {
		return cfn.String("*") // no ARN, as was reported
	}
	if len(parts) != 6 || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		m.diags.Error(t.At, "bad-boundary", quote(t.Raw)+" is no ARN of roles",
			"write the roles that may be made, such as iam:role/Acme/*")
		return cfn.String("*")
	}
	return m.value(full, gate)
}

// changing are the actions that change an identity or what it may do.
var changing = []string{"iam:Add*", "iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*",
	"iam:Put*", "iam:Remove*", "iam:Set*", "iam:Tag*", "iam:Untag*", "iam:Update*"}

// protecting denies changes of everything in IAM that the stack makes. Gated ones count too: denying
// what is not there does no harm.
func (m *maker) protecting(n spec.Named[spec.Policy], b spec.Boundary) Statement {
	s := Statement{From: b.Protect.At, Sid: "NobodyChangesThisStack", Effect: "Deny",
		Why: b.Protect.Value, Actions: changing}
	add := func(name spec.Word, arn func(*entity) cfn.Value) {
		e := m.names[name.Value]
		if e == nil || e.absent {
			return
		}
		named := arn(e)
		if b.Prefix.Value != "" && named != nil {
			named = m.byPrefix(name, named, b.Prefix)
		}
		if named == nil {
			m.diags.Error(name.At, "missing-key", name.Value+" has no fixed name, so "+n.Name.Value+
				" cannot protect it", "add name: "+name.Value+"-${stack.suffix}")
			return
		}
		s.Names = append(s.Names, e.id)
		if !containsValue(s.Resources, named) {
			s.Resources = append(s.Resources, named)
		}
	}
	one := func(e *entity) cfn.Value { return e.iamArn }
	for _, p := range m.in.Stack.Policies {
		add(p.Name, func(e *entity) cfn.Value {
			if p.Value.Split.Value == "" || p.Value.Name == nil {
				return e.iamArn
			}
			return concat(m.namedArn("policy", wordsOfPolicy(p.Value)), cfn.String("*")) // every part
		})
	}
	for _, r := range m.in.Stack.Roles {
		add(r.Name, one)
	}
	for _, u := range m.in.Stack.Users {
		add(u.Name, one)
	}
	return s
}

// byPrefix names all identities of one kind by what their names begin with; each must.
func (m *maker) byPrefix(name spec.Word, named cfn.Value, prefix spec.Word) cfn.Value {
	arn := named
	if f, _ := unhinted(arn).(cfn.Fn); f.Name == "Fn::If" {
		arn = f.Arg.(cfn.List)[2].Value // of one that the customer may name, that of the stack's own
	}
	parts := flat(arn)
	for i, part := range parts {
		text, _ := part.(cfn.String)
		if at := strings.LastIndex(string(text), "/"+prefix.Value); at >= 0 {
			cut := cfn.String(string(text)[:at+1] + prefix.Value + "*")
			return concat(append(slices.Clone(parts[:i]), cut)...)
		}
		if i > 0 && strings.HasPrefix(string(text), prefix.Value) {
			return concat(append(slices.Clone(parts[:i]), cfn.String(prefix.Value+"*"))...)
		}
	}
	m.diags.Error(name.At, "bad-boundary", "the name of "+name.Value+" does not begin with "+
		quote(prefix.Value), "name it so, or remove the prefix",
		diag.Note{Text: "the prefix is here", At: prefix.At})
	return named
}
