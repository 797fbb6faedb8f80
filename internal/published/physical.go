package published

import (
	"strings"

	"byocfn/internal/cfn"
)

// physical says how a type of resource is called and referred to once it exists. {name} is what the
// property name says, or stack and logical id; {path} is the property Path, or /.
type physical struct {
	name string            // the property that names it; empty where none does
	ref  string            // what Ref gives
	atts map[string]string // what Fn::GetAtt gives
}

// physicals holds the types whose names policies use.
// Source: the return values of each type in the CloudFormation template reference.
func physicals() map[string]physical {
	arn := func(attr, text string) map[string]string { return map[string]string{attr: text} }
	return map[string]physical{
		"AWS::IAM::Role": {"RoleName", "{name}",
			arn("Arn", "arn:{partition}:iam::{account}:role{path}{name}")},
		"AWS::IAM::User": {"UserName", "{name}",
			arn("Arn", "arn:{partition}:iam::{account}:user{path}{name}")},
		"AWS::IAM::Group": {"GroupName", "{name}",
			arn("Arn", "arn:{partition}:iam::{account}:group{path}{name}")},
		"AWS::IAM::InstanceProfile": {"InstanceProfileName", "{name}",
			arn("Arn", "arn:{partition}:iam::{account}:instance-profile{path}{name}")},
		"AWS::IAM::ManagedPolicy": {"ManagedPolicyName",
			"arn:{partition}:iam::{account}:policy{path}{name}",
			arn("PolicyArn", "arn:{partition}:iam::{account}:policy{path}{name}")},
		"AWS::S3::Bucket": {"BucketName", "{name}", arn("Arn", "arn:{partition}:s3:::{name}")},
		"AWS::SQS::Queue": {"QueueName", "https://sqs.{region}.{suffix}/{account}/{name}",
			map[string]string{
				"Arn":       "arn:{partition}:sqs:{region}:{account}:{name}",
				"QueueName": "{name}",
			}},
		"AWS::SNS::Topic": {"TopicName", "arn:{partition}:sns:{region}:{account}:{name}", nil},
		"AWS::Events::Rule": {"Name", "{name}",
			arn("Arn", "arn:{partition}:events:{region}:{account}:rule/{name}")},
		"AWS::Logs::LogGroup": {"LogGroupName", "{name}",
			arn("Arn", "arn:{partition}:logs:{region}:{account}:log-group:{name}:*")},
		"AWS::Lambda::Function": {"FunctionName", "{name}",
			arn("Arn", "arn:{partition}:lambda:{region}:{account}:function:{name}")},
		"AWS::KMS::Key": {"", "{name}",
			arn("Arn", "arn:{partition}:kms:{region}:{account}:key/{name}")},
		"AWS::SecretsManager::Secret": {"Name",
			"arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-AbCdEf", nil},
	}
}

// attribute gives what Fn::GetAtt (or, without attr, Ref) gives for a resource: a value of the
// launch's own Attributes, or one made of its name. Anything else is a problem.
func (s *Stack) attribute(id, attr string) string {
	key := id
	if attr != "" {
		key += "." + attr
	}
	if !s.exists(id) {
		s.say("nothing is %s in this launch", id)
		return ""
	}
	if v, ok := s.in.Attributes[key]; ok {
		return v
	}
	p := physicals()[s.kind(id)]
	form := p.ref
	if attr != "" {
		form = p.atts[attr]
	}
	if form == "" {
		s.say("what is %s of a %s? say it in Attributes", key, s.kind(id))
		return ""
	}
	return s.filled(form, id, p.name)
}

func (s *Stack) filled(form, id, nameProperty string) string {
	properties := s.properties(id)
	path, name := "/", s.in.StackName+"-"+id
	if s.kind(id) == "AWS::S3::Bucket" {
		name = strings.ToLower(name)
	}
	if v := s.Value(properties.Get("Path")); v != nil {
		path = plain(v)
	}
	if v := s.Value(properties.Get(nameProperty)); v != nil {
		name = plain(v)
	}
	return strings.NewReplacer("{partition}", cfn.Partition(s.in.Region),
		"{region}", s.in.Region, "{account}", s.in.Account,
		"{suffix}", cfn.DNSSuffix(s.in.Region), "{path}", path, "{name}", name).Replace(form)
}
