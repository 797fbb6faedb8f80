package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// unreachable is the one id that a statement may accept and that another stage asks for.
const unreachable = "unreachable"

// lint judges one statement. What the spec accepts is silent; the rest must be narrowed or answered,
// so a finding of either severity stops the compilation, and an accept that answers nothing is told.
func (m *maker) lint(in statementsOf, n spec.Named[spec.Statement], s Statement) {
	judged := iam.Statement{Kind: iam.Identity, Sid: s.Sid, Effect: s.Effect, Actions: s.Actions,
		Conditions: conditionsOf(s.Condition)}
	if in.kind == bucketPolicy {
		judged.Kind = iam.ResourceBased
		judged.Principals = principalsOf(s.Principal)
	}
	for i, r := range s.Resources {
		judged.Resources = append(judged.Resources, iam.Resource{Text: Plain(r),
			Type: m.arnType(n.Value.Resources, i)})
	}
	answers := answersOf(n.Name.Value, n.Value.Accept)
	answers.asked[unreachable] = true
	for _, f := range iam.Lint(m.in.Facts, judged) {
		answers.asked[f.ID] = true
		if slices.Contains(s.Accepts, f.ID) {
			continue
		}
		hint := f.Hint
		if f.Severity == diag.Warning {
			hint = strings.TrimSuffix(hint, ".") + "; or answer with accept: { " + f.ID + ": REASON }"
		}
		m.diags.Error(wordOf(n, f.Summary), f.ID, n.Name.Value+": "+f.Summary, strings.TrimPrefix(hint, "; or "))
	}
	m.unasked(answers)
}

// wordOf gives the place of the word that a finding speaks of: the longest of the statement's own
// that stand in it, and the statement's name where none does.
func wordOf(n spec.Named[spec.Statement], summary string) diag.Range {
	at, longest := n.Name.At, 0
	try := func(word string, place diag.Range) {
		if len(word) > longest && strings.Contains(summary, word) {
			at, longest = place, len(word)
		}
	}
	for _, a := range n.Value.Actions {
		service, action, _ := strings.Cut(a.Value, ":")
		try(a.Value, a.At)
		try(service, a.At)
		try(action, a.At)
	}
	for _, op := range n.Value.Condition {
		try(op.Name.Value, op.Name.At)
		for _, key := range op.Value {
			try(key.Name.Value, key.Name.At)
		}
	}
	return at
}

// arnType says what a text that is a mere reference stands for.
func (m *maker) arnType(texts spec.Texts, i int) string {
	if len(texts) <= i {
		return ""
	}
	head, _, slash := strings.Cut(texts[i].Raw, "/")
	if e := m.names[head]; e != nil {
		switch e.noun {
		case "bucket":
			if slash {
				return "s3:object"
			}
			return "s3:bucket"
		case "role", "user":
			return "iam:" + e.noun
		case "secret":
			return "secretsmanager:Secret"
		}
	}
	ref, ok := texts[i].Lone()
	if e := m.names[ref.Name]; ok && e != nil && e.param != nil {
		return map[string]string{"secret-arn": "secretsmanager:Secret", "key-arn": "kms:key",
			"role-arn": "iam:role", "policy-arn": "iam:policy", "bucket-name": "s3:bucket",
		}[e.param.Kind.Value]
	}
	return ""
}

func conditionsOf(condition cfn.Map) []iam.Condition {
	var out []iam.Condition
	for _, op := range condition {
		for _, key := range op.Value.(cfn.Map) {
			c := iam.Condition{Operator: op.Key, Key: key.Key}
			if list, ok := key.Value.(cfn.List); ok {
				for _, item := range list {
					c.Values = append(c.Values, Plain(item.Value))
				}
			} else {
				c.Values = []string{Plain(key.Value)}
			}
			out = append(out, c)
		}
	}
	return out
}

func principalsOf(v cfn.Value) []iam.Principal {
	switch v := v.(type) {
	case cfn.String:
		return []iam.Principal{{Kind: string(v), Value: string(v)}}
	case cfn.Map:
		var out []iam.Principal
		for _, e := range v {
			out = append(out, iam.Principal{Kind: e.Key, Value: Plain(e.Value), Foreign: e.Key == "AWS"})
		}
		return out
	}
	return nil
}

// Plain writes a value as one text in which every expression stands as ${...}: the form in which
// lints and documents read ARNs.
func Plain(v cfn.Value) string {
	switch v := v.(type) {
	case cfn.String:
		return string(v)
	case cfn.Fn:
		return plainFn(v)
	}
	return ""
}

func plainFn(f cfn.Fn) string {
	list, _ := f.Arg.(cfn.List)
	switch {
	case sameValue(f, cfn.StackSuffix()):
		return "${stack.suffix}"
	case f.Name == "Ref":
		return "${" + string(f.Arg.(cfn.String)) + "}"
	case f.Name == "Fn::GetAtt":
		return "${" + Plain(list[0].Value) + "." + Plain(list[1].Value) + "}"
	case f.Name == "Fn::FindInMap":
		return "${region." + Plain(list[2].Value) + "}"
	case f.Name == "Fn::Sub" && list == nil:
		return string(f.Arg.(cfn.String))
	case f.Name == "Fn::Sub":
		text := Plain(list[0].Value)
		for _, e := range list[1].Value.(cfn.Map) {
			text = strings.ReplaceAll(text, "${"+e.Key+"}", Plain(e.Value))
		}
		return text
	}
	return "${" + strings.TrimPrefix(f.Name, "Fn::") + "}"
}
