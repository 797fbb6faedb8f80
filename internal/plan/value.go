package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// value resolves a text: a lone reference keeps its type, a text without references is literal, and
// anything else becomes Fn::Sub. gate is what holds where the text stands.
func (m *maker) value(t spec.Text, gate []Literal) cfn.Value {
	if ref, ok := t.Lone(); ok {
		return m.ref(ref, t.At, gate)
	}
	if text, ok := t.Literal(); ok {
		return cfn.String(text)
	}
	var parts []cfn.Value
	for _, p := range t.Parts {
		if p.Ref.Name == "" {
			parts = append(parts, cfn.String(p.Literal))
			continue
		}
		v := m.inText(p.Ref, t.At, gate)
		if _, isList := unhinted(v).(cfn.List); isList || m.isList(p.Ref) {
			hint := "a list of facts stands alone, as an item of a list: among actions, or values of a condition"
			if m.isList(p.Ref) {
				hint = "only resources and conditions repeat a text, by ${each." + p.Ref.Name +
					"}; elsewhere refer to what has one value"
			}
			m.diags.Error(t.At, "list-in-text", "${"+p.Ref.String()+"} is a list", hint)
		}
		parts = append(parts, v)
	}
	return concat(parts...)
}

// one resolves a text where CloudFormation takes one text and no list.
func (m *maker) one(t spec.Text, gate []Literal) cfn.Value {
	v := m.value(t, gate)
	if _, isList := v.(cfn.List); isList || isSplit(v) {
		m.diags.Error(t.At, "list-in-text", t.Raw+" is a list, and one text is wanted",
			"refer to a parameter or fact with one value")
		return cfn.String("")
	}
	return v
}

// inText resolves a reference that stands inside a text, and says what to call it there.
func (m *maker) inText(r spec.Ref, at diag.Range, gate []Literal) cfn.Value {
	v := m.ref(r, at, gate)
	if _, ok := m.names[r.Name]; ok {
		return hinted{v, identifier(r.String())}
	}
	return v
}

// values resolves texts into a list; a lone list reference splices.
func (m *maker) values(ts spec.Texts, gate []Literal) []cfn.Value {
	var out []cfn.Value
	for _, t := range ts {
		v := m.value(t, gate)
		if l, ok := v.(cfn.List); ok {
			for _, item := range l {
				out = append(out, item.Value)
			}
			continue
		}
		out = append(out, v)
	}
	return out
}

// oneOrMany gives a single value alone and several as a list.
func oneOrMany(vs []cfn.Value) cfn.Value {
	if len(vs) == 1 {
		return vs[0]
	}
	return cfn.Values(vs...)
}

// ref resolves one reference.
func (m *maker) ref(r spec.Ref, at diag.Range, gate []Literal) cfn.Value {
	if v, ok := m.builtin(r, at); ok {
		return v
	}
	e := m.names[r.Name]
	if e == nil {
		m.diags.Error(at, "unknown-reference", "nothing is named "+quote(r.Name), m.nearName(r.Name))
		return cfn.String("")
	}
	if e.param != nil && r.Attr != "" && !e.absent && !m.hasAttribute(e, r.Attr) {
		m.unknownOfParameter(e, r.Attr, at)
		return cfn.String("")
	}
	if !m.present(e, r, at, gate) {
		return cfn.String("")
	}
	if e.param != nil {
		return m.paramRef(e, r, at, gate)
	}
	if e.ref == nil {
		m.diags.Error(at, "several", r.Name+" may become several policies, so nothing can refer to it",
			"remove its `split`", diag.Note{Text: e.id + " is here", At: e.at})
		return cfn.String("")
	}
	if r.Attr == "" {
		if e.noun == "role" && e.unless != nil && !implies(gate, e.madeWhen()) {
			m.diags.Error(at, "gated-reference", "the name of "+r.Name+" is not known where the customer "+
				"names a role", "write ${"+r.Name+".Arn}")
		}
		return e.ref
	}
	if v, ok := e.made[r.Attr]; ok {
		if missing := within(e.madeWhen(), gate); len(missing) > 0 {
			m.diags.Error(at, "gated-reference", r.String()+" exists only when "+gateText(missing),
				"give this the same `when`", diag.Note{Text: e.id + " is here", At: e.at})
		}
		return v
	}
	if e.attrs == nil {
		m.rawAttribute(e, r.Attr, at)
		return cfn.GetAtt(e.id, r.Attr)
	}
	if v, ok := e.attrs[r.Attr]; ok {
		return v
	}
	m.unknownAttr(e.noun+" "+e.id, r.Attr, sortedKeys(e.attrs), at)
	return cfn.String("")
}

// nearName guesses what a name that nothing has was meant to be.
func (m *maker) nearName(name string) string {
	switch {
	case m.in.Product.Facts.Get(name) != nil:
		return "did you mean ${facts." + name + "}?"
	case m.hasFact(name):
		return "did you mean ${region." + name + "}?"
	}
	return diag.DidYouMean(name, m.allNames())
}

// unknownFact says how a regional fact comes into being.
func (m *maker) unknownFact(name string, at diag.Range) {
	hint := diag.DidYouMean(name, m.factNames())
	switch {
	case hint != "":
	case name == "" && len(m.factNames()) > 0:
		hint = "it has " + strings.Join(m.factNames(), ", ")
	case name == "":
		hint = "write ${region.FACT}, and FACT for every region in product.yaml"
	case m.in.Product.Facts.Get(name) != nil:
		hint = "did you mean ${facts." + name + "}?"
	default:
		first := "us-east-1"
		if rs := m.in.Product.Regions; len(rs) > 0 {
			first = rs[0].Name.Value
		}
		hint = "add it to every region in product.yaml: " + first + ": { " + name + ": … }"
	}
	m.diags.Error(at, "unknown-attribute", "region has no attribute "+quote(name), hint)
}

// present refuses a reference to what may not exist where the reference stands.
func (m *maker) present(e *entity, r spec.Ref, at diag.Range, gate []Literal) bool {
	note := diag.Note{Text: e.id + " is here", At: e.at}
	if e.absent {
		m.diags.Error(at, "gated-reference", e.id+" does not exist in the variant "+m.variant,
			"give this the same `when`", note)
		return false
	}
	if e.param != nil && e.param.MayBeBlank() {
		if !e.isGiven(gate) {
			m.diags.Error(at, "gated-reference", e.id+" may be empty", m.giveWhen(e.id, at), note)
			return false
		}
		return true
	}
	if missing := within(e.gate, gate); len(missing) > 0 {
		m.diags.Error(at, "gated-reference", e.id+" exists only when "+gateText(missing),
			"give this the same `when`", note)
		return false
	}
	return true
}

// giveWhen says where a when belongs. The file of a text to paste has none: its parts do.
func (m *maker) giveWhen(id string, at diag.Range) string {
	for _, file := range m.in.Texts {
		if len(file.Texts) > 0 && file.Texts[0].At.File == at.File {
			return "give the text when: " + id + ", or let a part of it with a file of its own have it"
		}
	}
	return "give this when: " + id
}

func (m *maker) paramRef(e *entity, r spec.Ref, at diag.Range, gate []Literal) cfn.Value {
	if r.Attr == "" {
		return e.ref
	}
	k := m.traitsOf(e).kind
	if computed := k.Computed[r.Attr]; computed != nil {
		return computed(e.id)
	}
	attr := k.LookedUp[r.Attr]
	return cfn.GetAtt(m.wantFact(e, attr, gate), attr)
}

// hasAttribute tells whether the kind of a parameter has an attribute.
func (m *maker) hasAttribute(e *entity, attr string) bool {
	k := m.traitsOf(e).kind
	return k.Computed[attr] != nil || k.LookedUp[attr] != ""
}

// unknownOfParameter says what a parameter has in place of an attribute. What is an ARN has none.
func (m *maker) unknownOfParameter(e *entity, attr string, at diag.Range) {
	k := m.traitsOf(e).kind
	if attr == "Arn" && arnParameter(e.param) {
		m.diags.Error(at, "unknown-attribute", "parameter "+e.id+` has no attribute "Arn"`,
			"write ${"+e.id+"}, which is an ARN itself")
		return
	}
	known := append(sortedKeys(k.Computed), sortedKeys(k.LookedUp)...)
	m.unknownAttr("parameter "+e.id, attr, known, at)
}

func (m *maker) unknownAttr(what, attr string, known []string, at diag.Range) {
	hint := diag.DidYouMean(attr, known)
	if hint == "" && len(known) > 0 {
		hint = "it has " + strings.Join(known, ", ")
	}
	m.diags.Error(at, "unknown-attribute", what+" has no attribute "+quote(attr), hint)
}

// builtin resolves what every stack has: pseudo parameters, regional and plain facts, the product and
// the stack themselves.
func (m *maker) builtin(r spec.Ref, at diag.Range) (cfn.Value, bool) {
	p := m.in.Product
	switch r.Name {
	case "each":
		m.diags.Error(at, "each-here", "${each."+r.Attr+"} repeats nothing here",
			"it stands in resources, in conditions and in the account of a trust only")
		return cfn.String(""), true
	case "region":
		if !m.hasFact(r.Attr) {
			m.unknownFact(r.Attr, at)
		}
		return regionFact(r.Attr), true
	case "facts":
		f := p.Facts.Get(r.Attr)
		if f == nil {
			m.unknownAttr("facts", r.Attr, namesOf(p.Facts), at)
			return cfn.String(""), true
		}
		if f.IsList {
			return cfn.Strings(f.Values...), true
		}
		return cfn.String(f.Values[0]), true
	case "product", "stack", "iam":
		known := map[string]cfn.Value{
			"product.name": cfn.String(p.Product.Value), "product.title": cfn.String(p.Title.Value),
			"product.vendor": cfn.String(p.Vendor.Value), "product.release": cfn.String(p.Release.Value),
			"stack.suffix": cfn.StackSuffix(), "stack.name": cfn.Ref("AWS::StackName"),
			"stack.id": cfn.Ref("AWS::StackId"), "iam.path": cfn.Ref(PathParameter),
		}
		v, ok := known[r.String()]
		if !ok {
			m.unknownAttr(r.Name, r.Attr, attrsOf(r.Name, sortedKeys(known)), at)
			v = cfn.String("")
		}
		m.house.path = m.house.path || r.Name == "iam"
		return v, true
	}
	if strings.HasPrefix(r.Name, "AWS::") {
		if !cfn.IsPseudoParameter(r.Name) {
			m.diags.Error(at, "unknown-reference", "no pseudo parameter "+quote(r.Name),
				diag.DidYouMean(r.Name, cfn.PseudoParameters()))
		}
		return cfn.Ref(r.Name), true
	}
	return nil, false
}
