package iam

import (
	"slices"
	"strings"
)

// Weighed is a statement of an identity policy, read once for Hollow. Goroutines may not share it.
type Weighed struct {
	Statement
	facts      *Facts
	entries    []nameEntry // see read
	conditions []tagCondition
	tagging    []tagEntry
	isRead     bool                  // tagging is known
	fenced     map[typeKey][]*Action // nil until somebody asks
}

// typeKey is a type of a service.
type typeKey struct{ service, name string }

// tagEntry is an action that tags, and the entry of Action that stands for it.
type tagEntry struct {
	*Action
	entry string
}

// nameEntry is an entry of Action in lower case.
type nameEntry struct {
	service, short string
	wild           []glyph // of short, where it has wildcards
}

// Weigh reads a statement.
func Weigh(f *Facts, s Statement) *Weighed {
	w := &Weighed{Statement: s, facts: f, conditions: make([]tagCondition, 0, len(s.Conditions))}
	for _, c := range s.Conditions {
		w.conditions = append(w.conditions, tagConditionOf(c))
	}
	return w
}

// read gives the entries of Action in lower case.
func (w *Weighed) read() []nameEntry {
	if w.entries != nil {
		return w.entries
	}
	w.entries = make([]nameEntry, 0, len(w.Actions))
	for _, text := range w.Actions {
		var e nameEntry
		e.service, e.short, _ = strings.Cut(strings.ToLower(text), ":")
		if strings.ContainsAny(e.short, "*?") {
			e.wild = glyphs(e.short)
		}
		w.entries = append(w.entries, e)
	}
	return w.entries
}

// FencesByTag tells whether conditions on tags of the resource bind a statement.
func FencesByTag(s Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		part, _ := tagPart(c.Key)
		return part == ofResource
	})
}

// Tags tells whether the statement allows tagging, or taking tags off, what is there already.
func (w *Weighed) Tags() bool { return len(w.tags()) > 0 }

func (w *Weighed) tags() []tagEntry {
	if w.isRead {
		return w.tagging
	}
	w.isRead = true
	making := func(c tagCondition) bool { return c.part == ofCreation && c.compare(nil) == no }
	if w.Effect == "Deny" || w.Kind != Identity || slices.ContainsFunc(w.conditions, making) {
		return nil
	}
	c := &check{facts: w.facts, s: w.Statement}
	for _, entry := range w.Actions {
		if !strings.ContainsAny(entry, "*?") && !saysTag(entry) {
			continue
		}
		for _, a := range c.grantOf(entry).actions {
			if a.Level == Tagging {
				w.tagging = append(w.tagging, tagEntry{a, entry})
			}
		}
	}
	return w.tagging
}

// saysTag looks for the word that stands in the names of all actions that tag, whatever its case.
func saysTag(entry string) bool {
	for i := range len(entry) - 2 {
		if strings.EqualFold(entry[i:i+3], "tag") {
			return true
		}
	}
	return false
}

// does reads from the name whether an action sets tags or takes them off; some do both.
func (t tagEntry) does(off bool) bool {
	takes := strings.Contains(t.Name, "Untag") || strings.HasPrefix(t.Name, "Remove") ||
		strings.HasPrefix(t.Name, "Delete")
	return off == takes || strings.HasPrefix(t.Name, "Change")
}

// speaksOf tells whether an action of a service is among those of the statement.
func (w *Weighed) speaksOf(service string) bool {
	return slices.ContainsFunc(w.Actions, func(entry string) bool {
		return len(entry) > len(service) && entry[len(service)] == ':' &&
			strings.EqualFold(entry[:len(service)], service)
	})
}

// names tells whether one of the statement's actions stands for this one.
func (w *Weighed) names(a *Action) bool {
	return slices.ContainsFunc(w.read(), func(e nameEntry) bool {
		switch {
		case e.service != a.Service:
			return e.service == "*"
		case e.wild == nil:
			return strings.EqualFold(e.short, a.Name)
		}
		return overlap(e.wild, letters(strings.ToLower(a.Name)))
	})
}

// naming gives those that speak of an action.
func naming(all []*Weighed, a *Action) []*Weighed {
	var out []*Weighed
	for _, w := range all {
		if w.names(a) {
			out = append(out, w)
		}
	}
	return out
}

// fencedTypes gives the types on which conditions about tags bind something that changes them or
// reads what they hold, and the actions that do.
func (w *Weighed) fencedTypes() map[typeKey][]*Action {
	if w.fenced != nil {
		return w.fenced
	}
	w.fenced = map[typeKey][]*Action{}
	heads := w.tagHeads()
	c := &check{facts: w.facts, s: w.Statement}
	for _, entry := range w.Actions {
		for _, a := range c.grantOf(entry).actions {
			if a.Level == Tagging || !bindable(a) {
				continue
			}
			for _, r := range w.Resources {
				for u := range c.typesHit(a, r) {
					if key := (typeKey{a.Service, u.Type}); w.facts.knowsTags(a, u, heads) {
						w.fenced[key] = append(w.fenced[key], a)
					}
				}
			}
		}
	}
	return w.fenced
}

// decides tells whether the fence matters to an action on a resource: a denial does where something
// allows it; a statement that allows does where no other allows as much without a condition.
func (w *Weighed) decides(a *Action, u Use, r Resource, allows []*Weighed) bool {
	deny := w.Effect == "Deny"
	return deny == slices.ContainsFunc(allows, func(s *Weighed) bool {
		switch {
		case !s.names(a):
			return false
		case deny:
			return slices.ContainsFunc(s.Resources, func(o Resource) bool { return w.facts.mayBe(a, u, o) })
		}
		return len(s.Conditions) == 0 && w.facts.takesIn(s, a, u, r, r)
	})
}

// tagHeads gives the keys on tags of the resource, up to the tag: aws:ResourceTag/.
func (w *Weighed) tagHeads() []string {
	var out []string
	for _, c := range w.conditions {
		if c.part == ofResource {
			out = append(out, c.key[:strings.Index(c.key, "/")+1])
		}
	}
	return out
}

// knowsTags is useKnows for keys that end in the name of a tag. It is asked of every action of
// patterns such as ec2:*.
func (f *Facts) knowsTags(a *Action, u Use, heads []string) bool {
	known := func(keys []string) bool {
		return slices.ContainsFunc(keys, func(key string) bool {
			return slices.ContainsFunc(heads, func(head string) bool {
				return len(key) > len(head) && strings.EqualFold(key[:len(head)], head)
			})
		})
	}
	switch {
	case known(u.Keys):
		return !u.makes(a)
	case a.Service == "ec2" && len(u.Keys) > 0:
		return false
	case known(a.Keys):
		return !u.makes(a)
	}
	s, _ := f.Service(a.Service)
	t, _ := s.Type(u.Type)
	return known(t.Keys) && !u.makes(a)
}
