package launchpolicy

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// patterns gives what a text can be, with * for what is known only at the launch. A parameter that
// has a default is presumed to keep it.
func (m *maker) patterns(v cfn.Value) []string {
	switch v := v.(type) {
	case cfn.String:
		return []string{string(v)}
	case cfn.Fn:
		return m.function(v)
	case nil:
		return nil
	}
	return []string{"*"}
}

func (m *maker) function(fn cfn.Fn) []string {
	switch fn.Name {
	case "Ref":
		name, _ := fn.Arg.(cfn.String)
		return m.reference(string(name))
	case "Fn::Sub":
		return m.sub(fn.Arg)
	case "Fn::If":
		return m.branches(fn.Arg, m.patterns)
	case "Fn::Join":
		return m.join(fn.Arg)
	}
	return []string{"*"}
}

// branches gives what both branches of Fn::If give, or one where a house rule of the customer decides
// and is presumed.
func (m *maker) branches(arg cfn.Value, each func(cfn.Value) []string) []string {
	list, _ := arg.(cfn.List)
	if len(list) != 3 {
		return []string{"*"}
	}
	name, _ := list[0].Value.(cfn.String)
	var out []string
	holds, known := m.decided(string(name))
	if !known || holds {
		out = union(out, each(list[1].Value)...)
	}
	if !known || !holds {
		out = union(out, each(list[2].Value)...)
	}
	return out
}

// decided tells whether a condition holds, where a house rule that keeps its default decides it.
func (m *maker) decided(condition string) (holds, known bool) {
	for _, c := range m.plan.Conditions {
		if c.Name != condition || len(c.Literals) != 1 || len(c.AnyOf) > 0 {
			continue
		}
		q := m.parameter(c.Literals[0].Atom)
		if q == nil || q.Kind != "house" || q.Default == nil {
			return false, false
		}
		m.edit(q)
		return (*q.Default != "") != c.Literals[0].Not, true
	}
	return false, false
}

func (m *maker) parameter(name string) *plan.Parameter {
	for i := range m.plan.Parameters {
		if m.plan.Parameters[i].Name == name {
			return &m.plan.Parameters[i]
		}
	}
	return nil
}

// edit remembers that the documents depend on a parameter.
func (m *maker) edit(q *plan.Parameter) {
	e := Edit{Parameter: q.Name, Open: open(q)}
	if !e.Open {
		e.Default = *q.Default
	}
	for _, known := range m.edits {
		if known == e {
			return
		}
	}
	m.edits = append(m.edits, e)
}

// open tells whether nothing can be presumed of a parameter.
func open(q *plan.Parameter) bool {
	return q.Default == nil || *q.Default == "" && q.Kind != "house"
}

func (m *maker) reference(name string) []string {
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::StackName":
		return []string{m.stack}
	case "AWS::Region":
		return []string{m.region}
	case "AWS::Partition":
		return []string{strings.TrimSuffix(m.arn[len("arn:"):], ":")}
	}
	if q := m.parameter(name); q != nil {
		if m.edit(q); open(q) {
			return []string{"*"}
		}
		return []string{*q.Default}
	}
	if r := m.byID(name); r != nil {
		return m.namesOf(r)
	}
	return []string{"*"}
}

// sub is Fn::Sub in both of its forms.
func (m *maker) sub(arg cfn.Value) []string {
	text, isText := arg.(cfn.String)
	var variables cfn.Map
	if list, ok := arg.(cfn.List); ok && len(list) == 2 {
		text, isText = list[0].Value.(cfn.String)
		variables, _ = list[1].Value.(cfn.Map)
	}
	if !isText {
		return []string{"*"}
	}
	out := []string{""}
	rest := string(text)
	for rest != "" {
		before, after, found := strings.Cut(rest, "${")
		if out = product(out, []string{before}); !found {
			break
		}
		name, tail, _ := strings.Cut(after, "}")
		rest = tail
		switch v := variables.Get(name); {
		case strings.HasPrefix(name, "!"):
			out = product(out, []string{"${" + name[1:] + "}"})
		case v != nil:
			out = product(out, m.patterns(v))
		case strings.Contains(name, "."):
			id, attribute, _ := strings.Cut(name, ".")
			out = product(out, m.attribute(id, attribute))
		default:
			out = product(out, m.reference(name))
		}
	}
	return out
}

// attribute gives what an attribute of a resource can be.
func (m *maker) attribute(id, name string) []string {
	if r := m.byID(id); r != nil && (name == "Arn" || name == "PolicyArn") {
		return m.arnsOf(r)
	}
	return []string{"*"}
}

func (m *maker) join(arg cfn.Value) []string {
	list, _ := arg.(cfn.List)
	if len(list) != 2 {
		return []string{"*"}
	}
	delimiter, _ := list[0].Value.(cfn.String)
	items, isList := list[1].Value.(cfn.List)
	if !isList {
		return []string{"*"}
	}
	out := []string{""}
	for i, item := range items {
		if i > 0 {
			out = product(out, []string{string(delimiter)})
		}
		out = product(out, m.patterns(item.Value))
	}
	return out
}

// product puts each end behind each beginning; where nothing follows, the beginnings stay.
func product(beginnings, ends []string) []string {
	switch {
	case len(ends) == 0:
		return beginnings
	case len(beginnings) == 1 && len(ends) == 1:
		return []string{collapse(beginnings[0] + ends[0])}
	}
	var out []string
	for _, b := range beginnings {
		for _, e := range ends {
			out = union(out, collapse(b+e))
		}
	}
	return out
}

// collapse makes one asterisk of several.
func collapse(pattern string) string {
	for strings.Contains(pattern, "**") {
		pattern = strings.ReplaceAll(pattern, "**", "*")
	}
	return pattern
}

// union adds the texts that are not there yet.
func union(set []string, texts ...string) []string {
next:
	for _, t := range texts {
		for _, have := range set {
			if have == t {
				continue next
			}
		}
		set = append(set, t)
	}
	return set
}

// elements calls visit for each element of a list, whatever decides about it.
func elements(v cfn.Value, visit func(cfn.Value)) {
	switch v := v.(type) {
	case cfn.List:
		for _, item := range v {
			elements(item.Value, visit)
		}
	case cfn.Fn:
		if list, ok := v.Arg.(cfn.List); ok && v.Name == "Fn::If" && len(list) == 3 {
			elements(list[1].Value, visit)
			elements(list[2].Value, visit)
		} else if !isNoValue(v) {
			visit(v)
		}
	case nil:
	default:
		visit(v)
	}
}
