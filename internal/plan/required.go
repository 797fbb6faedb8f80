package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// required reads `requiredWhen:` of the parameters, once all of their names are known.
func (m *maker) required() {
	for _, n := range m.in.Stack.Parameters {
		e := m.names[n.Name.Value]
		if e == nil || e.absent || len(n.Value.Required) == 0 {
			continue
		}
		gate, holds := m.gate(n.Value.Required, nil)
		for _, l := range gate {
			if name, _, _ := strings.Cut(l.Atom, "="); name == e.id || strings.Contains(l.Atom, ".") {
				m.diags.Error(n.Value.Required[0].At, "bad-gate",
					"requiredWhen cannot rest on "+gateText([]Literal{l}),
					"name a switch of this stack, or another parameter as NAME=VALUE")
				holds = false
			}
		}
		e.needed, e.isNeeded = gate, holds
	}
}

// demand is the rule that refuses a blank where the parameter is required.
func (m *maker) demand(n spec.Named[spec.Parameter], out *Parameter) {
	e := m.names[n.Name.Value]
	if !e.isNeeded {
		return
	}
	when := "needed"
	rule := Rule{Name: n.Name.Value + "Given", Demands: true,
		Assert: cfn.Not(cfn.Equals(cfn.Ref(n.Name.Value), cfn.String("")))}
	if len(e.needed) > 0 {
		when = "needed when " + m.sayGate(e.needed)
		rule.Condition = m.ruleCondition(e.needed)
	}
	rule.Comment = n.Name.Value + " is " + when
	rule.Description = out.Label + " is " + when + "."
	out.RequiredWhen, out.IsRequired = e.needed, true
	m.plan.Rules = append(m.plan.Rules, rule)
}

// sayGate says a gate to the customer, who reads names and values beside the fields.
func (m *maker) sayGate(gate []Literal) string {
	var said []string
	for _, l := range gate {
		name, value, isValue := strings.Cut(l.Atom, "=")
		e := m.names[name]
		isSwitch := e != nil && e.param != nil && e.param.Kind.Value == "switch"
		switch {
		case isValue && l.Not:
			value = "not " + value
		case isValue:
		case isSwitch && l.Not:
			value = "no"
		case isSwitch:
			value = "yes"
		case l.Not:
			value = "empty"
		default:
			value = "given"
		}
		said = append(said, name+" is "+value)
	}
	return enumerate(said, "and")
}

// ruleCondition says a gate in the functions that a rule knows; it cannot name a condition.
// Source: CloudFormation user guide, "Rule-specific intrinsic functions".
func (m *maker) ruleCondition(gate []Literal) cfn.Value {
	var parts []cfn.Value
	for _, l := range gate {
		_, value := m.atomCondition(l.Atom)
		if l.Not {
			value = cfn.Not(value)
		}
		parts = append(parts, value)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return junction(cfn.And, parts)
}

// isGiven tells whether a parameter that may be blank is filled in wherever the gate holds.
func (e *entity) isGiven(gate []Literal) bool {
	return implies(gate, []Literal{{Atom: e.id}}) || e.isNeeded && implies(gate, e.needed)
}

// optionalAt is where the parameter says that it may be blank.
func optionalAt(p spec.Parameter) diag.Range {
	if p.Optional != nil {
		return p.Optional.At
	}
	return p.Required[0].At
}
