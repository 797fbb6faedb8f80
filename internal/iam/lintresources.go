package iam

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// resources finds actions that no resource of the statement fits, which are then never allowed,
// and resources that no action fits. Both hold for Deny too: what it denies is not what it seems.
func (c *check) resources() {
	if len(c.s.Resources) == 0 {
		return
	}
	useful := make([]bool, len(c.s.Resources))
	blind := false // something unknown is in play; it may use any resource
	for _, g := range c.grants {
		if len(g.actions) == 0 {
			blind = true
			continue
		}
		fits := false
		for _, a := range g.actions {
			for i, r := range c.s.Resources {
				if c.fits(a, r) {
					useful[i], fits = true, true
				}
			}
		}
		if !fits {
			c.neverAllowed(g)
		}
	}
	if blind || !slices.Contains(useful, true) {
		return // all actions were reported; their resources need no second finding
	}
	for i, r := range c.s.Resources {
		if !useful[i] {
			c.unusedResource(r)
		}
	}
}

func (c *check) neverAllowed(g grant) {
	if mix := bucketMix(g, c.s.Resources); mix != "" {
		c.fail("bucket-object-mix", mix, "write NAME for a bucket and NAME/* for its objects")
		return
	}
	at := slices.IndexFunc(g.actions, func(a *Action) bool { return len(a.Uses) > 0 })
	if at < 0 {
		c.fail("wrong-resource", g.pattern+" knows no resources, so it matches nothing here",
			`give it a statement of its own with resources: "*"`)
		return
	}
	c.fail("wrong-resource", fmt.Sprintf("%s works on %s, and none is among the resources",
		g.pattern, typeNames(g.actions[at])), "add one"+c.shortForm(g.actions[at])+
		", or move the action to another statement")
}

// shortForm shows how the ARN of an action's first resource type is written: ", such as
// sqs:QueueName"; nothing where it has none.
func (c *check) shortForm(a *Action) string {
	service, _ := c.facts.Service(a.Service)
	uses := slices.Clone(a.Uses)
	slices.SortStableFunc(uses, func(x, y Use) int { return rank(x) - rank(y) })
	t, ok := service.Type(uses[0].Type)
	if !ok || len(t.Formats) == 0 {
		return ""
	}
	parts := SplitARN(t.Formats[0])
	if len(parts) != 6 {
		return ""
	}
	name := strings.NewReplacer("${", "", "}", "").Replace(parts[5])
	return ", such as " + parts[2] + ":" + name
}

func (c *check) unusedResource(r Resource) {
	text := fmt.Sprintf("no action of the statement works on %s", r.Text)
	if isS3(r) {
		c.warn("bucket-object-mix", text, "a bucket is NAME, its objects are NAME/*; drop this one")
		return
	}
	c.warn("wrong-resource", text, "drop it, or move it to the statement of its actions")
}

// bucketMix says what is wrong where bucket actions have only objects, or the reverse; else "".
func bucketMix(g grant, resources []Resource) string {
	bucket, object := false, false
	for _, a := range g.actions {
		if a.Service != "s3" {
			return ""
		}
		bucket = bucket || a.supports("bucket")
		object = object || a.supports("object")
	}
	for _, r := range resources {
		if !isS3(r) {
			return ""
		}
	}
	switch {
	case bucket && !object:
		return fmt.Sprintf("%s works on buckets, and only objects are named", g.pattern)
	case object && !bucket:
		return fmt.Sprintf("%s works on objects, and only buckets are named", g.pattern)
	}
	return ""
}

func isS3(r Resource) bool {
	if r.Type != "" {
		return strings.HasPrefix(r.Type, "s3:")
	}
	parts := SplitARN(r.Text)
	return len(parts) == 6 && parts[2] == "s3"
}

// typeNames gives the first resource types of an action, required ones before others: "image,
// instance or subnet".
func typeNames(a *Action) string {
	uses := slices.Clone(a.Uses)
	slices.SortStableFunc(uses, func(x, y Use) int { return rank(x) - rank(y) })
	var names []string
	for _, u := range uses[:min(3, len(uses))] {
		names = append(names, u.Type)
	}
	if len(a.Uses) > 3 {
		names = append(names, "others")
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return names[0]
}

func rank(u Use) int {
	if u.Required {
		return 0
	}
	return 1
}

// anyResource fires for "*" where an action could be bound to resources and nothing else narrows
// it. List actions and Describe* never fire: they show names and settings, mostly have no
// resources, and consoles need them whole. Other readers do: s3:GetObject or
// secretsmanager:GetSecretValue on "*" reads everything there is. A pattern that broad-actions
// reports is not reported twice.
func (c *check) anyResource() {
	if !c.allows() || c.s.Kind != Identity || !c.anywhere() {
		return
	}
	var wide []string
	var first *Action
	for _, g := range c.grants {
		for _, a := range g.actions {
			if g.wild && (a.Level.Changes() || strings.HasSuffix(g.pattern, ":*")) {
				continue
			}
			if bindable(a) && !c.narrowed(a) {
				if wide = append(wide, a.Name); len(wide) == 1 {
					first = a
				}
			}
		}
	}
	if len(wide) == 0 {
		return
	}
	verb := "works"
	if len(wide) > 1 {
		verb = "work"
	}
	c.warn("any-resource", fmt.Sprintf("%s %s on every resource", sample(wide), verb),
		fmt.Sprintf("name the resources (%s knows %s), or add a condition on their tags",
			first.Full(), typeNames(first)))
}

// bindable tells whether it matters to which resources an action is bound. PassRole has lints of
// its own.
func bindable(a *Action) bool {
	switch {
	case len(a.Uses) == 0 || a.Full() == "iam:PassRole":
		return false
	case a.Level == Read:
		return !strings.HasPrefix(a.Name, "Describe") && !strings.HasPrefix(a.Name, "List")
	}
	return a.Level.Changes()
}

// anywhere tells whether one of the resources is every resource.
func (c *check) anywhere() bool {
	for _, r := range c.s.Resources {
		if everyResource(r.Text) {
			return true
		}
	}
	return false
}

// everyResource knows "*" and ARNs whose resource is wildcards alone, such as ec2:*/* completed.
func everyResource(text string) bool {
	if text == "*" {
		return true
	}
	parts := SplitARN(text)
	return len(parts) == 6 && IsARN(text) && strings.Trim(parts[5], "*/:") == "" &&
		strings.Contains(parts[5], "*")
}

// fits tells whether an action may work on a resource.
func (c *check) fits(a *Action, r Resource) bool {
	switch {
	case r.Text == "*":
		return true
	case len(a.Uses) == 0:
		return a.Level == UnknownLevel || r.Type == "" && whollyOpaque(r.Text)
	}
	for range c.typesHit(a, r) {
		return true
	}
	return false
}

// typesHit gives the uses of an action that a resource may be one of.
func (c *check) typesHit(a *Action, r Resource) iter.Seq[Use] {
	return func(yield func(Use) bool) {
		all := r.Text == "*" || r.Type == "" && whollyOpaque(r.Text)
		var types map[string]bool
		if !all {
			types = c.facts.typesOf(a.Service, r)
		}
		for _, u := range a.Uses {
			if (all || types[u.Type]) && !yield(u) {
				return
			}
		}
	}
}

// typesOf gives the names of a service's types that a resource may be one of. Every lint asks, for
// every action.
func (f *Facts) typesOf(service string, r Resource) map[string]bool {
	return f.types.of(typesKey{service, r}, func() map[string]bool {
		s, _ := f.Service(service)
		return s.hits(r)
	})
}

func (a *Action) supports(kind string) bool {
	for _, u := range a.Uses {
		if u.Type == kind {
			return true
		}
	}
	return false
}
