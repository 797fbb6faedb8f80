package published

import (
	"fmt"
	"slices"
	"strings"
)

// Part is some of the permissions of a statement: its actions on its resources.
type Part struct {
	Statement                                  string
	Actions, Principals, Resources, Conditions []string
}

// Residue is what one side permits and the other does not, or not wholly: As is then what the other
// side does permit of it. Actions of As are named only where they are others.
type Residue struct {
	Part
	As []Part
}

// Result is what comparing one holder with its documents shows.
type Result struct {
	Document []Residue           // what the documents permit and we do not
	Ours     []Residue           // what we permit and the documents do not
	By       map[string][]string // statement of a document → ours that permit some of it
}

// Compare holds ours against what is published, in both directions.
func Compare(published, ours []Statement) Result {
	theirs, own := all(published), all(ours)
	out := Result{By: map[string][]string{}}
	for i := range published {
		s := &published[i]
		out.Document = append(out.Document, residues(s, own)...)
		for _, g := range s.grants() {
			for _, o := range own {
				by := out.By[s.Name]
				if (o.covers(g) || g.covers(o)) && !slices.Contains(by, o.of.Name) {
					out.By[s.Name] = append(by, o.of.Name)
				}
			}
		}
	}
	for i := range ours {
		out.Ours = append(out.Ours, residues(&ours[i], theirs)...)
	}
	return out
}

func all(statements []Statement) []grant {
	var out []grant
	for i := range statements {
		out = append(out, statements[i].grants()...)
	}
	return out
}

// residues gives what of a statement the others do not cover, as few residues as say it.
func residues(s *Statement, others []grant) []Residue {
	var single []Residue // one action each
	for _, g := range s.grants() {
		covered := func(o grant) bool { return o.covers(g) }
		if slices.ContainsFunc(others, covered) {
			continue
		}
		r := Residue{Part: partOf(g)}
		for _, o := range others {
			if g.covers(o) {
				r.As = mergePart(r.As, asOf(g, o))
			}
		}
		at := slices.IndexFunc(single, func(q Residue) bool {
			return slices.Equal(q.Actions, r.Actions) && sameAs(q.As, r.As)
		})
		if at < 0 {
			single = append(single, r)
			continue
		}
		single[at].merge(r)
	}
	var out []Residue
	for _, r := range single {
		at := slices.IndexFunc(out, func(q Residue) bool { return q.sameBut(r) })
		if at < 0 {
			out = append(out, r)
			continue
		}
		out[at].merge(r)
	}
	return out
}

func partOf(g grant) Part {
	p := Part{Statement: g.of.Name, Actions: []string{g.action}, Conditions: g.of.conditions()}
	if g.principal != "" {
		p.Principals = []string{g.principal}
	}
	if g.resource != "" {
		p.Resources = []string{g.resource}
	}
	return p
}

// asOf is the part that o has of g; the action is said where it is another.
func asOf(g, o grant) Part {
	p := partOf(o)
	if strings.EqualFold(g.action, o.action) {
		p.Actions = nil
	}
	return p
}

// mergePart adds to the part of the same statement.
func mergePart(parts []Part, p Part) []Part {
	for i := range parts {
		if parts[i].Statement == p.Statement {
			parts[i].merge(p)
			return parts
		}
	}
	return append(parts, p)
}

func (p *Part) merge(o Part) {
	p.Actions = union(p.Actions, o.Actions)
	p.Principals = union(p.Principals, o.Principals)
	p.Resources = union(p.Resources, o.Resources)
}

func (r *Residue) merge(o Residue) {
	r.Part.merge(o.Part)
	for _, as := range o.As {
		r.As = mergePart(r.As, as)
	}
}

func union(a, b []string) []string {
	for _, text := range b {
		if !slices.Contains(a, text) {
			a = append(a, text)
		}
	}
	return a
}

// sameAs compares what the other side has, its resources apart.
func sameAs(a, b []Part) bool {
	return slices.EqualFunc(a, b, func(x, y Part) bool {
		return x.Statement == y.Statement && slices.Equal(x.Actions, y.Actions)
	})
}

// sameBut tells whether two residues of a statement differ by their actions alone.
func (r Residue) sameBut(o Residue) bool {
	a, b := r, o
	a.Actions, b.Actions = nil, nil
	return a.key() == b.key()
}

// key is the same for residues that say the same, in whatever order.
func (r Residue) key() string {
	var as []string
	for _, p := range r.As {
		as = append(as, p.key())
	}
	return fmt.Sprintf("%s as %q", r.Part.key(), sorted(as))
}

func (p Part) key() string {
	return fmt.Sprintf("%s %q %q %q %q", p.Statement, sorted(p.Actions), sorted(p.Principals),
		sorted(p.Resources), sorted(p.Conditions))
}
