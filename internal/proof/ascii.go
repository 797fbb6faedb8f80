package proof

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// checkASCII warns of characters that CloudFormation does not give back: GetTemplate, DescribeStacks and
// the console show a question mark for each that is not ASCII, outside comments too, and EC2 refuses
// one in a security group's description. Texts to paste were held against it line by line.
// Source: github.com/aws-cloudformation/cloudformation-coverage-roadmap, issues 814 and 1220.
func checkASCII(s *scope) diag.List {
	r := newReport(s)
	r.ascii(diag.Range{}, "what the stack is about", r.Product.Title, r.About)
	for _, rule := range r.Rules {
		r.ascii(diag.Range{}, "the rule "+rule.Name, rule.Description)
	}
	for _, q := range r.Parameters {
		texts := append([]string{q.Description, q.Label, q.Group, q.Example, q.ConstraintDescription},
			q.AllowedValues...)
		if q.Default != nil {
			texts = append(texts, *q.Default)
		}
		r.ascii(q.From, "the parameter "+q.Name, texts...)
	}
	if r.Mapping != nil {
		for _, row := range r.Mapping.Rows {
			r.ascii(diag.Range{}, "a fact of "+row.Key, textsIn(row.Cols)...)
		}
	}
	for i := range r.Resources {
		res := &r.Resources[i]
		foreign := rune(0)
		look := func(text string) { foreign = cmp.Or(foreign, notASCII(text)) }
		spoken(reflect.ValueOf(res.Body), look)
		r.eachValue(res, func(v cfn.Value, _ formula) { eachText(v, look) })
		r.foreign(res.From, res.ID, foreign)
	}
	for _, o := range r.Outputs {
		texts := []string{o.Description}
		if !slices.ContainsFunc(r.Texts, func(t plan.Text) bool { return t.Name == o.Name }) {
			texts = append(texts, textsIn(o.Value)...)
		}
		r.ascii(o.From, "the output "+o.Name, texts...)
	}
	return r.found
}

// ascii warns once of what owner says.
func (r *report) ascii(at diag.Range, owner string, texts ...string) {
	foreign := rune(0)
	for _, text := range texts {
		foreign = cmp.Or(foreign, notASCII(text))
	}
	r.foreign(at, owner, foreign)
}

func (r *report) foreign(at diag.Range, owner string, c rune) {
	if c != 0 {
		r.found.Warn(at, "not-ascii", owner+" holds "+string(c)+", which CloudFormation shows as ?",
			"write it in ASCII; in comments of the spec anything may stand")
	}
}

// notASCII gives the first such character of a text, or 0.
func notASCII(text string) rune {
	for _, c := range text {
		if c > unicode.MaxASCII {
			return c
		}
	}
	return 0
}

// spoken gives the texts of a body that are no values, such as descriptions and names.
func spoken(v reflect.Value, yield func(string)) {
	switch v.Kind() {
	case reflect.String:
		yield(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && !v.Type().Implements(valueType) {
			spoken(v.Elem(), yield)
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoken(v.Index(i), yield)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); mayHoldText(f.Kind()) && !isComment(v.Type().Field(i).Name) {
				spoken(f, yield)
			}
		}
	}
}

func mayHoldText(k reflect.Kind) bool {
	switch k {
	case reflect.String, reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Struct:
		return true
	}
	return false
}

// isComment tells whether a field of a body becomes a comment, or nothing at all.
func isComment(field string) bool {
	switch field {
	case "Why", "Notes", "From", "Fixed":
		return true
	}
	return strings.HasSuffix(field, "Comment")
}

// textsIn gives the literal texts of a value, names of properties included.
func textsIn(v cfn.Value) []string {
	var out []string
	eachText(v, func(text string) { out = append(out, text) })
	return out
}

func eachText(v cfn.Value, yield func(string)) {
	cfn.Walk(v, func(v cfn.Value) {
		switch v := v.(type) {
		case cfn.String:
			yield(string(v))
		case cfn.Map:
			for _, e := range v {
				yield(e.Key)
			}
		}
	})
}
