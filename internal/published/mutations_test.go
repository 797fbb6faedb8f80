package published

import (
	"slices"
	"testing"
)

// TestEveryGrantMatters is the control on the real templates: an action less, an action more and a
// wider resource, in any statement that is compared, change what must be answered for.
func TestEveryGrantMatters(t *testing.T) {
	for _, p := range products() {
		e, _ := evidence(t, p.Name)
		for _, c := range p.Cases {
			stack, err := Open(e.Templates[c.Stack], c.Inputs)
			if err != nil {
				t.Fatal(err)
			}
			holders, err := stack.Holders()
			if err != nil {
				t.Fatal(err)
			}
			for _, pair := range c.Pairs {
				at := slices.IndexFunc(holders, func(h Holder) bool { return h.ID == pair.Holder })
				published := publishedOf(t, p, e, c, pair)
				for i := range holders[at].Statements {
					mutate(t, p.Name+", "+c.Name, published, holders[at].Statements, i)
				}
			}
		}
	}
}

func publishedOf(t *testing.T, p Product, e Evidence, c Case, pair Pair) []Statement {
	t.Helper()
	j := judge{product: p, evidence: e}
	out, err := j.published(c.Values, pair)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mutate changes one statement in every small way, each of which must show.
func mutate(t *testing.T, where string, published, ours []Statement, i int) {
	t.Helper()
	s, before := ours[i], Compare(published, ours)
	shows := func(what string, excused func(changed []Statement) bool, change func(s *Statement)) {
		changed := slices.Clone(ours)
		change(&changed[i])
		if !differs(before, published, changed, i) && !excused(changed) {
			t.Errorf("%s: %s %s differs in nothing", where, s.Name, what)
		}
	}
	never := func([]Statement) bool { return false }
	for k, action := range s.Actions {
		elsewhere := func(changed []Statement) bool { return said(changed, s, action) }
		shows("without "+action, elsewhere, func(s *Statement) {
			s.Actions = slices.Delete(slices.Clone(s.Actions), k, k+1)
		})
	}
	shows("with sns:Publish", never, func(s *Statement) {
		s.Actions = append(slices.Clone(s.Actions), "sns:Publish")
	})
	if len(s.Resources) > 0 && !slices.Contains(s.Resources, "*") {
		shows("on everything", never, func(s *Statement) { s.Resources = []string{"*"} })
	}
}

// differs compares again what a changed statement can change: its own residues, and those of the
// statements of the document that it stands for.
func differs(before Result, published, ours []Statement, i int) bool {
	of := func(residues []Residue, name string) []string {
		var out []string
		for _, r := range residues {
			if r.Statement == name {
				out = append(out, r.key())
			}
		}
		return out
	}
	keys := func(s *Statement, others []grant) []string { return of(residues(s, others), s.Name) }
	name := ours[i].Name
	if !slices.Equal(of(before.Ours, name), keys(&ours[i], all(published))) {
		return true
	}
	own := all(ours)
	for k := range published {
		p := &published[k]
		if slices.Contains(before.By[p.Name], name) &&
			!slices.Equal(of(before.Document, p.Name), keys(p, own)) {
			return true
		}
	}
	return false
}

// said tells whether other statements permit an action as s does.
func said(others []Statement, s Statement, action string) bool {
	s.Actions = []string{action}
	own := all(others)
	return !slices.ContainsFunc(s.grants(), func(g grant) bool {
		return !slices.ContainsFunc(own, func(o grant) bool { return o.covers(g) })
	})
}
