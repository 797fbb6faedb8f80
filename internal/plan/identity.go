package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// roles adds the roles with their own statements inside, and a profile where instances carry them.
// For a role that the customer names instead, nothing is made.
func (m *maker) roles() {
	for _, n := range m.in.Stack.Roles {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		v, w, gate := n.Value, wordsOfRole(n.Value), e.madeWhen()
		body := &Role{Path: m.path(w.path), Boundary: m.boundary(w.boundary, gate), Tags: m.tags(""),
			Name: m.nameOf(e.id, w, gate), Trust: m.trust(n, gate), Fixed: m.fixed(w),
			Managed: m.managed(v.Policies, gate)}
		own := m.statements(statementsOf{allow: v.Allow, deny: v.Deny, gate: gate, owner: e.id})
		body.Policies = m.ownPolicies(n.Name, e.id, own)
		m.extend(Resource{ID: e.id, Section: Identities, Comment: outside(v.Why.Value, w), Gate: gate,
			Condition: m.condition(gate), Body: body, From: n.Name.At}, v.Properties)
		if v.InstanceProfile.Yes(false) {
			body := &InstanceProfile{Path: m.path(w.path), Role: cfn.Ref(e.id), Fixed: m.fixed(w)}
			if v.ProfileName.Value != "" {
				m.wantsName(n)
				body.Name = cfn.Ref(e.id) // of a role, Ref is the name
			}
			m.add(Resource{ID: e.id + "Profile", Section: Identities, Gate: gate, Body: body,
				Condition: m.condition(gate), Comment: "Gives " + e.id + " to instances", From: n.Name.At})
		}
	}
}

func (m *maker) wantsName(n spec.Named[spec.Role]) {
	if n.Value.Name == nil {
		m.diags.Error(n.Value.ProfileName.At, "missing-key", n.Name.Value+" has no name that its "+
			"instance profile could share", "add name: "+n.Name.Value+"-${stack.suffix}")
	}
}

func wordsOfRole(r spec.Role) identityWords {
	return identityWords{r.Name, r.Path, r.UsedOutside, r.Boundary}
}

func wordsOfUser(u spec.User) identityWords {
	return identityWords{u.Name, u.Path, u.UsedOutside, u.Boundary}
}

func wordsOfPolicy(p spec.Policy) identityWords {
	return identityWords{p.Name, p.Path, p.UsedOutside, spec.Word{}}
}

// outside says who relies on a name.
func outside(comment string, w identityWords) string {
	if w.usedOutside.Value == "" {
		return comment
	}
	return comment + ".\nIts name is fixed: " + w.usedOutside.Value + "."
}

// ownPolicies makes the inline policies of a principal: one, and one more for the statements whose
// keys hold references, which have to be text.
func (m *maker) ownPolicies(name spec.Word, id string, statements []Statement) []InlinePolicy {
	var plain, keyed []Statement
	for _, s := range statements {
		if hasKeys(s.Condition) {
			keyed = append(keyed, s)
		} else {
			plain = append(plain, s)
		}
	}
	var out []InlinePolicy
	if len(plain) > 0 {
		out = append(out, m.ownPolicy(id, plain))
	}
	if len(keyed) > 0 {
		out = append(out, InlinePolicy{Name: id + "Keys", Policy: m.document(name.At, keyed)})
	}
	return out
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

// managed gives the ARNs of policies that are not the stack's; its own are attached from their side.
func (m *maker) managed(policies spec.Texts, gate []Literal) []cfn.Value {
	var out []cfn.Value
	for i, t := range policies {
		same := func(u spec.Text) bool { return u.Raw == t.Raw }
		if slices.ContainsFunc(policies[:i], same) {
			m.repeated(t.Raw, t.At)
			continue
		}
		if ref, lone := t.Lone(); lone {
			if e := m.names[ref.Name]; e == nil || e.param == nil || e.param.Kind.Value != "policy-arn" &&
				e.param.Items.Value != "policy-arn" {
				m.diags.Error(t.At, "not-an-arn", quote(t.Raw)+" is no parameter of kind policy-arn",
					"policies of this stack are named without ${}")
				continue
			}
			out = append(out, m.values(spec.Texts{t}, gate)...)
			continue
		}
		if name, ok := strings.CutPrefix(t.Raw, "aws/"); ok {
			out = append(out, cfn.Sub("arn:${AWS::Partition}:iam::aws:policy/"+name))
			continue
		}
		p := m.in.Stack.Policies.Get(t.Raw)
		switch {
		case p == nil:
			m.diags.Error(t.At, "unknown-reference", "no policy "+quote(t.Raw),
				or(diag.DidYouMean(t.Raw, m.nounNames("policy")), "policies of AWS are aws/NAME"))
		case p.Boundary != nil:
			m.diags.Error(t.At, "bad-boundary", t.Raw+" is a boundary, which limits and is not held",
				"write boundary: "+t.Raw+" beside policies")
		}
	}
	return oneList(out)
}

// repeated refuses what a list has already.
func (m *maker) repeated(text string, at diag.Range) {
	m.diags.Error(at, "repeated", quote(text)+" stands here twice", "remove one of the two")
}

// policies adds the shared policies, attached to all who name them.
func (m *maker) policies() {
	for _, n := range m.in.Stack.Policies {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		v, w := n.Value, wordsOfPolicy(n.Value)
		body := &ManagedPolicy{Path: m.path(w.path), Fixed: m.fixed(w), Split: v.Split.Value != "",
			Limits: v.Boundary != nil}
		theirs := m.attachTo(v.AttachTo, e.gate)
		if v.Boundary != nil && len(v.AttachTo) > 0 {
			m.diags.Error(v.AttachTo[0].At, "bad-boundary", e.id+" is a boundary, which limits and is not held",
				"remove attachTo: the customer sets it as the boundary of a role")
		}
		body.Roles = m.attached(e.id+"HasRole", append(m.holders("role", e), theirs...))
		body.Users = m.attached(e.id+"HasUser", m.holders("user", e))
		if v.Name != nil {
			body.Name = m.named(w, e.gate)
		}
		m.checkSplit(n)
		statements := append(m.bounding(n, e), m.statements(statementsOf{allow: v.Allow, deny: v.Deny,
			gate: e.gate, owner: e.id})...)
		if len(statements) == 0 {
			m.diags.Error(n.Name.At, "empty-policy", n.Name.Value+" has no statement here",
				"give the policy the same `when` as its statements")
		}
		body.Policy = m.document(n.Name.At, statements)
		m.extend(Resource{ID: e.id, Section: Identities, Comment: outside(v.Why.Value, w), Gate: e.gate,
			Condition: m.condition(e.gate), Body: body, From: n.Name.At}, v.Properties)
	}
}

// attachTo gives roles that the customer has; one that they may leave empty drops out.
func (m *maker) attachTo(roles spec.Texts, gate []Literal) []holder {
	var out []holder
	for _, t := range roles {
		ref, lone := t.Lone()
		e := m.names[ref.Name]
		switch {
		case !lone || e == nil || e.param == nil || e.param.Kind.Value != "role-name":
			m.diags.Error(t.At, "bad-role", quote(t.Raw)+" is no role of the customer", m.roleHint(t))
		case slices.ContainsFunc(out, func(h holder) bool { return h.id == e.id }):
			m.diags.Error(t.At, "duplicate-role", e.id+" stands twice", "remove one of the two")
		case e.absent:
		case e.param.MayBeBlank() && !e.isGiven(gate):
			out = append(out, holder{e.id, []Literal{{Atom: e.id}}})
		default:
			out = append(out, holder{id: e.id})
		}
	}
	return out
}

// roleHint says what to write where the name of a customer's role is wanted.
func (m *maker) roleHint(t spec.Text) string {
	ref, _ := t.Lone()
	for _, name := range []string{t.Raw, ref.Name} {
		if e := m.names[name]; e != nil && e.noun == "role" {
			return "roles of this stack name their policies themselves: add it to policies of " + name
		}
	}
	return m.otherwise(t, "role-name")
}

// checkSplit refuses to divide what others know by its name.
func (m *maker) checkSplit(n spec.Named[spec.Policy]) {
	if n.Value.Split.Value != "" && (n.Value.UsedOutside.Value != "" || n.Value.Boundary != nil) {
		m.diags.Error(n.Value.Split.At, "bad-split", n.Name.Value+" is known by its name, so it cannot "+
			"become several", "remove split")
	}
}

// holder is a principal that names a policy.
type holder struct {
	id   string    // of what stands for it: a role, a user, a parameter with the name of a role
	gate []Literal // beyond that of the policy
}

// holders lists the principals of one noun that name the policy.
func (m *maker) holders(noun string, policy *entity) []holder {
	var out []holder
	attach := func(name spec.Word, policies spec.Texts) {
		e := m.names[name.Value]
		named := func(t spec.Text) bool { return t.Raw == policy.id }
		if e == nil || e.absent || !slices.ContainsFunc(policies, named) {
			return
		}
		out = append(out, holder{e.id, within(e.madeWhen(), policy.gate)})
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
		v, w := n.Value, wordsOfUser(n.Value)
		body := &User{Name: m.nameOf(e.id, w, e.gate), Path: m.path(w.path), Fixed: m.fixed(w),
			Boundary: m.boundary(w.boundary, e.gate), Managed: m.managed(v.Policies, e.gate),
			Tags: m.tags("")}
		own := m.statements(statementsOf{allow: v.Allow, gate: e.gate, owner: e.id})
		body.Policies = m.ownPolicies(n.Name, e.id, own)
		comment := accepted(outside(v.Why.Value, w), v.Accept)
		m.extend(Resource{ID: e.id, Section: Identities, Comment: comment, Gate: e.gate,
			Condition: m.condition(e.gate), Body: body, From: n.Name.At}, v.Properties)
		m.accessKey(n, e)
	}
}
