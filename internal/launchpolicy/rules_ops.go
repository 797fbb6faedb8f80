package launchpolicy

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
)

// topic asks for roles only where deliveries are logged, and SNS takes the role.
func topic(m *maker, r *resource) []rule {
	topics := rule{sid: "Topics", on: m.arnsOf(r), source: handlers,
		why: "Make, read, change and remove the topics of the stack",
		read: "sns:GetDataProtectionPolicy sns:GetTopicAttributes sns:ListSubscriptionsByTopic " +
			"sns:ListTagsForResource",
		create: "sns:CreateTopic sns:TagResource",
		update: "sns:SetTopicAttributes sns:UntagResource",
		remove: "sns:DeleteTopic"}
	topics = r.used(topics,
		property{"Subscription", "sns:Subscribe", "sns:Subscribe"},
		property{"DataProtectionPolicy", "sns:PutDataProtectionPolicy", "sns:PutDataProtectionPolicy"})
	out := []rule{topics}
	if r.uses("Subscription") {
		out = append(out, rule{sid: "EndSubscriptions", update: "sns:Unsubscribe", source: handlers,
			why:    "End a subscription that a release no longer has; the action knows no narrower resource",
			beyond: "subscriptions of every topic, which an update could end"})
	}
	m.strange(r, "KmsMasterKeyId")
	return append(out, m.deliveryRoles(r)...)
}

func (m *maker) deliveryRoles(r *resource) []rule {
	var roles []string
	elements(r.properties.Get("DeliveryStatusLogging"), func(v cfn.Value) {
		logging, _ := v.(cfn.Map)
		for _, name := range []string{"SuccessFeedbackRoleArn", "FailureFeedbackRoleArn"} {
			roles = union(roles, m.those(logging.Get(name), "AWS::IAM::Role")...)
		}
	})
	if len(roles) == 0 {
		return nil
	}
	return []rule{m.pass(roles, "GiveRolesToSNS", "sns.amazonaws.com", "SNS"),
		{sid: "SeeRolesOfSNS", create: "iam:GetRole", update: "iam:GetRole", on: roles, source: handlers,
			why: "Look at the roles with which SNS logs deliveries"}}
}

// topicPolicy stands in a statement of its own: topics of others get a policy, and nothing else.
// Its schema in the registry declares sns:SetTopicAttributes for everything.
func topicPolicy(m *maker, r *resource) []rule {
	on := m.those(r.properties.Get("Topics"), "AWS::SNS::Topic")
	beyond := ""
	if slices.Contains(on, m.arn+"sns:"+m.region+":*:*") {
		beyond = "the policy of every topic. Write the name of yours"
	}
	return []rule{{sid: "TopicPolicies", remove: "sns:SetTopicAttributes", on: on, beyond: beyond,
		why:    "Write the policies of these topics, and set them back",
		source: "SNS API Reference, SetTopicAttributes"}}
}

// parameter is held by its name, and by the tag of the stack, for a name that CloudFormation makes
// lacks the name of the stack.
func parameter(m *maker, r *resource) []rule {
	return []rule{{sid: "Parameters", on: m.arnsOf(r), source: handlers, where: m.ofNoOther(),
		why: "Make, read, change and remove the parameters that the stack keeps in Systems Manager. " +
			"The tag of the stack keeps those of other stacks out",
		read:   "ssm:GetParameters ssm:ListTagsForResource",
		create: "ssm:AddTagsToResource ssm:PutParameter",
		update: "ssm:RemoveTagsFromResource",
		remove: "ssm:DeleteParameter"}}
}

// alias needs its actions on the name and on the key, whose id nobody knows before the launch. The name
// holds it: no other alias can be made, moved or removed.
func alias(m *maker, r *resource) []rule {
	keys := m.keys(r.properties.Get("TargetKeyId"))
	beyond := ""
	if slices.Contains(keys, m.arn+"kms:"+m.region+":*:key/*") {
		beyond = "keys of others, which could get these aliases; mind policies of yours that decide by " +
			"aliases"
	}
	return []rule{
		{sid: "SeeAliases", read: "kms:ListAliases", source: handlers,
			why: "See whether the alias is there; KMS knows no narrower resource for it"},
		{sid: "Aliases", on: append(keys, m.arnsOf(r)...), source: handlers, beyond: beyond,
			why:    "Give keys the aliases of the stack, and take them away. Both sides must be allowed",
			create: "kms:CreateAlias", update: "kms:UpdateAlias", remove: "kms:DeleteAlias"}}
}

// keys gives the ARNs of keys by id or ARN; of those of the stack, nothing is known.
func (m *maker) keys(v cfn.Value) (arns []string) {
	elements(v, func(v cfn.Value) {
		for _, text := range m.patterns(v) {
			if !strings.HasPrefix(text, "arn:") {
				text = collapse(m.arn + "kms:" + m.region + ":*:key/" + text)
			}
			arns = union(arns, text)
		}
	})
	return arns
}

// alarm is not in handlers/; its schema in the registry declares these actions.
func alarm(m *maker, r *resource) []rule {
	const source = "CloudWatch API Reference; registry, handlers of the type"
	for _, p := range []string{"AlarmActions", "OKActions", "InsufficientDataActions"} {
		m.acting(r, p)
	}
	m.strange(r, "ActionConfiguration", "EvaluationCriteria")
	return []rule{
		{sid: "SeeAlarms", read: "cloudwatch:DescribeAlarms", source: source,
			on:  []string{m.arn + "cloudwatch:" + m.region + ":*:alarm:*"},
			why: "See whether the alarms are there; CloudWatch asks for this on all of them"},
		{sid: "Alarms", on: m.arnsOf(r), source: source,
			why:    "Make, read, change and remove the alarms of the stack",
			read:   "cloudwatch:ListTagsForResource",
			create: "cloudwatch:PutMetricAlarm cloudwatch:TagResource",
			update: "cloudwatch:UntagResource", remove: "cloudwatch:DeleteAlarms"}}
}

// acting reports alarms that act on instances, or may: CloudWatch asks for rights of EC2 then. Source:
// CloudWatch API Reference, PutMetricAlarm.
func (m *maker) acting(r *resource, property string) {
	elements(r.properties.Get(property), func(v cfn.Value) {
		if m.referred(v) != nil {
			return
		}
		for _, text := range m.patterns(v) {
			if text == "*" || strings.Contains(text, ":automate:") || strings.Contains(text, ":swf:") {
				m.gap(r, "what its property "+property+" needs of EC2, if it acts on instances")
			}
		}
	})
}
