package plan

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/spec"
)

func quote(s string) string { return strconv.Quote(s) }

// characters lists single characters so that each can be told from the text around it.
func characters(s string) string {
	var each []string
	for _, r := range s {
		switch r {
		case '"':
			each = append(each, `'"'`)
		case '\n':
			each = append(each, "a line break")
		case '\r':
			each = append(each, "a carriage return")
		default:
			each = append(each, `"`+string(r)+`"`)
		}
	}
	return enumerate(each, "or")
}

func itoa(n int) string { return strconv.Itoa(n) }

func title(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// identifier makes a part of a logical id from any text.
func identifier(s string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) {
		b.WriteString(title(word))
	}
	return b.String()
}

// camel turns AGENT_BUCKET into AgentBucket.
func camel(s string) string { return identifier(strings.ToLower(s)) }

// stem is a parameter's name without Id or Name: SubnetId gives Subnet, of which SubnetFacts is made.
func stem(parameter string) string {
	return strings.TrimSuffix(strings.TrimSuffix(parameter, "Id"), "Name")
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func words(ws spec.Words) string {
	var out []string
	for _, w := range ws {
		out = append(out, w.Value)
	}
	return strings.Join(out, ", ")
}

func gateText(gate []Literal) string {
	var out []string
	for _, l := range gate {
		if l.Not {
			out = append(out, "not "+l.Atom)
		} else {
			out = append(out, l.Atom)
		}
	}
	return strings.Join(out, " and ")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func namesOf[T any](k spec.Keyed[T]) []string {
	var out []string
	for _, n := range k {
		out = append(out, n.Name.Value)
	}
	return out
}

// attrsOf picks the attributes of one head from names like stack.suffix.
func attrsOf(head string, names []string) []string {
	var out []string
	for _, n := range names {
		if attr, ok := strings.CutPrefix(n, head+"."); ok {
			out = append(out, attr)
		}
	}
	return out
}

func (m *maker) allNames() []string {
	return append(sortedKeys(m.names), "region", "facts", "product", "stack", "iam")
}

func (m *maker) nounNames(noun string) []string {
	return slices.DeleteFunc(sortedKeys(m.names), func(n string) bool { return m.names[n].noun != noun })
}

func (m *maker) parametersOf(kind string) []string {
	return slices.DeleteFunc(m.nounNames("parameter"), func(n string) bool {
		return m.names[n].param.Kind.Value != kind
	})
}

// gateNames lists what `when` may speak of.
func (m *maker) gateNames() []string {
	out := namesOf(m.in.Stack.Variants)
	for _, n := range m.nounNames("parameter") {
		p := m.names[n].param
		if p.Kind.Value == "switch" || p.MayBeBlank() || len(p.OneOf) > 0 {
			out = append(out, n)
		}
	}
	return out
}

func sameValue(a, b cfn.Value) bool { return reflect.DeepEqual(a, b) }

func containsValue(list []cfn.Value, v cfn.Value) bool {
	return slices.ContainsFunc(list, func(have cfn.Value) bool { return sameValue(have, v) })
}
