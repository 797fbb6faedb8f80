package lint

import (
	"reflect"
	"testing"
)

func TestExplain(t *testing.T) {
	warning := Finding{
		Case: "velodb/agent-nat", Tool: CfnLint, Rule: "W3037", Severity: Warning,
		Path: "Resources/A/Type",
	}
	fault := warning
	fault.Severity = Error
	wrong := fault
	wrong.Message = "'{…}' is not of type 'object'"
	entry := Explained{Case: "velodb/*", Tool: CfnLint, Rule: "W3037", Path: "Resources/*"}
	with := func(change func(*Explained)) Explained {
		e := entry
		change(&e)
		return e
	}
	for _, test := range []struct {
		name    string
		finding Finding
		entry   Explained
		accept  bool
	}{
		{"match", warning, entry, true},
		{"an error stays", fault, entry, false},
		{"an error by its message", wrong, with(func(e *Explained) { e.Error = "type 'object'" }), true},
		{"another error", wrong, with(func(e *Explained) { e.Error = "type 'list'" }), false},
		{"no warning by it", warning, with(func(e *Explained) { e.Error = "type 'object'" }), false},
		{"another rule", warning, with(func(e *Explained) { e.Rule = "W303" }), false},
		{"another tool", warning, with(func(e *Explained) { e.Tool = Validate }), false},
		{"another case", warning, with(func(e *Explained) { e.Case = "tonic/*" }), false},
		{"part of the path", warning, with(func(e *Explained) { e.Path = "Resources/A" }), false},
		{"a dot is a dot", warning, with(func(e *Explained) { e.Path = "*.A*" }), false},
	} {
		left, dead := Explain([]Finding{test.finding}, []Explained{test.entry})
		wantLeft, wantDead := []Finding{test.finding}, []Explained{test.entry}
		if test.accept {
			wantLeft, wantDead = nil, nil
		}
		if !reflect.DeepEqual(left, wantLeft) || !reflect.DeepEqual(dead, wantDead) {
			t.Errorf("%s: left %v, dead %v", test.name, left, dead)
		}
	}
}
