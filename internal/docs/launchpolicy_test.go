package docs

import (
	"encoding/json"
	"regexp"
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
		Deleter:      one("deleter"),
		Delete:       []launchpolicy.Document{one("delete-1", make)},
		RoleTrust:    one("role-trust", launchpolicy.Statement{Sid: "T", Actions: []string{"sts:AssumeRole"}, Service: "cloudformation.amazonaws.com"}),
		RoleLauncher: []launchpolicy.Document{one("role-launcher-1")},
		Edits:        []launchpolicy.Edit{{Parameter: "Stage", Default: "dev"}, {Parameter: "Any", Open: true}},
		Reaches: []launchpolicy.Reach{{Sid: "Tags", What: "all | of them"},
			{Names: []string{"role/a-*", "b"}, What: "those of others"}},
		Gaps: []launchpolicy.Gap{{ID: "Odd", Type: "A::B", What: "what nobody | knows"}}}
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
		"| `Tags` | all &#124; of them |\n| `role/a-*`, `b` | those of others |",
		"| nothing more | what an update does", "`create-1`, `delete-1`"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(got["iam/launch/role-trust.json"], "Resource") {
		t.Error("a trust has no resource")
	}
}

// TestLaunchCommands: policies of two releases can stand side by side, what failed is not attached, and
// the name of the stack stands in one place, so that the service role is called as the documents say.
func TestLaunchCommands(t *testing.T) {
	p := sample()
	p.Product.Release = "4.5.6"
	page := string(launchPage(p, policies("iam:CreateRole")))
	for _, want := range []string{"stack=velodb-agent\nfor name in launcher", `"$stack-4.5.6-$name"`,
		`create-role --role-name "$stack-cloudformation"`, `--role-name "$stack-cloudformation" --policy-arn`,
		"--output text) &&\n", "`deleter delete-1` in the place", "These are 3 policies", "`stack=` below"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Index(page, "## What to edit first") > strings.Index(page, "```sh") {
		t.Error("who pastes from the top attaches what was to be edited")
	}
	for _, block := range strings.Split(page, "```")[1:] {
		if strings.HasPrefix(block, "sh\n") && strings.Contains(strings.Replace(block, "stack=velodb-agent\n", "", 1),
			"velodb-agent") {
			t.Errorf("another place with the name of the stack:\n%s", block)
		}
	}
	long := policies("iam:CreateRole")
	long.Role = "velodb-cut-cloudformation" // the name of the stack was too long for it
	if page := string(launchPage(p, long)); !strings.Contains(page, "create-role --role-name velodb-cut-cl") {
		t.Errorf("not the role of the documents:\n%s", page)
	}
}

// TestRename: another name of the stack leaves the addresses of the vendor alone.
func TestRename(t *testing.T) {
	for address, guarded := range map[string]bool{
		"arn:aws:s3:::velodb-agent-byoc-*/byoc/*/x/template.yaml":       true,
		"arn:aws:s3:::vendor-*/velodb-agent/template.yaml":              true,
		"arn:aws:s3:::velodb-agent-bucket-*":                            false,
		"arn:aws:iam::*:role/velodb-agent-Role-*":                       false,
		"https://velodb-agent.s3.us-east-1.amazonaws.com/template.yaml": true,
		"https://vendor.s3.us-east-1.amazonaws.com/template.yaml":       false,
	} {
		l := policies("iam:CreateRole")
		l.RoleLauncher[0].Statements = []launchpolicy.Statement{{Sid: "S", Resources: []string{address}},
			{Sid: "C", Condition: []launchpolicy.Clause{{Values: []string{address}}}}}
		lines := regexp.MustCompile(strings.Trim(addresses, `\,!`)) // as sed reads it
		if lines.MatchString(address) != (guarded || strings.HasPrefix(address, "https")) {
			t.Errorf("%s: the expression errs", address)
		}
		want := "sed -i.bak 's/velodb-agent/NAME/g' *.json"
		if guarded {
			want = "sed -i.bak '" + addresses + "s/velodb-agent/NAME/g' *.json"
		}
		if page := string(launchPage(sample(), l)); !strings.Contains(page, want) {
			t.Errorf("%s: the page lacks %s", address, want)
		}
	}
}

// TestBoundaryAdvice: a boundary is advised where a parameter takes one, and not praised where the same
// documents write it; only published templates hold a service role in bounds.
func TestBoundaryAdvice(t *testing.T) {
	p, l := sample(), policies("iam:CreateRole")
	p.Parameters, p.Product.Bucket = nil, ""
	page := string(launchPage(p, l))
	if strings.Contains(page, "demand a permissions boundary") || strings.Contains(page, "a policy of its own") ||
		strings.Contains(page, "only the vendor's templates can use") {
		t.Errorf("advice that nobody can follow:\n%s", page)
	}
	p.Parameters = []plan.Parameter{{Name: plan.BoundaryParameter}}
	l.Reaches = []launchpolicy.Reach{{Sid: "AttachToUsers"}}
	l.Create[0].Statements = append(l.Create[0].Statements,
		launchpolicy.Statement{Sid: "B", Actions: []string{"iam:CreateRole"}, Condition: []launchpolicy.Clause{
			{Operator: "ArnLike", Key: "iam:PermissionsBoundary", Values: []string{"arn:policy/b"}}}},
		launchpolicy.Statement{Sid: "P", Actions: []string{"iam:CreatePolicy"}, Resources: []string{"arn:policy/b"}})
	page = string(launchPage(p, l))
	for _, want := range []string{"demand a permissions boundary as below", "is a policy of its own", "stays unbounded",
		"and your own role into `AttachToUsers`"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// TestWhoMayLaunch: the README names the documents, and warns where they make identities or lack
// something.
func TestWhoMayLaunch(t *testing.T) {
	page := string(README(sample(), Options{Policies: policies("iam:CreateRole")}))
	for _, want := range []string{"## Who may launch it", "`launcher.json`, `create-1.json`, `create-2.json`",
		"| delete only | `deleter.json`, `delete-1.json` |", "**They are strong:**", "**what is missing or too wide in them**, what they reach beyond", "(iam/launch/README.md)"} {
		if !strings.Contains(page, want) {
			t.Errorf("the README lacks %q", want)
		}
	}
	weak := policies("sqs:CreateQueue")
	weak.Gaps, weak.Reaches = nil, nil
	page = string(README(sample(), Options{Policies: weak}))
	if strings.Contains(page, "They are strong") || strings.Contains(page, "too wide in them") ||
		strings.Contains(page, "reach beyond") {
		t.Error("a warning of nothing")
	}
	if strings.Contains(string(README(sample(), Options{})), "Who may launch") {
		t.Error("a chapter about nothing")
	}
}
