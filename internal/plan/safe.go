package plan

import (
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// safeInPolicy refuses a parameter whose value could widen a policy: an asterisk in an ARN is every
// resource, a quote ends a text.
func (m *maker) safeInPolicy(t spec.Text) {
	for _, ref := range t.Refs() {
		e := m.names[ref.Name]
		if ref.Name == "each" {
			e = m.names[ref.Attr]
		}
		if e == nil || e.param == nil {
			continue
		}
		if m.traitsOf(e).emptiable { // said once, where it is to be mended
			m.diags.Error(e.at, "empty-parameter", e.id+" may be empty, which would widen a policy",
				"give it min: 1; or optional: yes, and what uses it a matching when",
				diag.Note{Text: "it is used here", At: t.At})
		}
		note := diag.Note{Text: e.id + " is here", At: e.at}
		if bad := m.traitsOf(e).wild; bad != "" && e.param.Wildcard.Value == "" && !m.told[e.id] {
			m.told[e.id] = true
			m.diags.Error(t.At, "wild-parameter", e.id+" may hold "+characters(bad)+
				", which would widen the policy", "give it a pattern from ^ to $ without these, "+
				"or say why it may: wildcard: REASON", note)
		}
	}
}

// emptiable tells whether a parameter that counts as given may still be empty.
func (m *maker) emptiable(e *entity) bool {
	p := e.param
	k := e.traits.kind
	if k.Type != "String" || p.MayBeBlank() || len(p.OneOf) > 0 || p.Kind.Value == "switch" {
		return false
	}
	if p.Kind.Value == "list" {
		return elementPattern(p) != "" && admitsNothing(k.Pattern)
	}
	return p.Min.Value < 1 && admitsNothing(or(p.Pattern.Value, k.Pattern))
}

// admitted tells which of the characters a parameter's value may hold.
func (m *maker) admitted(e *entity, wanted string) string {
	k := m.traitsOf(e).kind
	list := e.param.Kind.Value == "list"
	if !readable(e.param.Pattern.Value) || list && elementPattern(e.param) == "" {
		return "" // reported where it stands
	}
	if len(e.param.OneOf) > 0 {
		var found strings.Builder
		for _, r := range wanted {
			has := func(w spec.Word) bool { return strings.ContainsRune(w.Value, r) }
			if slices.ContainsFunc(e.param.OneOf, has) {
				found.WriteRune(r)
			}
		}
		return found.String()
	}
	switch {
	case list:
		return admits(k.Pattern, strings.ReplaceAll(wanted, ",", ""))
	case e.param.Pattern.Value != "":
		return admits(e.param.Pattern.Value, wanted)
	case k.Type == "String" && k.Pattern != "":
		return admits(k.Pattern, wanted)
	}
	if e.param.Kind.Value == "key-pair" {
		return wanted // EC2 takes any character of ASCII
	}
	return "" // CloudFormation's other types hold ids and numbers
}
