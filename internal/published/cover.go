package published

import (
	"slices"
	"strings"
)

// matches tells whether everything that the special pattern matches is matched by the general one.
// Both may hold * and ?. It may say no to patterns that only letter by letter would do; it never
// says yes wrongly.
func matches(general, special string) bool {
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
		for _, principal := range orNone(s.Principals) {
			for _, resource := range orNone(s.Resources) {
				out = append(out, grant{s, action, principal, resource})
			}
		}
	}
	return out
}

// covers tells whether whatever o permits, g permits too. Actions are compared without case, as IAM
// does; a condition more permits less.
func (g grant) covers(o grant) bool {
	return g.of.Effect == o.of.Effect &&
		matches(strings.ToLower(g.action), strings.ToLower(o.action)) &&
		(g.principal == o.principal || g.principal == "*") &&
		matches(g.resource, o.resource) && weaker(g.of.Condition, o.of.Condition)
}

// weaker tells whether each clause of a stands in b as well.
func weaker(a, b []Clause) bool {
	for _, clause := range a {
		same := func(o Clause) bool {
			return clause.Operator == o.Operator && strings.EqualFold(clause.Key, o.Key) &&
				slices.Equal(sorted(clause.Values), sorted(o.Values))
		}
		if !slices.ContainsFunc(b, same) {
			return false
		}
	}
	return true
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
