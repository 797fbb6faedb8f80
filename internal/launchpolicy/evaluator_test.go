package launchpolicy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowance is the emitted documents as IAM reads them: a small evaluator of Allow statements.
type allowance []statement

type statement struct {
	Sid, Effect      string
	Action, Resource texts
	Condition        map[string]map[string]texts
}

// texts is one text or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// shipped reads documents of a template in dist/ by the beginnings of their names.
func shipped(t testing.TB, dir string, names ...string) (out allowance) {
	t.Helper()
	for _, name := range names {
		files, err := filepath.Glob(filepath.Join(dir, "iam", "launch", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			var document struct{ Statement []statement }
			data, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(data, &document)
			}
			if err != nil {
				t.Fatal(file, err)
			}
			out = append(out, document.Statement...)
		}
	}
	return out
}

// request is what somebody asks of IAM: an action on a resource, with the keys of its context.
type request struct {
	action, resource string
	context          map[string]string
}

func (a allowance) allows(r request) bool {
	return slices.ContainsFunc(a, func(s statement) bool {
		action := func(name string) bool { return strings.EqualFold(name, r.action) }
		resource := func(pattern string) bool { return like(pattern, r.resource) }
		return s.Effect == "Allow" && slices.ContainsFunc(s.Action, action) &&
			slices.ContainsFunc(s.Resource, resource) && s.holds(r.context)
	})
}

func (s statement) holds(context map[string]string) bool {
	for operator, keys := range s.Condition {
		for key, values := range keys {
			value, present := context[key]
			name, ifExists := strings.CutSuffix(operator, "IfExists")
			if !present && ifExists {
				continue
			}
			matches := func(pattern string) bool {
				if name == "StringEquals" {
					return pattern == value
				}
				return (name == "StringLike" || name == "ArnLike") && like(pattern, value)
			}
			if !present || !slices.ContainsFunc(values, matches) {
				return false
			}
		}
	}
	return true
}

// like matches a text against a pattern with asterisks.
func like(pattern, text string) bool {
	before, rest, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == text
	}
	if !strings.HasPrefix(text, before) {
		return false
	}
	for text = text[len(before):]; ; text = text[1:] {
		if like(rest, text) {
			return true
		}
		if text == "" {
			return false
		}
	}
}

// TestEvaluator is the control: it can say both.
func TestEvaluator(t *testing.T) {
	var all allowance
	err := json.Unmarshal([]byte(`[
		{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/a-*",
		 "Condition": {"StringEquals": {"iam:PassedToService": ["x", "y"]}}},
		{"Effect": "Allow", "Action": ["s3:A", "s3:B"], "Resource": ["x*z", "y"],
		 "Condition": {"StringEqualsIfExists": {"k": "v"}}}]`), &all)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		request
		want bool
	}{
		{request{"iam:PassRole", "arn:aws:iam::1:role/a-1", map[string]string{"iam:PassedToService": "y"}}, true},
		{request{"iam:PassRole", "arn:aws:iam::1:role/a-1", map[string]string{"iam:PassedToService": "*"}}, false},
		{request{"iam:PassRole", "arn:aws:iam::1:role/a-1", nil}, false},
		{request{"iam:PassRole", "arn:aws:iam::1:role/b-1", map[string]string{"iam:PassedToService": "y"}}, false},
		{request{"S3:b", "xyzzz", nil}, true},
		{request{"s3:B", "xyzzy", nil}, false},
		{request{"s3:B", "y", map[string]string{"k": "other"}}, false},
		{request{"s3:C", "y", nil}, false},
	} {
		if got := all.allows(c.request); got != c.want {
			t.Errorf("%v: %v", c.request, got)
		}
	}
}
