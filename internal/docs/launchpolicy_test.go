package docs

import (
	"encoding/json"
	"strings"
	"testing"

	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
)

func policies(actions ...string) launchpolicy.Policies {
	one := func(name string, s ...launchpolicy.Statement) launchpolicy.Document {
		return launchpolicy.Document{Name: name, Statements: s}
	}
	make := launchpolicy.Statement{Sid: "RightsOfRoles", Why: "Make <it>", Source: "a|b", Actions: actions,
		Resources: []string{"arn:aws:iam::*:role/x-*", "arn:aws:iam::*:role/y|*"}, For: []string{"Role"},
		Condition: []launchpolicy.Clause{{Operator: "ArnLike", Key: "iam:PolicyARN", Values: []string{"x"}}}}
	return launchpolicy.Policies{StackName: "velodb-agent", Role: "velodb-agent-cloudformation",
		Launcher:     one("launcher", launchpolicy.Statement{Sid: "See", Actions: []string{"a:B"}, Resources: []string{"*"}}),
		Create:       []launchpolicy.Document{one("create-1", make), one("create-2")},
		Delete:       []launchpolicy.Document{one("delete-1", make)},
		RoleTrust:    one("role-trust", launchpolicy.Statement{Sid: "T", Actions: []string{"sts:AssumeRole"}, Service: "cloudformation.amazonaws.com"}),
		RoleLauncher: []launchpolicy.Document{one("role-launcher-1")},
		Edits:        []launchpolicy.Edit{{Parameter: "Stage", Default: "dev"}, {Parameter: "Any", Open: true}},
		Gaps:         []launchpolicy.Gap{{ID: "Odd", Type: "A::B", What: "what nobody | knows"}}}
}

// TestLaunchPolicies: the files say what the documents say, as IAM reads them.
func TestLaunchPolicies(t *testing.T) {
	got, p := map[string]string{}, sample()
	p.Parameters = append(p.Parameters, plan.Parameter{Name: plan.BoundaryParameter})
	for _, f := range LaunchPolicies(p, policies("iam:CreateRole", "iam:GetRole")) {
		got[f.Name] = string(f.Data)
		var into struct{ Version string }
		if strings.HasSuffix(f.Name, ".json") &&
			(json.Unmarshal(f.Data, &into) != nil || into.Version != "2012-10-17") {
			t.Errorf("%s is no policy:\n%s", f.Name, f.Data)
		}
	}
	for name, want := range map[string]string{
		"iam/launch/create-1.json":   `"ArnLike": {`,
		"iam/launch/launcher.json":   `"Resource": "*"`,
		"iam/launch/role-trust.json": `"Service": "cloudformation.amazonaws.com"`,
		"iam/launch/README.md":       "what nobody &#124; knows",
	} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s lacks %s:\n%s", name, want, got[name])
		}
	}
	page := got["iam/launch/README.md"]
	for _, want := range []string{"for name in launcher create-1 create-2; do", "**They are strong:**",
		"| `Stage` | `dev` |", "| `Any` | `*`, any value |", "Make \\<it\\>", "to `RightsOfRoles`",
		"| nothing more | what an update does", "`create-1`, `delete-1`"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(got["iam/launch/role-trust.json"], "Resource") {
		t.Error("a trust has no resource")
	}
}

// TestWhoMayLaunch: the README names the documents, and warns where they make identities or lack
// something.
func TestWhoMayLaunch(t *testing.T) {
	page := string(README(sample(), Options{Policies: policies("iam:CreateRole")}))
	for _, want := range []string{"## Who may launch it", "`launcher.json`, `create-1.json`, `create-2.json`",
		"**They are strong:**", "**what is missing or too wide in them**", "(iam/launch/README.md)"} {
		if !strings.Contains(page, want) {
			t.Errorf("the README lacks %q", want)
		}
	}
	weak := policies("sqs:CreateQueue")
	weak.Gaps = nil
	page = string(README(sample(), Options{Policies: weak}))
	if strings.Contains(page, "They are strong") || strings.Contains(page, "too wide in them") {
		t.Error("a warning of nothing")
	}
	if strings.Contains(string(README(sample(), Options{})), "Who may launch") {
		t.Error("a chapter about nothing")
	}
}
