package proof

import (
	"slices"
	"strings"
	"testing"

	"byocfn/internal/plan"
)

func TestAssignmentsExcludeWhatCannotHoldTogether(t *testing.T) {
	mode := plan.Parameter{Name: "M", AllowedValues: []string{"a", "b", "c"}}
	both := plan.Parameter{Name: "B", AllowedValues: []string{"a", "b"}}
	cases := []struct {
		atoms string
		want  string
	}{
		{"Siren", "Siren|-"},
		{"M=a M=b", "M=a|M=b|-"},
		{"B=a B=b", "B=a|B=b"},
		{"Key Key=a", "Key Key=a|Key|-"},
		{"region.x region.y", "region.x region.y|region.x|region.y|-"},
		{"Siren M=a", "M=a Siren|Siren|M=a|-"},
		{"", "-"},
	}
	s := newScope(&plan.Plan{Parameters: []plan.Parameter{mode, both}})
	for _, c := range cases {
		var got []string
		for a := range Assignments(s.axes(strings.Fields(c.atoms))) {
			var names []string
			for name := range a {
				names = append(names, name)
			}
			slices.Sort(names)
			if names == nil {
				names = []string{"-"}
			}
			got = append(got, strings.Join(names, " "))
		}
		if joined := strings.Join(got, "|"); joined != c.want {
			t.Errorf("%s: got %s, want %s", c.atoms, joined, c.want)
		}
	}
}

func TestAssignmentsStopEarly(t *testing.T) {
	n := 0
	for range Assignments(newScope(&plan.Plan{}).axes([]string{"A", "B", "C"})) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("went on to %d", n)
	}
}

func TestEntailment(t *testing.T) {
	cases := []struct {
		under, target string
		want          bool
	}{
		{"Siren", "Siren", true},
		{"", "Siren", false},
		{"NotSiren", "Siren", false},
		{"Siren", "SirenOrKrill", true},
		{"SirenOrKrill", "Siren", false},
		{"ModeIsKrill", "SirenOrKrill", true},
		{"ModeIsSquid", "SirenOrKrill", false},
		{"ModeIsKrill", "ModeIsSquid", false},
	}
	s := newScope(gated())
	for _, c := range cases {
		if got, _ := s.entails(s.condition(c.under), s.condition(c.target)); got != c.want {
			t.Errorf("%s entails %s: %v", c.under, c.target, got)
		}
	}
	// Krill and squid are all there is: not one is the other, and both at once is impossible.
	if ok, _ := s.entails(negate(s.condition("ModeIsKrill")), s.condition("ModeIsSquid")); !ok {
		t.Error("not krill must be squid")
	}
	never := conj(s.condition("ModeIsKrill"), s.condition("ModeIsSquid"))
	if ok, _ := s.entails(never, s.condition("Siren")); !ok {
		t.Error("what never holds entails everything")
	}
}

func TestAtomsOfAPlan(t *testing.T) {
	axes := Atoms(gated(res("R", "", &plan.Role{Trust: plan.Document{Statements: []plan.Statement{
		{Literals: []plan.Literal{{Atom: "region.tide"}}}}}})))
	var names []string
	for _, a := range axes {
		names = append(names, a.Name)
	}
	got := strings.Join(names, ", ")
	for _, want := range []string{"Siren", "Mode", "test {", "region.tide"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}
