package proof

import (
	"maps"
	"slices"

	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// ChangeKind says what an update of the stack would do to a resource of a customer.
type ChangeKind string

// The kinds of changes. A gated resource is removed where the new gate does not hold.
const (
	Removed  ChangeKind = "removed"
	Renamed  ChangeKind = "renamed"
	Gated    ChangeKind = "gated"
	Replaced ChangeKind = "replaced"
)

// Change is one thing that a customer with the older release would feel. Stateful says why it must
// not happen, and is empty where it may.
type Change struct {
	Kind               ChangeKind
	ID, Type, Property string
	Old, New           string
	Stateful           string
}

// Compare tells what an update from the older lock to the newer would do. What is new does no
// harm.
func Compare(older, newer Lock) []Change {
	now := map[string]Locked{}
	for _, l := range newer.Resources {
		now[l.ID] = l
	}
	var fresh []Locked // not in the older one, and not yet taken for a renamed resource
	for _, l := range newer.Resources {
		if !slices.ContainsFunc(older.Resources, func(o Locked) bool { return o.ID == l.ID }) {
			fresh = append(fresh, l)
		}
	}
	var changes []Change
	for _, was := range older.Resources {
		is, still := now[was.ID]
		if still && is.Type == was.Type {
			changes = append(changes, compareOne(was, is)...)
			continue
		}
		c := Change{Kind: Removed, ID: was.ID, Type: was.Type, Stateful: was.Stateful}
		if i := slices.IndexFunc(fresh, func(l Locked) bool { return twins(was, l) }); i >= 0 {
			c.Kind, c.New = Renamed, fresh[i].ID
			fresh = slices.Delete(fresh, i, i+1)
		}
		changes = append(changes, c)
	}
	return changes
}

// twins tells whether two resources differ in nothing but their ids.
func twins(a, b Locked) bool {
	return a.Type == b.Type && maps.Equal(a.Properties, b.Properties)
}

func compareOne(was, is Locked) []Change {
	var changes []Change
	change := func(kind ChangeKind, property, older, newer string) {
		c := Change{kind, was.ID, was.Type, property, older, newer, was.Stateful}
		if property == serviceToken {
			c.Stateful = "CloudFormation refuses another function"
		}
		changes = append(changes, c)
	}
	for _, word := range is.When {
		if !slices.Contains(was.When, word) {
			change(Gated, "when", "", word)
		}
	}
	for _, key := range union(was.Properties, is.Properties) {
		older, newer := was.Properties[key], is.Properties[key]
		if older != newer && !unwatched(was, is, key) {
			change(Replaced, key, older, newer)
		}
	}
	for _, key := range union(was.Facts, is.Facts) {
		older, had := was.Facts[key]
		newer, has := is.Facts[key]
		if had && has && older != newer { // a region may come or go
			change(Replaced, key, older, newer)
		}
	}
	return changes
}

// unwatched tells of a property that the registry has come to call create-only: what it was is not in
// the older lock.
func unwatched(was, is Locked, key string) bool {
	_, had := was.Properties[key]
	return !had && slices.Contains(is.CreateOnly, key) && !slices.Contains(was.CreateOnly, key)
}

func union(a, b map[string]string) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// CheckLock holds a plan, and the lock that was taken of it, against the lock of the last release. A
// stateful resource must not go; of any other the replacement is announced. Policies of both releases
// must fit their principals together.
func CheckLock(p *plan.Plan, newer, older Lock) diag.List {
	r := newReport(newScope(p))
	changes := Compare(older, newer)
	r.crowded(older, newer, changes)
	found := r.found
	for _, c := range changes {
		at := diag.Range{File: p.SpecFile}
		if res := r.resources[c.ID]; res != nil && res.From.File != "" {
			at = res.From
		}
		if c.Stateful == "" {
			found.Warn(at, "replaces", c.felt(), "undo it if customers cannot bear it; synth takes it as it is")
			continue
		}
		found.Error(at, "locked", c.words()+", but "+c.Stateful, lockHint)
	}
	return found
}

const lockHint = "undo it, or run byocfn synth --update-lock after deciding that customers " +
	"can bear it"

// felt says what a customer who updates notices of a change that may happen.
func (c Change) felt() string {
	if c.Kind != Replaced {
		return c.words() + " at every customer who updates"
	}
	lost := ""
	if c.Type == "AWS::EC2::Instance" {
		lost = ", and its disk is lost"
	}
	return "every customer who updates gets a new " + c.ID + lost + ": " + c.Property + " changed"
}

// words says a change in one line.
func (c Change) words() string {
	switch c.Kind {
	case Renamed:
		return c.Type + " " + c.ID + " is removed and made anew as " + c.New
	case Gated:
		return c.Type + " " + c.ID + " is removed, except where " + c.New
	case Replaced:
		return c.Type + " " + c.ID + " is replaced, because " + c.Property + " changes"
	}
	return c.Type + " " + c.ID + " is removed"
}
