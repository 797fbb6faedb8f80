package published

import (
	"slices"
	"strings"
)

// matches tells whether everything that the special pattern matches is matched by the general one.
// Both may hold * and ?. It may say no to patterns that only letter by letter would do; it never
// says yes wrongly.
func matches(general, special string) bool {
	if general == special || general == "*" {
		return true
	}
	if !strings.ContainsAny(general, "*?") {
		return false
	}
	g, s := []rune(general), []rune(special)
	i, j, star, mark := 0, 0, -1, 0
	for j < len(s) {
		switch {
		case i < len(g) && g[i] == '*':
			star, mark = i, j
			i++
		case i < len(g) && s[j] != '*' && (g[i] == '?' || g[i] == s[j]):
			i++
			j++
		case star >= 0: // the last star takes one more
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(string(g[i:]), "*") == ""
}

// grant is one permission of a statement: one action, by one principal, on one resource.
type grant struct {
	of                          *Statement
	action, principal, resource string
	folded                      string // the action without case
}

// grants takes a statement apart. Trusts have no resource, identity policies no principal.
func (s *Statement) grants() []grant {
	orNone := func(list []string) []string {
		if len(list) == 0 {
			return []string{""}
		}
		return list
	}
	var out []grant
	for _, action := range s.Actions {
		folded := strings.ToLower(action)
		for _, principal := range orNone(s.Principals) {
			for _, resource := range orNone(s.Resources) {
				out = append(out, grant{s, action, principal, resource, folded})
			}
		}
	}
	return out
}

// covers tells whether whatever o permits, g permits too. Actions are compared without case, as IAM
// does; a condition more permits less.
func (g grant) covers(o grant) bool {
	return g.of.Effect == o.of.Effect &&
		matches(g.folded, o.folded) &&
		(g.principal == o.principal || g.principal == "*") &&
		matches(g.resource, o.resource) && weaker(g.of.Condition, o.of.Condition)
}

// weaker tells whether whoever meets all clauses of b meets all of a.
func weaker(a, b []Clause) bool {
	for _, clause := range a {
		if !slices.ContainsFunc(b, clause.follows) {
			return false
		}
	}
	return true
}

// follows tells whether whoever meets o meets c: it is the same clause, or one of the operators for
// texts and ARNs with each value of o among the values or patterns of c.
// Source: IAM user guide, reference_policies_elements_condition_operators; ArnEquals and ArnLike
// are the same.
func (c Clause) follows(o Clause) bool {
	if !strings.EqualFold(c.Key, o.Key) {
		return false
	}
	if c.Operator == o.Operator && slices.Equal(sorted(c.Values), sorted(o.Values)) {
		return true
	}
	operator, ifExists := strings.CutSuffix(c.Operator, "IfExists")
	other, otherIfExists := strings.CutSuffix(o.Operator, "IfExists")
	family, patterns := familyOf(operator)
	if otherFamily, _ := familyOf(other); family == "" || family != otherFamily ||
		otherIfExists && !ifExists {
		return false
	}
	among := func(value string) bool {
		return slices.ContainsFunc(c.Values, func(own string) bool {
			return own == value || patterns && matches(own, value)
		})
	}
	return !slices.ContainsFunc(o.Values, func(value string) bool { return !among(value) })
}

// familyOf gives operators that compare alike one name, and says whether values are patterns; ""
// is for operators that are only compared with themselves.
func familyOf(operator string) (family string, patterns bool) {
	before, last, qualified := strings.Cut(operator, ":")
	if !qualified {
		before, last = "", operator
	}
	switch last {
	case "StringEquals":
		return before + ":String", false
	case "StringLike":
		return before + ":String", true
	case "ArnEquals", "ArnLike":
		return before + ":Arn", true
	}
	return "", false
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
