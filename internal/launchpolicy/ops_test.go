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
		{Key: "Jobs", Value: body("AWS::DynamoDB::Table", judged(tableProperties)...)},
		{Key: "Users", Value: body("AWS::DynamoDB::Table", set("TableName", cfn.Sub("${AWS::StackName}-users")),
			set("GlobalSecondaryIndexes", cfn.Values(cfn.Map{set("IndexName", cfn.String("mail"))})))},
		{Key: "Alarm", Value: body("AWS::CloudWatch::Alarm", set("AlarmActions", cfn.Values(cfn.Ref("Loud"))))},
	}}}
	p := &plan.Plan{Stack: "s", Product: plan.Product{Name: "p"}, Regions: []string{"eu-west-3"}}
	return launchpolicy.Make(p, tree, iam.Load())
}

// tableProperties are those of a table that are judged.
const tableProperties = "PointInTimeRecoverySpecification ResourcePolicy TimeToLiveSpecification"

func judged(names string) (out cfn.Map) {
	for _, name := range strings.Fields(names) {
		out.Set(name, cfn.Map{})
	}
	return out
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
		{"AWS::DynamoDB::Table", "table", "arn:aws:dynamodb" + here + "table/p-s-Jobs-1A2B3C4D5E6F"},
		{"AWS::DynamoDB::Table", "table", "arn:aws:dynamodb" + here + "table/p-s-users"},
		{"AWS::DynamoDB::Table", "index", "arn:aws:dynamodb" + here + "table/p-s-users/index/mail"},
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
		properties := opsProperties(thing[0])
		atLaunch := launchpolicy.Launching(thing[0], properties)
		for _, action := range launchpolicy.Needed(thing[0], properties) {
			for _, r := range opsRequests(facts, action, thing[1], thing[2]) {
				ask("an update", update, r)
				if !slices.Contains(atLaunch, action) {
					continue
				}
				ask("a launch", create, r)
				if strings.Contains(action, ":Delete") || thing[0] == "AWS::SNS::TopicPolicy" {
					ask("a deletion", remove, r)
				}
			}
		}
	}
	if asked < 120 || len(l.Gaps) != 0 {
		t.Errorf("%d requests, %v", asked, l.Gaps)
	}
}

// opsProperties are all that are judged of a type.
func opsProperties(kind string) (out cfn.Map) {
	switch kind {
	case "AWS::DynamoDB::Table":
		return judged(tableProperties)
	case "AWS::SNS::Topic":
		out = judged("Subscription DataProtectionPolicy")
		out.Set("DeliveryStatusLogging", cfn.Values(cfn.Map{{Key: "FailureFeedbackRoleArn",
			Value: cfn.String("x")}}))
	}
	return out
}

// opsRequests asks for an action on an ARN of a type, if it is about this type, or on everything.
func opsRequests(facts *iam.Facts, action, resourceType, arn string) (out []request) {
	a, _ := facts.Action(action)
	about := func(u iam.Use) bool { return u.Type == resourceType }
	switch {
	case len(a.Uses) == 0:
		arn = "*"
	case !slices.ContainsFunc(a.Uses, about):
		return nil
	}
	const to = "iam:PassedToService"
	return []request{{action, arn, map[string]string{to: "sns.amazonaws.com"}},
		{action, arn, map[string]string{to: "sns.amazonaws.com", stackTag: "p-s"}}}
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
		{"dynamodb:DeleteTable", "arn:aws:dynamodb" + here + "table/orders", nil},
		{"dynamodb:UpdateTable", "arn:aws:dynamodb" + here + "table/p-s2-Jobs-1A2B3C4D5E6F", nil},
		{"dynamodb:PutResourcePolicy", "arn:aws:dynamodb" + here + "table/p-s-users2", nil},
		{"dynamodb:GetItem", "arn:aws:dynamodb" + here + "table/p-s-users", nil},
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

// TestTableGaps: what of a table nobody judged does not pass in silence, nor what is inside of a property.
func TestTableGaps(t *testing.T) {
	inside := func(name string) cfn.Map { return cfn.Map{{Key: name, Value: cfn.Map{}}} }
	for _, c := range []struct {
		property string
		value    cfn.Value
		gaps     int
	}{
		{"SSESpecification", inside("SSEEnabled"), 1},
		{"KinesisStreamSpecification", inside("StreamArn"), 1},
		{"ImportSourceSpecification", inside("InputFormat"), 1},
		{"ContributorInsightsSpecification", inside("Enabled"), 1},
		{"VectorIndexes", cfn.Values(inside("IndexName")), 1},
		{"GlobalSecondaryIndexes", cfn.Values(inside("ContributorInsightsSpecification")), 1},
		{"GlobalSecondaryIndexes", cfn.Values(inside("IndexName")), 0},
		{"StreamSpecification", inside("ResourcePolicy"), 1},
		{"StreamSpecification", inside("StreamViewType"), 0},
	} {
		tree := cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "T", Value: cfn.Map{
			{Key: "Type", Value: cfn.String("AWS::DynamoDB::Table")},
			{Key: "Properties", Value: cfn.Map{{Key: c.property, Value: c.value}}}}}}}}
		if l := launchpolicy.Make(&plan.Plan{Stack: "s"}, tree, nil); len(l.Gaps) != c.gaps {
			t.Errorf("%s: %v", c.property, l.Gaps)
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

// TestQueuePolicyElsewhere: who writes the policy of a queue that is not the stack's gets no more.
func TestQueuePolicyElsewhere(t *testing.T) {
	tree := cfn.Map{{Key: "Resources", Value: cfn.Map{
		{Key: "Own", Value: cfn.Map{{Key: "Type", Value: cfn.String("AWS::SQS::Queue")}}},
		{Key: "P", Value: cfn.Map{
			{Key: "Type", Value: cfn.String("AWS::SQS::QueuePolicy")},
			{Key: "Properties", Value: cfn.Map{{Key: "Queues", Value: cfn.Strings(
				"https://sqs.us-east-1.amazonaws.com/111122223333/theirs")}}}}}}}}
	found := false
	for _, d := range launchpolicy.Make(&plan.Plan{Stack: "s"}, tree, nil).Delete {
		for _, s := range d.Statements {
			if !strings.Contains(strings.Join(s.Resources, " "), "theirs") {
				continue
			}
			found = true
			if len(s.Actions) != 1 || s.Actions[0] != "sqs:SetQueueAttributes" {
				t.Errorf("%s allows %v on %v", s.Sid, s.Actions, s.Resources)
			}
		}
	}
	if !found {
		t.Error("nothing about the queue of others")
	}
}
