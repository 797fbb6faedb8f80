package plan

import (
	"strings"
	"sync"

	"byocfn/internal/cfn"
	"byocfn/internal/contract"
)

// kind is one row of the closed table of parameter kinds: what CloudFormation calls the type, what a
// value looks like, and which attributes a reference may ask for.
type kind struct {
	Type       string // CloudFormation's parameter type
	Pattern    string // for the whole value; empty where the type itself validates
	Says       string // ConstraintDescription, beginning with "must"
	Example    string
	MaxLength  int                                 // characters; 0 where the type bounds it
	Computed   map[string]func(p string) cfn.Value // attribute -> value, no function needed
	LookedUp   map[string]string                   // attribute -> attribute of the lookup's answer
	Known      map[string][]string                 // attribute -> all that the lookup may answer
	NeedsOneOf bool
}

// kinds is the table; a list's row follows from its items (kindOf). Names of IAM may hold commas, but
// not here: lists are cut at them. Patterns allow no quote, dollar sign, asterisk or question mark, so that a value
// can stand in a policy or in a quoted shell setting without changing its meaning.
var kinds = sync.OnceValue(func() map[string]kind {
	return map[string]kind{
		"vpc": {Type: "AWS::EC2::VPC::Id", Example: "vpc-0a1b2c3d4e5f67890",
			Computed: arnOf("ec2", "vpc/"),
			LookedUp: map[string]string{"CidrBlock": "CidrBlock"}},
		"subnet": {Type: "AWS::EC2::Subnet::Id", Example: "subnet-0a1b2c3d4e5f67890",
			Computed: arnOf("ec2", "subnet/"),
			LookedUp: map[string]string{
				"CidrBlock": "CidrBlock", "VpcCidrBlock": "VpcCidrBlock",
				"AvailabilityZone": "AvailabilityZone", "AvailabilityZoneId": "AvailabilityZoneId",
				"RouteTableId": "RouteTableId"}},
		"security-group": {Type: "AWS::EC2::SecurityGroup::Id", Example: "sg-0a1b2c3d4e5f67890",
			Computed: arnOf("ec2", "security-group/")},
		"key-pair": {Type: "AWS::EC2::KeyPair::KeyName", Example: "operators"},
		"instance-type": {Type: "String", Pattern: `^[a-z][a-z0-9-]*\.[a-z0-9-]+$`, MaxLength: 32,
			Says: "must be an instance type, such as m6i.xlarge", Example: "m6i.xlarge"},
		"text": {Type: "String", Pattern: `^[A-Za-z0-9 _.,:;/@+=()-]*$`, MaxLength: 256,
			Says: "must have only letters, digits, spaces and any of _.,:;/@+=()-"},
		"number": {Type: "Number", Example: "3"},
		"switch": {Type: "String"},
		"enum":   {Type: "String", NeedsOneOf: true},
		"cidr": {Type: "String", MaxLength: 18, Example: "10.0.0.0/16",
			Pattern: `^([0-9]{1,3}\.){3}[0-9]{1,3}/([0-9]|[12][0-9]|3[0-2])$`,
			Says:    "must be an IPv4 CIDR block, such as 10.0.0.0/16"},
		"url": {Type: "String", MaxLength: 1024, Example: "https://example.com/agent.tar.gz",
			Pattern: `^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/%=&+@:,;-]*)?$`,
			Says:    "must be an https address without a query"},
		"sha256": {Type: "String", Pattern: `^[0-9a-f]{64}$`, MaxLength: 64,
			Says:    "must be a SHA-256 digest: 64 hexadecimal digits in lower case",
			Example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
		"account-id": {Type: "String", Pattern: `^[0-9]{12}$`, MaxLength: 12,
			Says: "must be an account id: 12 digits", Example: "111122223333"},
		"external-id": {Type: "String", Pattern: `^[A-Za-z0-9_+=.@:/-]{2,}$`, MaxLength: 1224,
			Says: "must be an external id of IAM", Example: "3f1c2d4e-55aa"},
		"bucket-name": {Type: "String", Pattern: `^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, MaxLength: 63,
			Says: "must be the name of a bucket", Example: "my-bucket",
			Computed: map[string]func(string) cfn.Value{"Arn": func(p string) cfn.Value {
				return cfn.Sub("arn:${AWS::Partition}:s3:::${" + p + "}")
			}}},
		"secret-arn": arnKind("secretsmanager", `[a-z0-9-]+`, `secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}`,
			"a secret in Secrets Manager, with its six characters at the end",
			"arn:aws:secretsmanager:us-east-1:111122223333:secret:token-AbCdEf", 600),
		"key-arn": arnKind("kms", `[a-z0-9-]+`, `key/[A-Za-z0-9-]+`, "a KMS key",
			"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", 128).
			with("KeyId", func(p string) cfn.Value { return cfn.Select(1, cfn.Split("/", cfn.Ref(p))) }),
		"role-arn": arnKind("iam", "", `role/[A-Za-z0-9_+=.@/-]+`, "an IAM role",
			"arn:aws:iam::111122223333:role/operators", 640),
		"user-arn": arnKind("iam", "", `user/[A-Za-z0-9_+=.@/-]+`, "an IAM user",
			"arn:aws:iam::111122223333:user/operator", 640),
		"role-name": {Type: "String", Pattern: `^[A-Za-z0-9_+=.@-]{1,64}$`, MaxLength: 64,
			Says: "must be the name of an IAM role, not its ARN", Example: "operators"},
		"list": {Type: "String"},
		// Source: EKS API reference, CreateCluster, name.
		"cluster-name": {Type: "String", Pattern: `^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$`, MaxLength: 100,
			Says: "must be the name of an EKS cluster", Example: "analytics",
			Computed: arnOf("eks", "cluster/"),
			LookedUp: map[string]string{"OidcIssuer": "OidcIssuer", "AccessMode": "AccessMode"},
			Known:    map[string][]string{"AccessMode": contract.AccessModes()}},
		"policy-arn": arnKind("iam", "", `policy/[A-Za-z0-9_+=.@/-]+`, "an IAM policy",
			"arn:aws:iam::111122223333:policy/boundaries/vendors", 640),
	}
})

func arnKind(service, region, resource, what, example string, max int) kind {
	account := "[0-9]{12}"
	if strings.HasPrefix(resource, "policy/") {
		account = "([0-9]{12}|aws)" // of AWS there are policies only
	}
	return kind{Type: "String", MaxLength: max, Example: example,
		Pattern: "^arn:aws[a-z-]*:" + service + ":" + region + ":" + account + ":" + resource + "$",
		Says:    "must be the ARN of " + what}
}

// with adds an attribute that needs no function.
func (k kind) with(attribute string, value func(p string) cfn.Value) kind {
	k.Computed = map[string]func(string) cfn.Value{attribute: value}
	return k
}

func arnOf(service, prefix string) map[string]func(string) cfn.Value {
	return map[string]func(string) cfn.Value{"Arn": func(p string) cfn.Value {
		return cfn.Sub("arn:${AWS::Partition}:" + service +
			":${AWS::Region}:${AWS::AccountId}:" + prefix + "${" + p + "}")
	}}
}

// KindNames lists the kinds of parameters in alphabetical order, for the schema and for hints.
func KindNames() []string { return sortedKeys(kinds()) }
