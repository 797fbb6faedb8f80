package launchpolicy

import (
	"strings"

	"byocfn/internal/cfn"
)

// naming says how a type of resource is called: the property that may name it, the longest name, and
// what its ARN is, without arn:PARTITION:. Where the template gives no name, CloudFormation makes
// STACK-LOGICALID-RANDOM, in small letters for buckets, LOGICALID-RANDOM for secrets, and
// CFN-LOGICALID-RANDOM for parameters of Systems Manager.
type naming struct {
	kind, property string
	longest        int
	lower, short   bool
	arn            string // {region} {account} {path} {name}
}

// namings lists the types whose names policies can hold. Sources: the return values of each type in
// the CloudFormation template reference; quotas of each service; that secrets lack the stack's name:
// dbSecret8003E3A7-mIXuhO5ONwLb-qeNyUO in aws/aws-cdk#11573; that parameters do: the handler in
// aws-cloudformation/aws-cloudformation-resource-providers-ssm#159.
func namings() []naming {
	return []naming{
		{"AWS::IAM::Role", "RoleName", 64, false, false, "iam::*:role{path}{name}"},
		{"AWS::IAM::User", "UserName", 64, false, false, "iam::*:user{path}{name}"},
		{"AWS::IAM::Group", "GroupName", 128, false, false, "iam::*:group{path}{name}"},
		{"AWS::IAM::InstanceProfile", "InstanceProfileName", 128, false, false,
			"iam::*:instance-profile{path}{name}"},
		{"AWS::IAM::ManagedPolicy", "ManagedPolicyName", 128, false, false, "iam::*:policy{path}{name}"},
		{"AWS::Lambda::Function", "FunctionName", 64, false, false, "lambda:{region}:*:function:{name}"},
		{"AWS::Logs::LogGroup", "LogGroupName", 512, false, false, "logs:{region}:*:log-group:{name}"},
		{"AWS::S3::Bucket", "BucketName", 63, true, false, "s3:::{name}"},
		{"AWS::SQS::Queue", "QueueName", 80, false, false, "sqs:{region}:*:{name}"},
		{"AWS::Events::Rule", "Name", 64, false, false, "events:{region}:*:rule/{path}{name}"},
		{"AWS::SecretsManager::Secret", "Name", 0, false, true,
			"secretsmanager:{region}:*:secret:{name}"},
		{"AWS::SNS::Topic", "TopicName", 256, false, false, "sns:{region}:*:{name}"},
		{parameterType, "Name", 0, false, false, "ssm:{region}:*:parameter/{name}"},
		{aliasType, "AliasName", 256, false, false, "kms:{region}:*:alias/{name}"},
		{"AWS::DynamoDB::Table", "TableName", 255, false, false, "dynamodb:{region}:*:table/{name}"},
		{"AWS::CloudWatch::Alarm", "AlarmName", 255, false, false, "cloudwatch:{region}:*:alarm:{name}"},
	}
}

// The types whose ARNs leave out how their names begin.
const (
	parameterType = "AWS::SSM::Parameter"
	aliasType     = "AWS::KMS::Alias"
)

// inARN gives a name as the ARN has it.
func (n *naming) inARN(name string) string {
	switch n.kind {
	case parameterType:
		return strings.TrimPrefix(name, "/")
	case aliasType:
		return strings.TrimPrefix(name, "alias/")
	}
	return name
}

// naming gives how a type is called; ok is false where names say nothing.
func (m *maker) naming(kind string) (n *naming, ok bool) {
	for i := range m.namings {
		if m.namings[i].kind == kind {
			return &m.namings[i], true
		}
	}
	return &naming{}, false
}

// namesOf gives the names that a resource can have.
func (m *maker) namesOf(r *resource) []string {
	if r.named {
		return r.names
	}
	r.named, r.names = true, []string{"*"} // also against circles
	n, ok := m.naming(r.kind)
	if !ok {
		return r.names
	}
	v := r.properties.Get(n.property)
	names := m.patterns(v)
	if v == nil || m.mayLack(v) {
		names = union(names, n.generated(m.stack, r.id))
	}
	r.names = names
	return names
}

// mayLack tells whether a value can be AWS::NoValue.
func (m *maker) mayLack(v cfn.Value) bool {
	fn, ok := v.(cfn.Fn)
	if !ok || fn.Name != "Fn::If" {
		return ok && isNoValue(fn)
	}
	lacks := m.branches(fn.Arg, func(v cfn.Value) []string {
		if m.mayLack(v) {
			return []string{""}
		}
		return nil
	})
	return len(lacks) > 0
}

const (
	randomPart = 14 // a hyphen, and 12 or 13 letters and digits
	halfKept   = 24 // what a name that is too long keeps of either part, in the shortest of limits
)

// generated gives the pattern of the names that CloudFormation makes. One that is too long is cut in
// both of its parts, or in the longer one alone; each keeps at least 24 characters where the limit is
// 63 or more. AWS does not document it. Source: observed names, KensioSoftware/yulin#1113, and
// MyStackDev-MyNestedApplicatio-MyLambdaFunctionName-1U44TLUZ7OR55.
func (n *naming) generated(stack, id string) string {
	switch {
	case n.short:
		return id + "-*"
	case n.kind == parameterType && len(id) <= halfKept:
		return "CFN-" + id + "-*"
	case n.kind == parameterType:
		return "CFN-" + id[:halfKept] + "*"
	case len(stack)+1+len(id)+randomPart <= n.longest:
		stack += "-" + id + "-*"
	case len(stack) <= halfKept:
		stack += "-" + id[:min(len(id), halfKept)] + "*"
	case len(id) <= halfKept:
		stack = stack[:halfKept] + "*-" + id + "-*"
	default:
		stack = stack[:halfKept] + "*-" + id[:halfKept] + "*"
	}
	if n.lower {
		return strings.ToLower(stack)
	}
	return stack
}

// arnsOf gives the ARNs that a resource can have.
func (m *maker) arnsOf(r *resource) []string {
	if r.arns == nil {
		r.arns = m.workedOut(r)
	}
	return r.arns
}

func (m *maker) workedOut(r *resource) []string {
	n, ok := m.naming(r.kind)
	if !ok {
		return []string{"*"}
	}
	paths := []string{""}
	switch {
	case strings.HasPrefix(r.kind, "AWS::IAM::"):
		if paths = m.patterns(r.properties.Get("Path")); len(paths) == 0 {
			paths = []string{"/"}
		}
	case r.uses("EventBusName"):
		paths = product(m.patterns(r.properties.Get("EventBusName")), []string{"/"})
	}
	var out []string
	for _, path := range paths {
		for _, name := range m.namesOf(r) {
			out = append(out, m.arn+m.filled(n.arn, path, n.inARN(name)))
		}
	}
	return out
}

func (m *maker) filled(format, path, name string) string {
	before, after, found := strings.Cut(format, "{region}")
	if found {
		format = before + m.region + after
	}
	format, _ = strings.CutSuffix(format, "{name}")
	if before, found := strings.CutSuffix(format, "{path}"); found {
		format = before + path
	}
	return collapse(format + name)
}

// within gives the ARNs with something behind them, such as a bucket's objects.
func within(arns []string, tail string) []string {
	out := make([]string, len(arns))
	for i, arn := range arns {
		out[i] = collapse(arn + tail)
	}
	return out
}

// those gives the ARNs of what a property refers to: resources of the stack of a type, or others by
// name or ARN. The path of what others made is not known.
func (m *maker) those(v cfn.Value, kind string) (arns []string) {
	elements(v, func(v cfn.Value) {
		if r := m.referred(v); r != nil {
			arns = union(arns, m.arnsOf(r)...)
			return
		}
		n, _ := m.naming(kind)
		for _, text := range m.patterns(v) {
			switch {
			case text == "":
			case strings.HasPrefix(text, "arn:"):
				arns = union(arns, text)
			case strings.HasPrefix(kind, "AWS::IAM::"):
				arns = union(arns, m.arn+m.filled(n.arn, "/*", text))
			default:
				arns = union(arns, m.arn+m.filled(n.arn, "", text))
			}
		}
	})
	return arns
}

// referred gives the resource of the stack that a value is a reference to, or nil.
func (m *maker) referred(v cfn.Value) *resource {
	fn, ok := v.(cfn.Fn)
	if !ok {
		return nil
	}
	if fn.Name == "Ref" {
		id, _ := fn.Arg.(cfn.String)
		return m.byID(string(id))
	}
	if list, ok := fn.Arg.(cfn.List); ok && fn.Name == "Fn::GetAtt" && len(list) == 2 {
		id, _ := list[0].Value.(cfn.String)
		return m.byID(string(id))
	}
	return nil
}
