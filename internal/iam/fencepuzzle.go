package iam

import (
	"slices"
	"strings"
)

// other is a value of a tag that no condition names, though one with wildcards may match it.
const other = "\x01"

// puzzle asks for tags that a resource has, and a request that changes them, so that the request is
// allowed and gets round the fence.
type puzzle struct {
	fence          []tagCondition // of the fence, on tags of the resource
	opens          bool           // it lets through what meets them; a denial shuts that out
	tagger         []tagCondition
	denies, bounds [][]tagCondition
	off            bool
	keys           []string
	values         [][]string // by slot
	found          string     // the tag with which it was solved
}

// newPuzzle puts statements together; denies and bounds are what else counts.
func newPuzzle(fence, tagger *Weighed, off bool, denies, bounds []*Weighed) *puzzle {
	p := &puzzle{opens: fence.Effect != "Deny", off: off}
	for _, c := range fence.conditions {
		if c.part == ofResource {
			p.fence = append(p.fence, c)
		}
	}
	p.slots(p.fence)
	p.tagger = p.slots(slices.Clone(tagger.conditions))
	for _, d := range denies {
		p.denies = append(p.denies, p.slots(slices.Clone(d.conditions)))
	}
	for _, b := range bounds {
		p.bounds = append(p.bounds, p.slots(slices.Clone(b.conditions)))
	}
	return p
}

// slots numbers the tags of which the conditions speak, and notes the values.
func (p *puzzle) slots(conditions []tagCondition) []tagCondition {
	for i := range conditions {
		c := &conditions[i]
		if c.part != ofResource && c.part != ofRequest {
			continue
		}
		if c.slot = slices.Index(p.keys, c.tag); c.slot < 0 {
			c.slot = len(p.keys)
			p.keys = append(p.keys, c.tag)
			p.values = append(p.values, []string{other})
		}
		if c.op.name != "Null" {
			p.values[c.slot] = append(p.values[c.slot], c.values...)
		}
	}
	return conditions
}

// solvable tries every combination of what can be told apart.
func (p *puzzle) solvable() bool {
	if len(p.keys) > mostKeys {
		return false
	}
	choices := make([][]choice, len(p.keys))
	for slot := range p.keys {
		if choices[slot] = p.choices(slot); len(choices[slot]) == 0 {
			return false
		}
	}
	return p.try(&tagRequest{off: p.off, keys: p.keys}, choices)
}

func (p *puzzle) try(q *tagRequest, choices [][]choice) bool {
	slot := len(p.keys) - len(choices)
	if len(choices) == 0 {
		return p.solves(q)
	}
	for _, c := range choices[0] {
		q.before[slot], q.asked[slot] = c.before, c.asked
		if p.try(q, choices[1:]) {
			return true
		}
	}
	return false
}

// choice is what becomes of one tag: nil where the resource has none, or none is asked for.
type choice struct{ before, asked *string }

// choices gives one of each kind of what may become of a tag, as far as conditions tell them apart.
func (p *puzzle) choices(slot int) []choice {
	var out []choice
	var seen []string
	values := p.kinds(slot)
	for _, before := range values {
		for _, asked := range values {
			if asked != nil && (p.off && asked != before || strings.HasPrefix(p.keys[slot], "aws:")) {
				continue // not there to be taken off, or set by AWS alone
			}
			q := p.request(slot, choice{before, asked})
			if !p.fits(slot, &q) {
				continue
			}
			kind := p.kindOf(&q)
			if asked != nil {
				kind += "asked"
			}
			if !slices.Contains(seen, kind) {
				seen, out = append(seen, kind), append(out, choice{before, asked})
			}
		}
	}
	return out
}

// kinds gives none and one of each kind of a tag's values, or all where these are few.
func (p *puzzle) kinds(slot int) []*string {
	out := []*string{nil}
	var seen map[string]bool
	few := len(p.values[slot]) < 5
	if !few {
		seen = map[string]bool{}
	}
	for i := range p.values[slot] {
		v := &p.values[slot][i]
		if few {
			out = append(out, v)
			continue
		}
		had, got := p.request(slot, choice{before: v}), p.request(slot, choice{asked: v})
		if kind := p.kindOf(&had) + p.kindOf(&got); !seen[kind] {
			seen[kind] = true
			out = append(out, v)
		}
	}
	return out
}

// kindOf says what every condition comes to, and the fence afterwards.
func (p *puzzle) kindOf(q *tagRequest) string {
	out := make([]byte, 0, 32)
	add := func(q *tagRequest, conditions []tagCondition) {
		for i := range conditions {
			out = append(out, byte(q.truth(&conditions[i])))
		}
	}
	add(q, p.fence)
	after := q.after()
	add(&after, p.fence)
	add(q, p.tagger)
	for _, s := range p.denies {
		add(q, s)
	}
	for _, s := range p.bounds {
		add(q, s)
	}
	return string(out)
}

// fits tells whether the tagger may do so with the tag, and the fence is open afterwards to it.
func (p *puzzle) fits(slot int, q *tagRequest) bool {
	of := func(c *tagCondition) bool {
		return (c.part == ofResource || c.part == ofRequest) && c.slot == slot
	}
	for i := range p.tagger {
		if c := &p.tagger[i]; of(c) && q.truth(c) == no {
			return false
		}
	}
	after := q.after()
	for i := range p.fence {
		if c := &p.fence[i]; p.opens && of(c) && after.truth(c) == no {
			return false
		}
	}
	return true
}

func (p *puzzle) request(slot int, c choice) tagRequest {
	q := tagRequest{off: p.off, keys: p.keys}
	q.before[slot], q.asked[slot] = c.before, c.asked
	return q
}

func (p *puzzle) solves(q *tagRequest) bool {
	if q.asked == [mostKeys]*string{} || !q.holds(p.tagger) {
		return false
	}
	if slices.ContainsFunc(p.denies, q.denied) {
		return false
	}
	if len(p.bounds) > 0 && !slices.ContainsFunc(p.bounds, q.holds) {
		return false
	}
	after := q.after()
	if q.holds(p.fence) == p.opens || after.holds(p.fence) != p.opens {
		return false
	}
	for _, c := range p.fence {
		if q.asked[c.slot] != nil && p.found == "" {
			p.found = c.tag
		}
	}
	return true
}
