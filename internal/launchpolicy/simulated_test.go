package launchpolicy_test

import (
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/launchpolicy"
)

const stackTag = "aws:ResourceTag/aws:cloudformation:stack-name"

// TestSimulatedLaunch asks, for every shipped template in every launch and for every resource, whether
// the documents allow each action that its making, reading and removing calls, on the ARN that it will
// have. The actions are those of the table, which TestReviewed holds against AWS's.
func TestSimulatedLaunch(t *testing.T) {
	facts, asked := iam.Load(), 0
	every(t, func(t *testing.T, l launched) {
		create, remove := shipped(t, l.dir, "create-*"), shipped(t, l.dir, "delete-*")
		asked += l.launches(t, facts, create)
		for _, id := range l.Made() {
			for _, action := range l.called(id) {
				if !slices.Contains(l.deletes(id), action) || l.kept(id) {
					continue
				}
				for _, r := range l.requests(facts, id, action, true) {
					if asked++; !remove.allows(r) || !create.allows(r) {
						t.Errorf("%s: a deletion may not %v", id, r)
					}
				}
			}
		}
	})
	if asked < 5000 {
		t.Errorf("only %d requests: who is asked?", asked)
	}
}

// launches asks for all that a launch calls, and counts.
func (l *launched) launches(t *testing.T, facts *iam.Facts, create allowance) (asked int) {
	for _, id := range l.Made() {
		for _, action := range l.called(id) {
			for _, r := range l.requests(facts, id, action, false) {
				if asked++; !create.allows(r) {
					t.Errorf("%s: a launch may not %v", id, r)
				}
			}
		}
	}
	return asked
}

// TestSimulatedUpdate asks the same for what an update calls, of what was made before.
func TestSimulatedUpdate(t *testing.T) {
	facts, asked := iam.Load(), 0
	every(t, func(t *testing.T, l launched) {
		update := shipped(t, l.dir, "create-*", "update-*")
		for _, id := range l.Made() {
			needed := launchpolicy.Needed(l.Kind(id), l.Properties(id))
			for _, action := range launchpolicy.Declared(l.Kind(id), "update", "tagging") {
				if !slices.Contains(needed, action) {
					continue
				}
				for _, r := range l.requests(facts, id, action, true) {
					if asked++; !update.allows(r) {
						t.Errorf("%s: an update may not %v", id, r)
					}
				}
			}
		}
	})
	if asked < 2000 {
		t.Errorf("only %d requests: who is asked?", asked)
	}
}

// called gives the actions of a resource; custom resources and keys are in no list of AWS.
func (l *launched) called(id string) []string {
	if strings.HasPrefix(l.Kind(id), "Custom::") {
		return []string{"lambda:InvokeFunction"}
	}
	return launchpolicy.Launching(l.Kind(id), l.Properties(id))
}

// deletes gives those of a deletion.
func (l *launched) deletes(id string) []string {
	switch kind := l.Kind(id); {
	case strings.HasPrefix(kind, "Custom::"):
		return []string{"lambda:InvokeFunction"}
	case kind == "AWS::IAM::AccessKey":
		return []string{"iam:DeleteAccessKey"}
	default:
		return launchpolicy.Declared(kind, "delete")
	}
}

func (l *launched) kept(id string) bool {
	return l.Kind(id) == "AWS::S3::Bucket" || l.Kind(id) == "AWS::S3::BucketPolicy"
}

// requests spells an action out: what it is asked on by the facts, or, where they know no resource, *.
// made says that the resource has been there for long.
func (l *launched) requests(facts *iam.Facts, id, action string, made bool) (out []request) {
	a, _ := facts.Action(action)
	context := l.context(id, action, made)
	var on []string
	for _, u := range a.Uses {
		arns := l.subjects(id, action, u.Type)
		if on = append(on, arns...); u.Required && len(arns) == 0 { // a stranger carries no tag
			out = append(out, request{action, l.any(a.Service, u.Type), nil})
		}
	}
	for _, arn := range on {
		if action != "iam:AttachRolePolicy" && action != "iam:DetachRolePolicy" &&
			action != "iam:AttachUserPolicy" && action != "iam:DetachUserPolicy" {
			out = append(out, request{action, arn, context})
			continue
		}
		for _, policy := range l.policies(id) {
			with := map[string]string{"iam:PolicyARN": policy}
			out = append(out, request{action, arn, with})
		}
	}
	if len(a.Uses) == 0 {
		out = append(out, request{action, "*", context})
	}
	return out
}

// subjects gives what an action is about, of one of IAM's resource types: the resource itself, or what
// its properties name.
func (l *launched) subjects(id, action, resourceType string) []string {
	own := map[string]string{"AWS::IAM::Role": "role", "AWS::IAM::User": "user",
		"AWS::IAM::ManagedPolicy": "policy", "AWS::IAM::InstanceProfile": "instance-profile",
		"AWS::Lambda::Function": "function", "AWS::Logs::LogGroup": "log-group", "AWS::S3::Bucket": "bucket",
		"AWS::SQS::Queue": "queue", "AWS::Events::Rule": "rule-on-default-event-bus",
		"AWS::SecretsManager::Secret": "Secret", "AWS::EC2::Instance": "instance",
		"AWS::EC2::LaunchTemplate": "launch-template", "AWS::EC2::SecurityGroup": "security-group",
		"AWS::EC2::VPCEndpoint": "vpc-endpoint"}
	kind := l.Kind(id)
	switch {
	case action == "iam:PassRole" && kind == "AWS::Lambda::Function":
		return l.named("AWS::IAM::Role", l.text(id, "Role"))
	case action == "iam:PassRole":
		return l.named("AWS::IAM::Role", l.texts(id, "Roles")...)
	case action == "s3:GetObject":
		code, _ := l.Properties(id).Get("Code").(cfn.Map)
		bucket, _ := code.Get("S3Bucket").(cfn.String)
		key, _ := code.Get("S3Key").(cfn.String)
		if resourceType != "object" {
			return nil
		}
		return []string{"arn:aws:s3:::" + string(bucket) + "/" + string(key)}
	case action == "ssm:GetParameters":
		return []string{"arn:aws:ssm:" + l.region + "::parameter/aws/service/ami-amazon-linux-latest/" +
			"al2023-ami-kernel-default-x86_64"}
	case own[kind] == resourceType && resourceType != "":
		if strings.HasPrefix(kind, "AWS::EC2::") {
			return []string{"arn:aws:ec2:" + l.region + ":" + account + ":" + resourceType + "/" + l.ref[id]}
		}
		if kind == "AWS::Lambda::Function" && action == "lambda:DeleteFunction" {
			return []string{l.arn[id], l.arn[id] + ":1"}
		}
		return []string{l.arn[id]}
	}
	return l.others(id, action, resourceType)
}

// others gives what the properties of a resource name.
func (l *launched) others(id, action, resourceType string) []string {
	kind := l.Kind(id)
	switch {
	case strings.HasPrefix(kind, "AWS::EC2::SecurityGroup") && resourceType == "security-group":
		return []string{"arn:aws:ec2:" + l.region + ":" + account + ":security-group/sg-0123456789abcdef0"}
	case kind == "AWS::IAM::ManagedPolicy" && resourceType == "role":
		return l.named("AWS::IAM::Role", l.texts(id, "Roles")...)
	case kind == "AWS::IAM::ManagedPolicy" && resourceType == "user":
		return l.named("AWS::IAM::User", l.texts(id, "Users")...)
	case kind == "AWS::IAM::AccessKey" && resourceType == "user":
		return l.named("AWS::IAM::User", l.text(id, "UserName"))
	case resourceType == "function" && strings.HasPrefix(kind, "Custom::"):
		return l.named("AWS::Lambda::Function", l.text(id, "ServiceToken"))
	case resourceType == "function":
		return l.named("AWS::Lambda::Function", l.text(id, "FunctionName"))
	case kind == "AWS::S3::BucketPolicy" && resourceType == "bucket":
		return l.named("AWS::S3::Bucket", l.text(id, "Bucket"))
	case kind == "AWS::SQS::QueuePolicy":
		return l.named("AWS::SQS::Queue", l.queues(id)...)
	case resourceType == "cluster" && action == "eks:CreateAccessEntry":
		return []string{"arn:aws:eks:" + l.region + ":" + account + ":cluster/" + l.text(id, "ClusterName")}
	case resourceType == "access-entry":
		principal := l.text(id, "PrincipalArn")
		return []string{"arn:aws:eks:" + l.region + ":" + account + ":access-entry/" +
			l.text(id, "ClusterName") + "/role/" + account +
			principal[strings.LastIndexByte(principal, '/'):] + "/0123"}
	}
	return nil
}

// queues gives the names of the queues of a policy, which refers to them by address.
func (l *launched) queues(id string) (out []string) {
	for _, url := range l.texts(id, "Queues") {
		out = append(out, url[strings.LastIndexByte(url, '/')+1:])
	}
	return out
}

// policies gives the policies that attaching or detaching is about.
func (l *launched) policies(id string) []string {
	if l.Kind(id) == "AWS::IAM::ManagedPolicy" {
		return []string{l.arn[id]}
	}
	return l.texts(id, "ManagedPolicyArns")
}

// any is some resource of a type, which the stack does not name.
func (l *launched) any(service, resourceType string) string {
	if resourceType == "image" {
		return "arn:aws:ec2:" + l.region + "::image/ami-0123456789abcdef0"
	}
	return "arn:aws:" + service + ":" + l.region + ":" + account + ":" + resourceType + "/some"
}

// context gives the keys of a request. The tag of the stack is there on what was made before; when
// something is being made, and right after, the worst case is that it is not.
func (l *launched) context(id, action string, made bool) map[string]string {
	out := map[string]string{}
	_, name, _ := strings.Cut(action, ":")
	kind := l.Kind(id)
	being := !made && (strings.HasPrefix(name, "Create") || name == "RunInstances" || kind == "AWS::EC2::SecurityGroup" &&
		(strings.HasPrefix(name, "Authorize") || strings.HasPrefix(name, "RevokeSecurityGroupEgress")))
	if kind == "AWS::EC2::LaunchTemplate" {
		if being {
			out["ec2:CreateAction"] = "CreateLaunchTemplate"
		} else {
			out["aws:ResourceTag/resource-used-by-app"] = "BYOC" // velodb's tag, by its TagSpecifications
		}
	} else if !being {
		out[stackTag] = l.name
	}
	if v := l.text(id, "PermissionsBoundary"); v != "" {
		out["iam:PermissionsBoundary"] = v
	}
	if v := l.text(id, "PrincipalArn"); v != "" {
		out["eks:principalArn"] = v
	}
	switch kind {
	case "AWS::Lambda::Function":
		out["iam:PassedToService"] = "lambda.amazonaws.com"
	case "AWS::IAM::InstanceProfile":
		out["iam:PassedToService"] = "ec2.amazonaws.com"
	}
	return out
}
