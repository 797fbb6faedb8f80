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

// hollowFence is the one id about statements together: all variants are made before it is known
// whether anything asks for it.
const hollowFence = "hollow-fence"

// lint judges one statement. What the spec accepts is silent; the rest must be narrowed or answered,
// so a finding of either severity stops the compilation, and an accept that answers nothing is told. Of
// one that is not sound the actions alone are judged. It gives the statement as it was judged.
func (m *maker) lint(in statementsOf, n spec.Named[spec.Statement], s Statement,
	sound bool) iam.Statement {
	judged := iam.Statement{Kind: iam.Identity, Sid: s.Sid, Effect: s.Effect, Actions: s.Actions,
		Conditions: conditionsOf(s.Condition), OfRoles: m.ofRoles(in.owner)}
	if in.kind == bucketPolicy {
		judged.Kind = iam.ResourceBased
		judged.Principals = principalsOf(s.Principal, true)
	}
	resources, types := Elements(s.Resources...), m.arnTypes(n.Value.Resources)
	for i, r := range resources[:min(len(resources), len(types))] {
		judged.Resources = append(judged.Resources, iam.Resource{Text: Plain(r), Type: types[i]})
	}
	places := func() places {
		out := placesOf(m.actions(n.Value.Actions), n.Value.Condition, n.Value.Resources)
		for _, t := range n.Value.Resources {
			if full, ok, _ := iam.Complete(m.in.Facts, t.Raw); ok && full != "*" {
				out[full] = t.At
			}
		}
		return out
	}
	found := iam.Lint(m.in.Facts, judged)
	if !sound { // what could not be resolved would be judged for what stands in
		found = slices.DeleteFunc(found, func(f iam.Finding) bool {
			return f.ID != "unknown-action" && f.ID != "unknown-service"
		})
		m.answered(found, n.Name, places, answersOf(n.Name.Value, n.Value.Accept))
		return judged
	}
	found = append(found, m.keyless(in, n, s)...)
	m.judge(found, judged, n.Name, places, n.Value.Accept)
	m.hold(in, n, s, judged, places)
	return judged
}

// lintTrust judges a statement of a trust policy. Where it has mistakes, the lack of an external id is
// told all the same: nothing that stands in for a mistake can be one.
func (m *maker) lintTrust(n spec.Named[spec.Trust], s Statement, sound bool) {
	t := n.Value
	foreign := len(t.Roles) > 0 || t.Account != nil && t.Account.Raw != "${AWS::AccountId}" ||
		t.User != nil && strings.ContainsAny(t.User.Raw, ":$")
	judged := iam.Statement{Kind: iam.Trust, Sid: s.Sid, Effect: s.Effect, Actions: s.Actions,
		Conditions: conditionsOf(s.Condition), Principals: principalsOf(s.Principal, foreign)}
	places := func() places { return placesOf(t.Also, t.Condition, t.Roles) }
	if sound {
		m.judge(iam.Lint(m.in.Facts, judged), judged, n.Name, places, t.Accept)
		return
	}
	missing := slices.DeleteFunc(iam.Lint(m.in.Facts, judged), func(f iam.Finding) bool {
		return f.ID != "external-id-missing" || len(t.ExternalID) > 0
	})
	m.answered(missing, n.Name, places, answersOf(n.Name.Value, t.Accept))
}

// judge reports what the lints found and nobody has answered.
func (m *maker) judge(found []iam.Finding, judged iam.Statement, name spec.Word,
	places func() places, accept spec.Accepts) {
	answers := answersOf(name.Value, accept)
	answers.asked[unreachable], answers.asked[hollowFence] = true, true
	m.answered(append(found, m.stale(judged)...), name, places, answers)
	m.unasked(answers)
}

func (m *maker) answered(found []iam.Finding, name spec.Word, places func() places, a answers) {
	for _, f := range found {
		a.asked[f.ID] = true
		if spec.Keyed[spec.Word](a.accepts).Get(f.ID) != nil {
			continue
		}
		hint := f.Hint
		if f.Severity == diag.Warning {
			hint = strings.TrimSuffix(hint, ".") + "; or answer with accept: { " + f.ID + ": REASON }"
		}
		m.diags.Error(wordOf(name.At, places(), f.Summary), f.ID, name.Value+": "+f.Summary,
			strings.TrimPrefix(hint, "; or "))
	}
}

// places is where the words of a statement stand; of a repeated one, where it stands first. Who has
// no finding to report needs none.
type places map[string]diag.Range

func placesOf(actions spec.Words, condition spec.Condition, arns spec.Texts) places {
	places := places{}
	add := func(word string, at diag.Range) {
		if _, have := places[word]; !have && word != "" {
			places[word] = at
		}
	}
	for _, a := range actions {
		service, action, _ := strings.Cut(a.Value, ":")
		add(a.Value, a.At)
		add(service, a.At)
		add(action, a.At)
	}
	for _, op := range condition {
		add(op.Name.Value, op.Name.At)
		for _, key := range op.Value {
			add(key.Name.Value, key.Name.At)
			for _, t := range key.Value.Value {
				add(strings.Trim(t.Raw, "*"), t.At)
			}
		}
	}
	for _, t := range arns {
		add(strings.Trim(t.Raw, "*"), t.At)
	}
	return places
}

// wordOf gives the place of the word that a finding speaks of: the longest that stands in it, and the
// statement's name where none does.
func wordOf(at diag.Range, places places, summary string) diag.Range {
	longest := ""
	for _, word := range sortedKeys(places) {
		if len(word) > len(longest) && strings.Contains(summary, word) {
			at, longest = places[word], word
		}
	}
	return at
}

// arnTypes says what texts that are mere references stand for, one by one as they are resolved.
func (m *maker) arnTypes(texts spec.Texts) []string {
	var out []string
	for _, t := range texts {
		n := 1
		if ref, _ := t.Lone(); ref.Name == "facts" {
			if f := m.in.Product.Facts.Get(ref.Attr); f != nil {
				n = len(f.Values)
			}
		}
		out = append(out, slices.Repeat([]string{m.arnType(t)}, n)...)
	}
	return out
}

func (m *maker) arnType(t spec.Text) string {
	head, _, slash := strings.Cut(t.Raw, "/")
	if e := m.names[head]; e != nil {
		switch e.noun {
		case "bucket":
			if slash {
				return "s3:object"
			}
			return "s3:bucket"
		case "role", "user", "policy":
			return "iam:" + e.noun
		case "secret":
			return "secretsmanager:Secret"
		}
	}
	ref, lone := t.Lone()
	e := m.names[ref.Name]
	if ref.Name == "each" {
		e = m.names[ref.Attr]
	}
	if !lone || e == nil || e.param == nil {
		return ""
	}
	return map[string]string{"secret-arn": "secretsmanager:Secret", "key-arn": "kms:key",
		"role-arn": "iam:role", "user-arn": "iam:user", "policy-arn": "iam:policy",
		"bucket-name": "s3:bucket"}[or(e.param.Items.Value, e.param.Kind.Value)]
}

func conditionsOf(condition cfn.Map) []iam.Condition {
	var out []iam.Condition
	for _, op := range condition {
		keys, _ := whereGiven(op.Value).(cfn.Map)
		for _, key := range keys {
			c := iam.Condition{Operator: op.Key, Key: key.Key}
			values := []cfn.Value{whereGiven(key.Value)}
			if list, ok := values[0].(cfn.List); ok {
				values = nil
				for _, item := range list {
					values = append(values, item.Value)
				}
			}
			for _, v := range Elements(values...) {
				c.Values = append(c.Values, Plain(v))
			}
			out = append(out, c)
		}
	}
	return out
}

// whereGiven gives what stands where a gate holds.
func whereGiven(v cfn.Value) cfn.Value {
	if f, _ := unhinted(v).(cfn.Fn); f.Name == "Fn::If" {
		return whereGiven(f.Arg.(cfn.List)[1].Value)
	}
	return v
}

// principalsOf lists who is named; foreign tells that principals of AWS are of other accounts.
func principalsOf(v cfn.Value, foreign bool) []iam.Principal {
	switch v := v.(type) {
	case cfn.String:
		return []iam.Principal{{Kind: string(v), Value: string(v)}}
	case cfn.Map:
		var out []iam.Principal
		for _, e := range v {
			list, ok := e.Value.(cfn.List)
			if !ok {
				list = cfn.Values(e.Value)
			}
			for _, item := range list {
				for _, who := range Elements(item.Value) {
					out = append(out, iam.Principal{Kind: e.Key, Value: Plain(who),
						Foreign: foreign && e.Key == "AWS"})
				}
			}
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
	case f.Name == "Fn::Select" && sameValue(f, cfn.StackSuffix()):
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
