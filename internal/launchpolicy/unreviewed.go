package launchpolicy

import (
	_ "embed" // for AWS's lists
	"strings"

	"byocfn/internal/iam"
)

// handlersFile holds what the handlers of 57 types declare; handlers/NOTICE says where it is from.
//
//go:embed handlers/handlers.txt
var handlersFile string

// handlersOf gives the actions of a type by handler; ok is false where AWS lists none.
func handlersOf(kind string) (handlers map[string][]string, ok bool) {
	_, section, ok := strings.Cut(handlersFile, "\n= "+kind+"\n")
	if !ok {
		return nil, false
	}
	section, _, _ = strings.Cut(section, "\n= ")
	handlers = map[string][]string{}
	for line := range strings.Lines(section) {
		words := strings.Fields(line)
		handlers[words[0]] = words[1:]
	}
	return handlers, true
}

// unreviewed takes AWS's own list for a type that is not in the table. It knows neither resources nor
// conditions, so what could change identities stays out, and is said to be missing.
func (m *maker) unreviewed(r *resource, facts *iam.Facts) []rule {
	handlers, ok := handlersOf(r.kind)
	if !ok {
		m.gap(r, "everything: neither byocfn nor AWS's registry lists what this type needs")
		return nil
	}
	var missing []string
	known := func(handler string) string {
		var out []string
		for _, name := range handlers[handler] {
			if full, ok := usable(facts, name); ok {
				out = append(out, full)
			} else {
				missing = union(missing, name)
			}
		}
		return strings.Join(out, " ")
	}
	out := rule{sid: "Unreviewed" + letters(r.kind), source: handlersSource,
		why:    "AWS's list for " + r.kind + ", as it is, on every resource: nobody narrowed it yet",
		create: known("create"), read: known("read"), update: known("update"), remove: known("delete")}
	m.gap(r, "what "+out.sid+" holds on every resource, by AWS's list for the type, is for you to narrow")
	if len(missing) > 0 {
		m.gap(r, strings.Join(missing, ", ")+", which AWS lists without saying on what")
	}
	return []rule{out}
}

const handlersSource = "CloudFormation registry, handlers of the type, not reviewed"

// usable gives the action as policies spell it. What changes identities is not, nor what no service
// has, nor a pattern that takes in more than reading.
func usable(facts *iam.Facts, name string) (string, bool) {
	if !strings.Contains(name, "*") {
		a, ok := facts.Action(name)
		if !ok || a.Service == "iam" && a.Level.Changes() {
			return "", false
		}
		return a.Full(), true
	}
	all := facts.Expand(name)
	for _, a := range all {
		if a.Level.Changes() {
			return "", false
		}
	}
	return name, len(all) > 0
}

// letters leaves out what a Sid cannot hold.
func letters(kind string) string {
	return strings.ReplaceAll(strings.TrimPrefix(kind, "AWS::"), "::", "")
}
