package plan

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// A list parameter is a String whose pattern is that of the whole list, cut at its commas: so the
// number of elements is bounded, a blank one is refused, and no list at all is the empty text.

// between separates texts that Fn::Split takes apart again. No ARN and no parameter's pattern here
// may hold it.
const between = "|"

// listMax is the greatest length of a parameter's value.
// Source: CloudFormation user guide, quotas, "Parameter values".
const listMax = 4096

// kindOf gives the row of a parameter's kind; that of a list follows from its elements.
func kindOf(p *spec.Parameter) (kind, bool) {
	if p.Kind.Value != "list" {
		k, ok := kinds()[p.Kind.Value]
		return k, ok
	}
	item := kinds()[p.Items.Value]
	says := strings.TrimPrefix(or(p.Says.Value, item.Says), "must be ")
	least, n := max(p.Min.Value, 1), max(p.Max.Value, 1)
	k := kind{Type: "String", Example: item.Example, MaxLength: listMax,
		Pattern: listPattern(inside(elementPattern(p)), least, n),
		Says:    "must be " + howMany(least, n) + " of these, between commas: " + says}
	if item.MaxLength > 0 {
		k.MaxLength = min(listMax, n*(item.MaxLength+1)-1)
	}
	return k, true
}

// elementPattern is what an element of a list must match; empty where nothing says it.
func elementPattern(p *spec.Parameter) string {
	return or(p.Pattern.Value, kinds()[p.Items.Value].Pattern)
}

func howMany(least, most int) string {
	switch {
	case least == most:
		return itoa(most)
	case least > 1:
		return itoa(least) + " to " + itoa(most)
	}
	return "at most " + itoa(most)
}

// listPattern repeats the pattern of an element. Where that counts too much for a regular expression
// here, which stops at 1000, the length of an element is left to that of the whole list.
func listPattern(element string, least, n int) string {
	more := "){" + itoa(least-1) + "," + itoa(n-1) + "}$"
	pattern := "^" + element + "(," + element + more
	if _, err := syntax.Parse(pattern, syntax.Perl); err == nil {
		return pattern
	}
	element = upTo.ReplaceAllString(element, "{$1,}")
	element = strings.NewReplacer("{0,}", "*", "{1,}", "+").Replace(element)
	return "^" + element + "(," + element + more
}

// upTo is a bounded repetition.
var upTo = regexp.MustCompile(`\{([0-9]+),[0-9]+\}`)

// inside takes the anchors off a pattern for a whole value.
func inside(pattern string) string {
	return "(" + strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$") + ")"
}

// traits are what follows from a parameter's kind and pattern; patterns are read once.
type traits struct {
	kind      kind
	emptiable bool   // though it counts as given
	wild      string // the characters of policyWild that its value may hold
}

func (m *maker) traitsOf(e *entity) traits {
	if e.traits == nil {
		k, _ := kindOf(e.param)
		e.traits = &traits{kind: k}
		e.traits.emptiable = m.emptiable(e)
		e.traits.wild = m.admitted(e, policyWild)
	}
	return *e.traits
}

// checkList refuses a list whose elements nothing describes or whose length nothing bounds.
func (m *maker) checkList(n spec.Named[spec.Parameter]) {
	p := n.Value
	if m.checkItems(n); len(p.OneOf) > 0 {
		m.diags.Error(p.OneOf[0].At, "bad-items", "a list has no oneOf",
			"say it of an element: pattern: ^("+strings.ReplaceAll(words(p.OneOf), ", ", "|")+")$")
	}
	switch most, least := p.Max.Value, shortest(elementPattern(&p)); {
	case numberOf(p.Max) == nil:
		m.diags.Error(n.Name.At, "missing-key", n.Name.Value+" does not say how many items it takes",
			"write max: NUMBER; it bounds the size of policies")
	case most < 1:
		m.diags.Error(p.Max.At, "bad-range", n.Name.Value+" takes no item at all",
			"write max: 1 or more")
	case most*(least+1)-1 > listMax || most > repetitions:
		m.diags.Error(p.Max.At, "bad-range", "a list of "+itoa(most)+" is too long", "write max: "+
			itoa(min((listMax+1)/(least+1), repetitions))+
			" at most: the value of a parameter has 4,096 characters")
	}
	if p.Min.Value < 0 {
		m.diags.Error(p.Min.At, "bad-range", "a list cannot have fewer than no items", "remove min")
	}
}

// repetitions is how often a pattern may repeat its part, here as in CloudFormation's rules.
const repetitions = 1000

// checkItems refuses items that nothing describes, or that hold what lists are cut at.
func (m *maker) checkItems(n spec.Named[spec.Parameter]) {
	p := n.Value
	item, known := kinds()[p.Items.Value]
	pattern, said := elementPattern(&p), p.Items.At
	if p.Pattern.Value != "" {
		said = p.Pattern.At
	}
	switch {
	case p.Items.Value == "":
		m.diags.Error(p.Kind.At, "missing-key", n.Name.Value+" does not say what its items are",
			"write items: KIND, such as items: bucket-name")
	case !known || item.Type != "String" || pattern == "" || item.NeedsOneOf ||
		p.Items.Value == "list" || p.Items.Value == "switch":
		m.diags.Error(p.Items.At, "bad-items", "a list cannot have items of the kind "+
			quote(p.Items.Value), or(diag.DidYouMean(p.Items.Value, itemKinds()),
			"choose one of "+strings.Join(itemKinds(), ", ")+", or text with a pattern"))
	case !readable(pattern): // reported as such
	case admits(pattern, ","+between) != "":
		m.diags.Error(said, "bad-items", "an element of "+n.Name.Value+
			" may hold "+characters(admits(pattern, ","+between))+", where the list is cut",
			"give it a pattern from ^ to $ without these")
	}
}

// itemKinds are the kinds that an element of a list may have.
func itemKinds() []string {
	var out []string
	for _, name := range KindNames() {
		k := kinds()[name]
		if k.Type == "String" && k.Pattern != "" && admits(k.Pattern, ","+between) == "" {
			out = append(out, name)
		}
	}
	return out
}

// isList tells whether a reference gives a list parameter's elements.
func (m *maker) isList(r spec.Ref) bool {
	e := m.names[r.Name]
	return e != nil && e.param != nil && e.param.Kind.Value == "list" && r.Attr == ""
}

// oneList makes one list of values some of which are many or lists themselves. A list cannot stand
// inside a list, so the whole is joined and split again.
func oneList(vs []cfn.Value) []cfn.Value {
	several := false
	for _, v := range vs {
		_, isMany := v.(many)
		several = several || isMany || isSplit(v)
	}
	if !several {
		return vs
	}
	parts := make([]cfn.Value, len(vs))
	for i, v := range vs {
		switch of := v.(type) {
		case many:
			parts[i] = of.Value
		default:
			parts[i] = v
			if isSplit(v) {
				if len(vs) == 1 {
					return vs
				}
				parts[i] = cfn.Join(between, v)
			}
		}
	}
	if len(parts) == 1 {
		return []cfn.Value{cfn.Split(between, parts[0])}
	}
	return []cfn.Value{cfn.Split(between, cfn.Join(between, cfn.Values(parts...)))}
}

func isSplit(v cfn.Value) bool {
	f, _ := unhinted(v).(cfn.Fn)
	return f.Name == "Fn::Split"
}

// Elements takes the lists apart that oneList made, for whoever reads a policy: a text that is
// repeated stands once, with ${each.NAME} where the element goes.
func Elements(vs ...cfn.Value) []cfn.Value {
	var out []cfn.Value
	for _, v := range vs {
		out = append(out, elements(v)...)
	}
	return out
}

func elements(v cfn.Value) []cfn.Value {
	f, _ := unhinted(v).(cfn.Fn)
	list, _ := f.Arg.(cfn.List)
	if f.Name != "Fn::Split" || len(list) != 2 {
		return []cfn.Value{v}
	}
	inner, _ := unhinted(list[1].Value).(cfn.Fn)
	parts, _ := inner.Arg.(cfn.List)
	switch name, isRef := inner.Arg.(cfn.String); {
	case inner.Name == "Ref" && isRef && list[0].Value == cfn.String(","):
		return []cfn.Value{cfn.Sub("${each." + string(name) + "}")}
	case list[0].Value != cfn.String(between):
		return []cfn.Value{v}
	case inner.Name == "Fn::Join" && len(parts) == 2:
		items, isList := parts[1].Value.(cfn.List)
		if !isList {
			return elements(parts[1].Value)
		}
		var out []cfn.Value
		for _, item := range items {
			out = append(out, elements(cfn.Split(between, item.Value))...)
		}
		return out
	case inner.Name == "Fn::Sub" && len(parts) == 2:
		return []cfn.Value{repeated(parts)}
	}
	return []cfn.Value{list[1].Value}
}

// repeated turns Fn::Sub's text around a joined list into the text with ${each.NAME}.
func repeated(parts cfn.List) cfn.Value {
	text, _ := parts[0].Value.(cfn.String)
	vars, _ := parts[1].Value.(cfn.Map)
	var left cfn.Map
	out := string(text)
	for _, e := range vars {
		if f, _ := e.Value.(cfn.Fn); f.Name == "Fn::Join" {
			out = strings.ReplaceAll(out, "${"+e.Key+"}", "${each."+joinedOf(f)+"}")
			continue
		}
		left = append(left, e)
	}
	return cfn.Sub(out, left...)
}

// joinedOf gives the parameter whose elements a join puts together.
func joinedOf(f cfn.Fn) string {
	name := ""
	cfn.Walk(f, func(v cfn.Value) {
		if ref, ok := v.(cfn.Fn); ok && ref.Name == "Ref" {
			s, _ := ref.Arg.(cfn.String)
			name = string(s)
		}
	})
	return name
}
