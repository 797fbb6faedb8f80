package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// physical says which characters of ASCII a service takes in the name of a thing.
type physical struct{ of, takes, hint string }

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
)

// Sources: IAM API reference, CreateRole and CreatePolicy; S3 user guide, bucketnamingrules.
var (
	identityName = physical{"role or policy", lower + upper + digits + "_+=,.@-",
		"use letters, digits and any of _+=,.@-"}
	bucketName = physical{"bucket", lower + digits + ".-",
		"use lower-case letters, digits, hyphens and dots"}
)

// checkName refuses a fixed name in which a literal, or what the customer may enter, holds a character
// that the service refuses when the stack is launched.
func (m *maker) checkName(name spec.Text, p physical) {
	for _, part := range name.Parts {
		if bad := refused(part.Literal, p.takes); bad != "" {
			m.diags.Error(name.At, "bad-name", "the name of a "+p.of+" cannot hold "+quote(bad), p.hint)
		}
		if part.Ref.String() == "stack.name" && !strings.Contains(p.takes, upper) {
			m.diags.Error(name.At, "bad-name", "the name of a "+p.of+
				" cannot hold capital letters, as the name of a stack may", "use ${stack.suffix}")
		}
		m.checkNamePart(part.Ref, p, name)
	}
}

func (m *maker) checkNamePart(ref spec.Ref, p physical, name spec.Text) {
	e := m.names[ref.Name]
	if e == nil || e.param == nil || ref.Attr != "" {
		return
	}
	if bad := refused(m.admitted(e, printable()), p.takes); bad != "" {
		m.diags.Error(name.At, "wild-parameter", e.id+" may hold "+quote(bad)+", which the name of a "+
			p.of+" cannot", "give it a pattern from ^ to $ without these",
			diag.Note{Text: e.id + " is here", At: e.at})
	}
}

// refused gives the characters of a text that are not among those taken, each once.
func refused(text, takes string) string {
	var bad strings.Builder
	for _, r := range text {
		if !strings.ContainsRune(takes, r) && !strings.ContainsRune(bad.String(), r) {
			bad.WriteRune(r)
		}
	}
	return bad.String()
}

func printable() string {
	var all strings.Builder
	for r := ' '; r <= '~'; r++ {
		all.WriteRune(r)
	}
	return all.String()
}

// bucketNamed resolves a bucket's fixed name.
func (m *maker) bucketNamed(name spec.Text, gate []Literal) cfn.Value {
	m.checkName(name, bucketName)
	text, literal := name.Literal()
	if !m.unique(name) {
		m.diags.Warn(name.At, "fixed-name", "two stacks cannot both have a bucket of this name, nor can "+
			"two accounts", "add what tells them apart, such as -${stack.suffix}")
	}
	edge := strings.Trim(text, ".-") != text || strings.Contains(text, "..")
	if literal && (edge || len(text) < 3) {
		m.diags.Error(name.At, "bad-name", quote(text)+" cannot be the name of a bucket",
			"begin and end with a letter or digit, without two dots in a row; at least 3 characters")
	}
	return m.one(name, gate)
}

// unique tells whether a name holds something that differs from stack to stack or account to account:
// anything but literals, facts and what the product says of itself.
func (m *maker) unique(name spec.Text) bool {
	return slices.ContainsFunc(name.Refs(), func(r spec.Ref) bool {
		return !slices.Contains([]string{"product", "facts", "region", "AWS::Region", "AWS::Partition",
			"AWS::URLSuffix"}, r.Name)
	})
}
