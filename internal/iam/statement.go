package iam

import (
	"strings"

	"byocfn/internal/diag"
)

// Kind says where a statement stands.
type Kind int

// The kinds of policies.
const (
	Identity      Kind = iota // of a role, user or group, or a boundary
	ResourceBased             // of a bucket, key or queue: names who is allowed
	Trust                     // of a role: names who may take it, no resources
)

// Statement is one statement, its texts completed: references stay as ${...}.
type Statement struct {
	Kind                    Kind
	Sid, Effect             string // Effect is Allow or Deny
	Actions, NotActions     []string
	Resources, NotResources []Resource
	Conditions              []Condition
	Principals              []Principal
	OfRoles                 bool // an identity policy that roles hold, and nobody else
}

// Resource is one entry of Resource. Type says what a text that is a mere reference stands for,
// such as s3:bucket, s3:object or iam:role; where it is empty the text decides. Wildcards says
// that the references in the text may bring wildcards with them.
type Resource struct {
	Text, Type string
	Wildcards  bool
}

// Condition is one operator and key with its values.
type Condition struct {
	Operator, Key string
	Values        []string
}

// Principal is one entry of Principal: Kind is AWS, Service, Federated, or "*". Foreign says that
// the value, which may be a mere reference, is of another account.
type Principal struct {
	Kind, Value string
	Foreign     bool
}

// Finding is one lint that fired. ID is what an accept names; Summary is one line without a
// period.
type Finding struct {
	Severity          diag.Severity
	ID, Summary, Hint string
}

// Lint judges one statement. It fires only where the facts know something narrower or right, so
// that accepting a finding says something. The order of findings is that of the statement.
func Lint(f *Facts, s Statement) []Finding {
	c := &check{facts: f, s: s}
	for _, pattern := range s.Actions {
		c.grants = append(c.grants, c.grantOf(pattern))
	}
	c.characters()
	c.actions()
	c.operators()
	c.conditionKeys()
	c.valueLints()
	c.userName()
	c.principals()
	c.partitions()
	if s.Kind != Trust {
		c.resources()
		c.anyResource()
		c.passRole()
	}
	return c.found
}

// check is one run of Lint.
type check struct {
	facts  *Facts
	s      Statement
	grants []grant
	found  []Finding
}

type typesKey struct {
	service  string
	resource Resource
}

// grant is one entry of Action and what it stands for; nothing where it is unknown.
type grant struct {
	pattern string
	wild    bool
	actions []*Action
}

func (c *check) grantOf(pattern string) grant {
	g := grant{pattern: pattern, wild: strings.ContainsAny(pattern, "*?")}
	if g.wild {
		g.actions = c.facts.Expand(pattern)
	} else if a, ok := c.facts.Action(pattern); ok {
		g.actions = []*Action{a}
	}
	return g
}

func (c *check) allows() bool { return c.s.Effect != "Deny" }

func (c *check) fail(id, summary, hint string) {
	c.found = append(c.found, Finding{diag.Error, id, summary, hint})
}

func (c *check) warn(id, summary, hint string) {
	c.found = append(c.found, Finding{diag.Warning, id, summary, hint})
}

// condition gives the first condition with this key, letter case ignored as IAM does.
func (c *check) condition(key string) (Condition, bool) {
	for _, cond := range c.s.Conditions {
		if strings.EqualFold(cond.Key, key) {
			return cond, true
		}
	}
	return Condition{}, false
}
