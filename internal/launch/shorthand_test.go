package launch

import (
	"regexp"
	"strings"
	"testing"

	"byocfn/internal/plan"
)

// shorthand reads one word as the AWS CLI does, in the part of its grammar that the commands use: key,
// equals sign, value; a bare value ends at a comma, of which \, is none. A value of several is one
// that the CLI takes for a list. Source: awscli/shorthand.py.
func shorthand(t *testing.T, word string) map[string][]string {
	t.Helper()
	value := regexp.MustCompile(`^(?:"((?:\\"|[^"])*)"|((?:\\,|[^,"=])*))`)
	key := regexp.MustCompile(`^[A-Za-z0-9_.#/:-]+=`)
	out := map[string][]string{}
	last := ""
	for rest := word; rest != ""; rest = strings.TrimPrefix(rest, ",") {
		if k := key.FindString(rest); k != "" {
			last, rest = strings.TrimSuffix(k, "="), rest[len(k):]
		}
		m := value.FindStringSubmatch(rest)
		if rest = rest[len(m[0]):]; rest != "" && rest[0] != ',' {
			t.Fatalf("%s: expected a comma before %s", word, rest)
		}
		text := m[1]
		if m[1] == "" {
			text = strings.ReplaceAll(m[2], `\,`, ",")
		}
		out[last] = append(out[last], text)
	}
	return out
}

// TestShorthand: what people put in place of the angle brackets reaches CloudFormation as it is.
func TestShorthand(t *testing.T) {
	if got := shorthand(t, "ParameterKey=A,ParameterValue=a,b"); len(got["ParameterValue"]) != 2 {
		t.Fatalf("the CLI takes this for a list: %v", got)
	}
	if got := shorthand(t, `K=A,V=a\,b`); strings.Join(got["V"], "|") != "a,b" {
		t.Fatalf("an escaped comma is one: %v", got)
	}
	p := &plan.Plan{Parameters: []plan.Parameter{{Name: "Buckets", Type: "String", Kind: "list"},
		{Name: "Subnets", Type: "List<AWS::EC2::Subnet::Id>"}, {Name: "Key", Type: "String"}}}
	for i, values := range [][]string{{"<first>,<second>", "acme-lake,acme-events,c"},
		{"<first>,<second>", "subnet-1,subnet-2"}, {"<Key>", "a,b=c [d]"}} {
		word := createParameters(p)[i]
		if word[0] != '\'' || !strings.HasSuffix(word, "'") || !strings.Contains(word, values[0]) {
			t.Errorf("%s does not ask for %s in quotes of the shell", word, values[0])
		}
		word = strings.Trim(strings.ReplaceAll(word, values[0], values[1]), "'")
		got := shorthand(t, word)
		if len(got) != 2 || got["ParameterKey"][0] != p.Parameters[i].Name ||
			len(got["ParameterValue"]) != 1 || got["ParameterValue"][0] != values[1] {
			t.Errorf("%s reaches CloudFormation as %v", word, got)
		}
	}
}
