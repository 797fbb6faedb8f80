package plan

import (
	"regexp"
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// sort is what a place of the language takes: a parameter of one of the kinds, a literal, or a fact
// that looks like one. A bare name there would be emitted as it stands.
type sort struct {
	id, what string // of the diagnostic: bad-vpc, VPC
	kind     string // of a parameter
	literal  *regexp.Regexp
	hint     string
}

// Sources: EC2 user guide, "Resource IDs", 8 or 17 hexadecimal digits; IAM user guide, account ids.
var (
	vpcSort = sort{"bad-vpc", "VPC", "vpc", regexp.MustCompile(`^vpc-([0-9a-f]{8}|[0-9a-f]{17})$`),
		`refer to a parameter of kind vpc, such as "${VpcId}", or write an id such as vpc-0a1b2c3d`}
	subnetSort = sort{"bad-subnet", "subnet", "subnet",
		regexp.MustCompile(`^subnet-([0-9a-f]{8}|[0-9a-f]{17})$`),
		`refer to a parameter of kind subnet, such as "${SubnetId}", ` +
			"or write an id such as subnet-0a1b2c3d"}
	sizeSort = sort{"bad-size", "instance type", "instance-type",
		regexp.MustCompile(kinds()["instance-type"].Pattern),
		"write it as in m6i.xlarge, or refer to a parameter of kind instance-type"}
	keySort = sort{"bad-key", "KMS key", "key-arn", regexp.MustCompile(
		`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`),
		`refer to a parameter of kind key-arn, such as "${KmsKeyArn}"`}
	accountSort = sort{"bad-account", "account", "account-id", regexp.MustCompile(`^[0-9]{12}$`),
		"write its 12 digits in quotes, or refer to a parameter of kind account-id"}
)

// sorted resolves a text that must be of a sort. What cannot be resolved was reported as such.
func (m *maker) sorted(t spec.Text, s sort, gate []Literal) cfn.Value {
	before := len(*m.diags)
	if ref, lone := t.Lone(); lone && m.isOtherParameter(ref, s) {
		m.isOf(t, s) // whether it may be empty matters no more
		return cfn.String("")
	}
	v := m.value(t, gate)
	if len(*m.diags) == before && t.At.File != "" { // without a place there is no text
		m.isOf(t, s)
	}
	return v
}

// isOtherParameter tells whether a reference leads to a parameter of another kind.
func (m *maker) isOtherParameter(ref spec.Ref, s sort) bool {
	e := m.names[ref.Name]
	return e != nil && e.param != nil && !e.absent && ref.Attr == "" && !m.takes(e, ref, s)
}

// sortedAll is sorted for a list, in which a list reference splices.
func (m *maker) sortedAll(ts spec.Texts, s sort, gate []Literal) []cfn.Value {
	for _, t := range ts {
		m.sorted(t, s, gate)
	}
	return m.values(ts, gate)
}

func (m *maker) isOf(t spec.Text, s sort) {
	ref, lone := t.Lone()
	e := m.names[ref.Name]
	switch {
	case !lone:
		m.literalOf(t, s)
	case ref.Name == "region" || ref.Name == "facts":
		m.factOf(t, s, ref)
	case e == nil: // AWS::AccountId and the like
		if s.id != accountSort.id || ref.Name != "AWS::AccountId" {
			m.diags.Error(t.At, s.id, quote(t.Raw)+" is no "+s.what, s.hint)
		}
	case e.noun == "resource" || m.takes(e, ref, s):
	default:
		m.diags.Error(t.At, s.id, quote(t.Raw)+" is no "+s.what, or(m.eachHint(ref.Name, s), s.hint),
			diag.Note{Text: e.id + " is here", At: e.at})
	}
}

// takes tells whether a parameter is of the kind, or a choice among values of the sort.
func (m *maker) takes(e *entity, ref spec.Ref, s sort) bool {
	if e.param == nil || ref.Attr != "" {
		return false
	}
	other := func(w spec.Word) bool { return !s.literal.MatchString(w.Value) }
	return e.param.Kind.Value == s.kind ||
		len(e.param.OneOf) > 0 && !slices.ContainsFunc(e.param.OneOf, other)
}

// mayBe tells whether a text is of the sort as far as anybody can see; isOf says it where it is not.
func (m *maker) mayBe(t spec.Text, s sort) bool {
	ref, lone := t.Lone()
	text, _ := t.Literal()
	e := m.names[ref.Name]
	return lone && (e == nil || e.noun == "resource" || m.takes(e, ref, s)) ||
		!lone && s.literal.MatchString(text)
}

// eachHint says how the list that somebody named stands for its accounts: no other sort repeats.
func (m *maker) eachHint(name string, s sort) string {
	e := m.names[name]
	if s.id != accountSort.id || e == nil || e.param == nil || e.param.Items.Value != s.kind {
		return ""
	}
	return `write "${each.` + name + `}"`
}

func (m *maker) literalOf(t spec.Text, s sort) {
	text, literal := t.Literal()
	if literal && s.literal.MatchString(text) {
		return
	}
	hint := or(m.eachHint(t.Raw, s), s.hint)
	near := diag.Suggest(text, m.parametersOf(s.kind))
	if literal && near != "" {
		hint = `write "${` + near + `}"`
	}
	m.diags.Error(t.At, s.id, quote(t.Raw)+" is no "+s.what, hint)
}

// factOf holds a fact against the sort, in every region where it is a regional one.
func (m *maker) factOf(t spec.Text, s sort, ref spec.Ref) {
	facts := []*spec.Fact{m.in.Product.Facts.Get(ref.Attr)}
	if ref.Name == "region" {
		facts = nil
		for _, r := range m.in.Product.Regions {
			facts = append(facts, r.Facts.Get(ref.Attr))
		}
	}
	for _, f := range facts {
		if f == nil {
			return
		}
		for _, text := range f.Values {
			if !s.literal.MatchString(text) {
				m.diags.Error(t.At, s.id, quote(text)+" is no "+s.what, s.hint,
					diag.Note{Text: "the fact " + ref.Attr + " is here", At: f.At})
				return
			}
		}
	}
}

// noteOfFact points at a fact of the product.
func (m *maker) noteOfFact(ref spec.Ref) []diag.Note {
	f := m.in.Product.Facts.Get(ref.Attr)
	if ref.Name != "facts" || f == nil {
		return nil
	}
	return []diag.Note{{Text: "the fact " + ref.Attr + " is here", At: f.At}}
}
