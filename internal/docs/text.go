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
func Text(v cfn.Value) string {
	switch v := v.(type) {
	case cfn.String:
		return string(v)
	case cfn.Int:
		return strconv.FormatInt(int64(v), 10)
	case cfn.Bool:
		return strconv.FormatBool(bool(v))
	case cfn.List:
		return join(v, ", ")
	case cfn.Map:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = e.Key + ": " + Text(e.Value)
		}
		return strings.Join(parts, ", ")
	case cfn.Fn:
		return fnText(v)
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

func fnText(fn cfn.Fn) string {
	a := argsOf(fn)
	switch fn.Name {
	case "Ref":
		if isNoValue(fn) {
			return ""
		}
		return "${" + Text(fn.Arg) + "}"
	case "Fn::GetAtt":
		return "${" + join(cfn.List(a), ".") + "}"
	case "Fn::Sub":
		return subText(a)
	case "Fn::If":
		return ifText(a)
	case "Fn::Join":
		if list, ok := a.at(1).(cfn.List); ok {
			return join(list, Text(a.at(0)))
		}
		return Text(a.at(1)) + " joined with " + strconv.Quote(Text(a.at(0)))
	case "Fn::Split":
		return splitText(fn, a)
	case "Fn::Select":
		return selectText(a)
	case "Fn::FindInMap":
		return findText(a)
	case "Fn::Base64":
		return Text(fn.Arg)
	}
	return logicText(fn, a)
}

// splitText says a list of the customer's by its elements, ${each.NAME}.
func splitText(fn cfn.Fn, a args) string {
	all := plan.Elements(fn)
	if one, ok := all[0].(cfn.Fn); len(all) > 1 || !ok || one.Name != fn.Name {
		return join(listOf(all), ", ")
	}
	return "each of " + Text(a.at(1)) + " between " + strconv.Quote(Text(a.at(0)))
}

// logicText says conditions and rules.
func logicText(fn cfn.Fn, a args) string {
	switch fn.Name {
	case "Condition":
		return Text(fn.Arg)
	case "Fn::Equals":
		if right := Text(a.at(1)); right != "" {
			return Text(a.at(0)) + " is " + right
		}
		return Text(a.at(0)) + " is empty"
	case "Fn::Not":
		return "not (" + Text(a.at(0)) + ")"
	case "Fn::And":
		return join(cfn.List(a), " and ")
	case "Fn::Or":
		return "(" + join(cfn.List(a), " or ") + ")"
	case "Fn::Contains":
		return Text(a.at(1)) + " is one of " + Text(a.at(0))
	case "Fn::ValueOf":
		return "${" + join(cfn.List(a), ".") + "}"
	}
	return strings.TrimPrefix(fn.Name, "Fn::") + "(" + join(cfn.List(a), ", ") + ")"
}

// join writes the elements of a list that are there.
func join(list cfn.List, delimiter string) string {
	var parts []string
	for _, item := range list {
		if !isNoValue(item.Value) {
			parts = append(parts, Text(item.Value))
		}
	}
	return strings.Join(parts, delimiter)
}

func isNoValue(v cfn.Value) bool {
	fn, ok := v.(cfn.Fn)
	return ok && fn.Name == "Ref" && fn.Arg == cfn.String("AWS::NoValue")
}

func ifText(a args) string {
	condition, then, otherwise := Text(a.at(0)), a.at(1), a.at(2)
	switch {
	case isNoValue(otherwise) || Text(otherwise) == "":
		return Text(then) + " when " + condition
	case isNoValue(then) || Text(then) == "":
		return Text(otherwise) + " unless " + condition
	}
	return Text(then) + " when " + condition + ", otherwise " + Text(otherwise)
}

// subText puts the variables of Fn::Sub into its text. ${!x} is the literal ${x}.
func subText(a args) string {
	vars, _ := a.at(1).(cfn.Map)
	rest := Text(a.at(0))
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
			b.WriteString(Text(v))
		} else {
			b.WriteString("${" + strings.TrimPrefix(name, "!") + "}")
		}
		rest = rest[end+1:]
	}
}

// selectText knows the UUID of the stack, which the spec calls stack.suffix.
func selectText(a args) string {
	if split, ok := a.at(1).(cfn.Fn); ok && split.Name == "Fn::Split" && a.at(0) == cfn.Int(2) {
		if text := Text(argsOf(split).at(1)); text == "${AWS::StackId}" {
			return "${stack.suffix}"
		}
	}
	if n, ok := a.at(0).(cfn.Int); ok {
		return "element " + strconv.FormatInt(int64(n)+1, 10) + " of " + Text(a.at(1))
	}
	return "element " + Text(a.at(0)) + ", counted from 0, of " + Text(a.at(1))
}

func findText(a args) string {
	top, second := Text(a.at(1)), Text(a.at(2))
	if top == "${AWS::Region}" {
		return "${region." + second + "}"
	}
	return "${" + strings.Join([]string{Text(a.at(0)), top, second}, ".") + "}"
}
