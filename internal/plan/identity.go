package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// roles adds the roles with their own statements inside, and a profile where instances carry them.
func (m *maker) roles() {
	for _, n := range m.in.Stack.Roles {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		v := n.Value
		body := &Role{Path: m.path(), Boundary: m.boundary(), Tags: m.tags(""), Name: m.prefixed(e.id),
			Trust: m.trust(n, e.gate), Managed: m.managed(v.Policies)}
		if v.Name != nil {
			body.Name = m.named(*v.Name, e.gate)
		}
		own := m.statements(statementsOf{allow: v.Allow, deny: v.Deny, gate: e.gate, owner: e.id})
		if len(own) > 0 {
			body.Policies = []InlinePolicy{m.ownPolicy(e.id, own)}
		}
		m.add(Resource{ID: e.id, Section: Identities, Comment: v.Why.Value, Gate: e.gate,
			Condition: m.condition(e.gate), Body: body, Extra: m.extra(v.Properties, e.gate),
			From: n.Name.At})
		if v.InstanceProfile.Yes(false) {
			m.add(Resource{ID: e.id + "Profile", Section: Identities, Gate: e.gate,
				Condition: m.condition(e.gate), Comment: "Gives " + e.id + " to instances", From: n.Name.At,
				Body: &InstanceProfile{Path: m.path(), Role: cfn.Ref(e.id)}})
		}
	}
}

// ownPolicy makes the one inline policy of a principal. Where every statement rests on a condition,
// the policy as a whole rests on any of them: an empty Statement is refused by IAM.
func (m *maker) ownPolicy(name string, statements []Statement) InlinePolicy {
	var gates [][]Literal
	for _, s := range statements {
		gates = append(gates, s.Literals)
	}
	onlyIf := m.anyCondition(name+"HasStatement", gates)
	for i := range statements {
		if statements[i].Gate == onlyIf {
			statements[i].Gate = ""
		}
	}
	return InlinePolicy{Name: name, Condition: onlyIf, Policy: Document{Statements: statements}}
}

// managed gives the ARNs of AWS's own policies; those of the stack are attached from their side.
func (m *maker) managed(names spec.Words) []cfn.Value {
	var out []cfn.Value
	for _, w := range names {
		if name, ok := strings.CutPrefix(w.Value, "aws/"); ok {
			out = append(out, cfn.Sub("arn:${AWS::Partition}:iam::aws:policy/"+name))
			continue
		}
		if e := m.names[w.Value]; e == nil || e.noun != "policy" {
			m.diags.Error(w.At, "unknown-reference", "no policy "+quote(w.Value),
				or(diag.DidYouMean(w.Value, m.nounNames("policy")), "policies of AWS are aws/NAME"))
		}
	}
	return out
}

// policies adds the shared policies, attached to all who name them.
func (m *maker) policies() {
	for _, n := range m.in.Stack.Policies {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		v := n.Value
		body := &ManagedPolicy{Path: m.path()}
		body.Roles = m.attached(e.id+"HasRole", m.holders("role", e))
		body.Users = m.attached(e.id+"HasUser", m.holders("user", e))
		if v.Name != nil {
			body.Name = m.named(*v.Name, e.gate)
		}
		body.Policy.Statements = m.statements(statementsOf{allow: v.Allow, deny: v.Deny,
			gate: e.gate, owner: e.id})
		if len(body.Policy.Statements) == 0 {
			m.diags.Error(n.Name.At, "empty-policy", n.Name.Value+" has no statement here",
				"give the policy the same `when` as its statements")
		}
		m.add(Resource{ID: e.id, Section: Identities, Comment: v.Why.Value, Gate: e.gate,
			Condition: m.condition(e.gate), Body: body, Extra: m.extra(v.Properties, e.gate),
			From: n.Name.At})
	}
}

// holder is a principal that names a policy.
type holder struct {
	id   string
	gate []Literal // beyond that of the policy
}

// holders lists the principals of one noun that name the policy.
func (m *maker) holders(noun string, policy *entity) []holder {
	var out []holder
	attach := func(name spec.Word, policies spec.Words) {
		e := m.names[name.Value]
		if e == nil || e.absent || !containsWord(policies, policy.id) {
			return
		}
		out = append(out, holder{e.id, within(e.gate, policy.gate)})
		m.waits["role "+e.id] = append(m.waits["role "+e.id], policy.id)
	}
	if noun == "role" {
		for _, n := range m.in.Stack.Roles {
			attach(n.Name, n.Value.Policies)
		}
		return out
	}
	for _, n := range m.in.Stack.Users {
		attach(n.Name, n.Value.Policies)
	}
	return out
}

// attached gives the list of holders for the policy's property, in which gated ones drop out one by
// one, and the condition under which any is left; none where one always is. Name is for the condition
// where it must be made.
func (m *maker) attached(name string, holders []holder) (out Holders) {
	if len(holders) == 0 {
		return Holders{}
	}
	var gates [][]Literal
	for _, h := range holders {
		gates = append(gates, h.gate)
	}
	out.OnlyIf = m.anyCondition(name, gates)
	for _, h := range holders {
		gate := h.gate
		if m.condition(gate) == out.OnlyIf {
			gate = nil
		}
		out.List = append(out.List, m.onlyIf(gate, cfn.Ref(h.id), cfn.NoValue()))
	}
	return out
}

// users adds users, their keys and the secrets that hold the keys.
func (m *maker) users() {
	for _, n := range m.in.Stack.Users {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		v := n.Value
		body := &User{Name: m.prefixed(e.id), Path: m.path(), Boundary: m.boundary(),
			Managed: m.managed(v.Policies), Tags: m.tags("")}
		own := m.statements(statementsOf{allow: v.Allow, gate: e.gate, owner: e.id})
		if len(own) > 0 {
			body.Policies = []InlinePolicy{m.ownPolicy(e.id, own)}
		}
		comment := accepted(v.Why.Value, v.Accept)
		m.add(Resource{ID: e.id, Section: Identities, Comment: comment, Gate: e.gate,
			Condition: m.condition(e.gate), Body: body, Extra: m.extra(v.Properties, e.gate),
			From: n.Name.At})
		m.accessKey(n, e)
	}
}

func (m *maker) accessKey(n spec.Named[spec.User], e *entity) {
	k := n.Value.AccessKey
	answers := answersOf(n.Name.Value, n.Value.Accept)
	defer m.unasked(answers)
	if k == nil {
		return
	}
	m.ask(answers, k.Name.At, "access-key", n.Name.Value+" gets a key that never expires",
		"use a role")
	serial := max(k.Serial.Value, 1)
	key, secret := k.Name.Value, k.Secret.Value
	m.add(Resource{ID: key, Section: Identities, Gate: e.gate, Condition: m.condition(e.gate),
		Comment: k.Why.Value + ".\nIt is kept in Secrets Manager only. A release that raises Serial rotates it.",
		Body:    &AccessKey{User: cfn.Ref(e.id), Serial: serial}, From: k.Name.At})
	m.add(Resource{ID: secret, Section: Identities, Gate: e.gate, Condition: m.condition(e.gate),
		Comment: "Holds the access key.\nIs deleted with the stack.", Keep: KeepNothing,
		From: k.Secret.At, Body: &Secret{Description: "Access key of " + e.id, Tags: m.tags(""),
			Text: cfn.Sub(`{"accessKeyId":"${` + key + `}","secretAccessKey":"${` + key +
				`.SecretAccessKey}"}`)}})
}

func containsWord(words spec.Words, word string) bool {
	for _, w := range words {
		if w.Value == word {
			return true
		}
	}
	return false
}
