package proof

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// gated makes conditions: a switch Siren, a value Mode=krill, a test on the boundary.
func gated(resources ...plan.Resource) *plan.Plan {
	atom := func(a string, not bool) []plan.Literal { return []plan.Literal{{Not: not, Atom: a}} }
	return &plan.Plan{
		Product: plan.Product{Name: "orca"}, Stack: "pod", SpecFile: "templates/orca/pod.stack.yaml",
		Parameters: []plan.Parameter{
			{Name: "Siren", Type: "String", Kind: "switch", AllowedValues: []string{"yes", "no"}},
			{Name: "Mode", Type: "String", Kind: "enum", AllowedValues: []string{"krill", "squid"}},
			{Name: "VpcId", Type: "AWS::EC2::VPC::Id", Kind: "vpc"},
			{Name: plan.BoundaryParameter, Type: "String", Kind: "house"},
			{Name: plan.PathParameter, Type: "String", Kind: "house"},
			{Name: plan.PrefixParameter, Type: "String", Kind: "house"},
		},
		Conditions: []plan.Condition{
			{Name: "Siren", Value: cfn.Equals(cfn.Ref("Siren"), cfn.String("yes")),
				Literals: atom("Siren", false)},
			{Name: "NotSiren", Value: cfn.Not(cfn.Cond("Siren")), Literals: atom("Siren", true)},
			{Name: "ModeIsKrill", Value: cfn.Equals(cfn.Ref("Mode"), cfn.String("krill")),
				Literals: atom("Mode=krill", false)},
			{Name: "ModeIsSquid", Value: cfn.Equals(cfn.Ref("Mode"), cfn.String("squid")),
				Literals: atom("Mode=squid", false)},
			{Name: "SirenOrKrill", Value: cfn.Or(cfn.Cond("Siren"), cfn.Cond("ModeIsKrill"))},
			{Name: "HasBoundary",
				Value: cfn.Not(cfn.Equals(cfn.Ref(plan.BoundaryParameter), cfn.String("")))},
		},
		Mapping: &plan.Mapping{Name: "Regions", Rows: []plan.MappingRow{
			{Key: "ap-east-1", Cols: cfn.Map{{Key: "svc", Value: cfn.String("a")},
				{Key: "lone", Value: cfn.String("b")}}},
			{Key: "us-west-2", Cols: cfn.Map{{Key: "svc", Value: cfn.String("ccc")}}},
		}},
		Resources: resources,
	}
}

// res is a resource; its place in the file is a line of its own.
func res(id, condition string, body plan.Body) plan.Resource {
	return plan.Resource{ID: id, Condition: condition, Body: body,
		From: diag.Range{File: id, Start: diag.Pos{Line: 7, Col: 3}}}
}

func raw(id, condition string, properties ...cfn.Entry) plan.Resource {
	return res(id, condition, &plan.Raw{Type: "AWS::SNS::Topic", Properties: properties})
}

func prop(key string, v cfn.Value) cfn.Entry { return cfn.Entry{Key: key, Value: v} }

// expect holds findings against "id: words" lines, in order; words must stand in the summary.
func expect(t *testing.T, found diag.List, want ...string) {
	t.Helper()
	for i, d := range found {
		if d.Hint == "" {
			t.Errorf("%s has no hint: %s", d.ID, d.Summary)
		}
		if i >= len(want) {
			t.Errorf("not expected: %s: %s", d.ID, d.Summary)
			continue
		}
		id, words, _ := strings.Cut(want[i], ": ")
		if d.ID != id || !strings.Contains(d.Summary, words) {
			t.Errorf("got  %s: %s\nwant %s", d.ID, d.Summary, want[i])
		}
	}
	if len(found) < len(want) {
		t.Errorf("not found: %q", want[len(found):])
	}
}

// matches tells whether the pattern matches all of s.
func matches(pattern, s string) bool {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	return err == nil && utf8.ValidString(s) && re.MatchString(s)
}

// on runs one proof alone.
func on(check func(*scope) diag.List, p *plan.Plan) diag.List { return check(newScope(p)) }

// since holds a plan against the lock of the last release.
func since(p *plan.Plan, older Lock) diag.List { return CheckLock(p, Take(p), older) }
