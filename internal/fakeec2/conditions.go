package fakeec2

import (
	"slices"
	"strings"

	"byocfn/internal/contract"
)

// holds evaluates one condition of a permission. An operator that is not modelled is a breach.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func (r *run) holds(condition contract.Condition, keys map[string][]string) bool {
	values, present := lookUp(keys, condition.Key)
	operator := condition.Operator
	if operator == "Null" {
		return slices.Contains(condition.Values, "true") != present
	}
	operator, all := strings.CutPrefix(operator, "ForAllValues:")
	operator, some := strings.CutPrefix(operator, "ForAnyValue:")
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	compare, negated := comparison(operator)
	if compare == nil {
		r.breach("condition operator %s is not modelled", condition.Operator)
		return false
	}
	if !present {
		return ifExists || all || (negated && !some)
	}
	fits := func(value string) bool {
		return negated != slices.ContainsFunc(condition.Values, func(wanted string) bool {
			return compare(wanted, value)
		})
	}
	if all {
		return !slices.ContainsFunc(values, func(value string) bool { return !fits(value) })
	}
	if !some && len(values) > 1 {
		r.breach("%s compares %d values of %s: it needs ForAllValues or ForAnyValue",
			condition.Operator, len(values), condition.Key)
	}
	return slices.ContainsFunc(values, fits)
}

// lookUp finds a key. Keys do not depend on case, tags in them included.
func lookUp(keys map[string][]string, name string) ([]string, bool) {
	if values, ok := keys[name]; ok {
		return values, true
	}
	for key, values := range keys {
		if strings.EqualFold(key, name) {
			return values, true
		}
	}
	return nil, false
}

// comparison gives what an operator compares with, and whether its result counts the other way.
func comparison(operator string) (compare func(wanted, value string) bool, negated bool) {
	equal := func(wanted, value string) bool { return wanted == value }
	switch operator {
	case "StringEquals", "Bool":
		return equal, false
	case "StringNotEquals":
		return equal, true
	case "StringEqualsIgnoreCase":
		return strings.EqualFold, false
	case "StringNotEqualsIgnoreCase":
		return strings.EqualFold, true
	case "StringLike":
		return Glob, false
	case "StringNotLike":
		return Glob, true
	}
	return nil, false
}

// Glob compares as policies do: * is any text, ? any character.
func Glob(pattern, text string) bool {
	return like(strings.ReplaceAll(pattern, `\`, `\\`), text)
}
