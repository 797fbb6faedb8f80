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
	before := keysOf(Compare(published, ours))
	with := func(change func(s *Statement)) []Statement {
		out := slices.Clone(ours)
		change(&out[i])
		return out
	}
	s := ours[i]
	for k, action := range s.Actions {
		less := with(func(s *Statement) { s.Actions = slices.Delete(slices.Clone(s.Actions), k, k+1) })
		if !said(less, s, action) && slices.Equal(before, keysOf(Compare(published, less))) {
			t.Errorf("%s: %s without %s differs in nothing", where, s.Name, action)
		}
	}
	more := with(func(s *Statement) { s.Actions = append(slices.Clone(s.Actions), "sns:Publish") })
	if slices.Equal(before, keysOf(Compare(published, more))) {
		t.Errorf("%s: %s with sns:Publish differs in nothing", where, s.Name)
	}
	if len(s.Resources) > 0 && !slices.Contains(s.Resources, "*") {
		wide := with(func(s *Statement) { s.Resources = []string{"*"} })
		if slices.Equal(before, keysOf(Compare(published, wide))) {
			t.Errorf("%s: %s on everything differs in nothing", where, s.Name)
		}
	}
}

// said tells whether other statements permit an action as s does.
func said(others []Statement, s Statement, action string) bool {
	s.Actions = []string{action}
	own := all(others)
	return !slices.ContainsFunc(s.grants(), func(g grant) bool {
		return !slices.ContainsFunc(own, func(o grant) bool { return o.covers(g) })
	})
}

func keysOf(r Result) []string {
	var out []string
	for _, x := range r.Document {
		out = append(out, side(false)+x.key())
	}
	for _, x := range r.Ours {
		out = append(out, side(true)+x.key())
	}
	return sorted(out)
}
