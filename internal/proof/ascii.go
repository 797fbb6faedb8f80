package proof

import (
	"reflect"
	"regexp"
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
	r.ascii(diag.Range{}, "what the stack is about", p.Product.Title, p.About)
	for _, rule := range p.Rules {
		r.ascii(diag.Range{}, "the rule "+rule.Name, rule.Description)
	}
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
		texts := spoken(reflect.ValueOf(res.Body))
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

// comments are the fields of a body that become comments, or nothing at all.
var comments = regexp.MustCompile(`Comment$|^(Why|Notes|From|Fixed)$`)

// spoken gives the texts of a body that are no values, such as descriptions and names.
func spoken(v reflect.Value) []string {
	var out []string
	switch v.Kind() {
	case reflect.String:
		out = []string{v.String()}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && !v.Type().Implements(valueType) {
			out = spoken(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, spoken(v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !comments.MatchString(v.Type().Field(i).Name) {
				out = append(out, spoken(v.Field(i))...)
			}
		}
	}
	return out
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
