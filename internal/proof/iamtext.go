package proof

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// checkDocuments proves that policy documents hold only characters that IAM accepts, and that their
// statements have names of their own.
func checkDocuments(s *scope) diag.List {
	r := newReport(s)
	for _, d := range r.documents() {
		var seen []string
		for i := range d.body.Statements {
			st := &d.body.Statements[i]
			if slices.Contains(seen, st.Sid) {
				r.found.Error(d.of.From, "repeated-sid",
					d.name+" has two statements named "+st.Sid,
					"rename one of them: a Sid names one statement of a document")
			}
			if st.Sid != "" {
				seen = append(seen, st.Sid)
			}
			r.statementText(d, st)
		}
		r.parses(d)
	}
	return r.found
}

// parses reads a document that is JSON text as CloudFormation would leave it, with a sample for every
// reference: no schema and no linter looks into it.
func (r *report) parses(d document) {
	name, as := call(d.body.Text)
	if name == "" {
		return
	}
	body, _ := subParts(as)
	var sample strings.Builder
	for p := range pieces(body) {
		if p.variable != "" {
			sample.WriteString("sample")
		}
		sample.WriteString(p.literal)
	}
	var policy struct {
		Version   string
		Statement []struct{ Effect string }
	}
	if err := json.Unmarshal([]byte(sample.String()), &policy); err != nil ||
		len(policy.Statement) != len(d.body.Statements) {
		r.internal(d.of, fmt.Sprintf("the text of %s is no policy: %v", d.name, err))
	}
}

// sid is what IAM accepts as the name of a statement in every kind of policy.
// Source: IAM user guide, "IAM JSON policy elements: Sid".
var sid = regexp.MustCompile(`^[A-Za-z0-9]*$`)

func (r *report) statementText(d document, st *plan.Statement) {
	if !sid.MatchString(st.Sid) {
		r.found.Error(d.of.From, "bad-sid", d.name+" has a statement named "+st.Sid,
			"a Sid has letters and digits only")
	}
	texts := append([]string{}, st.Actions...)
	for _, v := range []cfn.Value{cfn.Values(st.Resources...), st.Principal, st.Condition} {
		texts = append(texts, literalsIn(v)...)
	}
	for _, t := range texts {
		if i := strings.IndexFunc(t, refused); i >= 0 {
			c, _ := utf8.DecodeRuneInString(t[i:])
			r.found.Error(d.of.From, "policy-character", fmt.Sprintf(
				"statement %s of %s holds the character %q, which IAM refuses", st.Sid, d.name, c),
				"use characters up to U+00FF, such as ISO 8859-1 has")
		}
	}
}

// refused tells what may not stand in a policy document.
// Source: IAM user guide, "IAM and AWS STS quotas", "IAM name requirements".
func refused(c rune) bool {
	return !(c == '\t' || c == '\n' || c == '\r' || ' ' <= c && c <= 0xFF)
}

// literalsIn gives every text and key of a value.
func literalsIn(v cfn.Value) []string {
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
