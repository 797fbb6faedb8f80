package launchpolicy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/launchpolicy"
)

// TestStrangers: what is not of the stack is out of reach, whatever the phase.
func TestStrangers(t *testing.T) {
	const own = "arn:aws:iam::111122223333:"
	tag := func(v string) map[string]string { return map[string]string{stackTag: v} }
	to := func(service string) map[string]string { return map[string]string{"iam:PassedToService": service} }
	requests := []request{
		{"iam:CreateRole", own + "role/Admin", nil},
		{"iam:PutRolePolicy", own + "role/Admin", nil},
		{"iam:UpdateAssumeRolePolicy", own + "role/Admin", nil},
		{"iam:CreatePolicyVersion", own + "policy/Baseline", nil},
		{"iam:CreateAccessKey", own + "user/root-like", nil},
		{"iam:PassRole", own + "role/Admin", to("lambda.amazonaws.com")},
		{"iam:PassRole", own + "role/Admin", to("ec2.amazonaws.com")},
		{"iam:AttachRolePolicy", own + "role/Admin",
			map[string]string{"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}},
		{"s3:PutBucketPolicy", "arn:aws:s3:::somebody-elses", nil},
		{"s3:DeleteBucket", "arn:aws:s3:::somebody-elses", nil},
		{"s3:GetObject", "arn:aws:s3:::somebody-elses/key", nil},
		{"lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:payroll", nil},
		{"lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:111122223333:function:payroll", nil},
		{"logs:DeleteLogGroup", "arn:aws:logs:us-east-1:111122223333:log-group:audit", nil},
		{"secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf", nil},
		{"sqs:SetQueueAttributes", "arn:aws:sqs:us-east-1:111122223333:jobs", nil},
		{"ec2:TerminateInstances", "arn:aws:ec2:us-east-1:111122223333:instance/i-1", nil},
		{"ec2:TerminateInstances", "arn:aws:ec2:us-east-1:111122223333:instance/i-1", tag("another")},
		{"ec2:DeleteSecurityGroup", "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1", nil},
		{"ec2:AuthorizeSecurityGroupIngress", "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1", nil},
		{"ec2:RevokeSecurityGroupEgress", "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1",
			tag("another")},
		{"ec2:CreateTags", "arn:aws:ec2:us-east-1:111122223333:instance/i-1", tag("another")},
		// whoever tags a launch template may change it, and what it starts next
		{"ec2:CreateTags", "arn:aws:ec2:us-east-1:111122223333:launch-template/lt-1", nil},
		{"ec2:CreateTags", "arn:aws:ec2:us-east-1:111122223333:launch-template/lt-1",
			map[string]string{"ec2:CreateAction": "RunInstances"}},
		{"secretsmanager:GetSecretValue",
			"arn:aws:secretsmanager:us-east-1:111122223333:secret:VeloDBAkSkSecret-x-AbCdEf", tag("another")},
		{"secretsmanager:GetSecretValue",
			"arn:aws:secretsmanager:us-east-1:111122223333:secret:UserCapideployOperatorSecret-x-AbCdEf",
			tag("another")},
		{"ec2:DeleteVpcEndpoints", "arn:aws:ec2:us-east-1:111122223333:vpc-endpoint/vpce-1", nil},
		{"eks:DeleteAccessEntry", "arn:aws:eks:us-east-1:111122223333:access-entry/prod/role/111122223333/Admin/0",
			nil},
		{"eks:CreateAccessEntry", "arn:aws:eks:us-east-1:111122223333:cluster/prod",
			map[string]string{"eks:principalArn": own + "role/Admin"}},
		{"cloudformation:UpdateStack", "arn:aws:cloudformation:us-east-1:111122223333:stack/another/1", nil},
	}
	every(t, func(t *testing.T, l launched) {
		all := shipped(t, l.dir, "create-*", "update-*", "delete-*", "launcher", "role-launcher-*")
		service := own + "role/" + l.name + "-cloudformation"
		for _, r := range append(slices.Clone(requests),
			request{"iam:PutRolePolicy", service, nil},
			request{"iam:PassRole", service, to("lambda.amazonaws.com")},
			request{"iam:CreatePolicyVersion", own + "policy/" + l.name + "-create-1", nil},
			request{"iam:CreateRole", own + "role/" + l.name + "2-Another-X", nil},
			request{"cloudformation:UpdateStack",
				"arn:aws:cloudformation:us-east-1:111122223333:stack/" + l.name + "-2/1", nil}) {
			if all.allows(r) {
				t.Errorf("a stranger's: %v", r)
			}
		}
		for _, id := range l.Made() {
			l.ofAnother(t, all, id)
		}
	})
}

// ofAnother: roles of the stack go to no other service and get no policy of others.
func (l *launched) ofAnother(t *testing.T, all allowance, id string) {
	if l.Kind(id) != "AWS::IAM::Role" {
		return
	}
	for _, r := range []request{
		{"iam:PassRole", l.arn[id], map[string]string{"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
		{"iam:PassRole", l.arn[id], nil},
		{"iam:AttachRolePolicy", l.arn[id],
			map[string]string{"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}},
	} {
		if all.allows(r) {
			t.Errorf("%s: %v", id, r)
		}
	}
	if l.text(id, "PermissionsBoundary") != "" {
		for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy",
			"iam:PutRolePermissionsBoundary"} {
			for _, boundary := range []map[string]string{nil, {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/x"}} {
				if all.allows(request{action, l.arn[id], boundary}) {
					t.Errorf("%s may be made without its boundary: %s", id, action)
				}
			}
		}
	}
}

// TestDeleter: who may delete and no more brings no template, and carries out nobody's change set: the
// stack may keep a service role, whose rights a template would use.
func TestDeleter(t *testing.T) {
	every(t, func(t *testing.T, l launched) {
		all := shipped(t, l.dir, "deleter", "delete-*")
		stack := "arn:aws:cloudformation:us-east-1:111122223333:stack/" + l.name + "/1"
		for action, want := range map[string]bool{"DeleteStack": true, "DescribeStacks": true,
			"DescribeStackEvents": true, "CreateStack": false, "UpdateStack": false, "CreateChangeSet": false,
			"ExecuteChangeSet": false, "RollbackStack": false, "ContinueUpdateRollback": false,
			"UpdateTerminationProtection": false} {
			if got := all.allows(request{"cloudformation:" + action, stack, nil}); got != want {
				t.Errorf("%s: %v", action, got)
			}
		}
		if all.allows(request{"cloudformation:DeleteStack", strings.Replace(stack, "/1", "-2/1", 1), nil}) {
			t.Error("the deletion of another stack")
		}
	})
}

// TestVendorsTemplates: the launcher of the service role launches what the vendor published, and with
// no other role. Buckets whose names only begin alike belong to somebody else.
func TestVendorsTemplates(t *testing.T) {
	stack := "arn:aws:cloudformation:us-east-1:111122223333:stack/velodb-agent-restricted/1"
	const role = "arn:aws:iam::111122223333:role/velodb-agent-restricted-cloudformation"
	const url = "https://velodb-byoc-us-east-1.s3.us-east-1.amazonaws.com/byoc/9.9.9/agent-restricted/template.yaml"
	all := shipped(t, "../../dist/velodb/agent-restricted", "role-launcher-*")
	for _, c := range []struct {
		url, role string
		want      bool
	}{
		{url, role, true},
		{url, "", true},
		{url, "arn:aws:iam::111122223333:role/Admin", false},
		{"", role, false}, // a template in the request, or the one before
		{strings.Replace(url, "velodb-byoc-us-east-1.", "velodb-byoc-evil.", 1), role, false},
		{strings.Replace(url, "agent-restricted", "agent-nat", 1), role, false},
	} {
		context := map[string]string{}
		if c.url != "" {
			context["cloudformation:TemplateUrl"] = c.url
		}
		if c.role != "" {
			context["cloudformation:RoleArn"] = c.role
		}
		for _, action := range []string{"cloudformation:CreateStack", "cloudformation:CreateChangeSet",
			"cloudformation:UpdateStack"} {
			if got := all.allows(request{action, stack, context}); got != c.want {
				t.Errorf("%s by %q as %q: %v", action, c.url, c.role, got)
			}
		}
	}
}

// TestStatements holds every emitted statement against the lints that judge a vendor's, and what a
// launch policy must never hold.
func TestStatements(t *testing.T) {
	facts := iam.Load()
	for _, product := range products(t) {
		for _, p := range plans(t, product) {
			l := launchpolicy.Make(p, built(t, p), facts)
			for _, d := range l.Documents() {
				sids := map[string]bool{}
				for _, s := range d.Statements {
					if sids[s.Sid] || s.Why == "" || s.Source == "" {
						t.Errorf("%s %s: Sid twice, or no reason: %v", product, d.Name, s.Sid)
					}
					sids[s.Sid] = true
					if d.Name != "role-trust" {
						wellMade(t, facts, s)
					}
				}
			}
			for _, d := range slices.Concat(l.Create, l.Update, l.Delete) {
				for _, s := range d.Statements {
					if len(s.For) == 0 {
						t.Errorf("%s: nothing needs %s", d.Name, s.Sid)
					}
				}
			}
		}
	}
}

// TestSizes: every shipped document leaves room for a longer name or a condition, as IAM counts.
func TestSizes(t *testing.T) {
	files, err := filepath.Glob("../../dist/*/*/iam/launch/*.json")
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if size := iam.Size(string(data)); err != nil || size > iam.MaxManagedPolicy*9/10 {
			t.Errorf("%s: %d characters, %v", file, size, err)
		}
	}
}

func wellMade(t *testing.T, facts *iam.Facts, s launchpolicy.Statement) {
	judged := iam.Statement{Kind: iam.Identity, Sid: s.Sid, Effect: "Allow", Actions: s.Actions}
	for _, r := range s.Resources {
		judged.Resources = append(judged.Resources, iam.Resource{Text: r})
	}
	operators := map[string]bool{}
	for _, c := range s.Condition {
		judged.Conditions = append(judged.Conditions, iam.Condition(c))
		if operators[c.Operator] {
			t.Errorf("%s: %s twice would be one key of JSON", s.Sid, c.Operator)
		}
		operators[c.Operator] = true
	}
	for _, f := range iam.Lint(facts, judged) {
		partition := f.ID == "hard-partition" // the regions of the product are in one
		if !partition && !slices.Contains(answered(s.Sid), f.ID) && f.Severity == diag.Error {
			t.Errorf("%s: %s [%s]", s.Sid, f.Summary, f.ID)
		}
	}
	for _, a := range s.Actions {
		if strings.Contains(a, "*") {
			t.Errorf("%s: %s", s.Sid, a)
		}
		if strings.HasPrefix(a, "iam:") && a != "iam:ListRoles" && slices.Contains(s.Resources, "*") {
			t.Errorf("%s: %s on everything", s.Sid, a)
		}
	}
}

// answered gives the lints that a statement is right to break, with the reason.
func answered(sid string) []string {
	return map[string][]string{
		"PrivateNames": {"any-resource"}, // the zones of AWS's private names have no known ids
	}[sid]
}

// TestUnreachable takes one type of resource after the other out of the template: no statement may
// speak of what is gone, and of nothing there is no statement.
func TestUnreachable(t *testing.T) {
	facts := iam.Load()
	for _, product := range products(t) {
		for _, p := range plans(t, product) {
			tree := built(t, p)
			for _, gone := range append(types(tree), "") {
				rest, ids := without(tree, gone)
				p := *p
				if gone == "" {
					p.Parameters = nil
				}
				l := launchpolicy.Make(&p, rest, facts)
				for _, d := range slices.Concat(l.Create, l.Update, l.Delete) {
					for _, s := range d.Statements {
						if gone == "" {
							t.Errorf("%s: %s for nothing", d.Name, s.Sid)
						}
						for _, id := range ids {
							if slices.Contains(s.For, id) {
								t.Errorf("%s: %s speaks of %s", d.Name, s.Sid, id)
							}
						}
					}
				}
			}
		}
	}
}

func types(tree cfn.Map) (out []string) {
	resources, _ := tree.Get("Resources").(cfn.Map)
	for _, r := range resources {
		kind, _ := r.Value.(cfn.Map).Get("Type").(cfn.String)
		if !slices.Contains(out, string(kind)) {
			out = append(out, string(kind))
		}
	}
	return out
}

// without leaves out the resources of a type, or all of them.
func without(tree cfn.Map, gone string) (rest cfn.Map, ids []string) {
	resources, _ := tree.Get("Resources").(cfn.Map)
	var kept cfn.Map
	for _, r := range resources {
		if kind := r.Value.(cfn.Map).Get("Type"); gone == "" || kind == cfn.String(gone) {
			ids = append(ids, r.Key)
			continue
		}
		kept = append(kept, r)
	}
	return cfn.Map{{Key: "Resources", Value: kept}}, ids
}
