package proof

import (
	"unicode/utf8"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// extent bounds a value after CloudFormation has put everything in: how many characters, over how
// many items where it is a list.
type extent struct{ chars, items int }

// The greatest lengths of what every stack knows.
// Sources: AWS general reference, regions (ap-southeast-1) and partitions (aws-us-gov);
// CloudFormation API reference, StackName; a stack id is
// arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/UUID.
const (
	accountWidth   = 12
	partitionWidth = 10
	suffixWidth    = 36
	stackNameWidth = 128
	urlSuffixWidth = 20
	regionWidth    = 14
	arnWidth       = len("arn::iam:::") + partitionWidth + regionWidth + accountWidth
	guess          = 256 // of a parameter that nothing bounds; a warning says so
)

// ruler measures values; it keeps what it found out about parameters, and whose length it guessed.
type ruler struct {
	*scope
	widths  map[string]int
	guessed map[string]bool
	within  map[string]bool // resources whose names are being measured
}

func newRuler(s *scope) *ruler {
	return &ruler{s, map[string]int{}, map[string]bool{}, map[string]bool{}}
}

// measure bounds a value. Of a choice it takes the greater branch, unless the choice was resolved.
func (m *ruler) measure(v cfn.Value) extent {
	switch v := v.(type) {
	case cfn.String:
		return extent{utf8.RuneCountInString(string(v)), 1}
	case cfn.List:
		var sum extent
		for _, item := range v {
			e := m.measure(item.Value)
			sum.chars, sum.items = sum.chars+e.chars, sum.items+e.items
		}
		return sum
	case cfn.Fn:
		return m.measureFn(v)
	case nil:
		return extent{}
	}
	return extent{len(render(v)), 1}
}

func (m *ruler) measureFn(fn cfn.Fn) extent {
	if isSuffix(fn) {
		return extent{suffixWidth, 1}
	}
	name, as := call(fn)
	switch {
	case isNoValue(fn):
		return extent{}
	case name == "Ref":
		return m.reference(text(fn.Arg))
	case name == "Fn::GetAtt" && len(as) == 2:
		return extent{m.attribute(text(as[0]), text(as[1])), 1}
	case name == "Fn::Sub":
		return m.sub(as)
	case name == "Fn::If" && len(as) == 3:
		return widest(m.measure(as[1]), m.measure(as[2]))
	case name == "Fn::FindInMap" && len(as) >= 3:
		return m.column(text(as[2]))
	case name == "Fn::Join" && len(as) == 2:
		list, delimiter := m.measure(as[1]), m.measure(as[0])
		return extent{list.chars + max(list.items-1, 0)*delimiter.chars, 1}
	case name == "Fn::Split" && len(as) == 2:
		cuts := m.count(as[1], text(as[0]))
		return extent{m.measure(as[1]).chars, cuts + 1}
	case name == "Fn::Select" && len(as) == 2:
		return extent{m.measure(as[1]).chars, 1}
	case name == "Fn::Base64":
		return extent{(m.measure(fn.Arg).chars + 2) / 3 * 4, 1}
	}
	return extent{guess, 1}
}

func widest(a, b extent) extent { return extent{max(a.chars, b.chars), max(a.items, b.items)} }

// isSuffix knows the UUID of the stack's id.
func isSuffix(fn cfn.Fn) bool {
	name, as := call(fn)
	if name != "Fn::Select" || len(as) != 2 || as[0] != cfn.Int(2) {
		return false
	}
	name, as = call(as[1])
	return name == "Fn::Split" && len(as) == 2 && text(as[0]) == "/" &&
		refTo(as[1]) == "AWS::StackId"
}

func (m *ruler) sub(as []cfn.Value) extent {
	body, vars := subParts(as)
	sum := 0
	for p := range pieces(body) {
		if p.variable == "" {
			sum += utf8.RuneCountInString(p.literal)
			continue
		}
		sum += m.measure(subVariable(p.variable, vars)).chars
	}
	return extent{sum, 1}
}

// column bounds a regional fact by its widest row.
func (m *ruler) column(name string) extent {
	var most extent
	if m.Mapping != nil {
		for _, row := range m.Mapping.Rows {
			most = widest(most, m.measure(row.Cols.Get(name)))
		}
	}
	return most
}

// reference bounds what a Ref gives.
func (m *ruler) reference(name string) extent {
	switch name {
	case "AWS::Region":
		widest := 0
		for _, region := range m.Regions {
			widest = max(widest, len(region))
		}
		if widest == 0 {
			widest = regionWidth
		}
		return extent{widest, 1}
	case "AWS::AccountId":
		return extent{accountWidth, 1}
	case "AWS::Partition":
		return extent{partitionWidth, 1}
	case "AWS::URLSuffix":
		return extent{urlSuffixWidth, 1}
	case "AWS::StackName":
		return extent{stackNameWidth, 1}
	case "AWS::StackId":
		path := len("stack//") + stackNameWidth + suffixWidth
		return extent{arnWidth + len("cloudformation") + path, 1}
	}
	if p := m.parameters[name]; p != nil {
		return extent{m.parameter(p), 1}
	}
	return extent{m.attribute(name, ""), 1}
}

// parameter bounds what the customer can enter.
func (m *ruler) parameter(p *plan.Parameter) int {
	width, known := m.widths[p.Name]
	if !known {
		width = m.widthOf(p)
		m.widths[p.Name] = width
	}
	return width
}

func (m *ruler) widthOf(p *plan.Parameter) int {
	widest := 0
	for _, v := range p.AllowedValues {
		widest = max(widest, utf8.RuneCountInString(v))
	}
	if len(p.AllowedValues) > 0 {
		return widest
	}
	if w := boundOf(p); w < unbounded {
		return w
	}
	m.guessed[p.Name] = true
	return guess
}

// boundOf is the least of what type, length and pattern allow.
func boundOf(p *plan.Parameter) int {
	bound := unbounded
	if w, ok := typeWidth(p.Type); ok {
		bound = w
	}
	if p.MaxLength != nil {
		bound = min(bound, *p.MaxLength)
	}
	if p.AllowedPattern != "" {
		bound = min(bound, longest(p.AllowedPattern))
	}
	return bound
}
