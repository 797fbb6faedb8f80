package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// rule is one of a template's Rules.
type rule struct {
	RuleCondition any
	Assertions    []struct {
		Assert            any
		AssertDescription string
	}
}

// refusals gives what the rules say against these values; which of it CloudFormation says is not
// defined. Values that are not given are the defaults.
func (is template) refusals(values map[string]string) (said []string) {
	for _, name := range slices.Sorted(maps.Keys(is.Rules)) {
		r := is.Rules[name]
		if r.RuleCondition != nil && is.asserted(r.RuleCondition, values) != true {
			continue
		}
		for _, a := range r.Assertions {
			if is.asserted(a.Assert, values) != true {
				said = append(said, a.AssertDescription)
			}
		}
	}
	return said
}

// asserted evaluates what may stand in Rules. Source: CloudFormation user guide, "Rule-specific
// intrinsic functions". A function that is not known here is true of nothing.
func (is template) asserted(node any, values map[string]string) any {
	call, _ := node.(map[string]any)
	for name, argument := range call {
		args, _ := argument.([]any)
		each := func(arg any) bool { return is.asserted(arg, values) == true }
		switch {
		case name == "Ref":
			return is.value(fmt.Sprint(argument), values)
		case name == "Fn::Equals" && len(args) == 2:
			return is.asserted(args[0], values) == is.asserted(args[1], values)
		case name == "Fn::Contains" && len(args) == 2:
			list, _ := args[0].([]any)
			return slices.Contains(list, is.asserted(args[1], values))
		case name == "Fn::Not" && len(args) == 1:
			return !each(args[0])
		case name == "Fn::And":
			return !slices.ContainsFunc(args, func(arg any) bool { return !each(arg) })
		case name == "Fn::Or":
			return slices.ContainsFunc(args, each)
		}
		return name + " is not known here"
	}
	return node
}

func (is template) value(name string, values map[string]string) string {
	if name == "AWS::Region" {
		return region
	}
	if value, given := values[name]; given {
		return value
	}
	return fmt.Sprint(is.Parameters[name].Default)
}

func TestRefusals(t *testing.T) {
	role := map[string]any{"Fn::Equals": []any{map[string]any{"Ref": "Mode"}, "role"}}
	given := map[string]any{"Fn::Not": []any{map[string]any{"Fn::Equals": []any{map[string]any{"Ref": "Id"}, ""}}}}
	is := template{Rules: map[string]rule{"R": {RuleCondition: role}}}
	is.Parameters = map[string]struct{ Default any }{"Mode": {"user"}, "Id": {""}}
	r := is.Rules["R"]
	r.Assertions = append(r.Assertions, struct {
		Assert            any
		AssertDescription string
	}{given, "Id is needed"})
	is.Rules["R"] = r
	for _, test := range []struct {
		values map[string]string
		want   string
	}{
		{nil, ""},
		{map[string]string{"Mode": "role"}, "Id is needed"},
		{map[string]string{"Mode": "role", "Id": "x"}, ""},
		{map[string]string{"Mode": "user", "Id": ""}, ""},
	} {
		if got := strings.Join(is.refusals(test.values), ";"); got != test.want {
			t.Errorf("%v: %q, want %q", test.values, got, test.want)
		}
	}
}
