package plan

import (
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/source"
	"byocfn/internal/spec"
)

// raw adds the vendor's own CloudFormation resources.
func (m *maker) raw() {
	for _, n := range m.in.Stack.Resources {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		v := n.Value
		keep, comment := Unset, v.Why.Value
		if v.Keep.Value != "" {
			keep, comment = m.keep(v.Keep, v.Why.Value, v.Type.Value)
		}
		var properties cfn.Map
		if v.Properties != nil {
			properties = m.tree(v.Properties, e.gate)
		}
		m.rawConforms(e.id, v, properties)
		m.expectations(e, v.Expect)
		m.add(Resource{ID: e.id, Section: Others, Comment: accepted(comment, v.Accept), Gate: e.gate,
			Keep: keep, Condition: m.condition(e.gate), Body: &Raw{Type: v.Type.Value, Properties: properties},
			From: n.Name.At})
	}
}

// extend adds a resource with what the escape hatch of its noun lays over it.
func (m *maker) extend(r Resource, x *spec.Extra) {
	if x != nil {
		r.Extra = m.tree(x.Set, r.Gate)
		r.Comment = accepted(r.Comment, x.Accept)
		m.extraConforms(r, x)
	}
	m.add(r)
}

// tree resolves the references in a raw mapping.
func (m *maker) tree(n *source.Node, gate []Literal) cfn.Map {
	if n.Kind != source.Mapping {
		m.diags.Error(n.At, "wrong-type", "properties must be a mapping", "")
		return nil
	}
	v, _ := m.node(n, gate).(cfn.Map)
	return v
}

// node resolves one value. Unquoted numbers and booleans keep their type.
func (m *maker) node(n *source.Node, gate []Literal) cfn.Value {
	switch n.Kind {
	case source.Mapping:
		out := cfn.Map{}
		for _, e := range n.Entries {
			if e.Key == "Ref" || e.Key == "Condition" && len(n.Entries) == 1 ||
				strings.HasPrefix(e.Key, "Fn::") {
				m.diags.Error(e.KeyAt, "function-here", e.Key+" cannot be checked here",
					inOurWords(e))
			}
			key := spec.ParseText(e.Key, e.KeyAt, m.diags)
			if len(key.Refs()) > 0 {
				m.diags.Error(e.KeyAt, "reference-here", "a key cannot hold a reference", "")
			}
			out = append(out, cfn.Entry{Key: e.Key, Value: m.node(e.Value, gate)})
		}
		return out
	case source.Sequence:
		out := cfn.List{}
		for _, item := range n.Items {
			out = append(out, cfn.Item{Value: m.node(item, gate)})
		}
		return out
	case source.Null:
		m.diags.Error(n.At, "wrong-type", "a value is missing", "CloudFormation knows no null")
		return cfn.String("")
	}
	return m.scalar(n, gate)
}

// inOurWords says how the language writes what a function of CloudFormation was meant to give.
func inOurWords(e source.Entry) string {
	parts := []string{e.Value.Value}
	for _, item := range e.Value.Items {
		parts = append(parts, item.Value)
	}
	name := strings.Trim(strings.Join(parts, "."), ".")
	if (e.Key == "Ref" || e.Key == "Fn::GetAtt") && name != "" {
		return "write ${" + name + "}"
	}
	if e.Key == "Fn::Sub" {
		return "write the text itself: ${Name} works in every text"
	}
	return "write a reference instead: ${Name} or ${Name.Attribute}"
}

func (m *maker) scalar(n *source.Node, gate []Literal) cfn.Value {
	switch n.Tag {
	case "int":
		if i, err := strconv.ParseInt(n.Value, 10, 64); err == nil && !n.Quoted {
			return cfn.Int(i)
		}
	case "bool":
		if !n.Quoted {
			return cfn.Bool(yesNo(n.Value) == "yes")
		}
	}
	return m.value(spec.ParseText(n.Value, n.At, m.diags), gate)
}

// outputs adds the values for the customer.
func (m *maker) outputs() {
	for _, n := range m.in.Stack.Outputs {
		gate, exists := m.gate(n.Value.When, nil)
		if !exists {
			continue
		}
		if m.showsKey(n.Value.Value) {
			m.diags.Error(n.Value.Value.At, "secret-output", "an output cannot show an access key",
				"show the secret that holds it")
			continue
		}
		m.plan.Outputs = append(m.plan.Outputs, Output{Name: n.Name.Value, From: n.Name.At,
			Description: n.Value.Why.Value, Condition: m.condition(gate),
			Value: m.shown(n.Value.Value, gate)})
	}
}

// shown resolves a text for people: a list stands in it with commas, as the customer wrote it.
func (m *maker) shown(t spec.Text, gate []Literal) cfn.Value {
	var parts []cfn.Value
	for _, p := range t.Parts {
		v := cfn.Value(cfn.String(p.Literal))
		if p.Ref.Name != "" {
			v = m.inText(p.Ref, t.At, gate)
		}
		if m.isList(p.Ref) {
			v = cfn.Ref(p.Ref.Name)
		}
		if facts, isList := unhinted(v).(cfn.List); isList {
			v = cfn.String(commas(facts))
		}
		parts = append(parts, v)
	}
	if len(parts) == 1 {
		return unhinted(parts[0])
	}
	return concat(parts...)
}

func commas(list cfn.List) string {
	var out []string
	for _, item := range list {
		out = append(out, Plain(item.Value))
	}
	return strings.Join(out, ",")
}

// showsKey finds an access key, be it in CloudFormation's own words. Source: AWS::IAM::AccessKey,
// return values.
func (m *maker) showsKey(t spec.Text) bool {
	return slices.ContainsFunc(t.Refs(), func(r spec.Ref) bool {
		e, raw := m.names[r.Name], m.in.Stack.Resources.Get(r.Name)
		return e != nil && (e.noun == "access key" ||
			raw != nil && raw.Type.Value == "AWS::IAM::AccessKey" && r.Attr == "SecretAccessKey")
	})
}
