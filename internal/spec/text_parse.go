package spec

import (
	"regexp"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// refForm is what may stand between ${ and }: a name, or a name and an attribute after a dot.
// AWS:: pseudo parameters have no attribute.
var refForm = regexp.MustCompile(`^(AWS::[A-Za-z]+|[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9.]*)?)$`)

// iamVariable is a policy variable that IAM itself replaces, such as aws:username; it stays text.
// Source: IAM user guide, "Policy elements: variables and tags".
var iamVariable = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9/:_.+@=-]+( *, *'[^']*')?$|^[*?$]$`)

// DecodeNode reads a text with references.
func (t *Text) DecodeNode(n *source.Node, path string, diags *diag.List) {
	if n.Kind != source.Scalar {
		diags.Error(n.At, "wrong-type", path+" must be a text", "")
		return
	}
	*t = parseText(n, diags)
}

// parseText reads a scalar.
func parseText(n *source.Node, diags *diag.List) Text {
	return ParseText(n.Value, n.At, diags)
}

// ParseText cuts a text at its references: ${Name} and ${Name.Attr}; $${ is a literal ${. The place
// is that of the whole text.
func ParseText(raw string, at diag.Range, diags *diag.List) Text {
	t := Text{Raw: raw, At: at}
	rest, literal := raw, ""
	for rest != "" {
		i := strings.Index(rest, "${")
		if i < 0 {
			literal += rest
			break
		}
		if i > 0 && rest[i-1] == '$' {
			literal += rest[:i-1] + "${"
			rest = rest[i+2:]
			continue
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 {
			diags.Error(at, "bad-reference", "${ without }", "write $${ for a literal ${")
			return t
		}
		literal += rest[:i]
		name := rest[i+2 : i+end]
		rest = rest[i+end+1:]
		switch {
		case iamVariable.MatchString(name):
			literal += "${" + name + "}"
		case refForm.MatchString(name):
			t.Parts = appendLiteral(t.Parts, literal)
			literal = ""
			t.Parts = append(t.Parts, Part{Ref: splitRef(name)})
		default:
			diags.Error(at, "bad-reference", "cannot read ${"+name+"}",
				"write ${Name} or ${Name.Attribute}; $${ is a literal ${")
			return t
		}
	}
	t.Parts = appendLiteral(t.Parts, literal)
	return t
}

func appendLiteral(parts []Part, literal string) []Part {
	if literal == "" {
		return parts
	}
	return append(parts, Part{Literal: literal})
}

func splitRef(name string) Ref {
	head, attr, _ := strings.Cut(name, ".")
	return Ref{Name: head, Attr: attr}
}

// Refs lists the references of the text in order.
func (t Text) Refs() []Ref {
	var refs []Ref
	for _, p := range t.Parts {
		if p.Ref.Name != "" {
			refs = append(refs, p.Ref)
		}
	}
	return refs
}

// Lone gives the reference that is the whole text.
func (t Text) Lone() (Ref, bool) {
	if len(t.Parts) == 1 && t.Parts[0].Ref.Name != "" {
		return t.Parts[0].Ref, true
	}
	return Ref{}, false
}

// Literal gives the text where it holds no reference.
func (t Text) Literal() (string, bool) {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Ref.Name != "" {
			return "", false
		}
		b.WriteString(p.Literal)
	}
	return b.String(), true
}
