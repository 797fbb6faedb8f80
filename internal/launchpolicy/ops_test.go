package launchpolicy_test

import (
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
)

// handmade is a stack p-s of types that no shipped product has.
func handmade() launchpolicy.Policies {
	body := func(kind string, properties ...cfn.Entry) cfn.Map {
		return cfn.Map{{Key: "Type", Value: cfn.String(kind)}, {Key: "Properties", Value: cfn.Map(properties)}}
	}
	set := func(name string, v cfn.Value) cfn.Entry { return cfn.Entry{Key: name, Value: v} }
	tree := cfn.Map{{Key: "Resources", Value: cfn.Map{
		{Key: "Role", Value: body("AWS::IAM::Role")},
		{Key: "Loud", Value: body("AWS::SNS::Topic",
			set("Subscription", cfn.Values(cfn.Map{set("Protocol", cfn.String("sqs"))})),
			set("DataProtectionPolicy", cfn.Map{}),
			set("DeliveryStatusLogging", cfn.Values(cfn.Map{
				set("SuccessFeedbackRoleArn", cfn.GetAtt("Role", "Arn"))})))},
		{Key: "Plain", Value: body("AWS::SNS::Topic", set("TopicName", cfn.Sub("${AWS::StackName}-plain")))},
		{Key: "Said", Value: body("AWS::SNS::TopicPolicy", set("Topics", cfn.Values(cfn.Ref("Loud"),
			cfn.String("arn:aws:sns:eu-west-3:111122223333:theirs"))))},
		{Key: "Flag", Value: body("AWS::SSM::Parameter")},
		{Key: "Path", Value: body("AWS::SSM::Parameter", set("Name", cfn.Sub("/${AWS::StackName}/a/b")))},
		{Key: "Alias", Value: body("AWS::KMS::Alias", set("AliasName", cfn.String("alias/vendor/data")),
			set("TargetKeyId", cfn.Ref("Key")))},
		{Key: "Fixed", Value: body("AWS::KMS::Alias", set("AliasName", cfn.Sub("alias/${AWS::StackName}")),
			set("TargetKeyId", cfn.String("1234abcd")))},
		{Key: "Alarm", Value: body("AWS::CloudWatch::Alarm", set("AlarmActions", cfn.Values(cfn.Ref("Loud"))))},
	}}}
	p := &plan.Plan{Stack: "s", Product: plan.Product{Name: "p"}, Regions: []string{"eu-west-3"}}
	return launchpolicy.Make(p, tree, iam.Load())
}

// evaluated gives documents to the evaluator.
func evaluated(all ...launchpolicy.Document) (out allowance) {
	for _, d := range all {
		for _, s := range d.Statements {
			conditions := map[string]map[string]texts{}
			for _, c := range s.Condition {
				conditions[c.Operator] = map[string]texts{c.Key: c.Values}
			}
			out = append(out, statement{s.Sid, "Allow", s.Actions, s.Resources, conditions})
		}
	}
	return out
}

const here = ":eu-west-3:111122223333:"

// opsARNs are those that the resources of handmade will have.
func opsARNs() [][3]string { // kind, resource type of IAM, ARN
	const sns, ssm = "arn:aws:sns" + here, "arn:aws:ssm" + here
	return [][3]string{
		{"AWS::SNS::Topic", "topic", sns + "p-s-Loud-1A2B3C4D5E6F"},
		{"AWS::SNS::Topic", "topic", sns + "p-s-plain"},
		{"AWS::SNS::Topic", "role", "arn:aws:iam::111122223333:role/p-s-Role-1A2B3C4D5E6F"},
		{"AWS::SNS::TopicPolicy", "topic", sns + "p-s-Loud-1A2B3C4D5E6F"},
		{"AWS::SNS::TopicPolicy", "topic", sns + "theirs"},
		{"AWS::SSM::Parameter", "parameter", ssm + "parameter/CFN-Flag-QmGaUkqhh6Au"},
		{"AWS::SSM::Parameter", "parameter", ssm + "parameter/p-s/a/b"},
		{"AWS::KMS::Alias", "alias", "arn:aws:kms" + here + "alias/vendor/data"},
		{"AWS::KMS::Alias", "alias", "arn:aws:kms" + here + "alias/p-s"},
		{"AWS::KMS::Alias", "key", "arn:aws:kms" + here + "key/0f1e2d3c"},
		{"AWS::CloudWatch::Alarm", "alarm", "arn:aws:cloudwatch" + here + "alarm:p-s-Alarm-1A2B3C4D5E6F"},
	}
}

// TestHandmade launches, updates and deletes the stack: each action of the table on each ARN, with the
// tag of the stack and before it has arrived.
func TestHandmade(t *testing.T) {
	l, facts, asked := handmade(), iam.Load(), 0
	create, remove := evaluated(l.Create...), evaluated(l.Delete...)
	update := slices.Concat(create, evaluated(l.Update...))
	ask := func(who string, by allowance, r request) {
		if asked++; !by.allows(r) {
			t.Errorf("%s may not %v", who, r)
		}
	}
	for _, thing := range opsARNs() {
		kind, properties := thing[0], cfn.Map{}
		if kind == "AWS::SNS::Topic" {
			for _, name := range []string{"Subscription", "DataProtectionPolicy"} {
				properties.Set(name, cfn.Strings("x"))
			}
			properties.Set("DeliveryStatusLogging", cfn.Values(cfn.Map{{Key: "FailureFeedbackRoleArn",
				Value: cfn.String("x")}}))
		}
		atLaunch := launchpolicy.Launching(kind, properties)
		for _, action := range launchpolicy.Needed(kind, properties) {
			a, _ := facts.Action(action)
			on := []string{}
			for _, u := range a.Uses {
				if u.Type == thing[1] {
					on = append(on, thing[2])
				}
			}
			if len(a.Uses) == 0 {
				on = []string{"*"}
			}
			_, name, _ := strings.Cut(action, ":")
			for _, arn := range on {
				for _, tag := range []map[string]string{{}, {stackTag: "p-s"}} {
					tag["iam:PassedToService"] = "sns.amazonaws.com"
					r := request{action, arn, tag}
					ask("an update", update, r)
					if slices.Contains(atLaunch, action) {
						ask("a launch", create, r)
					}
					if strings.HasPrefix(name, "Delete") || action == "sns:SetTopicAttributes" &&
						kind == "AWS::SNS::TopicPolicy" {
						ask("a deletion", remove, r)
					}
				}
			}
		}
	}
	if asked < 120 || len(l.Gaps) != 0 {
		t.Errorf("%d requests, %v", asked, l.Gaps)
	}
}

// TestHandmadeStrangers: what others have is out of reach, whatever the phase.
func TestHandmadeStrangers(t *testing.T) {
	l := handmade()
	all := evaluated(slices.Concat(l.Create, l.Update, l.Delete)...)
	another := map[string]string{stackTag: "another"}
	for _, r := range []request{
		{"sns:DeleteTopic", "arn:aws:sns" + here + "theirs", nil}, // only its policy is the stack's
		{"sns:Subscribe", "arn:aws:sns" + here + "theirs", nil},
		{"sns:SetTopicAttributes", "arn:aws:sns" + here + "payroll", nil},
		{"sns:Subscribe", "arn:aws:sns" + here + "p-s2-Loud-1A2B3C4D5E6F", nil},
		{"sns:PutDataProtectionPolicy", "arn:aws:sns:eu-west-2:111122223333:p-s-Loud-1A2B3C4D5E6F", nil},
		{"iam:PassRole", "arn:aws:iam::111122223333:role/Admin",
			map[string]string{"iam:PassedToService": "sns.amazonaws.com"}},
		{"iam:PassRole", "arn:aws:iam::111122223333:role/p-s-Role-1A2B3C4D5E6F",
			map[string]string{"iam:PassedToService": "lambda.amazonaws.com"}},
		{"ssm:GetParameters", "arn:aws:ssm" + here + "parameter/db/password", nil},
		{"ssm:PutParameter", "arn:aws:ssm" + here + "parameter/p-s2/a/b", nil},
		{"ssm:PutParameter", "arn:aws:ssm" + here + "parameter/CFN-Flag2-QmGaUkqhh6Au", nil},
		{"ssm:GetParameters", "arn:aws:ssm" + here + "parameter/CFN-Flag-QmGaUkqhh6Au", another},
		{"ssm:DeleteParameter", "arn:aws:ssm" + here + "parameter/p-s/a/b", another},
		{"ssm:AddTagsToResource", "arn:aws:ssm" + here + "document/p-s/a/b", nil},
		{"kms:UpdateAlias", "arn:aws:kms" + here + "alias/prod", nil},
		{"kms:DeleteAlias", "arn:aws:kms" + here + "alias/vendor/data2", nil},
		{"kms:ScheduleKeyDeletion", "arn:aws:kms" + here + "key/0f1e2d3c", nil},
		{"cloudwatch:DeleteAlarms", "arn:aws:cloudwatch" + here + "alarm:billing", nil},
		{"cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch" + here + "alarm:p-s2-Alarm-1A2B3C4D5E6F", nil},
	} {
		if all.allows(r) {
			t.Errorf("a stranger's: %v", r)
		}
	}
}

// TestHandmadePage: the statements pass the lints, and the page tells what else is within reach: a
// statement with the right word, or a name. The names of the stack are not told.
func TestHandmadePage(t *testing.T) {
	l, facts := handmade(), iam.Load()
	for _, d := range slices.Concat(l.Create, l.Update, l.Delete) {
		for _, s := range d.Statements {
			wellMade(t, facts, s)
		}
	}
	var got []string
	for _, r := range l.Reaches {
		got = append(append(got, r.Names...), strings.Fields(r.Sid)...)
	}
	slices.Sort(got)
	want := []string{"Aliases", "EndSubscriptions", "alias/vendor/data", "parameter/CFN-Flag-*"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAlarmActions: what may act on instances is a gap, a topic is none.
func TestAlarmActions(t *testing.T) {
	p := &plan.Plan{Stack: "s", Parameters: []plan.Parameter{{Name: "Any"}}}
	for _, c := range []struct {
		action cfn.Value
		gaps   int
	}{
		{cfn.Sub("arn:aws:automate:${AWS::Region}:ec2:stop"), 1},
		{cfn.Ref("Any"), 1},
		{cfn.String("arn:aws:sns:eu-west-3:111122223333:x"), 0},
		{cfn.NoValue(), 0},
	} {
		tree := cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "A", Value: cfn.Map{
			{Key: "Type", Value: cfn.String("AWS::CloudWatch::Alarm")},
			{Key: "Properties", Value: cfn.Map{{Key: "OKActions", Value: cfn.Values(c.action)}}}}}}}}
		if l := launchpolicy.Make(p, tree, nil); len(l.Gaps) != c.gaps {
			t.Errorf("%v: %v", c.action, l.Gaps)
		}
	}
}

// TestTopicPolicyOfAny: a topic that is named at the launch can be any, and the page says so.
func TestTopicPolicyOfAny(t *testing.T) {
	p := &plan.Plan{Stack: "s", Parameters: []plan.Parameter{{Name: "Any"}}}
	tree := cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "P", Value: cfn.Map{
		{Key: "Type", Value: cfn.String("AWS::SNS::TopicPolicy")},
		{Key: "Properties", Value: cfn.Map{{Key: "Topics", Value: cfn.Values(cfn.Ref("Any"))}}}}}}}}
	if l := launchpolicy.Make(p, tree, nil); len(l.Reaches) != 1 || l.Reaches[0].Sid != "TopicPolicies" {
		t.Errorf("%v", l.Reaches)
	}
}
