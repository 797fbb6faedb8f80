package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// release gives what customers cannot bear for a moment while they update; that policies are replaced
// or gone is not looked at.
func release(older, newer *plan.Plan) diag.List {
	return slices.DeleteFunc(since(newer, Take(older)), func(d diag.Diagnostic) bool {
		return d.ID == "replaces" || d.ID == "locked"
	})
}

// renamed gives n of the plan's policies other ids.
func renamed(n int, p *plan.Plan) *plan.Plan {
	for i := range p.Resources {
		if _, ok := p.Resources[i].Body.(*plan.ManagedPolicy); ok && n > 0 {
			p.Resources[i].ID = "Other" + p.Resources[i].ID
			n--
		}
	}
	return p
}

func under(path string) func(*plan.ManagedPolicy) {
	return func(b *plan.ManagedPolicy) { b.Path = cfn.String(path) }
}

func inlined(p *plan.Plan, id string, sizes map[string]int) *plan.Plan {
	for _, name := range []string{id, id + "Keys"} {
		if sizes[name] == 0 {
			continue
		}
		policy := plan.InlinePolicy{Name: name, Policy: doc(statement("A", "",
			cfn.String(strings.Repeat("r", sizes[name]))))}
		switch b := newScope(p).resources[id].Body.(type) {
		case *plan.Role:
			b.Policies = append(b.Policies, policy)
		case *plan.User:
			b.Policies = append(b.Policies, policy)
		}
	}
	return p
}

// TestReleaseMoment counts what a principal holds while customers update from the last release.
func TestReleaseMoment(t *testing.T) {
	six := func(of string) *plan.Plan { return pod(shoal(6, of, "", nil)...) }
	tides := func() *plan.Plan {
		return schools(shoal(4, "Diver", "TideIsebb", nil), shoal(4, "Diver", "TideIsflow", nil),
			shoal(4, "Diver", "TideIsslack", nil))
	}
	other := func(p *plan.Plan) *plan.Plan {
		body[*plan.Role](p, "Diver").Name = prefixedName("whale")
		return p
	}
	arns := func(from string) (out []cfn.Value) {
		for i := range 6 {
			out = append(out, cfn.String(fmt.Sprint(from, i)))
		}
		return out
	}
	sizes := func(own, keys int) map[string]int { return map[string]int{"Diver": own, "DiverKeys": keys} }
	crowd := func(n int, of string) []string {
		return []string{fmt.Sprintf("too-many-policies: %s holds %d managed policies while", of, n)}
	}
	cases := map[string]struct {
		older, newer *plan.Plan
		want         []string
	}{
		"the same":          {six("Diver"), six("Diver"), nil},
		"renamed":           {six("Diver"), renamed(6, six("Diver")), crowd(12, "the role Diver")},
		"a user's":          {six("Swimmer"), renamed(6, six("Swimmer")), crowd(12, "the user Swimmer")},
		"of the customer's": {six("Theirs"), renamed(5, six("Theirs")), crowd(11, "your customer's role Theirs")},
		"renamed in part":   {six("Diver"), renamed(4, six("Diver")), nil},
		"one less, renamed": {six("Diver"), renamed(5, pod(shoal(5, "Diver", "", nil)...)), crowd(11, "the role Diver")},
		"replaced": {pod(shoal(6, "Diver", "", under("/a/"))...), pod(shoal(6, "Diver", "", under("/b/"))...),
			crowd(12, "the role Diver")},
		"with the role":      {six("Diver"), renamed(6, other(six("Diver"))), nil},
		"given to another":   {six("Diver"), six("Swimmer"), nil},
		"exclusive":          {tides(), tides(), nil},
		"exclusive, renamed": {tides(), renamed(2, tides()), nil},
		"exclusive, all renamed": {schools(shoal(6, "Diver", "TideIsebb", nil), shoal(4, "Diver", "TideIsflow", nil)),
			renamed(6, schools(shoal(6, "Diver", "TideIsebb", nil), shoal(4, "Diver", "TideIsflow", nil))),
			crowd(12, "the role Diver")},
		"its own":          {own(pod(), arns("a")...), own(pod(), arns("b")...), crowd(12, "the role Diver")},
		"its own, as ever": {own(pod(), arns("a")...), own(pod(shoal(4, "Diver", "", nil)...), arns("a")...), nil},
		"statements moved": {inlined(pod(), "Diver", sizes(9000, 500)), inlined(pod(), "Diver", sizes(500, 9000)),
			[]string{"policy-size: the inline policies of Diver can reach 18"}},
		"into a new one": {inlined(pod(), "Diver", sizes(6000, 0)), inlined(pod(), "Diver", sizes(100, 6000)),
			[]string{"policy-size: of 10240 characters while customers update"}},
		"a user's moved": {inlined(pod(), "Swimmer", map[string]int{"Swimmer": 1500}),
			inlined(pod(), "Swimmer", map[string]int{"SwimmerKeys": 1500}),
			[]string{"policy-size: of 2048 characters"}},
		"statements changed": {inlined(pod(), "Diver", sizes(9000, 0)), inlined(pod(), "Diver", sizes(8500, 0)), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { expect(t, release(c.older, c.newer), c.want...) })
	}
}

// TestStepsBetweenReleases says how many policies may go with each.
func TestStepsBetweenReleases(t *testing.T) {
	for had, hint := range map[int]string{6: "exchange at most 4 policies in", 10: "make room in a release"} {
		older := func() *plan.Plan { return pod(shoal(had, "Diver", "", nil)...) }
		found := release(older(), renamed(had, older()))
		if len(found) != 1 || !strings.Contains(found[0].Hint, hint) {
			t.Errorf("%+v", found)
		}
	}
}

// TestLockOfEarlierByocfn knows nothing of what principals hold.
func TestLockOfEarlierByocfn(t *testing.T) {
	older := Take(pod(shoal(6, "Diver", "", nil)...))
	data, err := WriteLocks([]Lock{older})
	if err != nil || !strings.Contains(string(data), `"Diver0": 1`) {
		t.Errorf("%v %s", err, data)
	}
	older.Holds = nil
	for _, d := range since(renamed(6, pod(shoal(6, "Diver", "", nil)...)), older) {
		if d.ID == "too-many-policies" {
			t.Errorf("%s", d.Summary)
		}
	}
}
