package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// gate turns `when:` into literals under an outer gate. Variants are decided here and leave no
// literal; exists is false where the variant at hand, or a parameter that it lacks, rules it out.
func (m *maker) gate(g spec.Gate, outer []Literal) (all []Literal, exists bool) {
	all = slices.Clone(outer)
	exists = true
	m.inSomeVariant(g)
	for _, atom := range g {
		lit, decided, holds := m.literal(atom)
		switch {
		case decided && !holds:
			exists = false
		case !decided && guaranteed(Literal{Not: !lit.Not, Atom: lit.Atom}, all):
			m.diags.Error(atom.At, "bad-gate", gateText([]Literal{lit})+" never holds here",
				"something around it, or beside it, says the opposite: "+gateText(all))
		case !decided && !slices.Contains(all, lit):
			all = append(all, lit)
		}
	}
	return all, exists
}

// inSomeVariant refuses a gate that no variant passes: what it gates would be in no template at all.
func (m *maker) inSomeVariant(g spec.Gate) {
	of := slices.DeleteFunc(slices.Clone(g), func(a spec.Atom) bool { return !m.isVariant(a.Name) })
	passes := func(v spec.Named[spec.Word]) bool {
		rules := func(a spec.Atom) bool { return (a.Name == v.Name.Value) == a.Not }
		return !slices.ContainsFunc(of, rules)
	}
	if len(of) > 0 && !slices.ContainsFunc(m.in.Stack.Variants, passes) {
		m.diags.Error(of[0].At, "bad-gate", "no variant passes this, so nothing behind it is in any template",
			"each template is of one variant, and the variants are "+
				strings.Join(namesOf(m.in.Stack.Variants), ", "))
	}
}

// literal decides one atom, or names the condition on which it rests.
func (m *maker) literal(a spec.Atom) (lit Literal, decided, holds bool) {
	if a.Name == "yes" {
		return Literal{}, true, !a.Not
	}
	if m.isVariant(a.Name) {
		return Literal{}, true, (a.Name == m.variant) != a.Not
	}
	if fact, ok := strings.CutPrefix(a.Name, "region."); ok {
		return m.regionLiteral(a, fact)
	}
	e := m.names[a.Name]
	if e == nil || e.param == nil {
		m.diags.Error(a.At, "unknown-gate", "no switch, optional parameter or variant "+quote(a.Name),
			or(diag.DidYouMean(a.Name, m.gateNames()), m.gateHint()))
		return Literal{}, true, true
	}
	p := e.param
	if e.absent {
		return Literal{}, true, a.Not
	}
	switch {
	case a.Value != "" && p.Kind.Value == "switch":
		m.diags.Error(a.At, "bad-gate", "the switch "+a.Name+" takes no value", "write "+
			switchWord(a))
		return Literal{}, true, true
	case a.Value != "" && len(p.OneOf) == 0:
		m.diags.Error(a.At, "bad-gate", a.Name+" takes free text, which nothing can rest on",
			"give it oneOf with "+a.Value+" among the values; else only switches and optional parameters gate")
		return Literal{}, true, true
	case a.Value != "":
		if !slices.ContainsFunc(p.OneOf, func(w spec.Word) bool { return w.Value == a.Value }) {
			m.diags.Error(a.At, "unknown-gate", a.Name+" is never "+quote(a.Value),
				"choose one of "+words(p.OneOf))
			return Literal{}, true, true
		}
		return Literal{Not: a.Not, Atom: a.Name + "=" + a.Value}, false, false
	case p.Kind.Value == "switch", p.MayBeBlank():
		return Literal{Not: a.Not, Atom: a.Name}, false, false
	}
	m.diags.Error(a.At, "bad-gate", a.Name+" is neither a switch nor optional, so it is always there",
		alwaysThere(a.Name, p))
	return Literal{}, true, true
}

func alwaysThere(name string, p *spec.Parameter) string {
	if len(p.OneOf) == 0 {
		return "give it `optional: yes`"
	}
	return "give it `optional: yes`, or compare it: " + name + "=VALUE"
}

// gateHint lists what a gate may speak of, or says how to get something to speak of.
func (m *maker) gateHint() string {
	if names := m.gateNames(); len(names) > 0 {
		return "there are " + strings.Join(names, ", ")
	}
	return "add a parameter of kind switch, or variants"
}

// switchWord says a switch with a value as it is written: X=true is X, X=no is not X.
func switchWord(a spec.Atom) string {
	if (yesNo(a.Value) == "no") != a.Not {
		return "not " + a.Name
	}
	return a.Name
}

func (m *maker) regionLiteral(a spec.Atom, fact string) (Literal, bool, bool) {
	for _, region := range m.in.Product.Regions {
		for _, f := range region.Facts {
			if f.Name.Value != fact {
				continue
			}
			if v := f.Value.Values; len(v) == 1 && (v[0] == "true" || v[0] == "false") {
				continue
			}
			m.diags.Error(a.At, "bad-gate", "region."+fact+" is not true or false in "+region.Name.Value,
				"write true or false in every region")
			return Literal{}, true, true
		}
	}
	if !m.hasFact(fact) {
		m.diags.Error(a.At, "unknown-gate", "no regional fact "+quote(fact),
			or(diag.DidYouMean(fact, m.factNames()),
				"write "+fact+": true or false for every region in product.yaml"))
		return Literal{}, true, true
	}
	return Literal{Not: a.Not, Atom: a.Name}, false, false
}

// condition gives the name of the template's condition for a gate, and makes it where it is new.
// An empty gate has no condition.
func (m *maker) condition(gate []Literal) string {
	if len(gate) == 0 {
		return ""
	}
	names := make([]string, len(gate))
	for i, lit := range gate {
		names[i] = m.literalCondition(lit)
	}
	if len(names) == 1 {
		return names[0]
	}
	name := strings.Join(names, "And")
	parts := make([]cfn.Value, len(names))
	for i, n := range names {
		parts[i] = cfn.Cond(n)
	}
	return m.addCondition(Condition{Name: name, Value: junction(cfn.And, parts), Literals: gate})
}

// anyCondition gives the condition under which one of several gates holds, named as given where it is
// more than one of them. No condition: one of them always holds.
func (m *maker) anyCondition(name string, gates [][]Literal) string {
	var parts []cfn.Value
	var anyOf [][]Literal
	last := ""
	for i, gate := range gates {
		if len(gate) == 0 || len(gate) == 1 && slices.ContainsFunc(gates, oppositeOf(gate[0])) {
			return ""
		}
		if slices.ContainsFunc(gates[:i], func(g []Literal) bool { return implies(gate, g) }) ||
			slices.ContainsFunc(gates[i+1:], func(g []Literal) bool { return stricter(gate, g) }) {
			continue // another says as much or more
		}
		last = m.condition(gate)
		if part := cfn.Cond(last); !containsValue(parts, part) {
			parts, anyOf = append(parts, part), append(anyOf, gate)
		}
	}
	if len(parts) == 1 {
		return last
	}
	return m.addCondition(Condition{Name: name, Value: junction(cfn.Or, parts), AnyOf: anyOf})
}

// oppositeOf finds the gate that holds wherever a literal does not.
func oppositeOf(l Literal) func([]Literal) bool {
	return func(gate []Literal) bool {
		return len(gate) == 1 && gate[0] == Literal{Not: !l.Not, Atom: l.Atom}
	}
}

// junction joins conditions by Fn::And or Fn::Or, which take ten at most: more become groups.
func junction(join func(...cfn.Value) cfn.Fn, parts []cfn.Value) cfn.Value {
	for len(parts) > int(cfn.MaxConditionOperands) {
		var groups []cfn.Value
		for group := range slices.Chunk(parts, int(cfn.MaxConditionOperands)) {
			if len(group) == 1 {
				groups = append(groups, group[0])
				continue
			}
			groups = append(groups, join(group...))
		}
		parts = groups
	}
	return join(parts...)
}

func (m *maker) literalCondition(lit Literal) string {
	name, value := m.atomCondition(lit.Atom)
	base := m.addCondition(Condition{Name: name, Value: value, Literals: []Literal{{Atom: lit.Atom}}})
	if !lit.Not {
		return base
	}
	return m.addCondition(Condition{Name: "Not" + base, Value: cfn.Not(cfn.Cond(base)),
		Literals: []Literal{lit}})
}

// atomCondition names and phrases one atom: a switch is on, a parameter was given, a parameter has a
// value, a regional fact is true.
func (m *maker) atomCondition(atom string) (string, cfn.Value) {
	if fact, ok := strings.CutPrefix(atom, "region."); ok {
		return "RegionHas" + title(fact), cfn.Equals(regionFact(fact), cfn.String("true"))
	}
	if param, value, ok := strings.Cut(atom, "="); ok {
		return param + "Is" + identifier(value), cfn.Equals(cfn.Ref(param), cfn.String(value))
	}
	if e := m.names[atom]; e != nil && e.param != nil && e.param.Kind.Value == "switch" {
		return atom, cfn.Equals(cfn.Ref(atom), cfn.String("yes"))
	}
	return "Has" + atom, cfn.Not(cfn.Equals(cfn.Ref(atom), cfn.String("")))
}

// addCondition enters a condition unless it is there. A name that means something else already, such
// as that of a switch HasKey beside an optional parameter Key, gets a number.
func (m *maker) addCondition(c Condition) string {
	base := c.Name
	for n := 2; ; n++ {
		i := slices.IndexFunc(m.plan.Conditions, func(have Condition) bool { return have.Name == c.Name })
		if i < 0 {
			m.plan.Conditions = append(m.plan.Conditions, c)
			return c.Name
		}
		if sameValue(m.plan.Conditions[i].Value, c.Value) {
			return c.Name
		}
		c.Name = base + itoa(n)
	}
}

// onlyIf gives value where the gate holds and otherwise elsewhere.
func (m *maker) onlyIf(gate []Literal, value, otherwise cfn.Value) cfn.Value {
	if len(gate) == 0 {
		return value
	}
	return cfn.If(m.condition(gate), value, otherwise)
}

// within removes the literals that an enclosing gate already guarantees.
func within(gate, outer []Literal) []Literal {
	return slices.DeleteFunc(slices.Clone(gate), func(l Literal) bool {
		return guaranteed(l, outer)
	})
}

// guaranteed tells whether a literal holds wherever others do. A parameter with a value is given and
// has no other value; one that is not given has none.
func guaranteed(l Literal, others []Literal) bool {
	name, _, isValue := strings.Cut(l.Atom, "=")
	return slices.ContainsFunc(others, func(o Literal) bool {
		other, _, otherIsValue := strings.Cut(o.Atom, "=")
		switch {
		case o == l:
			return true
		case o.Not:
			return l.Not && isValue && o.Atom == name
		case !otherIsValue || other != name:
			return false
		case isValue:
			return l.Not && o.Atom != l.Atom
		}
		return !l.Not
	})
}

// stricter tells whether a gate holds only where another does, and not the other way about.
func stricter(gate, other []Literal) bool { return implies(gate, other) && !implies(other, gate) }

// implies tells whether inner holds whenever outer does.
func implies(outer, inner []Literal) bool { return len(within(inner, outer)) == 0 }
