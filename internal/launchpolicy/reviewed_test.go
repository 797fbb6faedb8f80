package launchpolicy

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// everything gives, for each type of the table, all the properties that its rules judge.
func everything() map[string]cfn.Map {
	some := func(names ...string) (out cfn.Map) {
		for _, n := range names {
			out.Set(n, cfn.Strings("x"))
		}
		return out
	}
	with := func(m cfn.Map, more ...cfn.Entry) cfn.Map { return append(m, more...) }
	chosen := cfn.If("C", cfn.String("x"), cfn.NoValue())
	bucket, instance := some("WebsiteConfiguration"), some("KeyName", "SecurityGroupIds")
	for _, p := range instanceProperties() {
		instance.Set(p[0], cfn.String("x"))
	}
	for _, p := range bucketProperties() {
		bucket.Set(p[0], cfn.String("x"))
	}
	return map[string]cfn.Map{
		"AWS::KMS::Alias": some("AliasName", "TargetKeyId"),
		"AWS::SNS::Topic": with(some("Subscription", "DataProtectionPolicy"),
			cfn.Entry{Key: "DeliveryStatusLogging", Value: cfn.Values(some("FailureFeedbackRoleArn"))}),
		"AWS::SNS::TopicPolicy": some("Topics"),
		"AWS::DynamoDB::Table": some("PointInTimeRecoverySpecification", "ResourcePolicy",
			"TimeToLiveSpecification"),
		"AWS::EC2::Instance": instance,
		"AWS::EC2::LaunchTemplate": {{Key: "LaunchTemplateData", Value: cfn.Map{
			{Key: "ImageId", Value: cfn.String("resolve:ssm:/x")}}}},
		"AWS::EC2::SecurityGroup":   some("SecurityGroupIngress", "SecurityGroupEgress"),
		"AWS::EC2::VPCEndpoint":     some("PrivateDnsEnabled", "RouteTableIds"),
		"AWS::EKS::AccessEntry":     some("ClusterName", "PrincipalArn", "AccessPolicies"),
		"AWS::Events::Rule":         some("RoleArn"),
		"AWS::IAM::AccessKey":       some("UserName"),
		"AWS::IAM::ManagedPolicy":   some("Roles", "Users", "Groups"),
		"AWS::IAM::InstanceProfile": some("Roles"),
		"AWS::IAM::Role": with(some("Policies", "ManagedPolicyArns"),
			cfn.Entry{Key: "PermissionsBoundary", Value: chosen}),
		"AWS::IAM::User": with(some("Policies", "ManagedPolicyArns", "Groups", "LoginProfile"),
			cfn.Entry{Key: "PermissionsBoundary", Value: chosen}),
		"AWS::Lambda::Function": with(some("Role", "RecursiveLoop", "RuntimeManagementConfig",
			"FunctionScalingConfig", "ReservedConcurrentExecutions"),
			cfn.Entry{Key: "Code", Value: some("S3Bucket", "S3Key", "S3ObjectVersion")}),
		"AWS::Lambda::Version": some("FunctionName", "RuntimePolicy", "FunctionScalingConfig",
			"ProvisionedConcurrencyConfig"),
		"AWS::Logs::LogGroup":         some("RetentionInDays"),
		"AWS::S3::Bucket":             bucket,
		"AWS::SecretsManager::Secret": some("GenerateSecretString"),
	}
}

// one makes a maker for a template with one resource.
func one(kind string, properties cfn.Map) *maker {
	return newMaker(&plan.Plan{Stack: "s", Regions: []string{"eu-west-1", "us-east-1"}}, cfn.Map{
		{Key: "Resources", Value: cfn.Map{{Key: "R", Value: cfn.Map{
			{Key: "Type", Value: cfn.String(kind)}, {Key: "Properties", Value: properties}}}}}})
}

// needed gives all actions that the table gives a resource, over all phases, with the gaps.
func needed(kind string, properties cfn.Map) (actions []string, gaps []Gap) {
	launch, gaps := launching(kind, properties)
	m, rows := one(kind, properties), reviewed()
	for _, r := range m.rulesOf(rows, &m.resources[0], nil) {
		launch = union(launch, strings.Fields(r.update)...)
	}
	return launch, gaps
}

// launching gives those of a launch and its rollback.
func launching(kind string, properties cfn.Map) (actions []string, gaps []Gap) {
	m, rows := one(kind, properties), reviewed()
	for _, r := range m.rulesOf(rows, &m.resources[0], nil) {
		for _, list := range []string{r.read, r.create, r.remove} {
			actions = union(actions, strings.Fields(list)...)
		}
	}
	return actions, m.gaps
}

// declared gives what handlers of a type declare.
func declared(kind string, of ...string) (actions []string) {
	handlers, _ := handlersOf(kind)
	for _, h := range of {
		for _, a := range handlers[h] {
			same := func(b string) bool { return strings.EqualFold(a, b) }
			if !slices.ContainsFunc(actions, same) {
				actions = append(actions, a)
			}
		}
	}
	return actions
}

// reason is a line of testdata/reviewed.txt: - for what the table leaves out, + for what it adds, and
// ~ for what it gives to updates only.
type reason struct {
	kind, sign string
	actions    []string
	text       string
}

func reasons(t *testing.T) (out []reason) {
	t.Helper()
	file, err := os.Open("testdata/reviewed.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	kind := ""
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "= "):
			kind = line[2:]
		case len(line) > 2 && strings.Contains("-+~", line[:1]) && line[1] == ' ':
			actions, text, ok := strings.Cut(line[2:], " | ")
			if !ok || kind == "" {
				t.Fatalf("no reason: %s", line)
			}
			out = append(out, reason{kind, line[:1], strings.Fields(actions), text})
		case line != "" && line[0] != '#':
			t.Fatalf("what is this? %s", line)
		}
	}
	return out
}

// TestReviewed holds the table against the registry's handlers, in both directions.
func TestReviewed(t *testing.T) {
	answered, all := map[string]string{}, reasons(t)
	for _, r := range all {
		for _, a := range r.actions {
			answered[r.kind+" "+r.sign+" "+a] = r.text
		}
	}
	used := map[string]bool{}
	check := func(kind, sign string, actions, others []string) {
		for _, a := range actions {
			if slices.ContainsFunc(others, func(b string) bool { return strings.EqualFold(a, b) }) {
				continue
			}
			key := kind + " " + sign + " " + a
			if used[key] = true; answered[key] == "" {
				t.Errorf("no reason: = %s: %s %s", kind, sign, a)
			}
		}
	}
	for _, row := range reviewed() {
		ours, _ := needed(row.kind, everything()[row.kind])
		atLaunch, _ := launching(row.kind, everything()[row.kind])
		theirs := declared(row.kind, "create", "read", "update", "delete", "tagging")
		check(row.kind, "-", theirs, ours)
		check(row.kind, "+", ours, theirs)
		theirs = declared(row.kind, "create", "read", "delete")
		late := func(a string) bool { return slices.Contains(ours, a) && !slices.Contains(atLaunch, a) }
		theirs = slices.DeleteFunc(theirs, func(a string) bool { return !late(a) })
		check(row.kind, "~", theirs, nil)
	}
	for key := range answered {
		if !used[key] {
			t.Errorf("a reason for nothing: %s", key)
		}
	}
}

// TestPropertiesNotJudged: where the reason is a property that nobody judged, using it is a gap.
func TestPropertiesNotJudged(t *testing.T) {
	n := 0
	for _, r := range reasons(t) {
		properties, ok := strings.CutPrefix(r.text, "property ")
		if !ok {
			continue
		}
		for _, p := range strings.Fields(properties) {
			n++
			if _, gaps := needed(r.kind, cfn.Map{{Key: p, Value: cfn.String("x")}}); len(gaps) == 0 ||
				!strings.Contains(fmt.Sprint(gaps), p) {
				t.Errorf("%s: its property %s passes in silence", r.kind, p)
			}
		}
	}
	if n == 0 {
		t.Error("no property is left to judge: is the file read?")
	}
}

// TestNames: every action of the table exists, spelt as IAM spells it, and what is left out because no
// service has it indeed does not exist.
func TestNames(t *testing.T) {
	facts := iam.Load()
	for _, row := range reviewed() {
		actions, _ := needed(row.kind, everything()[row.kind])
		for _, name := range actions {
			if a, ok := facts.Action(name); !ok || a.Full() != name {
				t.Errorf("%s: %s is no action, or spelt otherwise", row.kind, name)
			}
		}
	}
	for _, r := range reasons(t) {
		for _, name := range r.actions {
			_, exists := facts.Action(name)
			if none := strings.HasPrefix(r.text, "no such action"); r.sign == "-" && none == exists {
				t.Errorf("%s: %s exists: %v, but the reason is %q", r.kind, name, exists, r.text)
			}
		}
	}
}

// TestByProperty: a right is there with its property, and not without.
func TestByProperty(t *testing.T) {
	for _, c := range []struct{ kind, property, action string }{
		{"AWS::S3::Bucket", "NotificationConfiguration", "s3:PutBucketNotification"},
		{"AWS::S3::Bucket", "LoggingConfiguration", "s3:PutBucketLogging"},
		{"AWS::IAM::Role", "Policies", "iam:PutRolePolicy"},
		{"AWS::IAM::Role", "ManagedPolicyArns", "iam:AttachRolePolicy"},
		{"AWS::IAM::Role", "PermissionsBoundary", "iam:PutRolePermissionsBoundary"},
		{"AWS::IAM::User", "LoginProfile", "iam:CreateLoginProfile"},
		{"AWS::EC2::SecurityGroup", "SecurityGroupEgress", "ec2:RevokeSecurityGroupEgress"},
		{"AWS::EC2::VPCEndpoint", "PrivateDnsEnabled", "route53:AssociateVPCWithHostedZone"},
		{"AWS::Events::Rule", "RoleArn", "iam:PassRole"},
		{"AWS::EKS::AccessEntry", "AccessPolicies", "eks:AssociateAccessPolicy"},
		{"AWS::Lambda::Function", "Role", "iam:PassRole"},
		{"AWS::Logs::LogGroup", "RetentionInDays", "logs:PutRetentionPolicy"},
		{"AWS::DynamoDB::Table", "ResourcePolicy", "dynamodb:PutResourcePolicy"},
		{"AWS::DynamoDB::Table", "TimeToLiveSpecification", "dynamodb:UpdateTimeToLive"},
		{"AWS::DynamoDB::Table", "PointInTimeRecoverySpecification", "dynamodb:UpdateContinuousBackups"},
		{"AWS::SNS::Topic", "Subscription", "sns:Subscribe"},
		{"AWS::SNS::Topic", "DataProtectionPolicy", "sns:PutDataProtectionPolicy"},
		{"AWS::SecretsManager::Secret", "GenerateSecretString", "secretsmanager:GetRandomPassword"},
	} {
		with := cfn.Map{{Key: c.property, Value: cfn.Strings("x")}}
		if has, _ := needed(c.kind, with); !slices.Contains(has, c.action) {
			t.Errorf("%s with %s lacks %s", c.kind, c.property, c.action)
		}
		absent := cfn.Map{{Key: c.property, Value: cfn.NoValue()}}
		m, rows := one(c.kind, absent), reviewed()
		for _, r := range m.rulesOf(rows, &m.resources[0], nil) {
			if slices.Contains(strings.Fields(r.create), c.action) {
				t.Errorf("%s without %s has %s", c.kind, c.property, c.action)
			}
		}
	}
}
