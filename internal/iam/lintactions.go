package iam

import (
	"fmt"
	"strings"
)

// actions finds unknown services and actions, and patterns that cover too much or nothing.
func (c *check) actions() {
	for _, g := range c.grants {
		switch {
		case g.pattern == "*":
			c.everyAction()
		case len(g.actions) == 0:
			c.unknown(g)
		case g.wild && c.allows():
			c.broad(g)
		}
	}
	for _, pattern := range c.s.NotActions {
		if g := c.grantOf(pattern); len(g.actions) == 0 && pattern != "*" {
			c.unknown(g)
		}
	}
	if len(c.s.NotActions) > 0 && c.allows() {
		c.warn("not-action", "NotAction allows every action that it does not name, future ones too",
			"name the actions that are needed")
	}
	if len(c.s.NotResources) > 0 && c.allows() {
		c.warn("not-resource", "NotResource allows every resource that it does not name",
			"name the resources that are needed")
	}
}

func (c *check) everyAction() {
	if c.allows() && c.s.Kind == Identity {
		c.warn("broad-actions", `"*" allows every action of every service`,
			"name the services and actions that are needed")
	}
}

func (c *check) unknown(g grant) {
	prefix, short, found := strings.Cut(g.pattern, ":")
	if !found || prefix == "" || short == "" {
		c.fail("unknown-action", fmt.Sprintf("%q is no action", g.pattern),
			"actions are written SERVICE:ACTION, for example s3:GetObject")
		return
	}
	if _, known := c.facts.Service(prefix); !known {
		c.fail("unknown-service", fmt.Sprintf("IAM knows no service %q", prefix),
			c.meant(g.pattern, "the prefixes stand in the Service Authorization Reference"))
		return
	}
	if g.wild {
		c.fail("unknown-action", fmt.Sprintf("%q matches no action", g.pattern),
			"look the actions up in the Service Authorization Reference")
		return
	}
	c.fail("unknown-action", fmt.Sprintf("%s knows no action %q", prefix, short),
		c.meant(g.pattern, "look the action up in the Service Authorization Reference"))
}

func (c *check) meant(name, otherwise string) string {
	if other := c.facts.Suggest(name); other != "" {
		return fmt.Sprintf("did you mean %s?", other)
	}
	return otherwise
}

// broad fires for a pattern that changes things. Patterns that only read are left alone: a service
// adds readers often, and what they reach is bounded by the resources.
func (c *check) broad(g grant) {
	var changes, permissions []string
	for _, a := range g.actions {
		if a.Level.Changes() {
			changes = append(changes, a.Name)
		}
		if a.Level == Permissions {
			permissions = append(permissions, a.Name)
		}
	}
	if _, short, _ := strings.Cut(g.pattern, ":"); len(changes) == 0 && short != "*" {
		return
	}
	text := fmt.Sprintf("%s allows %s", g.pattern, count(len(g.actions), "action"))
	switch {
	case len(permissions) > 0:
		text += fmt.Sprintf(", %d of which change permissions (%s)",
			len(permissions), sample(permissions))
	case len(changes) > 0:
		text += fmt.Sprintf(", %d of which change things (%s)", len(changes), sample(changes))
	}
	if c.anywhere() {
		text += ", on every resource"
	}
	c.warn("broad-actions", text, "name the actions that are needed")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// sample gives the first two of some names.
func sample(names []string) string {
	if len(names) > 2 {
		return strings.Join(names[:2], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

// passRole judges iam:PassRole, which hands a role's permissions on to whatever runs under it.
func (c *check) passRole() {
	if !c.allows() || !c.grantsAction("iam:PassRole") {
		return
	}
	if cond, ok := c.condition("iam:PassedToService"); !ok || !cond.positive() {
		c.warn("pass-role-anything",
			"iam:PassRole without iam:PassedToService hands the role to any service",
			`add the condition StringEquals: { "iam:PassedToService": ec2.amazonaws.com }`)
	}
	for _, r := range c.s.Resources {
		if everyResource(r.Text) || strings.HasSuffix(r.Text, ":role/*") {
			c.warn("pass-role-star",
				"iam:PassRole on every role hands on permissions beyond its own",
				"name the role that may be passed")
			return
		}
	}
}

func (c *check) grantsAction(name string) bool {
	for _, g := range c.grants {
		if g.pattern == "*" {
			return true
		}
		for _, a := range g.actions {
			if a.is(name) {
				return true
			}
		}
	}
	return false
}
