package fakeec2

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Call is one request: what Settings.Hook decides on, and what Calls lists.
type Call struct {
	N      int // from 0, over all roles; repetitions by the SDK count
	Action string
	Write  int    // counts calls of actions that change something, from 0; -1 for others
	Role   string // of the client
	Note   string // of the context, see WithNote
	At     time.Time
	Query  string // the form
	Code   string // of the refusal, or why no answer came; empty in Hook and for calls that worked
}

// Write is a call that changed something, or a change by the customer.
type Write struct {
	N       int // of the Call; -1 for the customer's
	At      time.Time
	Role    string
	Note    string
	Action  string // CreateVpcEndpoint; Edit and Remove are the customer's
	Query   string
	Changes []Change
}

// Change is one object before and after a write, as text; empty where it did not exist.
type Change struct{ ID, Before, After string }

type noteKey struct{}

// WithNote gives a context whose calls carry a note in the journal: for example the request that a
// function handles.
func WithNote(ctx context.Context, note string) context.Context {
	return context.WithValue(ctx, noteKey{}, note)
}

// Calls lists every request in order, those that were refused or lost too.
func (c *Cloud) Calls() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.calls)
}

// Journal lists every write that took effect, in order. Changes that follow on their own, like a
// pending endpoint that becomes available, are not in it.
func (c *Cloud) Journal() []Write {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.journal)
}

// MadeBy lists the objects that a role made, gone or not, sorted.
func (c *Cloud) MadeBy(role string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(c.made)) {
		if c.made[id] == role {
			ids = append(ids, id)
		}
	}
	return ids
}

// Maker gives the role that made an object; Customer for what a world began with.
func (c *Cloud) Maker(id string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[id]
}

// Touched lists the writes of a role, each with only those changes that are to objects which the
// role did not make itself.
func (c *Cloud) Touched(role string) (foreign []Write) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.journal {
		if w.Role != role {
			continue
		}
		w.Changes = slices.DeleteFunc(slices.Clone(w.Changes), func(change Change) bool {
			return c.made[change.ID] == role
		})
		if len(w.Changes) > 0 {
			foreign = append(foreign, w)
		}
	}
	return foreign
}

// String gives a write on one line, for a failed test.
func (w Write) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s:", w.At.Format("15:04:05.000"), w.Role, w.Note, w.Action)
	for _, change := range w.Changes {
		fmt.Fprintf(&b, " %s: %s => %s", change.ID, change.Before, change.After)
	}
	return b.String()
}

// replace puts a state into a store and notes it in a write.
func replace[T kind[T]](w *Write, in *store[T], now time.Time, id string, is *T) {
	w.Changes = append(w.Changes, Change{id, text(in.now(id)), text(is)})
	in.put(now, id, is)
}

func text[T any](value *T) string {
	if value == nil {
		return ""
	}
	return fmt.Sprintf("%+v", *value)
}
