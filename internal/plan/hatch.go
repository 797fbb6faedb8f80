package plan

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/registry"
	"byocfn/internal/source"
	"byocfn/internal/spec"
)

// hatches are the answers at the escape hatches, by the name of the resource: raw ones, and those with
// properties of the vendor's own. What only one variant asks is asked, so they outlive a variant.
type hatches map[string]answers

func (h hatches) of(id string, accepts spec.Accepts) answers {
	a, ok := h[id]
	if !ok {
		a = answersOf(id, accepts)
		h[id] = a
	}
	return a
}

func (h hatches) unasked(diags *diag.List) {
	for _, id := range sortedKeys(h) {
		h[id].unasked(diags)
	}
}

// rawConforms holds a raw resource against the registry.
func (m *maker) rawConforms(id string, v spec.Raw, properties cfn.Map) {
	a := m.hatches.of(id, v.Accept)
	t, ok := registry.Find(v.Type.Value)
	switch {
	case ok && (v.Properties == nil || v.Properties.Kind == source.Mapping):
		m.conforms(a, v.Type.At, v.Properties, t.Check(properties, false))
	case !ok && registry.Lists(v.Type.Value):
		hint := registry.Near(v.Type.Value)
		if hint == "" {
			hint = "correct it, if it is not newer than " + registry.Date()
		}
		m.ask(a, v.Type.At, "unknown-type",
			"CloudFormation's registry lists no type "+quote(v.Type.Value), hint)
	}
}

// extraConforms does the same for properties that are laid over those of a noun.
func (m *maker) extraConforms(r Resource, x *spec.Extra) {
	a := m.hatches.of(r.ID, x.Accept)
	m.grants(r, x)
	if t, ok := registry.Find(TypeName(r.Body)); ok && x.Set.Kind == source.Mapping {
		m.conforms(a, x.Why.At, x.Set, t.Check(r.Extra, true))
	}
}

// grants refuses permissions in properties: nobody judges them there, and the page would still show
// the customer those that they replace.
func (m *maker) grants(r Resource, x *spec.Extra) {
	word := map[string]string{"AssumeRolePolicyDocument": "trust", "Policies": "allow and deny",
		"ManagedPolicyArns": "policies", "PolicyDocument": "allow and deny", "Groups": "policies"}
	switch r.Body.(type) {
	case *Role, *User, *ManagedPolicy:
	default:
		return
	}
	for _, e := range r.Extra {
		if w := word[e.Key]; w != "" {
			m.diags.Error(x.Set.Nearest([]string{e.Key}).Place(), "permissions-here",
				e.Key+" would replace the permissions that the customer's page shows",
				"say it by "+w+" of "+r.ID)
		}
	}
}

// conforms reports what the registry does not allow in properties, and at whose place where there are
// none.
func (m *maker) conforms(a answers, at diag.Range, properties *source.Node, found []registry.Finding) {
	for _, f := range found {
		if properties != nil {
			at = properties.Nearest(f.Path).Place()
		}
		other := func(d diag.Diagnostic) bool { return d.At == at && d.ID != f.ID }
		if !slices.ContainsFunc(*m.diags, other) { // what it is made of was refused already
			m.ask(a, at, f.ID, f.Summary, f.Hint)
		}
	}
}

// rawAttribute refuses an attribute that the type of a raw resource lacks.
func (m *maker) rawAttribute(e *entity, attr string, at diag.Range) {
	raw := m.in.Stack.Resources.Get(e.id)
	if raw == nil {
		return
	}
	if t, ok := registry.Find(raw.Type.Value); ok && !t.HasAttribute(attr) {
		m.ask(m.hatches.of(e.id, raw.Accept), at, "unknown-attribute",
			t.Name+" "+e.id+" has no attribute "+quote(attr), t.NearAttribute(attr))
	}
}
