package launchpolicy

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
)

// row is the reviewed judgement about one type. Without rules the type needs nothing.
type row struct {
	kind  string
	rules func(*maker, *resource) []rule
}

// reviewed is the table. A row says what is needed in all cases, and what a property that the template
// sets adds. It follows the handlers of CloudFormation's registry (handlers/), which the tests hold it
// against in both directions, with the reason of every difference. Actions on what the stack itself
// made, and reading, are taken over even where one may doubt that they are called; what is left out
// belongs to properties that are not set. AWS::KMS::Key is left to AWS's list: CloudFormation puts no
// tag of its own on keys (cloudformation-coverage-roadmap#2077) and their ids are not known; a tag of
// the template would not hold them, for whoever launches must be allowed to tag keys.
func reviewed() []row {
	return []row{
		{"AWS::CloudFormation::WaitCondition", nothing},
		{"AWS::CloudFormation::WaitConditionHandle", nothing},
		{"AWS::CloudWatch::Alarm", alarm},
		{"AWS::DynamoDB::Table", table},
		{"AWS::EC2::Instance", instance},
		{"AWS::EC2::LaunchTemplate", launchTemplate},
		{"AWS::EC2::SecurityGroup", securityGroup},
		{"AWS::EC2::SecurityGroupEgress", groupRule},
		{"AWS::EC2::SecurityGroupIngress", groupRule},
		{"AWS::EC2::VPCEndpoint", endpoint},
		{"AWS::EKS::AccessEntry", accessEntry},
		{"AWS::Events::Rule", eventRule},
		{"AWS::IAM::AccessKey", accessKey},
		{"AWS::IAM::InstanceProfile", instanceProfile},
		{"AWS::IAM::ManagedPolicy", managedPolicy},
		{"AWS::IAM::Role", role},
		{"AWS::IAM::User", user},
		{"AWS::KMS::Alias", alias},
		{"AWS::Lambda::EventInvokeConfig", invokeConfig},
		{"AWS::Lambda::Function", function},
		{"AWS::Lambda::Version", functionVersion},
		{"AWS::Logs::LogGroup", logGroup},
		{"AWS::S3::Bucket", bucket},
		{"AWS::S3::BucketPolicy", bucketPolicy},
		{"AWS::SNS::Topic", topic},
		{"AWS::SNS::TopicPolicy", topicPolicy},
		{"AWS::SQS::Queue", queue},
		{"AWS::SQS::QueuePolicy", queuePolicy},
		{"AWS::SSM::Parameter", parameter},
		{"AWS::SecretsManager::Secret", secret},
	}
}

// nothing is for what only CloudFormation itself keeps. That wait conditions need no permission was
// measured by badmintoncryer/cfn-exec-policy (2026-10).
func nothing(*maker, *resource) []rule { return nil }

// rulesOf gives what a resource needs: by the table, as a custom resource, or by AWS's own lists.
func (m *maker) rulesOf(rows []row, r *resource, facts *iam.Facts) []rule {
	read := m.resolved(r)
	for i := range rows {
		if rows[i].kind == r.kind {
			return append(rows[i].rules(m, r), read...)
		}
	}
	if strings.HasPrefix(r.kind, "Custom::") || r.kind == "AWS::CloudFormation::CustomResource" {
		return append(m.custom(r), read...)
	}
	return append(m.unreviewed(r, facts), read...)
}

// property says which action a property that the template sets needs, at once and when it changes.
type property struct{ name, create, update string }

// used adds to a rule what the used properties need.
func (r *resource) used(to rule, table ...property) rule {
	for _, p := range table {
		if r.uses(p.name) {
			to.create = join(to.create, p.create)
			to.update = join(to.update, p.update)
		}
	}
	return to
}

// join puts lists of actions together.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// pass is iam:PassRole on roles, to one service.
func (m *maker) pass(roles []string, sid, service, to string) rule {
	beyond := ""
	if m.every("role", roles) {
		beyond = "the rights of every role that " + to + " may take. Write the name of yours"
	}
	return rule{sid: sid, create: "iam:PassRole", update: "iam:PassRole", on: roles, beyond: beyond,
		why: "Hand these roles to " + to + ", and to no other service", source: passSource,
		where: []Clause{{"StringEquals", "iam:PassedToService", []string{service}}}}
}

const passSource = "IAM User Guide, Grant permissions to pass a role to a service"

// resolved is what dynamic references in the properties of a resource read. CloudFormation reads them
// with the rights of its caller. Source: CloudFormation User Guide, "Get values stored in other
// services using dynamic references".
func (m *maker) resolved(r *resource) (out []rule) {
	cfn.Walk(r.properties, func(v cfn.Value) {
		text, isText := v.(cfn.String)
		if !isText || len(text) < len("{{resolve:x:y}}") {
			return
		}
		for rest := string(text); ; {
			_, after, found := strings.Cut(rest, "{{resolve:")
			if !found {
				return
			}
			what, tail, _ := strings.Cut(after, "}}")
			rest = tail
			service, name, _ := strings.Cut(what, ":")
			if rule, ok := m.resolve(service, name); ok {
				out = append(out, rule)
			} else {
				m.gap(r, "what {{resolve:"+what+"}} reads")
			}
		}
	})
	return out
}

// resolve gives the right to read one dynamic reference, in the template or in a launch template.
func (m *maker) resolve(service, name string) (rule, bool) {
	out := rule{sid: "ReadReferences", why: "Read the values that the template refers to",
		source: "CloudFormation User Guide, Get values stored in other services using dynamic references"}
	switch service {
	case "ssm", "ssm-secure":
		name, _, _ = strings.Cut(name, ":")
		out.create = "ssm:GetParameters"
		out.on = []string{m.arn + "ssm:" + m.region + ":*:parameter/" + strings.TrimPrefix(name, "/")}
	case "secretsmanager":
		if arn := strings.SplitN(name, ":", 8); len(arn) >= 7 && arn[0] == "arn" {
			name = strings.Join(arn[:7], ":")
		} else {
			name, _, _ = strings.Cut(name, ":")
			name = m.arn + "secretsmanager:" + m.region + ":*:secret:" + name
		}
		out.sid, out.create = "ReadSecrets", "secretsmanager:GetSecretValue"
		out.on = []string{references(name) + "*"}
	default:
		return rule{}, false
	}
	out.on[0] = collapse(references(out.on[0]))
	out.update = out.create
	return out, true
}

// references puts an asterisk in the place of each ${reference}.
func references(text string) string {
	for {
		before, after, found := strings.Cut(text, "${")
		if !found {
			return text
		}
		_, tail, _ := strings.Cut(after, "}")
		text = before + "*" + tail
	}
}

func (m *maker) gap(r *resource, what string) {
	m.gaps = append(m.gaps, Gap{ID: r.id, Type: r.kind, What: what})
}
