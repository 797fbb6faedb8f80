package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// saysMax leaves room in the reason of a failed launch for what was found.
const saysMax = 200

// expectations hands what a resource expects of looked-up values to the lookups, which fail the
// launch where it is not so, and lets the resource wait for them. No condition of CloudFormation sees
// such a value.
func (m *maker) expectations(e *entity, all spec.Keyed[spec.Expect]) {
	for _, n := range all {
		before := len(*m.diags)
		of, attr := m.lookedUpValue(n.Name, e.gate)
		if len(*m.diags) > before {
			continue
		}
		m.expectable(n, of, attr)
		facts := m.wantFact(of, attr, e.gate)
		row := []string{attr, n.Value.Says.Value}
		for _, w := range n.Value.OneOf {
			row = append(row, w.Value)
		}
		l := m.lookup(of)
		m.contradicts(n, l, attr, e.gate)
		l.expects = append(l.expects, expected{e.gate, row})
		m.waits[e.id] = append(m.waits[e.id], facts)
	}
}

// contradicts refuses an expectation that no value can meet beside another.
func (m *maker) contradicts(n spec.Named[spec.Expect], l *lookup, attr string, gate []Literal) {
	for _, other := range l.expects {
		both := implies(gate, other.gate) || implies(other.gate, gate)
		met := func(w spec.Word) bool { return slices.Contains(other.row[2:], w.Value) }
		if other.row[0] == attr && both && !slices.ContainsFunc(n.Value.OneOf, met) {
			m.diags.Error(n.Name.At, "bad-expect", "another resource expects "+n.Name.Value+" to be "+
				strings.Join(other.row[2:], " or "), "no value can be both: the launch would always fail")
		}
	}
}

// expectRows are the expectations of a lookup; one of a gated resource holds under its gate only.
func (m *maker) expectRows(l lookup) (rows cfn.List) {
	for _, e := range l.expects {
		gate := within(e.gate, common(l.gates))
		rows = append(rows, cfn.Item{
			Value: m.onlyIf(gate, cfn.Strings(e.row...), cfn.NoValue())})
	}
	return rows
}

// lookedUpValue reads the key of an expectation: a parameter and one of its looked-up attributes.
func (m *maker) lookedUpValue(name spec.Word, gate []Literal) (*entity, string) {
	t := spec.ParseText(name.Value, name.At, m.diags)
	ref, lone := t.Lone()
	e := m.names[ref.Name]
	if !lone {
		m.diags.Error(name.At, "bad-expect", quote(name.Value)+" is no reference",
			`write the looked-up value as in "${ClusterName.AccessMode}"`)
		return nil, ""
	}
	before := len(*m.diags)
	m.ref(ref, name.At, gate)
	if len(*m.diags) > before {
		return nil, ""
	}
	if e == nil || e.param == nil {
		m.diags.Error(name.At, "bad-expect", quote(name.Value)+" is not looked up by a function",
			m.expectHint())
		return nil, ""
	}
	k := m.traitsOf(e).kind
	attr := k.LookedUp[ref.Attr]
	switch how := looks()[e.param.Kind.Value]; {
	case attr == "":
		m.diags.Error(name.At, "bad-expect", quote(name.Value)+" is not looked up by a function",
			m.expectHint(), diag.Note{Text: e.id + " is here", At: e.at})
	case !how.expects:
		m.diags.Error(name.At, "bad-expect", "the function that looks up "+quote(name.Value)+
			" cannot expect anything", m.expectHint(), diag.Note{Text: e.id + " is here", At: e.at})
	}
	return e, attr
}

// expectHint lists what can be expected of the parameters at hand, or of which kinds anything can.
func (m *maker) expectHint() string {
	var values, kindNames []string
	for _, name := range KindNames() {
		if !looks()[name].expects {
			continue
		}
		kindNames = append(kindNames, name)
		for _, p := range m.parametersOf(name) {
			for _, attr := range sortedKeys(kinds()[name].LookedUp) {
				values = append(values, "${"+p+"."+attr+"}")
			}
		}
	}
	if len(values) > 0 {
		return "there are " + strings.Join(values, ", ")
	}
	return "only what is looked up of a parameter of kind " + enumerate(kindNames, "or") +
		" can be expected"
}

// expectable refuses a value that is never found, and a sentence that nobody would read whole.
func (m *maker) expectable(n spec.Named[spec.Expect], of *entity, attr string) {
	known := kinds()[of.param.Kind.Value].Known[attr]
	for _, w := range n.Value.OneOf {
		if known != nil && !slices.Contains(known, w.Value) {
			m.diags.Error(w.At, "bad-expect", n.Name.Value+" is never "+quote(w.Value),
				or(diag.DidYouMean(w.Value, known), "it is one of "+strings.Join(known, ", ")))
		}
	}
	if len([]rune(n.Value.Says.Value)) > saysMax {
		m.diags.Error(n.Value.Says.At, "bad-expect", "the sentence is longer than "+itoa(saysMax)+
			" characters", "say in one line what is wrong and what to do: a failed launch shows it")
	}
}
