package plan

import (
	"strings"

	"byocfn/internal/cfn"
)

// concat joins texts and expressions into one Fn::Sub: references and attributes stand in the text,
// other expressions become variables named after what they are. Where nothing is left to substitute,
// it gives a text.
func concat(parts ...cfn.Value) cfn.Value {
	var pieces []cfn.Value
	for _, part := range parts {
		for _, piece := range flat(part) {
			pieces = join(pieces, piece)
		}
	}
	taken := map[string]bool{} // a variable would hide a reference of its name
	literal := true
	for _, piece := range pieces {
		_, isText := piece.(cfn.String)
		literal = literal && isText
		if name, ok := inline(piece); ok {
			taken[name] = true
		}
	}
	var text strings.Builder
	var vars cfn.Map
	for _, piece := range pieces {
		if s, ok := piece.(cfn.String); ok {
			text.WriteString(escaped(string(s), literal))
			continue
		}
		name, ok := inline(piece)
		if !ok {
			name = variable(piece, &vars, taken)
		}
		text.WriteString("${" + name + "}")
	}
	if literal {
		return cfn.String(text.String())
	}
	return cfn.Sub(text.String(), vars...)
}

// join appends a piece; literals become one, lest "$" and "{" meet unseen.
func join(pieces []cfn.Value, piece cfn.Value) []cfn.Value {
	text, ok := piece.(cfn.String)
	if last := len(pieces) - 1; ok && last >= 0 {
		if before, ok := pieces[last].(cfn.String); ok {
			pieces[last] = before + text
			return pieces
		}
	}
	return append(pieces, piece)
}

// escaped keeps Fn::Sub from reading a literal ${.
func escaped(s string, literal bool) string {
	if literal {
		return s
	}
	return strings.ReplaceAll(s, "${", "${!")
}

// hinted is an expression that knows what its variable should be called: VeloDBEndpointDnsName.
type hinted struct {
	cfn.Value
	name string
}

func unhinted(v cfn.Value) cfn.Value {
	if h, ok := v.(hinted); ok {
		return h.Value
	}
	return v
}

// flat takes a text with references apart again, so that two of them can share one Fn::Sub whatever
// their variables are called.
func flat(v cfn.Value) []cfn.Value {
	f, ok := unhinted(v).(cfn.Fn)
	if !ok || f.Name != "Fn::Sub" {
		return []cfn.Value{v}
	}
	if s, ok := f.Arg.(cfn.String); ok {
		return pieces(string(s), nil)
	}
	l := f.Arg.(cfn.List)
	return pieces(string(l[0].Value.(cfn.String)), l[1].Value.(cfn.Map))
}

// pieces cuts the text of an Fn::Sub into literals, references, attributes and variables.
func pieces(text string, vars cfn.Map) []cfn.Value {
	var out []cfn.Value
	literal := ""
	for {
		before, rest, found := strings.Cut(text, "${")
		literal += before
		if after, isLiteral := strings.CutPrefix(rest, "!"); found && isLiteral {
			literal += "${"
			text = after
			continue
		}
		if literal != "" {
			out = append(out, cfn.String(literal))
		}
		if !found {
			return out
		}
		name, after, _ := strings.Cut(rest, "}")
		out = append(out, substituted(name, vars))
		literal, text = "", after
	}
}

func substituted(name string, vars cfn.Map) cfn.Value {
	if v := vars.Get(name); v != nil {
		return hinted{v, name}
	}
	if id, attr, ok := strings.Cut(name, "."); ok {
		return cfn.GetAtt(id, attr)
	}
	return cfn.Ref(name)
}

// inline gives how a reference or an attribute is written inside the text of Fn::Sub.
func inline(v cfn.Value) (name string, ok bool) {
	f, _ := unhinted(v).(cfn.Fn)
	switch f.Name {
	case "Ref":
		return string(f.Arg.(cfn.String)), true
	case "Fn::GetAtt":
		l := f.Arg.(cfn.List)
		return string(l[0].Value.(cfn.String)) + "." + string(l[1].Value.(cfn.String)), true
	}
	return "", false
}

// variable names an expression and enters it: after its hint, Suffix for the stack's UUID, the fact's
// name for a regional fact, otherwise Value; numbered where the name means something else already.
func variable(piece cfn.Value, vars *cfn.Map, taken map[string]bool) string {
	v, base := unhinted(piece), "Value"
	switch f, _ := v.(cfn.Fn); {
	case sameValue(v, cfn.StackSuffix()):
		base = "Suffix"
	case f.Name == "Fn::FindInMap":
		l := f.Arg.(cfn.List)
		base = string(l[2].Value.(cfn.String))
	}
	if h, ok := piece.(hinted); ok {
		base = h.name
	}
	name := base
	for n := 2; ; n++ {
		have := vars.Get(name)
		if !taken[name] && (have == nil || sameValue(have, v)) {
			break
		}
		name = base + itoa(n)
	}
	vars.Set(name, v)
	return name
}
