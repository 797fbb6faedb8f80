package docs

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// mostChoices is how many conditions a table tells apart in one value: a line for each outcome.
const mostChoices = 2

// outcome is what a value is under some conditions, which words say.
type outcome struct {
	value cfn.Value
	when  []string
}

// said writes a value for a cell or a list, a line for each outcome.
func (s speaker) said(v cfn.Value) string { return strings.Join(s.lines(v), "<br>") }

// lines says every outcome of a value with when it is that; a list of the customer's by its elements.
func (s speaker) lines(v cfn.Value) []string {
	var lines []string
	for _, element := range plan.Elements(v) {
		for _, o := range s.outcomes(element) {
			for _, e := range plan.Elements(o.value) {
				line := code(s.text(e))
				if len(o.when) > 0 {
					line += " when " + inline(strings.Join(o.when, " and "))
				}
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// outcomes decides the conditions in a value one after the other; with too many, none.
func (s speaker) outcomes(v cfn.Value) []outcome {
	names := choicesIn(v)
	if len(names) == 0 || len(names) > mostChoices {
		return []outcome{{value: v}}
	}
	var out []outcome
	for i, not := range []bool{false, true} {
		made := chosen(v, func(a args) cfn.Value {
			if a.at(0) != cfn.Value(names[0]) {
				return nil
			}
			return a.at(i + 1)
		})
		decided, holds := s.decided(names[0])
		if made == nil || s.text(made) == "" || decided && holds == not {
			continue
		}
		for _, o := range s.outcomes(made) {
			if !decided {
				o.when = slices.Insert(o.when, 0, s.condition(names[0], not))
			}
			out = append(out, o)
		}
	}
	return out
}

// decided tells whether what is known decides a condition of one literal, and how.
func (s speaker) decided(name cfn.String) (decided, holds bool) {
	if s.plan == nil {
		return false, false
	}
	literals := literalsOf(s.plan, string(name))
	if len(literals) != 1 {
		return false, false
	}
	l := literals[0]
	holds = slices.Contains(s.known, l)
	return holds || slices.Contains(s.known, plan.Literal{Not: !l.Not, Atom: l.Atom}), holds
}

// choicesIn names the conditions on which a value rests, each once.
func choicesIn(v cfn.Value) []cfn.String {
	var out []cfn.String
	cfn.Walk(v, func(v cfn.Value) {
		fn, _ := v.(cfn.Fn)
		name, named := argsOf(fn).at(0).(cfn.String)
		if fn.Name == "Fn::If" && named && !slices.Contains(out, name) {
			out = append(out, name)
		}
	})
	return out
}
