package iam

import (
	"fmt"
	"iter"
	"strings"
)

// conditionKeys finds keys that the requests in question never carry.
func (c *check) conditionKeys() {
	for _, cond := range c.s.Conditions {
		if cond.Operator == "Null" && !isFalse(cond.Values) || whollyOpaque(cond.Key) {
			continue
		}
		prefix, _, found := strings.Cut(cond.Key, ":")
		switch _, known := c.facts.Service(prefix); {
		case !found:
			c.fail("unknown-key", fmt.Sprintf("%q is no condition key", cond.Key),
				"keys are written PREFIX:NAME, for example aws:SourceAccount")
		case strings.EqualFold(prefix, "aws") && !knownGlobalKey(cond.Key):
			c.unknownGlobal(cond.Key)
		case strings.EqualFold(prefix, "aws") && !tagKey(cond.Key),
			anyKeyFits(sessionKeys(), cond.Key), c.misspelt(prefix, cond.Key):
		case known || strings.EqualFold(prefix, "aws"):
			c.usefulKey(cond)
		}
	}
}

func (c *check) unknownGlobal(key string) {
	hint := "the keys stand in the IAM User Guide under AWS global condition context keys"
	if near := nearest(key, globalKeys()); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	c.warn("unknown-key", fmt.Sprintf("IAM documents no global condition key %q", key), hint)
}

// misspelt reports a key that a service has nowhere, beside one that it has.
func (c *check) misspelt(prefix, key string) bool {
	service, known := c.facts.Service(prefix)
	if !known {
		return false
	}
	var all []string
	for _, set := range service.actions.sets {
		if anyKeyFits(set, key) {
			return false
		}
		all = append(all, set...)
	}
	near := nearest(key, all)
	if near != "" {
		c.warn("unknown-key", fmt.Sprintf("%s knows no condition key %q", service.Prefix, key),
			fmt.Sprintf("did you mean %s?", near))
	}
	return near != ""
}

// usefulKey reports actions that do not know the key, and else resources named for nothing. In a
// trust, actions stand together that share no keys, such as sts:AssumeRole and sts:TagSession.
func (c *check) usefulKey(cond Condition) {
	var without []grant
	with := 0
	for _, g := range c.grants {
		if len(g.actions) == 0 {
			continue
		}
		if c.grantKnows(g, cond.Key) {
			with++
		} else {
			without = append(without, g)
		}
	}
	if c.s.Kind == Trust && with > 0 {
		return
	}
	for _, g := range without {
		c.useless(cond, g.pattern, c.keyHint(g, cond.Key))
	}
	if len(without) == 0 {
		c.uselessForResources(cond)
		c.uselessForMade(cond)
	}
}

func (c *check) useless(cond Condition, who, hint string) {
	if !cond.demands() {
		c.warn("useless-condition", fmt.Sprintf(
			"%s does not know %s, so the condition always holds", who, cond.Key), hint)
		return
	}
	verb := "allowed"
	if !c.allows() {
		verb = "denied"
	}
	c.fail("useless-condition", fmt.Sprintf("%s does not know %s, so it is never %s",
		who, cond.Key, verb), hint)
}

// grantKnows tells whether one action of a grant knows the key for one of the resources.
func (c *check) grantKnows(g grant, key string) bool {
	for _, a := range g.actions {
		if a.Level == UnknownLevel || len(a.Uses) == 0 && anyKeyFits(a.Keys, key) {
			return true
		}
		for u := range c.usesHit(a) {
			if c.facts.useKnows(a, u, key) {
				return true
			}
		}
	}
	return false
}

// usesHit gives the types that the action and the statement's resources share; all of its types
// where they share none (that is another finding) or the statement has no resources.
func (c *check) usesHit(a *Action) iter.Seq[Use] {
	return func(yield func(Use) bool) {
		hit := false
		for _, r := range c.s.Resources {
			for u := range c.typesHit(a, r) {
				if hit = true; !yield(u) {
					return
				}
			}
		}
		for _, u := range a.Uses {
			if hit || !yield(u) {
				return
			}
		}
	}
}

// keyHint tells the tag key that would work, or that the action needs a statement of its own.
func (c *check) keyHint(g grant, key string) string {
	for _, a := range g.actions {
		for u := range c.usesHit(a) {
			if onResourceTag(key) && c.facts.useKnows(a, u, requestTag) {
				_, tag, _ := strings.Cut(key, "/")
				return "what is being made has no tags yet; use aws:RequestTag/" + tag
			}
		}
	}
	return "give it a statement of its own without this condition"
}

// uselessForResources reports resources whose type no action knows the key for, although others of
// the statement do: what the author listed for them is never allowed.
func (c *check) uselessForResources(cond Condition) {
	for _, r := range c.s.Resources {
		hits, knows := 0, false
		for _, g := range c.grants {
			for _, a := range g.actions {
				for u := range c.typesHit(a, r) {
					hits++
					knows = knows || c.facts.useKnows(a, u, cond.Key)
				}
			}
		}
		if hits > 0 && !knows {
			c.useless(cond, "what the statement does with "+r.Text,
				"give the resource a statement of its own without this condition")
		}
	}
}

// uselessForMade: a wildcard that covers what an action makes, bound to tags that it cannot have
// yet, such as aws:ResourceTag on ec2:RunInstances and "*". Alone it denies every launch, and
// linters pass it; a second statement may cover what is made, so this only warns.
func (c *check) uselessForMade(cond Condition) {
	if !onResourceTag(cond.Key) || !cond.demands() || !c.allows() {
		return
	}
	_, tag, _ := strings.Cut(cond.Key, "/")
	for _, g := range c.grants {
		if made := c.madeBy(g); made != "" && !g.wild {
			c.warn("useless-condition", fmt.Sprintf("%s makes the %s, which has no tags yet, "+
				"so under %s this statement never allows it", g.pattern, made, cond.Key),
				"allow what it makes in a statement of its own, with aws:RequestTag/"+tag)
		}
	}
}

// madeBy gives a type that an action of the grant must make, among those of the resources, or "".
func (c *check) madeBy(g grant) string {
	for _, a := range g.actions {
		for u := range c.usesHit(a) {
			if u.Required && u.makes(a) {
				return u.Type
			}
		}
	}
	return ""
}

// narrowed tells whether a condition binds the action to less than every resource: tags, or a key
// of a service that is not merely its region. The global keys on callers and networks do not.
// IfExists binds too where requests always have the key, which tags are not.
func (c *check) narrowed(a *Action) bool {
	for _, cond := range c.s.Conditions {
		lower := strings.ToLower(cond.Key)
		tag := strings.HasPrefix(lower, "aws:requesttag/") || onResourceTag(lower)
		if lower == "ec2:region" || strings.HasPrefix(lower, "aws:") && !tag {
			continue
		}
		binds := cond.demands() || !tag && cond.unlessAbsent()
		if binds && c.grantKnows(grant{actions: []*Action{a}}, cond.Key) {
			return true
		}
	}
	return false
}

// unlessAbsent tells whether the condition is one that only IfExists keeps from being positive.
func (c Condition) unlessAbsent() bool {
	o := parseOperator(c.Operator)
	return o.ifExists && Condition{Operator: rejoin(operator{o.set, o.name, false})}.positive()
}

// userName: a role's requests have no aws:username, so what compares with it never matches. Source:
// IAM User Guide, "Where you can use policy variables", the table of principals.
func (c *check) userName() {
	if !c.s.OfRoles {
		return
	}
	for _, text := range c.s.texts() {
		if strings.Contains(strings.ToLower(text), "aws:username") {
			c.fail("no-username", strings.ReplaceAll(text, "${!", "${")+
				" speaks of aws:username, which a role never has",
				"use aws:userid, or a tag by which the service knows the caller")
			return
		}
	}
}
