package docs

import (
	"strings"

	"byocfn/internal/artifact"
	"byocfn/internal/cfn"
	"byocfn/internal/jsontext"
	"byocfn/internal/plan"
)

// RuntimePolicies gives iam/ROLE.json for each principal and bucket policy, with the documents as
// they will exist when every option is on, and permissions.json, one entry per statement with its
// reason and what it hangs on. References stand as ${...}.
func RuntimePolicies(p *plan.Plan) []artifact.File {
	var files []artifact.File
	all := []any{}
	for _, r := range p.Resources {
		grants := grantsOf(p, r)
		if len(grants) == 0 {
			continue
		}
		for _, g := range grants {
			all = append(all, permissionOf(p, g))
		}
		files = append(files, artifact.File{Name: "iam/" + r.ID + ".json",
			Data: jsontext.Print(documentsOf(r, choices{p, r.Gate}))})
	}
	files = append(files, broughtOwn(p)...)
	return append(files, artifact.File{Name: "permissions.json", Data: jsontext.Print(all)})
}

// permissionOf gives one statement as permissions.json lists it.
func permissionOf(p *plan.Plan, g grant) jsonMap {
	s := g.Statement
	resources := []any{}
	for _, v := range plan.Elements(s.Resources...) {
		resources = append(resources, speaker{plan: p}.text(v))
	}
	var accepted, differs []string
	for _, note := range s.Notes {
		if strings.HasPrefix(note, "Differs") {
			differs = append(differs, note)
		} else {
			accepted = append(accepted, note)
		}
	}
	out := jsonMap{{"kind", g.Kind}, // identity, trust or resource
		{"principal", g.Principal},
		{"resource", g.Holder}, // logical id in the template
	}
	out.addText("policy", g.Policy)
	out = append(out, jsonMap{{"sid", s.Sid}, {"effect", s.Effect},
		{"actions", append([]string{}, s.Actions...)}, {"resources", resources}}...)
	if condition := mapOf(s.Condition); len(condition) > 0 {
		out = append(out, jsonEntry{"condition", condition})
	}
	out.addText("when", g.When)
	out = append(out, jsonEntry{"why", s.Why})
	out.addList("escalating", escalations(g))
	out.addList("accepted", accepted)
	out.addList("differs", differs)
	return out
}

// documentsOf gives the policy documents of one resource, by the names of their properties.
func documentsOf(r plan.Resource, c choices) jsonMap {
	switch b := r.Body.(type) {
	case *plan.Role:
		out := jsonMap{{"AssumeRolePolicyDocument", documentOf(b.Trust, c)}}
		return append(out, attached(b.Managed, b.Policies, c)...)
	case *plan.User:
		return attached(b.Managed, b.Policies, c)
	case *plan.ManagedPolicy:
		return jsonMap{{"PolicyDocument", documentOf(b.Policy, c)}}
	case *plan.BucketPolicy:
		return jsonMap{{"PolicyDocument", documentOf(b.Policy, c)}}
	}
	return nil
}

func attached(managed []cfn.Value, policies []plan.InlinePolicy, c choices) jsonMap {
	var out jsonMap
	if len(managed) > 0 {
		out = append(out, jsonEntry{"ManagedPolicyArns", valueOf(c.list(managed))})
	}
	list := []any{}
	for _, pol := range policies {
		list = append(list, jsonMap{{"PolicyName", pol.Name}, {"PolicyDocument", documentOf(pol.Policy, c)}})
	}
	if len(list) > 0 {
		out = append(out, jsonEntry{"Policies", list})
	}
	return out
}

func listOf(values []cfn.Value) cfn.List { return cfn.Values(values...) }

func documentOf(d plan.Document, c choices) jsonMap {
	statements := []any{}
	for _, s := range d.Statements {
		m := jsonMap{{"Sid", s.Sid}, {"Effect", s.Effect}}
		if s.Sid == "" {
			m = m[1:]
		}
		if s.Principal != nil {
			m = append(m, jsonEntry{"Principal", valueOf(c.made(s.Principal))})
		}
		m = append(m, jsonEntry{"Action", s.Actions})
		if len(s.Resources) > 0 {
			m = append(m, jsonEntry{"Resource", valueOf(c.list(s.Resources))})
		}
		if len(s.Condition) > 0 {
			m = append(m, jsonEntry{"Condition", valueOf(c.made(s.Condition))})
		}
		statements = append(statements, m)
	}
	return jsonMap{{"Version", "2012-10-17"}, {"Statement", statements}}
}

// valueOf gives what a value becomes: lists and maps stay, a choice takes its first branch that is
// there, any other function is text.
func valueOf(v cfn.Value) any {
	switch v := v.(type) {
	case cfn.List:
		out := []any{}
		for _, item := range v {
			if x := valueOf(item.Value); x != nil {
				out = append(out, x)
			}
		}
		return out
	case cfn.Map:
		return mapOf(v)
	case cfn.Int:
		return int64(v)
	case cfn.Bool:
		return bool(v)
	case cfn.Fn:
		if isNoValue(v) {
			return nil
		}
		if v.Name == "Fn::Split" {
			return several(v)
		}
		if v.Name == "Fn::If" {
			a := argsOf(v)
			if x := valueOf(a.at(1)); x != nil {
				return x
			}
			return valueOf(a.at(2))
		}
	}
	if v == nil {
		return nil
	}
	return Text(v)
}

// several gives the elements of a list that a template makes of a text.
func several(v cfn.Fn) any {
	if all := plan.Elements(v); len(all) > 1 {
		return valueOf(listOf(all))
	} else if one, ok := all[0].(cfn.Fn); !ok || one.Name != v.Name {
		return valueOf(all[0])
	}
	return Text(v)
}

func mapOf(m cfn.Map) jsonMap {
	var out jsonMap
	for _, e := range m {
		if x := valueOf(e.Value); x != nil {
			out = append(out, jsonEntry{e.Key, x})
		}
	}
	return out
}
