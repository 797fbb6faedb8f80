package iam

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// principals judges who is allowed.
func (c *check) principals() {
	if !c.allows() {
		return
	}
	for _, p := range c.s.Principals {
		if p.Value == "*" && (p.Kind == "AWS" || p.Kind == "*") && !c.knowsCaller() {
			c.fail("wildcard-principal", "the principal * is everyone in the world",
				"name it, or add a condition such as aws:PrincipalArn or aws:SourceAccount")
		}
		if c.s.Kind == Trust && p.foreign() && c.grantsAction("sts:AssumeRole") {
			c.externalID()
			return
		}
	}
}

// knowsCaller tells whether a condition says who or from where.
func (c *check) knowsCaller() bool {
	for _, key := range []string{"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID",
		"aws:PrincipalOrgPaths", "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID",
		"aws:SourceOrgPaths", "aws:SourceVpc", "aws:SourceVpce", "aws:SourceIp", "aws:VpceAccount",
		"aws:VpceOrgID", "kms:CallerAccount", "s3:DataAccessPointAccount",
		"lambda:FunctionUrlAuthType"} {
		if cond, ok := c.condition(key); ok && cond.positive() && !everyValue(cond.Values) {
			return true
		}
	}
	return false
}

func everyValue(values []string) bool {
	for _, v := range values {
		if strings.Trim(v, "*") == "" {
			return true
		}
	}
	return len(values) == 0
}

// foreign tells whether the principal is of another account: the caller said so, or the text names
// an account that is not the stack's own.
func (p Principal) foreign() bool {
	if p.Kind != "AWS" || p.Value == "*" {
		return false
	}
	account := p.Value
	if parts := SplitARN(p.Value); len(parts) == 6 {
		account = parts[4]
	}
	return p.Foreign || isAccount(account)
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// externalID: without one, whoever makes the other account act for them gets this role. Source:
// IAM User Guide, "The confused deputy problem".
func (c *check) externalID() {
	cond, ok := c.condition("sts:ExternalId")
	o := parseOperator(cond.Operator)
	switch {
	case o.set == "ForAllValues": // reported as such
	case !ok:
		c.warn("external-id-missing", "another account may take the role without an external id",
			`add externalId, or StringEquals: { "sts:ExternalId": … } to the condition`)
	case o.name != "StringEquals" || !cond.positive() || everyValue(cond.Values):
		c.warn("external-id-missing",
			fmt.Sprintf("%s does not demand a certain external id", cond.Operator),
			"use StringEquals with the ids that are known")
	}
}

// partitions finds ARNs that work in one partition only.
func (c *check) partitions() {
	for _, text := range c.s.texts() {
		if HardPartition(text) {
			c.fail("hard-partition", fmt.Sprintf("%s works in one partition of AWS only", text),
				"write "+SoftPartition(text))
		}
	}
}

// characters finds what IAM refuses. Source: the patterns of CreatePolicy's PolicyDocument in the
// IAM API Reference, and of Sid in the IAM User Guide.
func (c *check) characters() {
	for _, r := range c.s.Sid {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			c.fail("sid-characters", fmt.Sprintf("the name %q holds %q", c.s.Sid, r),
				"rename the statement; a Sid is letters and digits")
			break
		}
	}
	for _, text := range c.s.texts() {
		if bad, found := Refused(text); found {
			c.fail("policy-characters", fmt.Sprintf("%q holds %q, which IAM refuses", text, bad),
				"policies take tab, line breaks and the characters from space to ÿ")
		}
	}
}

// texts gives everything that the statement says, in its order.
func (s Statement) texts() []string {
	texts := slices.Concat(s.Actions, s.NotActions)
	for _, r := range slices.Concat(s.Resources, s.NotResources) {
		texts = append(texts, r.Text)
	}
	for _, p := range s.Principals {
		texts = append(texts, p.Value)
	}
	for _, cond := range s.Conditions {
		texts = append(append(texts, cond.Key), cond.Values...)
	}
	return texts
}

// Refused gives the first character of a text that IAM takes in no policy: all but tab, line feed,
// carriage return and U+0020 to U+00FF.
func Refused(text string) (rune, bool) {
	for _, r := range text {
		if r > 0xff || r < 0x20 && r != '\t' && r != '\n' && r != '\r' {
			return r, true
		}
	}
	return 0, false
}
