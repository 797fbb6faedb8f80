package iam

import (
	"fmt"
	"strings"
)

// Condition operators of IAM. Source: IAM User Guide, "IAM JSON policy elements: Condition
// operators".
func operatorNames() []string {
	return []string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
		"StringLike", "StringNotLike",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
		"NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
		"DateGreaterThanEquals",
		"Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
		"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null",
	}
}

// operator is a condition operator taken apart.
type operator struct {
	set      string // ForAllValues, ForAnyValue or empty
	name     string
	ifExists bool
}

func parseOperator(text string) operator {
	var o operator
	if set, rest, found := strings.Cut(text, ":"); found {
		o.set, text = set, rest
	}
	o.name, o.ifExists = strings.CutSuffix(text, "IfExists")
	return o
}

// unknownOperator says what is wrong with an operator, with what was probably meant; both empty
// where IAM knows it.
func unknownOperator(text string) (wrong, meant string) {
	o, names := parseOperator(text), operatorNames()
	if o.set != "" && o.set != "ForAllValues" && o.set != "ForAnyValue" {
		set := nearest(o.set, []string{"ForAllValues", "ForAnyValue"})
		o.set, text = set, o.set
		return fmt.Sprintf("%q is no set operator", text), rejoin(o)
	}
	for _, name := range names {
		if o.name != name {
			continue
		}
		if name == "Null" && (o.set != "" || o.ifExists) {
			return "Null takes neither ForAllValues, ForAnyValue nor IfExists", "Null"
		}
		return "", ""
	}
	near := nearest(o.name, names)
	if near == "" {
		return fmt.Sprintf("IAM knows no operator %q", text), ""
	}
	return fmt.Sprintf("IAM knows no operator %q", text), rejoin(operator{o.set, near, o.ifExists})
}

func rejoin(o operator) string {
	text := o.name
	if o.set != "" {
		text = o.set + ":" + text
	}
	if o.ifExists {
		text += "IfExists"
	}
	return text
}

// positive tells whether the condition fails when the request lacks the key. Negated operators,
// IfExists, ForAllValues and Null hold then.
func (c Condition) positive() bool {
	o := parseOperator(c.Operator)
	return o.set != "ForAllValues" && !o.ifExists && o.name != "Null" &&
		!strings.Contains(o.name, "Not")
}

// demands is positive, or a Null that asks for the key to be there.
func (c Condition) demands() bool {
	return c.positive() || c.Operator == "Null" && isFalse(c.Values)
}

// operators finds unknown ones, and set operators that hold for requests without the key.
func (c *check) operators() {
	for _, cond := range c.s.Conditions {
		if wrong, meant := unknownOperator(cond.Operator); wrong != "" {
			hint := "the operators stand in the IAM User Guide under Condition operators"
			if meant != "" {
				hint = fmt.Sprintf("did you mean %s?", meant)
			}
			c.fail("unknown-operator", wrong, hint)
			continue
		}
		if parseOperator(cond.Operator).set == "ForAllValues" && c.allows() {
			c.forAllValues(cond)
		}
	}
}

// forAllValues: the operator holds for a request without the key. Source: IAM User Guide, "Set
// operators for multivalued context keys", which asks for a Null check beside it.
func (c *check) forAllValues(cond Condition) {
	if strings.EqualFold(cond.Key, "sts:ExternalId") {
		c.fail("for-all-values", cond.Operator+" lets everyone in who gives no external id",
			"use StringEquals; it takes a list, of which one must match")
		return
	}
	for _, other := range c.s.Conditions {
		same := strings.EqualFold(other.Key, cond.Key)
		if same && other.Operator == "Null" && isFalse(other.Values) {
			return
		}
	}
	c.warn("for-all-values",
		fmt.Sprintf("%s holds for requests without %s", cond.Operator, cond.Key),
		fmt.Sprintf(`add "Null": { %q: "false" }; a key of one value takes StringEquals`, cond.Key))
}

func isFalse(values []string) bool {
	return len(values) == 1 && strings.EqualFold(values[0], "false")
}

// valueLints finds wildcards that are compared as letters.
func (c *check) valueLints() {
	for _, cond := range c.s.Conditions {
		o := parseOperator(cond.Operator)
		if !strings.HasPrefix(o.name, "String") || strings.HasSuffix(o.name, "Like") {
			continue
		}
		for _, v := range cond.Values {
			if strings.Contains(strings.ReplaceAll(v, "${*}", ""), "*") {
				c.warn("literal-wildcard",
					fmt.Sprintf("%s compares %q letter by letter", cond.Operator, v),
					"use StringLike where * shall stand for anything")
			}
		}
	}
}
