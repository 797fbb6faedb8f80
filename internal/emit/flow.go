package emit

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
)

// When something is printed on one line:
//   - every literal, and every function of a literal: !Ref Vpc, !Sub ${A}-b;
//   - the arguments of a function, and a list of at most four literals, when the line stays under
//     110 columns, nothing in it has a comment or is a mapping, brackets nest at most three deep
//     and no bare word in it holds a bracket, a comma or a question mark;
//   - a mapping of "default", the labels of AWS::CloudFormation::Interface.
//
// All else stands on lines of its own. Lists under the keys of oneALine always do: a reviewer
// reads, and a diff shows, one permission per line.
const (
	flowUnder    = 110
	flowItems    = 4
	flowBrackets = 3
)

func oneALine(key string) bool {
	switch key {
	case "Action", "NotAction", "Resource", "NotResource", "DependsOn":
		return true
	}
	return false
}

// tagged is a function with a short tag: !If and its argument.
type tagged struct {
	tag string
	arg cfn.Value
}

// hasTag tells which functions CloudFormation knows by a short tag. Those of Rules and of
// AWS::LanguageExtensions are spelled long.
// Source: CloudFormation user guide, intrinsic function reference.
func hasTag(name string) bool {
	switch strings.TrimPrefix(name, "Fn::") {
	case "Ref", "Condition":
		return !strings.HasPrefix(name, "Fn::")
	case "And", "Base64", "Cidr", "Equals", "FindInMap", "GetAZs", "GetAtt", "If", "ImportValue",
		"Join", "Not", "Or", "Select", "Split", "Sub", "Transform":
		return strings.HasPrefix(name, "Fn::")
	}
	return false
}

// shortForm gives a function's short tag. There is none where the argument is a function itself (a
// node of YAML has one tag), nor for numbers, which would become strings under a tag, nor for an
// attribute that is computed.
func shortForm(fn cfn.Fn) (tagged, bool) {
	if !hasTag(fn.Name) {
		return tagged{}, false
	}
	t := tagged{"!" + strings.TrimPrefix(fn.Name, "Fn::"), fn.Arg}
	if fn.Name == "Fn::GetAtt" {
		t.arg = attribute(fn.Arg)
		if _, ok := t.arg.(cfn.String); !ok {
			return tagged{}, false
		}
	}
	if _, nested := asFn(t.arg); nested {
		return tagged{}, false
	}
	switch t.arg.(type) {
	case cfn.Int, cfn.Bool:
		return tagged{}, false
	}
	return t, true
}

// attribute gives the argument of Fn::GetAtt as "A.B", where it can be told apart again.
func attribute(arg cfn.Value) cfn.Value {
	l, ok := arg.(cfn.List)
	if !ok || len(l) != 2 || l[0].Comment+l[1].Comment != "" {
		return arg
	}
	id, ok1 := l[0].Value.(cfn.String)
	attr, ok2 := l[1].Value.(cfn.String)
	joined := string(id) + "." + string(attr)
	if back, _, ok := splitAtt(joined); !ok1 || !ok2 || !ok || back != string(id) {
		return arg
	}
	return cfn.String(joined)
}

// inline spells v on one line that begins at a column, or gives "" where it needs several.
func (p *printer) inline(v cfn.Value, key string, column int) string {
	fn, isFn := asFn(v)
	short, isShort := tagged{}, false
	if isFn {
		if short, isShort = shortForm(fn); !isShort {
			return ""
		}
	}
	if isEmpty(v) {
		return emptyText(v)
	}
	if isEmpty(short.arg) {
		return short.tag + " " + emptyText(short.arg)
	}
	text, ok := "", true
	switch arg := short.arg.(type) {
	case nil:
		switch v := v.(type) {
		case cfn.List:
			if oneALine(key) || len(v) > flowItems || !literals(v) {
				return ""
			}
			text, ok = p.flow(v, flowBrackets)
		case cfn.Map:
			text = p.label(v)
		default:
			text, _ = p.flow(v, -1)
			return text // of any width
		}
	case cfn.String:
		return short.tag + " " + p.words.of(string(arg))
	default:
		text, ok = p.flow(v, flowBrackets)
	}
	if !ok || column+utf8.RuneCountInString(text) >= flowUnder {
		return ""
	}
	return text
}

// isEmpty tells whether v is a list or mapping without parts, which only brackets can say.
func isEmpty(v cfn.Value) bool { return emptyText(v) != "" }

func emptyText(v cfn.Value) string {
	switch v := v.(type) {
	case cfn.List:
		if len(v) == 0 {
			return "[]"
		}
	case cfn.Map:
		if len(v) == 0 {
			return "{}"
		}
	}
	return ""
}

// literals tells whether a list holds neither functions nor other lists or mappings.
func literals(l cfn.List) bool {
	for _, item := range l {
		switch item.Value.(type) {
		case cfn.String, cfn.Int, cfn.Bool:
		default:
			return false
		}
	}
	return true
}

// label spells { default: Network }.
func (p *printer) label(m cfn.Map) string {
	if len(m) != 1 || m[0].Key != "default" || m[0].Comment != "" {
		return ""
	}
	if s, ok := m[0].Value.(cfn.String); ok {
		if text, ok := p.flow(s, 0); ok {
			return "{ default: " + text + " }"
		}
	}
	return ""
}

// flow spells v within brackets, of which it may use some. Less than none: v stands in no brackets.
func (p *printer) flow(v cfn.Value, brackets int) (string, bool) {
	if fn, ok := asFn(v); ok {
		short, ok := shortForm(fn)
		if !ok {
			return "", false
		}
		text, ok := p.flow(short.arg, brackets)
		return short.tag + " " + text, ok
	}
	if isEmpty(v) {
		return emptyText(v), true
	}
	switch v := v.(type) {
	case cfn.String:
		text := p.words.of(string(v))
		return text, brackets < 0 || flowSafe(string(v), text)
	case cfn.Int:
		return strconv.FormatInt(int64(v), 10), true
	case cfn.Bool:
		return strconv.FormatBool(bool(v)), true
	case cfn.List:
		if brackets > 0 {
			return p.flowList(v, brackets-1)
		}
	}
	return "", false
}

func (p *printer) flowList(l cfn.List, brackets int) (string, bool) {
	parts := make([]string, len(l))
	for i, item := range l {
		text, ok := p.flow(item.Value, brackets)
		if !ok || item.Comment != "" {
			return "", false
		}
		parts[i] = text
	}
	return "[" + strings.Join(parts, ", ") + "]", true
}

// flowSafe tells whether a word may stand in brackets: it is quoted, or without a character that
// means something there. A text of several lines may not.
func flowSafe(s, word string) bool {
	if strings.Contains(s, "\n") {
		return false
	}
	return word != s || !strings.ContainsAny(s, ",[]{}?") && s[0] != ':'
}
