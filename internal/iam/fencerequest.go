package iam

import (
	"slices"
	"strings"
)

// The parts that a condition key can have in a request to tag something that is there already.
const (
	ofElse     = iota
	ofResource // a tag that the resource has
	ofRequest  // a tag that it gets
	ofKeys     // the keys of the tags that are set or taken off
	ofCreation // which action makes the resource: none does
)

// tagCondition is a condition taken apart. The key of its tag is in lower case: IAM ignores the case
// of what stands in condition keys.
type tagCondition struct {
	part    int
	key     string // as it is written
	tag     string
	slot    int // of the tag in a puzzle
	op      operator
	negated bool
	like    bool // wildcards count
	values  []string
}

func tagConditionOf(c Condition) tagCondition {
	out := tagCondition{key: c.Key, op: parseOperator(c.Operator), values: c.Values}
	out.part, out.tag = tagPart(c.Key)
	out.negated = strings.Contains(out.op.name, "Not")
	out.like = strings.HasSuffix(out.op.name, "Like") || strings.HasPrefix(out.op.name, "Arn")
	if out.part == ofKeys && out.op.name != "Null" {
		out.values = make([]string, len(c.Values))
		for i, v := range c.Values {
			out.values[i] = strings.ToLower(v)
		}
	}
	return out
}

// tagPart tells what a condition key is, and the key of the tag.
func tagPart(key string) (part int, tag string) {
	head, tag, _ := strings.Cut(strings.ToLower(key), "/")
	_, name, _ := strings.Cut(head, ":")
	switch {
	case tag != "" && (name == "resourcetag" || head == "s3:existingobjecttag"):
		return ofResource, tag
	case tag != "" && (head == "aws:requesttag" || head == "s3:requestobjecttag"):
		return ofRequest, tag
	case head == "aws:tagkeys" || head == "s3:requestobjecttagkeys":
		return ofKeys, ""
	case name == "createaction":
		return ofCreation, ""
	}
	return ofElse, ""
}

// mostKeys is how many tags are looked at together; statements in use have three.
const mostKeys = 6

// tagRequest is a request to set tags, or to take them off, by the slots of their keys. Nil means no
// such tag.
type tagRequest struct {
	before, asked [mostKeys]*string
	off           bool
	keys          []string // those that are looked at; others may be asked for too
}

// truth is what a condition comes to.
type truth byte

const (
	no truth = iota
	yes
	unknown
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (q *tagRequest) truth(c *tagCondition) truth {
	switch c.part {
	case ofResource:
		return c.compare(q.before[c.slot])
	case ofRequest:
		if q.off {
			return c.compare(nil)
		}
		return c.compare(q.asked[c.slot])
	case ofKeys:
		return q.compareKeys(c)
	case ofCreation:
		return c.compare(nil)
	}
	return unknown
}

// compare judges a key of one value. Source: IAM User Guide, "IAM JSON policy elements: Condition
// operators", and what it says of keys that are missing.
func (c *tagCondition) compare(value *string) truth {
	switch {
	case c.op.name == "Null":
		return truthOf(value != nil == isFalse(c.values))
	case value == nil:
		return truthOf(c.op.set != "ForAnyValue" && (c.op.set != "" || c.negated || c.op.ifExists))
	case !strings.HasPrefix(c.op.name, "String") && !c.like:
		return unknown
	}
	return truthOf(c.oneOf(*value) != c.negated)
}

// compareKeys judges aws:TagKeys. Without a set operator, one of the keys is compared.
func (q *tagRequest) compareKeys(c *tagCondition) truth {
	asked, misfit, fit := false, false, false
	for i, key := range q.keys {
		if q.asked[i] != nil {
			fits := c.oneOf(key) != c.negated
			asked, misfit, fit = true, misfit || !fits, fit || fits
		}
	}
	switch {
	case c.op.name == "Null":
		return truthOf(asked == isFalse(c.values))
	case c.op.set == "ForAllValues" || c.op.set == "" && c.negated:
		return truthOf(!misfit)
	case fit:
		return yes
	case c.negated || slices.ContainsFunc(c.values, func(v string) bool {
		return !slices.Contains(q.keys, v)
	}):
		return unknown // another key may be asked for beside these
	}
	return no
}

// oneOf compares a value with those of a condition. Texts with references are alike where they are
// the same, and not known to be alike elsewhere.
func (c *tagCondition) oneOf(value string) bool {
	for _, p := range c.values {
		switch {
		case p == value, strings.HasSuffix(c.op.name, "IgnoreCase") && strings.EqualFold(p, value):
			return true
		case !c.like || !strings.ContainsAny(p, "*?") || strings.Contains(literalStars(p), "${"):
		case overlap(glyphs(p), letters(value)):
			return true
		}
	}
	return false
}

// literalStars leaves out IAM's spellings of literal wildcards.
func literalStars(pattern string) string {
	return strings.ReplaceAll(strings.ReplaceAll(pattern, "${*}", ""), "${?}", "")
}

// holds tells whether all conditions of an Allow may be met.
func (q *tagRequest) holds(conditions []tagCondition) bool {
	for i := range conditions {
		if q.truth(&conditions[i]) == no {
			return false
		}
	}
	return true
}

// denied tells whether all conditions of a Deny are met for certain.
func (q *tagRequest) denied(conditions []tagCondition) bool {
	for i := range conditions {
		if q.truth(&conditions[i]) != yes {
			return false
		}
	}
	return true
}

// after gives the resource as the request leaves it.
func (q *tagRequest) after() tagRequest {
	out := tagRequest{before: q.before}
	for i, value := range q.asked {
		switch {
		case value != nil && q.off:
			out.before[i] = nil
		case value != nil:
			out.before[i] = value
		}
	}
	return out
}
