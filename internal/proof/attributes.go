package proof

import (
	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// Greatest lengths of names and ids.
// Sources: IAM user guide, "IAM and AWS STS quotas" (instance profiles); S3 user guide, "Bucket
// naming rules" (63); Lambda quotas (64); CloudWatch Logs API reference (512); Secrets Manager
// quotas (512, and the seven characters it adds); EC2 user guide, resource ids (17 digits).
const (
	profileWidth  = 128
	bucketWidth   = 63
	functionWidth = 64
	logGroupWidth = 512
	secretWidth   = 512 + 7
	idDigits      = 17
	otherWidth    = 256 // of a raw resource's attribute
)

// typeWidth bounds values of CloudFormation's own parameter types.
func typeWidth(parameterType string) (int, bool) {
	switch parameterType {
	case "AWS::EC2::VPC::Id":
		return len("vpc-") + idDigits, true
	case "AWS::EC2::Subnet::Id":
		return len("subnet-") + idDigits, true
	case "AWS::EC2::SecurityGroup::Id":
		return len("sg-") + idDigits, true
	case "AWS::EC2::Image::Id", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>":
		return len("ami-") + idDigits, true
	case "AWS::EC2::AvailabilityZone::Name":
		return regionWidth + len("-wl1-xxx-wlz-1"), true
	case "AWS::EC2::KeyPair::KeyName":
		return 255, true
	case "Number":
		return 20, true
	}
	return 0, false
}

// attribute bounds what Ref (attr empty) or Fn::GetAtt gives of a resource.
func (m *ruler) attribute(id, attr string) int {
	res := m.resources[id]
	if res == nil || m.within[id] { // a name that holds itself is a cycle, which Cycles reports
		return otherWidth
	}
	m.within[id] = true
	defer delete(m.within, id)
	arn := attr == "Arn"
	switch b := res.Body.(type) {
	case *plan.Bucket:
		return m.bucketAttribute(b, id, attr)
	case *plan.Role:
		return m.iamAttribute("role", attr, m.named(b.Name, id, iam.MaxRoleName), b.Path)
	case *plan.User:
		return m.iamAttribute("user", attr, m.named(nil, id, iam.MaxUserName), b.Path)
	case *plan.InstanceProfile:
		return m.iamAttribute("instance-profile", attr, m.named(b.Name, id, profileWidth), b.Path)
	case *plan.ManagedPolicy:
		return m.iamAttribute("policy", "Arn", m.named(b.Name, id, iam.MaxPolicyName), b.Path)
	case *plan.LambdaFunction:
		return m.regional(arn, "lambda:function:", m.named(nil, id, functionWidth))
	case *plan.LogGroup:
		return m.regional(arn, "logs:log-group::*", m.named(nil, id, logGroupWidth))
	case *plan.Secret:
		return m.regional(true, "secretsmanager:secret:", m.named(nil, id, secretWidth))
	case *plan.SecurityGroup:
		return len("sg-") + idDigits
	case *plan.Instance, *plan.LaunchTemplate:
		return len("lt-") + idDigits
	case *plan.InterfaceEndpoint:
		return m.endpointAttribute(attr)
	case *plan.Custom:
		return customAttribute(attr)
	}
	return otherWidth
}

// named bounds a physical name: the vendor's own, or the one that CloudFormation makes from the
// names of stack and resource and thirteen characters, cut to what the service allows.
func (m *ruler) named(name cfn.Value, id string, limit int) int {
	if name == nil {
		return min(stackNameWidth+len("-")+len(id)+len("-")+13, limit)
	}
	return min(m.measure(name).chars, limit)
}

func (m *ruler) bucketAttribute(b *plan.Bucket, id, attr string) int {
	name := m.named(b.Name, id, bucketWidth)
	switch attr {
	case "":
		return name
	case "Arn":
		return len("arn::s3:::") + partitionWidth + name
	}
	return name + len("http://.s3-website..") + regionWidth + urlSuffixWidth
}

func (m *ruler) iamAttribute(kind, attr string, name int, path cfn.Value) int {
	if attr != "Arn" {
		return name
	}
	width := len("/")
	if path != nil {
		width = m.measure(path).chars
	}
	return len("arn::iam:::") + partitionWidth + accountWidth + len(kind) + width + name
}

func (m *ruler) regional(arn bool, what string, name int) int {
	if !arn {
		return name
	}
	return len("arn::::") + partitionWidth + regionWidth + accountWidth + len(what) + name
}

func (m *ruler) endpointAttribute(attr string) int {
	if attr == "" || attr == "Id" {
		return len("vpce-") + idDigits
	}
	return 1024 // DnsEntries: a list of zone ids and names
}

// customAttribute bounds what the functions answer with: ids, ranges and zones.
func customAttribute(attr string) int {
	switch attr {
	case "CidrBlock", "VpcCidrBlock":
		return len("255.255.255.255/32")
	case "VpcId":
		return len("vpc-") + idDigits
	case "RouteTableId", "EndpointId":
		return len("vpce-") + idDigits
	case "AvailabilityZone", "AvailabilityZoneId":
		return regionWidth + len("-wl1-xxx-wlz-1")
	}
	return otherWidth
}
