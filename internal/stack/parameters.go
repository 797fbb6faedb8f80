package stack

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// group is the parameters under one heading.
type group struct {
	label string
	of    []plan.Parameter
}

// groups collects parameters under their headings, in the order in which the headings first appear.
func groups(ps []plan.Parameter) []group {
	var out []group
	at := map[string]int{}
	for _, p := range ps {
		label := p.Group
		if label == "" {
			label = "Settings"
		}
		i, known := at[label]
		if !known {
			i = len(out)
			at[label] = i
			out = append(out, group{label: label})
		}
		out[i].of = append(out[i].of, p)
	}
	return out
}

// parameters stand in the file as they stand in the console: group by group.
func parameters(ps []plan.Parameter) cfn.Map {
	var out cfn.Map
	for _, g := range groups(ps) {
		for i, p := range g.of {
			e := cfn.Entry{Key: p.Name, Value: parameter(p)}
			if i == 0 {
				e.Comment = g.label
				e.Space = len(out) > 0
			}
			out = append(out, e)
		}
	}
	return out
}

func parameter(p plan.Parameter) cfn.Map {
	out := cfn.Map{{Key: "Type", Value: cfn.String(p.Type)}}
	put := func(key, text string) {
		if text != "" {
			out.Set(key, cfn.String(text))
		}
	}
	bound := func(key string, n *int) {
		if n != nil {
			out.Set(key, cfn.Int(*n))
		}
	}
	put("Description", parameterDescription(p))
	if p.NoEcho {
		out.Set("NoEcho", cfn.Bool(true))
	}
	if p.Default != nil { // an empty default is one, too
		out.Set("Default", cfn.String(*p.Default))
	}
	if len(p.AllowedValues) > 0 {
		out.Set("AllowedValues", cfn.Strings(p.AllowedValues...))
	}
	put("AllowedPattern", p.AllowedPattern)
	bound("MinLength", p.MinLength)
	bound("MaxLength", p.MaxLength)
	bound("MinValue", p.MinValue)
	bound("MaxValue", p.MaxValue)
	put("ConstraintDescription", p.ConstraintDescription)
	return out
}

// parameterDescription ends with the example, because the console shows it nowhere else.
func parameterDescription(p plan.Parameter) string {
	text, example := strings.TrimSpace(p.Description), p.Shown()
	if p.Kind == "list" {
		example += " (between commas, without spaces)"
	}
	switch {
	case p.Example == "", p.Type != "String" && p.Type != "Number": // the console lists the values
		return text
	case text == "":
		return "For example " + example
	case strings.HasSuffix(text, "."):
		return text + " For example " + example
	}
	return text + ", for example " + example
}
