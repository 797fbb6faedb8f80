package iam

import (
	"slices"
	"strings"
)

// Fence is a statement whose conditions look at tags of the resource, beside a statement that the
// same principal holds and that tags. Both hold at the same time.
type Fence struct {
	By, Tagger *Weighed
	Rest       func() Rest // asked for where it matters
}

// Rest is what else counts, whenever the two hold.
type Rest struct {
	Allows  []*Weighed // what the principal may do
	Denies  []*Weighed // what stops it
	Bounded bool       // Bounds is all that a boundary lets through
	Bounds  []*Weighed
}

// Gap is a way round a fence: an action that sets the tag on what does not carry it, or takes it off.
type Gap struct {
	Action, Type, Key string
	Entry             string // the entry of Action that stands for it
	Off               bool
	AtCreation        string // the key that tells tags on what is being made from others, or empty
}

// Hollow finds how the tagger gets round the fence, if it does: a request to tag something which the
// fence shuts out, and to which it is open afterwards. Of conditions on other things than tags it
// assumes that the tagger meets them, and that denials need not apply. Source: IAM User Guide,
// "Controlling access to AWS resources using tags"; EC2 User Guide, "Grant permission to tag
// resources during creation".
func Hollow(f *Facts, w Fence) (Gap, bool) {
	if !slices.ContainsFunc(w.Tagger.tags(), func(t tagEntry) bool { return w.By.speaksOf(t.Service) }) {
		return Gap{}, false
	}
	for _, off := range []bool{false, true} {
		if !newPuzzle(w.By, w.Tagger, off, nil, nil).solvable() {
			continue // most end here
		}
		h := &hollow{check: check{facts: f, s: w.Tagger.Statement}, w: w, rest: w.Rest(), off: off,
			known: map[string]bool{}}
		if gap, found := h.look(); found {
			return gap, true
		}
	}
	return Gap{}, false
}

// hollow is one run of Hollow, for tags that are set or for those that are taken off.
type hollow struct {
	check
	w     Fence
	rest  Rest
	off   bool
	known map[string]bool // solved for one action, by the statements in play

	denies, bounds []*Weighed // that speak of the action
	tag            string     // that was found last
}

func (h *hollow) look() (Gap, bool) {
	fenced := h.w.By.fencedTypes()
	for _, t := range h.w.Tagger.tags() {
		if !t.does(h.off) {
			continue
		}
		h.denies, h.bounds = naming(h.rest.Denies, t.Action), naming(h.rest.Bounds, t.Action)
		clear(h.known)
		for _, r := range h.s.Resources {
			for u := range h.typesHit(t.Action, r) {
				actions := fenced[typeKey{t.Service, u.Type}]
				decided := func(a *Action) bool { return h.w.By.decides(a, u, r, h.rest.Allows) }
				if len(actions) > 0 && h.open(t.Action, u, r) && h.knowsConditions(t.Action, u) &&
					slices.ContainsFunc(actions, decided) {
					return h.gap(t, u), true
				}
			}
		}
	}
	return Gap{}, false
}

// open tells whether tagging such a resource gets round the fence in spite of denials and boundary.
func (h *hollow) open(a *Action, u Use, tagged Resource) bool {
	for _, behind := range h.w.By.Resources {
		if !h.facts.mayBe(a, u, behind) || !meets(tagged, behind) {
			continue
		}
		var denies, bounds []*Weighed
		played := make([]byte, 0, 16)
		for i, d := range h.denies {
			if h.facts.takesIn(d, a, u, tagged, behind) {
				denies, played = append(denies, d), append(played, 'd', byte(i))
			}
		}
		for i, b := range h.bounds {
			if slices.ContainsFunc(b.Resources, func(r Resource) bool {
				return h.facts.mayBe(a, u, r) && meets(r, tagged) && meets(r, behind)
			}) {
				bounds, played = append(bounds, b), append(played, 'b', byte(i))
			}
		}
		open, known := h.known[string(played)]
		if !known {
			p := newPuzzle(h.w.By, h.w.Tagger, h.off, denies, bounds)
			open = (!h.rest.Bounded || len(bounds) > 0) && p.solvable()
			h.known[string(played)], h.tag = open, p.found
		}
		if open {
			return true
		}
	}
	return false
}

// takesIn tells whether one of the statement's resources takes in all that two texts mean of a type:
// all of one of them, or all of the type.
func (f *Facts) takesIn(w *Weighed, a *Action, u Use, one, two Resource) bool {
	return slices.ContainsFunc(w.Resources, func(r Resource) bool {
		if covers(r.Text, one.Text) || covers(r.Text, two.Text) {
			return true
		}
		s, _ := f.Service(a.Service)
		kind, _ := s.Type(u.Type)
		outside := func(format string) bool { return !covers(r.Text, format) }
		return len(kind.Formats) > 0 && !slices.ContainsFunc(kind.Formats, outside)
	})
}

// mayBe tells whether a resource may be of a type.
func (f *Facts) mayBe(a *Action, u Use, r Resource) bool {
	return r.Text == "*" || r.Type == "" && whollyOpaque(r.Text) || f.typesOf(a.Service, r)[u.Type]
}

func (h *hollow) gap(t tagEntry, u Use) Gap {
	gap := Gap{Action: t.Full(), Entry: t.entry, Type: u.Type, Off: h.off}
	for _, cond := range h.w.By.conditions {
		if cond.part == ofResource && cond.tag == h.tag {
			_, gap.Key, _ = strings.Cut(cond.key, "/")
		}
	}
	if key := t.Service + ":CreateAction"; h.facts.useKnows(t.Action, u, key) {
		gap.AtCreation = key
	}
	return gap
}
