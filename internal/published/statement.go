package published

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/emit"
)

// Statement is one statement of a policy with nothing left to evaluate. A policy of AWS that is
// merely attached is a statement too: its Effect is Attach and its Actions are ARNs.
type Statement struct {
	Name       string // DOCUMENT/SID, ROLE/POLICY/SID, ROLE.trust/SID; a number where no Sid is
	Effect     string
	Actions    []string
	Principals []string // KIND:VALUE; of trusts and policies of resources only
	Resources  []string // of all but trusts
	Condition  []Clause
}

// Clause is one operator, key and its values; all of a statement's clauses must hold.
type Clause struct {
	Operator, Key string
	Values        []string
}

// attach is the Effect of a policy of AWS that is attached by its ARN.
const attach = "Attach"

// attachment makes the statement of policies that are attached by their ARNs.
func attachment(name string, arns []string) []Statement {
	if len(arns) == 0 {
		return nil
	}
	return []Statement{{Name: name + "/attached", Effect: attach, Actions: arns}}
}

// reader reads statements; expand turns what stands where texts stand into texts.
type reader struct {
	expand func(cfn.Value) []string
	say    func(format string, args ...any)
}

// statements reads a policy document, a mapping or its JSON as a text.
func (r reader) statements(name string, document cfn.Value) []Statement {
	if text, ok := document.(cfn.String); ok {
		parsed, err := emit.ParseJSON([]byte(text))
		if err != nil {
			r.say("%s: %w", name, err)
			return nil
		}
		document = parsed
	}
	m, _ := document.(cfn.Map)
	list, isList := m.Get("Statement").(cfn.List)
	if one, ok := m.Get("Statement").(cfn.Map); ok {
		list, isList = cfn.Values(one), true
	}
	if !isList {
		r.say("%s holds no statements", name)
	}
	var out []Statement
	seen := map[string]bool{}
	for i, item := range list {
		body, ok := item.Value.(cfn.Map)
		if !ok {
			r.say("%s: statement %d is no mapping", name, i+1)
			continue
		}
		s := r.statement(body)
		s.Name = name + "/" + sidOf(body, i)
		if seen[s.Name] {
			r.say("%s stands twice", s.Name)
		}
		seen[s.Name] = true
		out = append(out, s)
	}
	return out
}

func sidOf(body cfn.Map, i int) string {
	if sid := plain(body.Get("Sid")); sid != "" {
		return sid
	}
	return strconv.Itoa(i + 1)
}

func (r reader) statement(body cfn.Map) Statement {
	s := Statement{Effect: plain(body.Get("Effect")), Actions: r.expand(body.Get("Action")),
		Resources: r.expand(body.Get("Resource")), Principals: r.principals(body.Get("Principal"))}
	for _, e := range body {
		if strings.HasPrefix(e.Key, "Not") {
			r.say("%s is not compared: say it without", e.Key)
		}
	}
	operators, _ := body.Get("Condition").(cfn.Map)
	for _, operator := range operators {
		keys, _ := operator.Value.(cfn.Map)
		for _, key := range keys {
			for _, k := range r.expand(cfn.String(key.Key)) {
				s.Condition = append(s.Condition, Clause{operator.Key, k, r.expand(key.Value)})
			}
		}
	}
	slices.SortStableFunc(s.Condition, func(a, b Clause) int {
		return strings.Compare(a.Operator+" "+a.Key, b.Operator+" "+b.Key)
	})
	return s
}

// principals writes each principal as KIND:VALUE; an account alone is the ARN of its root, which
// IAM takes for the same.
func (r reader) principals(v cfn.Value) []string {
	kinds, ok := v.(cfn.Map)
	if !ok {
		return r.expand(v)
	}
	var out []string
	for _, kind := range kinds {
		for _, value := range r.expand(kind.Value) {
			if kind.Key == "AWS" && len(value) == 12 && strings.Trim(value, "0123456789") == "" {
				value = "arn:aws:iam::" + value + ":root"
			}
			out = append(out, kind.Key+":"+value)
		}
	}
	return out
}

func (c Clause) String() string {
	values := slices.Clone(c.Values)
	slices.Sort(values)
	return fmt.Sprintf("%s %s = %s", c.Operator, c.Key, strings.Join(values, " or "))
}

// conditions writes all clauses, one each.
func (s Statement) conditions() []string {
	out := make([]string, 0, len(s.Condition))
	for _, c := range s.Condition {
		out = append(out, c.String())
	}
	return out
}
