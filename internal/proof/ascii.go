package proof

import (
	"slices"
	"strings"
	"unicode"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// ASCII warns of characters that CloudFormation does not give back: GetTemplate, DescribeStacks and
// the console show a question mark for each that is not ASCII, outside comments too, and EC2 refuses
// one in a security group's description. Texts to paste were held against it line by line.
// Source: github.com/aws-cloudformation/cloudformation-coverage-roadmap, issues 814 and 1220.
func ASCII(p *plan.Plan) diag.List {
	r := newReport(p)
	r.ascii(diag.Range{}, "what the stack is about", p.About)
	for _, q := range p.Parameters {
		texts := append([]string{q.Description, q.Label, q.Group, q.Example, q.ConstraintDescription},
			q.AllowedValues...)
		if q.Default != nil {
			texts = append(texts, *q.Default)
		}
		r.ascii(q.From, "the parameter "+q.Name, texts...)
	}
	if p.Mapping != nil {
		for _, row := range p.Mapping.Rows {
			r.ascii(diag.Range{}, "a fact of "+row.Key, textsIn(row.Cols)...)
		}
	}
	for i := range p.Resources {
		res := &p.Resources[i]
		var texts []string
		for _, rule := range rulesOf(res.Body) {
			texts = append(texts, rule.Description)
		}
		if g, ok := res.Body.(*plan.SecurityGroup); ok {
			texts = append(texts, g.Description)
		}
		r.eachValue(res, func(v cfn.Value, _ formula) { texts = append(texts, textsIn(v)...) })
		r.ascii(res.From, res.ID, texts...)
	}
	for _, o := range p.Outputs {
		texts := []string{o.Description}
		if !slices.ContainsFunc(p.Texts, func(t plan.Text) bool { return t.Name == o.Name }) {
			texts = append(texts, textsIn(o.Value)...)
		}
		r.ascii(o.From, "the output "+o.Name, texts...)
	}
	return r.found
}

// ascii warns once of what owner says.
func (r *report) ascii(at diag.Range, owner string, texts ...string) {
	text := strings.Join(texts, "")
	i := strings.IndexFunc(text, func(c rune) bool { return c > unicode.MaxASCII })
	if i < 0 {
		return
	}
	c := []rune(text[i:])[0]
	r.found.Warn(at, "not-ascii", owner+" holds "+string(c)+", which CloudFormation shows as ?",
		"write it in ASCII; in comments of the spec anything may stand")
}

// textsIn gives the literal texts of a value, names of properties included.
func textsIn(v cfn.Value) []string {
	var out []string
	cfn.Walk(v, func(v cfn.Value) {
		switch v := v.(type) {
		case cfn.String:
			out = append(out, string(v))
		case cfn.Map:
			for _, e := range v {
				out = append(out, e.Key)
			}
		}
	})
	return out
}
