package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/spec"
)

// conditions resolves a statement's condition, beside the keys that the statement has already. A key
// with a gate of its own goes with it, and an operator with the last of its keys.
func (m *maker) conditions(c spec.Condition, gate []Literal, s *Statement) cfn.Map {
	out, floor := s.Condition, len(s.Condition) > 0
	for _, op := range c {
		keys, gates := m.conditionKeys(op, gate, s)
		m.twice(op, out)
		have, both := out.Get(op.Name.Value).(cfn.Map)
		switch {
		case len(keys) == 0:
		case both:
			out.Set(op.Name.Value, append(have, keys...))
		case len(gates) == len(keys):
			name := m.anyCondition("Has"+identifier(op.Name.Value), gates)
			out = append(out, cfn.Entry{Key: op.Name.Value, Value: cfn.If(name, keys, cfn.NoValue())})
		default:
			out = append(out, cfn.Entry{Key: op.Name.Value, Value: keys})
		}
		floor = floor || len(gates) < len(keys)
	}
	if len(out) > 0 && !floor {
		m.diags.Error(c[0].Name.At, "bad-condition", "all of the condition may be left out",
			"write two statements, one with the condition and its `when`, one for where it does not hold")
	}
	return out
}

// twice refuses a key that stands under the same operator already.
func (m *maker) twice(op spec.Named[spec.Keyed[spec.Values]], out cfn.Map) {
	have, _ := out.Get(op.Name.Value).(cfn.Map)
	for _, key := range op.Value {
		for _, other := range have {
			if strings.EqualFold(other.Key, key.Name.Value) {
				m.diags.Error(key.Name.At, "duplicate-key", key.Name.Value+" stands twice in the condition",
					"keep one of them; externalId, audience, sourceIdentity and self write keys of their own")
			}
		}
	}
}

// conditionKeys gives the keys of one operator and the gates of those that have one.
func (m *maker) conditionKeys(op spec.Named[spec.Keyed[spec.Values]],
	outer []Literal, s *Statement) (keys cfn.Map, gates [][]Literal) {
	for _, key := range op.Value {
		gate, exists := m.gate(key.Value.When, outer)
		if !exists {
			continue
		}
		v := m.conditionValues(op.Name.Value, key.Value.Value, gate)
		if own := within(gate, outer); len(own) > 0 {
			gates, s.MayLack = append(gates, own), append(s.MayLack, key.Name.Value)
			v = cfn.If(m.condition(own), v, cfn.NoValue())
		}
		keys = append(keys, cfn.Entry{Key: m.conditionKey(key.Name, gate), Value: v})
	}
	return keys, gates
}

func (m *maker) conditionValues(operator string, texts spec.Texts, gate []Literal) cfn.Value {
	var values []cfn.Value
	for _, t := range texts {
		m.safeInPolicy(t)
		isArn := strings.Contains(operator, "Arn") && !strings.HasPrefix(t.Raw, "${")
		r := m.eachOf(t)
		switch {
		case r != nil && isArn:
			values = append(values, m.eachText(m.completed(t), *r, gate))
		case r != nil:
			values = append(values, m.eachText(t, *r, gate))
		case isArn:
			values = append(values, m.arn(t, gate))
		default:
			values = append(values, m.values(spec.Texts{t}, gate)...)
		}
	}
	return oneOrMany(oneList(values))
}

// conditionKey gives a key; one that holds references is the text of an Fn::Sub, and makes a text of
// its whole document: CloudFormation resolves nothing in keys.
func (m *maker) conditionKey(name spec.Word, gate []Literal) string {
	t := spec.ParseText(name.Value, name.At, m.diags)
	if len(t.Refs()) == 0 {
		return name.Value
	}
	m.safeInPolicy(t)
	var key strings.Builder
	for _, piece := range flat(m.value(t, gate)) {
		if text, ok := piece.(cfn.String); ok {
			key.WriteString(strings.ReplaceAll(string(text), "${", "${!"))
			continue
		}
		in, ok := inline(piece)
		if !ok {
			m.diags.Error(name.At, "bad-key", quote(name.Value)+" cannot be a key",
				"a key holds parameters, and attributes of parameters and resources, only")
		}
		key.WriteString("${" + in + "}")
	}
	return key.String()
}
