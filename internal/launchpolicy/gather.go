package launchpolicy

import "slices"

// rule is what one resource, or one property that it uses, needs. Actions are parted by spaces.
// Rules with the same sid and kinds of condition become one statement.
type rule struct {
	sid, why, source             string
	read, create, update, remove string // remove is part of a rollback as well
	on                           []string
	where                        []Clause
	beyond                       string // what else it reaches, where it is not held to the stack
}

// group is a statement in the making.
type group struct {
	Statement
	read, create, update, remove words
	beyond                       string
}

// words is a set of actions in the order of their first use.
type words struct {
	list []string
	seen []string // texts that are in it already
}

func (w *words) add(text string) {
	if text == "" || slices.Contains(w.seen, text) {
		return
	}
	w.seen = append(w.seen, text)
	for start, i := 0, 0; i <= len(text); i++ {
		if i == len(text) || text[i] == ' ' {
			if start < i {
				w.list = union(w.list, text[start:i])
			}
			start = i + 1
		}
	}
}

// The ways in which CloudFormation leaves a resource behind.
const (
	retain         = "Retain"
	retainOnceMade = "RetainExceptOnCreate"
)

// add takes a rule of a resource into its statement. A rule without resources is about all.
func (m *maker) add(r *resource, rule rule) {
	g := m.group(rule)
	g.create.add(rule.create)
	g.update.add(rule.update)
	switch r.keeps {
	case retain:
		g.create.add(rule.read)
	case retainOnceMade:
		g.create.add(rule.read)
		g.create.add(rule.remove) // only a first launch that fails removes it
	default:
		g.read.add(rule.read)
		g.remove.add(rule.remove)
	}
	if g.beyond == "" {
		g.beyond = rule.beyond
	}
	if len(rule.on) == 0 && len(g.Resources) == 0 {
		g.Resources = []string{"*"}
	}
	g.Resources = union(g.Resources, rule.on...)
	if n := len(g.For); n == 0 || g.For[n-1] != r.id {
		g.For = append(g.For, r.id)
	}
	for i, c := range rule.where {
		g.Condition[i].Values = union(g.Condition[i].Values, c.Values...)
	}
}

// group gives the statement that a rule belongs to.
func (m *maker) group(rule rule) *group {
	for _, g := range m.groups {
		if g.Sid == rule.sid && slices.EqualFunc(g.Condition, rule.where, sameKey) {
			return g
		}
	}
	g := &group{Statement: Statement{Sid: rule.sid, Why: rule.why, Source: rule.source}}
	for _, c := range rule.where {
		g.Condition = append(g.Condition, Clause{Operator: c.Operator, Key: c.Key})
	}
	m.groups = append(m.groups, g)
	return g
}

func sameKey(a, b Clause) bool { return a.Operator == b.Operator && a.Key == b.Key }

// phase is one of the documents that describe CloudFormation's calls.
type phase int

const (
	atCreate phase = iota
	atUpdate
	atDelete
)

// statements gives those of a phase, actions sorted by name.
func (m *maker) statements(at phase) []Statement {
	out := make([]Statement, 0, len(m.groups))
	for _, g := range m.groups {
		actions := g.actions(at)
		if len(actions) == 0 {
			continue
		}
		slices.Sort(actions)
		s := g.Statement
		s.Sid = sidAmong(out, s.Sid)
		s.Actions = actions
		out = append(out, s)
	}
	return out
}

func (g *group) actions(at phase) []string {
	if at == atDelete {
		return union(slices.Clone(g.remove.list), g.read.list...)
	}
	created := make([]string, 0, len(g.read.list)+len(g.create.list)+len(g.remove.list))
	created = union(created, g.read.list...)
	created = union(created, g.create.list...)
	created = union(created, g.remove.list...)
	if at == atCreate {
		return created
	}
	var more []string
	for _, a := range g.update.list {
		if !slices.Contains(created, a) {
			more = append(more, a)
		}
	}
	return more
}

// sidAmong gives a Sid that no other statement of the document has.
func sidAmong(others []Statement, sid string) string {
	name := sid
	for n := 2; slices.ContainsFunc(others, func(s Statement) bool { return s.Sid == name }); n++ {
		name = sid + number(n)
	}
	return name
}
