package stack

import (
	"errors"
	"fmt"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// document gives a policy as a tree, the reasons as comments. IAM refuses an empty list of
// statements.
func document(d plan.Document) (cfn.Value, error) {
	if len(d.Statements) == 0 {
		return nil, errors.New("a policy without statements")
	}
	if d.Text != nil {
		return d.Text, nil
	}
	var list cfn.List
	for _, s := range d.Statements {
		item, err := statement(s)
		if err != nil {
			return nil, fmt.Errorf("statement %s: %w", s.Sid, err)
		}
		list = append(list, item)
	}
	return cfn.Map{
		{Key: "Version", Value: cfn.String("2012-10-17")},
		{Key: "Statement", Value: list},
	}, nil
}

// textEdits puts the reasons of a document that is JSON text, which takes no comments, above it.
func textEdits(path string, d plan.Document) []edit {
	if d.Text == nil {
		return nil
	}
	said := []string{"A text, because CloudFormation resolves nothing in the keys of conditions."}
	for _, s := range d.Statements {
		said = append(said, s.Sid+": "+lines(append([]string{s.Why}, s.Notes...)...))
	}
	return []edit{{path: path, comment: lines(said...)}}
}

func statement(s plan.Statement) (cfn.Item, error) {
	if len(s.Actions) == 0 {
		return cfn.Item{}, errors.New("it has no actions")
	}
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return cfn.Item{}, fmt.Errorf("its effect is %q", s.Effect)
	}
	m := cfn.Map{}
	if s.Sid != "" {
		m.Set("Sid", cfn.String(s.Sid))
	}
	m.Set("Effect", cfn.String(s.Effect))
	if s.Principal != nil {
		m.Set("Principal", s.Principal)
	}
	m.Set("Action", oneOrList(cfn.Strings(s.Actions...)))
	if len(s.Resources) > 0 {
		m.Set("Resource", oneOrList(cfn.Values(s.Resources...)))
	}
	if len(s.Condition) > 0 {
		m.Set("Condition", s.Condition)
	}
	item := cfn.Item{Value: m, Comment: lines(append([]string{s.Why}, s.Notes...)...)}
	if s.Gate != "" {
		item.Value = cfn.If(s.Gate, m, cfn.NoValue())
	}
	return item, nil
}

// oneOrList gives the element of a list that has only one.
func oneOrList(l cfn.List) cfn.Value {
	if len(l) == 1 {
		return l[0].Value
	}
	return l
}

// lines joins what is not empty.
func lines(texts ...string) string {
	var out []string
	for _, s := range texts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n")
}
