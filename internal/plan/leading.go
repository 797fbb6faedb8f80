package plan

import (
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// mayBeARN refuses, among resources, a text that begins with a reference to what is no ARN: a policy
// with a mere name in the place of an ARN is refused by IAM when the stack is launched.
func (m *maker) mayBeARN(t spec.Text) bool {
	if len(t.Parts) == 0 || t.Parts[0].Ref.Name == "" {
		return true
	}
	ref := t.Parts[0].Ref
	e, attr := m.names[ref.Name], ref.Attr
	if ref.Name == "each" {
		e, attr = m.names[ref.Attr], ""
	}
	switch {
	case ref.Name == "facts" || ref.Name == "region":
		return m.factIsARN(t, ref)
	case e == nil: // AWS::StackId, or reported where it is resolved
		return m.noARN(t, ref, e, strings.HasPrefix(ref.Name, "AWS::") && ref.Name != "AWS::StackId")
	case e.param != nil && attr == "":
		return m.noARN(t, ref, e, !arnParameter(e.param))
	case e.param != nil:
		k, _ := kindOf(e.param)
		return m.noARN(t, ref, e, attr != "Arn" && (k.Computed[attr] != nil || k.LookedUp[attr] != ""))
	case attr == "" && e.noun == "resource" && e.arn == nil:
		return true // what Ref gives of it, nobody says
	case attr == "" && e.ref != nil:
		m.diags.Error(t.At, "not-an-arn", "${"+ref.Name+"} is no ARN", "write "+ref.Name+
			" without ${}: in resources a bare name means its ARN")
		return false
	}
	return m.noARN(t, ref, e, e.attrs[attr] != nil && !strings.HasSuffix(attr, "Arn"))
}

func (m *maker) noARN(t spec.Text, ref spec.Ref, e *entity, isNot bool) bool {
	if !isNot {
		return true
	}
	hint, notes := "write a short ARN around it, such as sqs:${Name}", []diag.Note(nil)
	if e != nil {
		hint, notes = m.arnHint(ref, e), []diag.Note{{Text: e.id + " is here", At: e.at}}
	}
	m.diags.Error(t.At, "not-an-arn", "${"+ref.String()+"} is no ARN", hint, notes...)
	return false
}

// arnHint says how the ARN of what a parameter names is written.
func (m *maker) arnHint(ref spec.Ref, e *entity) string {
	if e.param == nil {
		return "write " + e.id + ": in resources a bare name means its ARN"
	}
	kind := or(e.param.Items.Value, e.param.Kind.Value)
	switch list := e.param.Kind.Value == "list"; {
	case list && kind == "bucket-name":
		return `write "s3:${each.` + e.id + `}"`
	case list && kind == "role-name":
		return "let it be a list of ARNs: items: role-arn"
	case list:
		return "let it be a list of ARNs, with a pattern such as ^arn:aws[a-z-]*:sqs:…$"
	case kinds()[kind].Computed["Arn"] != nil:
		return `write "${` + e.id + `.Arn}"`
	case kind == "role-name":
		return `write "iam:role/${` + ref.String() + `}"`
	}
	return "write a short ARN around it, such as sqs:${" + ref.String() + "}"
}

// arnParameter tells whether the value, or every element, of a parameter can be an ARN.
func arnParameter(p *spec.Parameter) bool {
	isNot := func(w spec.Word) bool { return !strings.HasPrefix(w.Value, "arn:") }
	switch of := or(p.Items.Value, p.Kind.Value); {
	case len(p.OneOf) > 0:
		return !slices.ContainsFunc(p.OneOf, isNot)
	case strings.HasSuffix(of, "-arn"):
		return true
	case of == "text":
		return p.Pattern.Value == "" || !readable(p.Pattern.Value) || admits(p.Pattern.Value, ":") != ""
	}
	_, known := kinds()[or(p.Items.Value, p.Kind.Value)]
	return !known // reported as such
}

// factIsARN holds facts that stand among resources to be ARNs.
func (m *maker) factIsARN(t spec.Text, ref spec.Ref) bool {
	facts := []*spec.Fact{m.in.Product.Facts.Get(ref.Attr)}
	if ref.Name == "region" {
		facts = nil
		for _, r := range m.in.Product.Regions {
			facts = append(facts, r.Facts.Get(ref.Attr))
		}
	}
	for _, f := range facts {
		if f == nil {
			return true // reported where it is resolved
		}
		for _, text := range f.Values {
			if text != "*" && !strings.HasPrefix(text, "arn:") {
				m.diags.Error(t.At, "not-an-arn", quote(text)+" is no ARN", "write full ARNs among the facts",
					diag.Note{Text: "the fact " + ref.Attr + " is here", At: f.At})
				return false
			}
		}
	}
	return true
}
