package docs

import (
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Text writes a value as a reader says it: ${VpcId} for a reference, ${Role.Arn} for an attribute,
// ${region.zones} for a fact of the region, "A when Condition, otherwise B" for a choice. Lists are
// joined with commas. Nil and the value that removes a property give "".
func Text(v cfn.Value) string { return speaker{}.text(v) }

// speaker writes values. With a plan it says what a condition means; without, its name. Where known
// literals decide a choice, said shows what it comes to.
type speaker struct {
	plan  *plan.Plan
	known []plan.Literal
}

func (s speaker) text(v cfn.Value) string {
	switch v := v.(type) {
	case cfn.String:
		return string(v)
	case cfn.Int:
		return strconv.FormatInt(int64(v), 10)
	case cfn.Bool:
		return strconv.FormatBool(bool(v))
	case cfn.List:
		return s.join(v, ", ")
	case cfn.Map:
		var parts []string
		for _, e := range v {
			if !isNoValue(e.Value) {
				parts = append(parts, e.Key+": "+s.part(e.Value))
			}
		}
		return strings.Join(parts, ", ")
	case cfn.Fn:
		return s.fnText(v)
	}
	return ""
}

// args gives the arguments of a function; absent ones read as nil.
type args cfn.List

func (a args) at(i int) cfn.Value {
	if i < len(a) {
		return a[i].Value
	}
	return nil
}

func argsOf(fn cfn.Fn) args {
	if l, ok := fn.Arg.(cfn.List); ok {
		return args(l)
	}
	return args{{Value: fn.Arg}}
}

func (s speaker) fnText(fn cfn.Fn) string {
	a := argsOf(fn)
	switch fn.Name {
	case "Ref":
		if isNoValue(fn) {
			return ""
		}
		return "${" + s.text(fn.Arg) + "}"
	case "Fn::GetAtt":
		return "${" + s.join(cfn.List(a), ".") + "}"
	case "Fn::Sub":
		return s.subText(a)
	case "Fn::If":
		return s.ifText(a)
	case "Fn::Join":
		if list, ok := a.at(1).(cfn.List); ok {
			return s.join(list, s.text(a.at(0)))
		}
		return s.text(a.at(1)) + " joined with " + strconv.Quote(s.text(a.at(0)))
	case "Fn::Split":
		return s.splitText(fn, a)
	case "Fn::Select":
		return s.selectText(a)
	case "Fn::FindInMap":
		return s.findText(a)
	case "Fn::Base64":
		return s.text(fn.Arg)
	}
	return s.logicText(fn, a)
}

// splitText says a list of the customer's by its elements, ${each.NAME}.
func (s speaker) splitText(fn cfn.Fn, a args) string {
	all := plan.Elements(fn)
	if one, ok := all[0].(cfn.Fn); len(all) > 1 || !ok || one.Name != fn.Name {
		return s.join(listOf(all), ", ")
	}
	return "each of " + s.text(a.at(1)) + " between " + strconv.Quote(s.text(a.at(0)))
}

// logicText says conditions and rules.
func (s speaker) logicText(fn cfn.Fn, a args) string {
	switch fn.Name {
	case "Condition":
		return s.condition(fn.Arg, false)
	case "Fn::Equals":
		if right := s.text(a.at(1)); right != "" {
			return s.text(a.at(0)) + " is " + right
		}
		return s.text(a.at(0)) + " is empty"
	case "Fn::Not":
		return "not (" + s.text(a.at(0)) + ")"
	case "Fn::And":
		return s.join(cfn.List(a), " and ")
	case "Fn::Or":
		return "(" + s.join(cfn.List(a), " or ") + ")"
	case "Fn::Contains":
		return s.text(a.at(1)) + " is one of " + s.text(a.at(0))
	case "Fn::ValueOf":
		return "${" + s.join(cfn.List(a), ".") + "}"
	}
	return strings.TrimPrefix(fn.Name, "Fn::") + "(" + s.join(cfn.List(a), ", ") + ")"
}

// join writes the elements of a list that are there.
func (s speaker) join(list cfn.List, delimiter string) string {
	one := s.text
	if len(list) > 1 {
		one = s.part
	}
	var parts []string
	for _, item := range list {
		if !isNoValue(item.Value) {
			parts = append(parts, one(item.Value))
		}
	}
	return strings.Join(parts, delimiter)
}

func isNoValue(v cfn.Value) bool {
	fn, ok := v.(cfn.Fn)
	return ok && fn.Name == "Ref" && fn.Arg == cfn.String("AWS::NoValue")
}

func (s speaker) ifText(a args) string {
	condition, then, otherwise := a.at(0), a.at(1), a.at(2)
	switch {
	case isNoValue(otherwise) || s.text(otherwise) == "":
		return s.part(then) + " when " + s.condition(condition, false)
	case isNoValue(then) || s.text(then) == "":
		return s.part(otherwise) + " when " + s.condition(condition, true)
	}
	return s.part(then) + " when " + s.condition(condition, false) + ", otherwise " + s.part(otherwise)
}

// part is the text of a value inside a longer one: a choice stands in brackets.
func (s speaker) part(v cfn.Value) string {
	if fn, ok := v.(cfn.Fn); ok && fn.Name == "Fn::If" {
		return "(" + s.text(v) + ")"
	}
	return s.text(v)
}

// condition says what a named condition means, or its opposite.
func (s speaker) condition(v cfn.Value, not bool) string {
	literals := []plan.Literal{{Atom: s.text(v)}}
	p := s.plan
	if p == nil {
		p = &plan.Plan{}
	} else {
		literals = literalsOf(p, s.text(v))
	}
	switch {
	case not && len(literals) == 1:
		return literalText(p, plan.Literal{Not: !literals[0].Not, Atom: literals[0].Atom})
	case not:
		return "not (" + when(p, literals) + ")"
	}
	return when(p, literals)
}

// subText puts the variables of Fn::Sub into its text. ${!x} is the literal ${x}.
func (s speaker) subText(a args) string {
	vars, _ := a.at(1).(cfn.Map)
	rest := s.text(a.at(0))
	var b strings.Builder
	for {
		start := strings.Index(rest, "${")
		end := strings.Index(rest[max(start, 0):], "}")
		if start < 0 || end < 0 {
			b.WriteString(rest)
			return b.String()
		}
		end += start
		name := rest[start+2 : end]
		b.WriteString(rest[:start])
		if v := vars.Get(name); v != nil {
			b.WriteString(s.part(v))
		} else {
			b.WriteString("${" + strings.TrimPrefix(name, "!") + "}")
		}
		rest = rest[end+1:]
	}
}

// selectText knows the UUID of the stack, which the spec calls stack.suffix.
func (s speaker) selectText(a args) string {
	if split, ok := a.at(1).(cfn.Fn); ok && split.Name == "Fn::Split" && a.at(0) == cfn.Int(2) {
		if text := s.text(argsOf(split).at(1)); text == "${AWS::StackId}" {
			return "${stack.suffix}"
		}
	}
	if n, ok := a.at(0).(cfn.Int); ok {
		return "element " + strconv.FormatInt(int64(n)+1, 10) + " of " + s.text(a.at(1))
	}
	return "element " + s.text(a.at(0)) + ", counted from 0, of " + s.text(a.at(1))
}

func (s speaker) findText(a args) string {
	top, second := s.text(a.at(1)), s.text(a.at(2))
	if top == "${AWS::Region}" {
		return "${region." + second + "}"
	}
	return "${" + strings.Join([]string{s.text(a.at(0)), top, second}, ".") + "}"
}
