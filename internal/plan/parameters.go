package plan

import (
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// parameters turns the customer's questions into template parameters.
func (m *maker) parameters() {
	for _, n := range m.in.Stack.Parameters {
		if e := m.names[n.Name.Value]; e != nil && !e.absent {
			m.parameter(n)
		}
	}
}

func (m *maker) parameter(n spec.Named[spec.Parameter]) {
	p := n.Value
	k, known := kindOf(&p)
	if !known {
		hint := diag.DidYouMean(p.Kind.Value, KindNames())
		if hint == "" {
			hint = "the kinds are " + strings.Join(KindNames(), ", ")
		}
		m.diags.Error(p.Kind.At, "unknown-kind", "no kind "+quote(p.Kind.Value), hint)
		return
	}
	out := Parameter{Name: n.Name.Value, Type: k.Type, Kind: p.Kind.Value, From: n.Name.At,
		Label: p.Label.Value, Group: p.Group.Value, Description: p.Why.Value,
		AllowedPattern: k.Pattern, ConstraintDescription: k.Says, Example: k.Example}
	if out.Label == "" {
		out.Label = labelOf(n.Name.Value, k.Type)
	}
	if p.Example.Value != "" {
		out.Example = p.Example.Value
	}
	if p.Kind.Value == "list" {
		m.checkList(n)
	} else if p.Items.Value != "" {
		m.diags.Error(p.Items.At, "bad-items", "only a list has items", "write kind: list")
	}
	m.constrain(n, k, &out)
	m.choices(p, &out)
	out.Whole = matcherOf(&p, out.AllowedPattern)
	m.defaultOf(n, &out)
	m.belongs(n)
	m.demand(n, &out)
	if out.narrower() && out.Refuses(out.Example) != "" {
		out.Example = "" // the kind's, which the parameter's own constraints rule out
	}
	m.plan.Parameters = append(m.plan.Parameters, out)
}

// narrower tells whether a parameter may take less than its kind does.
func (p Parameter) narrower() bool {
	k := kinds()[p.Kind]
	return len(p.AllowedValues) > 0 || p.MinLength != nil || p.MinValue != nil || p.MaxValue != nil ||
		p.AllowedPattern != k.Pattern && p.AllowedPattern != orEmpty(k.Pattern) ||
		p.MaxLength != nil && *p.MaxLength < k.MaxLength
}

// constrain settles pattern and length.
func (m *maker) constrain(n spec.Named[spec.Parameter], k kind, out *Parameter) {
	p := n.Value
	if p.Pattern.Value != "" {
		if p.Kind.Value != "list" { // whose pattern is of an element
			out.AllowedPattern = p.Pattern.Value
			out.ConstraintDescription = p.Says.Value
		}
		if _, err := syntax.Parse(p.Pattern.Value, syntax.Perl); err != nil {
			m.diags.Error(p.Pattern.At, "bad-pattern", "cannot read the pattern: "+err.Error(),
				"write a regular expression for the whole value, such as ^[a-z]{3}$")
		} else if odd := onlyHere(p.Pattern.Value); odd != "" {
			m.diags.Error(p.Pattern.At, "bad-pattern", "CloudFormation, which reads patterns as Java does, "+
				"refuses "+quote(odd)+" there", "write a literal one with a backslash, such as \\{ or \\[")
		}
		if p.Says.Value == "" {
			m.diags.Error(p.Pattern.At, "missing-key", n.Name.Value+" has a pattern but no `says`",
				"say what the value must be, such as says: must be three digits")
		}
	}
	if least, most := numberOf(p.Min), numberOf(p.Max); least != nil && most != nil && *least > *most {
		m.diags.Error(p.Min.At, "bad-range", n.Name.Value+": min is greater than max, so nothing fits",
			"write min: "+itoa(*most)+" and max: "+itoa(*least))
	}
	if p.Kind.Value == "list" {
		p.Min, p.Max = spec.Number{}, spec.Number{} // of elements: the pattern says it
	}
	if k.Type == "Number" {
		out.MinValue, out.MaxValue = numberOf(p.Min), numberOf(p.Max)
		return
	}
	if k.Type == "String" && len(p.OneOf) == 0 && p.Kind.Value != "switch" {
		out.MinLength, out.MaxLength = numberOf(p.Min), numberOf(p.Max)
		if out.MaxLength == nil && k.MaxLength > 0 {
			out.MaxLength = &k.MaxLength
		}
	}
	if p.MayBeBlank() {
		m.mayBeEmpty(p, k)
		out.AllowedPattern = orEmpty(out.AllowedPattern)
		out.ConstraintDescription = emptyOr(out.ConstraintDescription)
	}
}

// mayBeEmpty refuses what an empty value would break.
func (m *maker) mayBeEmpty(p spec.Parameter, k kind) {
	switch {
	case k.Type != "String":
		m.diags.Error(optionalAt(p), "bad-optional", p.Kind.Value+" cannot be optional",
			"CloudFormation refuses an empty value of the type "+k.Type)
	case p.Min.Value > 0:
		m.diags.Error(p.Min.At, "bad-optional", "what may be empty has no least length",
			"say the length in the pattern, such as ^[a-z]{3,}$")
	}
}

// choices settles the values to choose from.
func (m *maker) choices(p spec.Parameter, out *Parameter) {
	if p.Kind.Value == "switch" {
		out.AllowedValues = []string{"yes", "no"}
		if p.MayBeBlank() {
			m.diags.Error(optionalAt(p), "bad-optional", "a switch cannot be optional",
				"it is yes or no: remove optional")
		}
	}
	if p.Kind.Value == "enum" && len(p.OneOf) == 0 {
		m.diags.Error(p.Kind.At, "missing-key", "an enum needs oneOf", "list the values: oneOf: [a, b]")
	}
	if len(p.OneOf) > 0 && p.MayBeBlank() {
		out.AllowedValues = []string{""}
	}
	for i, w := range p.OneOf {
		same := func(v spec.Word) bool { return v.Value == w.Value }
		if slices.ContainsFunc(p.OneOf[:i], same) {
			m.repeated(w.Value, w.At)
		}
		out.AllowedValues = append(out.AllowedValues, w.Value)
	}
	if len(out.AllowedValues) > 0 {
		out.AllowedPattern, out.ConstraintDescription, out.Example = "", "", ""
		out.MaxLength = nil
	}
}

// defaultOf settles the default, and holds it and the example against the constraints.
func (m *maker) defaultOf(n spec.Named[spec.Parameter], out *Parameter) {
	p := n.Value
	if p.MayBeBlank() {
		empty := ""
		out.Default = &empty
	}
	if p.Default != nil {
		text, ok := p.Default.Literal()
		if !ok {
			m.diags.Error(p.Default.At, "reference-here", "a default cannot hold a reference",
				"CloudFormation takes only literal defaults")
			return
		}
		if p.Kind.Value == "switch" {
			text = yesNo(text)
		}
		out.Default = &text
		m.satisfies(*out, text, "default", p.Default.At)
	}
	if p.Kind.Value == "switch" && out.Default == nil {
		m.diags.Error(n.Name.At, "missing-key", n.Name.Value+" has no default",
			"a switch needs default: yes or default: no")
	}
	if p.Example.Value != "" {
		m.satisfies(*out, p.Example.Value, "example", p.Example.At)
	}
}

func (m *maker) satisfies(p Parameter, value, what string, at diag.Range) {
	if reason := p.Refuses(value); reason != "" {
		m.diags.Error(at, "bad-"+what, p.Name+": the "+what+" "+quote(value)+" "+reason,
			"correct the "+what+", or what the parameter takes")
	}
}

// Refuses says why the parameter does not take a value, or "" where it does.
func (p Parameter) Refuses(value string) string {
	if len(p.AllowedValues) > 0 {
		for _, v := range p.AllowedValues {
			if v == value {
				return ""
			}
		}
		return "is none of " + strings.Join(p.AllowedValues, ", ")
	}
	if p.AllowedPattern != "" {
		if !p.matcher().fits(value) {
			if p.ConstraintDescription != "" {
				return p.ConstraintDescription
			}
			return "does not match " + p.AllowedPattern
		}
	}
	n := len([]rune(value))
	switch {
	case p.MinLength != nil && n < *p.MinLength:
		return "is shorter than " + strconv.Itoa(*p.MinLength) + " characters"
	case p.MaxLength != nil && n > *p.MaxLength:
		return "is longer than " + strconv.Itoa(*p.MaxLength) + " characters"
	}
	return p.refusesNumber(value)
}

func (p Parameter) refusesNumber(value string) string {
	if p.Type != "Number" {
		return ""
	}
	n, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil:
		return "is not a number"
	case p.MinValue != nil && n < float64(*p.MinValue):
		return "is less than " + strconv.Itoa(*p.MinValue)
	case p.MaxValue != nil && n > float64(*p.MaxValue):
		return "is more than " + strconv.Itoa(*p.MaxValue)
	}
	return ""
}

// belongs turns `in:` into a rule that CloudFormation checks before anything is created, and has the
// lookup check `zones:`, which no rule can see.
func (m *maker) belongs(n spec.Named[spec.Parameter]) {
	p := n.Value
	if p.Zones != nil {
		if p.Kind.Value != "subnet" {
			m.diags.Error(p.Zones.At, "bad-zones", "only a subnet has zones", "remove zones")
			return
		}
		m.want(m.names[n.Name.Value], nil)
	}
	if p.In.Value == "" {
		return
	}
	if p.Kind.Value != "subnet" && p.Kind.Value != "security-group" {
		m.diags.Error(p.In.At, "bad-in", "only a subnet or a security group belongs to a VPC", "remove in")
		return
	}
	vpc := m.names[p.In.Value]
	if vpc == nil || vpc.param == nil || vpc.param.Kind.Value != "vpc" {
		m.diags.Error(p.In.At, "unknown-reference", quote(p.In.Value)+" is no parameter of kind vpc",
			or(diag.DidYouMean(p.In.Value, m.parametersOf("vpc")), "name one of kind vpc"))
		return
	}
	if !m.present(vpc, spec.Ref{Name: vpc.id}, p.In.At, nil) {
		return
	}
	// Fn::Equals takes no ValueOf (E8003), so a list of one element contains it.
	m.plan.Rules = append(m.plan.Rules, Rule{
		Name:        n.Name.Value + "Of" + p.In.Value,
		Comment:     n.Name.Value + " belongs to " + p.In.Value,
		Description: "The " + p.Kind.Value + " belongs to another VPC. Choose one of the VPC above.",
		Assert: cfn.Fn{Name: "Fn::Contains", Arg: cfn.Values(cfn.Values(cfn.Ref(p.In.Value)),
			cfn.Fn{Name: "Fn::ValueOf", Arg: cfn.Strings(n.Name.Value, "VpcId")})},
	})
}

// labelOf makes a label from a name: TokenSecret becomes "Token secret", and VpcId, where the console
// lists VPCs, "VPC".
func labelOf(name, cfnType string) string {
	var words []string
	start := 0
	runes := []rune(name)
	for i := 1; i <= len(runes); i++ {
		last := i == len(runes)
		if last || unicode.IsUpper(runes[i]) && !unicode.IsUpper(runes[i-1]) {
			words = append(words, string(runes[start:i]))
			start = i
		}
	}
	if n := len(words); n > 1 && words[n-1] == "Id" && strings.HasSuffix(cfnType, "::Id") {
		words = words[:n-1]
	}
	for i, w := range words {
		if i > 0 && strings.ToUpper(w) != w {
			words[i] = strings.ToLower(w)
		}
		for _, abbreviation := range []string{"VPC", "IAM", "ARN", "URL", "CIDR", "SHA256"} {
			if strings.EqualFold(w, abbreviation) {
				words[i] = abbreviation
			}
		}
	}
	return strings.Join(words, " ")
}

func orEmpty(pattern string) string {
	if pattern == "" {
		return ""
	}
	return "^$|" + pattern
}

func emptyOr(says string) string {
	if strings.HasPrefix(says, "must be ") {
		return strings.Replace(says, "must be ", "must be empty or ", 1)
	}
	return says + "; may be empty"
}

func yesNo(s string) string {
	switch strings.ToLower(s) {
	case "yes", "true", "on":
		return "yes"
	case "no", "false", "off":
		return "no"
	}
	return s
}

func numberOf(n spec.Number) *int {
	if n.At == (diag.Range{}) {
		return nil
	}
	v := n.Value
	return &v
}
