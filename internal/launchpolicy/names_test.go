package launchpolicy

import (
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// TestGenerated holds the patterns against names that CloudFormation made in the accounts of others.
func TestGenerated(t *testing.T) {
	for _, c := range []struct{ kind, stack, id, seen, pattern string }{
		{"AWS::S3::Bucket", "ChineseboostAnalyticsStack", "RainlyticsLogsBucket8DF4C39B",
			"chineseboostanalyticsstac-rainlyticslogsbucket8df4-hdst4ohfvdif", "chineseboostanalyticssta*-rainlyticslogsbucket8df4*"},
		{"AWS::IAM::Role", "ChineseboostAnalyticsStack", "RainlyticsSummariesJobFunctionRole1",
			"ChineseboostAnalyticsStac-RainlyticsSummariesJobFun-UjecjFhpdr1d", "ChineseboostAnalyticsSta*-RainlyticsSummariesJobFu*"},
		{"AWS::Logs::LogGroup", "ChineseboostAnalyticsStack", "RainlyticsSummariesJobLogs1C6CB09C",
			"ChineseboostAnalyticsStack-RainlyticsSummariesJobLogs1C6CB09C-UJ5n2NwuSPZB",
			"ChineseboostAnalyticsStack-RainlyticsSummariesJobLogs1C6CB09C-*"},
		{"AWS::Lambda::Function", "MyStackDev-MyNestedApplication", "MyLambdaFunctionName",
			"MyStackDev-MyNestedApplicatio-MyLambdaFunctionName-1U44TLUZ7OR55", "MyStackDev-MyNestedAppli*-MyLambdaFunctionName-*"},
		{"AWS::SecretsManager::Secret", "AnyStack", "dbSecret8003E3A7",
			"dbSecret8003E3A7-mIXuhO5ONwLb-qeNyUO", "dbSecret8003E3A7-*"},
		{"AWS::SSM::Parameter", "AnyStack", "ListAutogenC5DA1CAE",
			"CFN-ListAutogenC5DA1CAE-QmGaUkqhh6Au", "CFN-ListAutogenC5DA1CAE-*"},
		{"AWS::SSM::Parameter", "s", strings.Repeat("L", 30), "CFN-" + strings.Repeat("L", 30) + "-QmGaUkqhh6Au",
			"CFN-" + strings.Repeat("L", 24) + "*"},
		{"AWS::S3::Bucket", "teststack", "Bucket12520700A",
			"teststack-bucket12520700a-iobo3sn7tqqq", "teststack-bucket12520700a-*"},
		{"AWS::IAM::User", "short", strings.Repeat("L", 60),
			"short-" + strings.Repeat("L", 45) + "-1A2B3C4D5E6F", "short-" + strings.Repeat("L", 24) + "*"},
	} {
		m := one(c.kind, nil)
		n, _ := m.naming(c.kind)
		got := n.generated(c.stack, c.id)
		if got != c.pattern || !matches(got, c.seen) {
			t.Errorf("%s in %s: %q, for %q", c.id, c.stack, got, c.seen)
		}
		if matches(got, "x"+c.seen) || n.longest > 0 && len(c.seen) > n.longest {
			t.Errorf("%q matches anything, or the case is wrong", got)
		}
	}
}

// matches is a pattern whose asterisks stand between literals.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, p := range parts[1:] {
		_, after, found := strings.Cut(text, p)
		if !found {
			return false
		}
		text = after
	}
	return true
}

// TestPatterns evaluates texts as far as they are known before a launch.
func TestPatterns(t *testing.T) {
	none, dev := "", "dev"
	p := &plan.Plan{Product: plan.Product{Name: "p"}, Stack: "s", Regions: []string{"eu-west-1"},
		Parameters: []plan.Parameter{{Name: "Any", Type: "String"},
			{Name: "Maybe", Default: &none}, {Name: "Stage", Default: &dev},
			{Name: "NamePrefix", Kind: "house", Default: &none}},
		Conditions: []plan.Condition{
			{Name: "HasNamePrefix", Literals: []plan.Literal{{Atom: "NamePrefix"}}},
			{Name: "NoNamePrefix", Literals: []plan.Literal{{Atom: "NamePrefix", Not: true}}},
			{Name: "IsDev", Literals: []plan.Literal{{Atom: "Stage=dev"}}}}}
	tree := cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "Role", Value: cfn.Map{
		{Key: "Type", Value: cfn.String("AWS::IAM::Role")}}}}}}
	for _, c := range []struct {
		value cfn.Value
		want  []string
	}{
		{cfn.String("x"), []string{"x"}},
		{cfn.Ref("Any"), []string{"*"}},
		{cfn.Ref("Maybe"), []string{"*"}},
		{cfn.Ref("Stage"), []string{"dev"}},
		{cfn.Ref("NamePrefix"), []string{""}},
		{cfn.NoValue(), nil},
		{cfn.Ref("AWS::Region"), []string{"eu-west-1"}},
		{cfn.Ref("Role"), []string{"p-s-Role-*"}},
		{cfn.Sub("${Any}${Maybe}-${Stage}-${!Literal}"), []string{"*-dev-${Literal}"}},
		{cfn.Sub("a-${V}", cfn.Entry{Key: "V", Value: cfn.StackSuffix()}), []string{"a-*"}},
		{cfn.Sub("${Role.Arn}/x"), []string{"arn:aws:iam::*:role/p-s-Role-*/x"}},
		{cfn.Sub("${AWS::Partition}/${AWS::StackName}"), []string{"aws/p-s"}},
		{cfn.Join("/", cfn.Values(cfn.String("a"), cfn.Ref("Stage"))), []string{"a/dev"}},
		{cfn.Join("/", cfn.Ref("Any")), []string{"*"}},
		{cfn.If("HasNamePrefix", cfn.String("a"), cfn.String("b")), []string{"b"}},
		{cfn.If("NoNamePrefix", cfn.String("a"), cfn.String("b")), []string{"a"}},
		{cfn.If("IsDev", cfn.String("a"), cfn.String("b")), []string{"a", "b"}},
		{cfn.If("IsDev", cfn.NoValue(), cfn.String("b")), []string{"b"}},
		{cfn.Int(3), []string{"*"}},
	} {
		if got := newMaker(p, tree).patterns(c.value); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.value, got, c.want)
		}
	}
}

// TestPresumed: what the documents depend on is told, once.
func TestPresumed(t *testing.T) {
	root := "/"
	p := &plan.Plan{Stack: "s", Parameters: []plan.Parameter{
		{Name: "IamPath", Kind: "house", Default: &root}, {Name: "Deployment"}, {Name: "Unused"}}}
	role := cfn.Map{{Key: "Type", Value: cfn.String("AWS::IAM::Role")}, {Key: "Properties", Value: cfn.Map{
		{Key: "RoleName", Value: cfn.Sub("r-${Deployment}-${Deployment}")},
		{Key: "Path", Value: cfn.Ref("IamPath")}}}}
	l := Make(p, cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "R", Value: role}}}}, nil)
	want := []Edit{{Parameter: "IamPath", Default: "/"}, {Parameter: "Deployment", Open: true}}
	if !slices.Equal(l.Edits, want) {
		t.Errorf("%v", l.Edits)
	}
	if arns := l.Create[0].Statements[0].Resources; !slices.Equal(arns, []string{"arn:*:iam::*:role/r-*-*"}) {
		t.Errorf("%v", arns)
	}
}

// TestSystemTags: only types on which CloudFormation puts its tag are held to it.
func TestSystemTags(t *testing.T) {
	for kind, tagged := range map[string]bool{ // cloudFormationSystemTags of the registry's schemas, 2026-08-03
		"AWS::EC2::Instance": true, "AWS::EC2::SecurityGroup": true, "AWS::EC2::VPCEndpoint": true,
		"AWS::EC2::LaunchTemplate": false} {
		m, rows := one(kind, everything()[kind]), reviewed()
		strict := false
		for _, r := range m.rulesOf(rows, &m.resources[0], nil) {
			strict = strict || slices.EqualFunc(r.where, m.ofStack(), sameKey)
		}
		if strict != tagged {
			t.Errorf("%s is held to the tag of the stack: %v", kind, strict)
		}
	}
}

// TestKept: what a deletion leaves is removed by a rollback only, or never.
func TestKept(t *testing.T) {
	for policy, want := range map[string][2]bool{
		"": {true, true}, "Delete": {true, true}, "RetainExceptOnCreate": {true, false}, "Retain": {false, false},
	} {
		body := cfn.Map{{Key: "Type", Value: cfn.String("AWS::S3::Bucket")}}
		if policy != "" {
			body.Set("DeletionPolicy", cfn.String(policy))
		}
		l := Make(&plan.Plan{Stack: "s"}, cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "B", Value: body}}}}, nil)
		has := func(documents []Document) bool {
			return slices.ContainsFunc(documents, func(d Document) bool {
				return slices.ContainsFunc(d.Statements, func(s Statement) bool {
					return slices.Contains(s.Actions, "s3:DeleteBucket")
				})
			})
		}
		if got := [2]bool{has(l.Create), has(l.Delete)}; got != want {
			t.Errorf("%q: rollback and deletion may remove it: %v", policy, got)
		}
	}
}

// TestUnreviewed: outside the table AWS's list is taken as it is, but for identities; and outside of
// that, everything is a gap.
func TestUnreviewed(t *testing.T) {
	facts := iam.Load()
	make := func(kind string) Policies {
		return Make(&plan.Plan{Stack: "s"}, cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "R",
			Value: cfn.Map{{Key: "Type", Value: cfn.String(kind)}}}}}}, facts)
	}
	l := make("AWS::Scheduler::Schedule")
	if !l.Makes("scheduler:CreateSchedule") || l.Create[0].Statements[0].Sid != "UnreviewedSchedulerSchedule" ||
		len(l.Gaps) != 2 || !strings.Contains(l.Gaps[0].What, "UnreviewedSchedulerSchedule") ||
		!strings.HasPrefix(l.Gaps[1].What, "iam:PassRole") {
		t.Errorf("%v %v", l.Create, l.Gaps)
	}
	l = make("AWS::IAM::Group")
	if l.Makes("iam:CreateGroup") || !l.Makes("iam:GetGroup") || len(l.Gaps) != 2 ||
		!strings.Contains(l.Gaps[1].What, "iam:CreateGroup") {
		t.Errorf("%v %v", l.Create, l.Gaps)
	}
	l = make("AWS::AutoScaling::AutoScalingGroup")
	if len(l.Gaps) != 2 || !strings.Contains(l.Gaps[1].What, "managed-fleets:CreateAutoScalingGroup") {
		t.Errorf("%v", l.Gaps)
	}
	for _, kind := range []string{"AWS::Nothing::Known", "AWS::SNS"} {
		if l = make(kind); len(l.Create) != 0 || len(l.Gaps) != 1 ||
			!strings.HasPrefix(l.Gaps[0].What, "everything") {
			t.Errorf("%s: %v %v", kind, l.Create, l.Gaps)
		}
	}
	if l = make("Custom::Strange"); len(l.Gaps) != 1 {
		t.Errorf("a function of others passes in silence: %v", l.Gaps)
	}
}

// TestResolved: dynamic references are read with the rights of the caller.
func TestResolved(t *testing.T) {
	for _, c := range []struct{ text, action, resource string }{
		{"{{resolve:ssm:/a/b:3}}", "ssm:GetParameters", "arn:aws:ssm:*:*:parameter/a/b"},
		{"x{{resolve:secretsmanager:prod/db:SecretString:user}}y", "secretsmanager:GetSecretValue",
			"arn:aws:secretsmanager:*:*:secret:prod/db*"},
		{"{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:1:secret:a-b:SecretString}}",
			"secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:1:secret:a-b*"},
		{"{{resolve:ssm-secure:${Name}}}", "ssm:GetParameters", "arn:aws:ssm:*:*:parameter/*"},
	} {
		m := one("AWS::SQS::Queue", cfn.Map{{Key: "QueueName", Value: cfn.Sub(c.text)}})
		got := m.resolved(&m.resources[0])
		if len(got) != 1 || got[0].create != c.action || !slices.Equal(got[0].on, []string{c.resource}) {
			t.Errorf("%s: %v", c.text, got)
		}
	}
	m := one("AWS::SQS::Queue", cfn.Map{{Key: "QueueName", Value: cfn.String("{{resolve:vault:x}}")}})
	if got := m.resolved(&m.resources[0]); len(got) != 0 || len(m.gaps) != 1 {
		t.Errorf("%v %v", got, m.gaps)
	}
}

// TestPack: no document is over its limit, none of the statements is lost, and Sids stay apart.
func TestPack(t *testing.T) {
	var long []string
	for i := range 200 {
		long = append(long, "arn:aws:iam::*:role/a-role-with-a-rather-long-name-"+number(i))
	}
	statements := []Statement{{Sid: "Small", Actions: []string{"a:A"}, Resources: []string{"*"}},
		{Sid: "Large", Actions: []string{"a:A", "a:B"}, Resources: long},
		{Sid: "Last", Actions: []string{"a:A"}, Resources: []string{"*"},
			Condition: []Clause{{"StringEquals", "k", []string{"v"}}}}}
	n, sids := 0, map[string]bool{}
	for i, d := range pack("create", statements) {
		size := frame
		for _, s := range d.Statements {
			size += sizeOf(s)
			if sids[s.Sid] {
				t.Errorf("%s twice", s.Sid)
			}
			sids[s.Sid] = true
			n += len(s.Resources)
		}
		if d.Name != "create-"+number(i+1) || size > full {
			t.Errorf("%s: %d", d.Name, size)
		}
	}
	many := Statement{Sid: "Many", Actions: []string{"a:A"}, Resources: []string{"*"}, Condition: []Clause{
		{"ArnLike", "one", []string{"x"}}, {"StringLike", "many", long}}}
	values := 0
	for _, d := range pack("launch", []Statement{many}) {
		for _, s := range d.Statements {
			if values += len(s.Condition[1].Values); len(s.Condition[0].Values) != 1 {
				t.Error("the other clause went")
			}
		}
	}
	if values != len(long) || len(many.Condition[1].Values) != len(long) {
		t.Errorf("%d values of %d", values, len(long))
	}
	if n != 202 || !sids["Last"] {
		t.Errorf("%d resources, %v", n, sids)
	}
	if pack("none", nil) != nil {
		t.Error("a document of nothing")
	}
}
