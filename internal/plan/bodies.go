package plan

import (
	"byocfn/internal/cfn"
	"byocfn/internal/diag"
)

// Body is what a resource is: one of the structs below. A nil Value or empty slice is left out.
type Body interface{ isBody() }

// Tag is a tag; Comment says who looks for it.
type Tag struct {
	Key     string
	Value   cfn.Value
	Comment string
}

// LaunchTemplate is AWS::EC2::LaunchTemplate: what only a new instance can take up. IMDSv2 with hop
// limit 1 and an encrypted root disk always. A new version of it replaces the instance, because
// AWS::EC2::Instance's LaunchTemplate property is create-only; a changed UserData on the instance
// itself would only restart it, and cloud-init does not run a script twice.
type LaunchTemplate struct {
	Image       cfn.Value // an AMI id or resolve:ssm:NAME, which EC2 resolves at launch and at no update
	Profile     cfn.Value // name of the instance profile
	Device      string
	DiskSize    int // GiB
	DiskType    string
	DiskComment string
	UserData    cfn.Value // not yet encoded as Base64
	Tags        []Tag     // of the template itself
}

// Instance is AWS::EC2::Instance, started from a launch template's latest version. Volumes get the
// instance's tags.
type Instance struct {
	LaunchTemplate string // logical id
	Type, Subnet   cfn.Value
	SecurityGroups []cfn.Value
	Tags           []Tag
}

// InterfaceEndpoint is AWS::EC2::VPCEndpoint of type Interface.
type InterfaceEndpoint struct {
	Service, VPC      cfn.Value
	Subnets           []cfn.Value
	SecurityGroups    []cfn.Value
	PrivateDNS        cfn.Value
	PrivateDNSComment string
	Tags              []Tag
}

// SecurityGroup is AWS::EC2::SecurityGroup with the rules that need no other resource.
type SecurityGroup struct {
	Description string // create-only: must never change
	VPC         cfn.Value
	Ingress     []GroupPermission
	Egress      []GroupPermission
	Tags        []Tag
}

// GroupPermission is one rule. Exactly one of CIDR, CIDRv6, Group and PrefixList is set. FromPort and ToPort are
// -1 where Protocol is "-1".
type GroupPermission struct {
	Comment, Description            string
	Protocol                        string // tcp, udp, -1
	FromPort, ToPort                int
	CIDR, CIDRv6, Group, PrefixList cfn.Value
}

// GroupRule is AWS::EC2::SecurityGroupIngress or, with Egress, AWS::EC2::SecurityGroupEgress.
type GroupRule struct {
	Egress bool
	Of     cfn.Value // the group's id
	Rule   GroupPermission
}

// Bucket is AWS::S3::Bucket: encrypted, owner enforced, closed to the public.
type Bucket struct {
	Name       cfn.Value
	Versions   bool
	Unfinished int       // days
	Key        cfn.Value // ARN of the KMS key; nil for AES-256
	Algorithm  cfn.Value // where the customer may give a key or not; nil follows from Key
	BucketKey  bool
	Expire     []Expiry
	LogPrefix  string    // empty for no access logs
	LogTo      cfn.Value // nil for the bucket itself
	LogComment string
	Tags       []Tag
}

// Expiry removes the objects whose keys begin with a prefix.
type Expiry struct {
	Prefix string
	Days   int
}

// BucketPolicy is AWS::S3::BucketPolicy.
type BucketPolicy struct {
	Bucket cfn.Value
	Policy Document
}

// Role is AWS::IAM::Role.
type Role struct {
	Name, Path, Boundary cfn.Value
	Trust                Document
	Managed              []cfn.Value
	Policies             []InlinePolicy
	Tags                 []Tag
	Fixed                Fixed
}

// InlinePolicy is one policy inside a role or user. Condition gates it as a whole.
type InlinePolicy struct {
	Name      string
	Condition string
	Policy    Document
}

// InstanceProfile is AWS::IAM::InstanceProfile.
type InstanceProfile struct {
	Name, Path cfn.Value
	Role       cfn.Value
	Fixed      Fixed
}

// ManagedPolicy is AWS::IAM::ManagedPolicy, attached from its own side.
type ManagedPolicy struct {
	Name, Path   cfn.Value
	Roles, Users Holders
	Policy       Document
	Fixed        Fixed
	Split        bool   // into several, where it can grow over what IAM takes
	Limits       bool   // a permissions boundary: grants nothing
	PartOf       string // what the vendor calls the policy that was divided; empty where it was not
}

// Fixed says what of an identity the vendor fixed for a reason, so that the customer's house rules
// do not reach it: its path, its name, its boundary. For says who relies on the name.
type Fixed struct {
	Path, Name, Boundary bool
	For                  string
}

// Holders are those who hold a policy. Gated ones are Fn::If with AWS::NoValue; where all of them are
// gated, OnlyIf names the condition under which any is left, for IAM takes no empty list.
type Holders struct {
	List   []cfn.Value
	OnlyIf string
}

// User is AWS::IAM::User.
type User struct {
	Name, Path, Boundary cfn.Value
	Managed              []cfn.Value
	Policies             []InlinePolicy
	Tags                 []Tag
	Fixed                Fixed
}

// AccessKey is AWS::IAM::AccessKey.
type AccessKey struct {
	User   cfn.Value
	Serial cfn.Value // raised, it makes another key in place of this one
}

// Secret is AWS::SecretsManager::Secret.
type Secret struct {
	Description string
	Text        cfn.Value
	Tags        []Tag
}

// LambdaFunction is AWS::Lambda::Function for provided.al2023 on arm64.
type LambdaFunction struct {
	Name        cfn.Value
	Description string
	Bucket, Key cfn.Value
	SHA256      string // hex, of the zip
	Role        cfn.Value
	Memory      int // MiB
	Timeout     int // seconds
	LogGroup    cfn.Value
	Tags        []Tag
}

// FunctionVersion is AWS::Lambda::Version with CodeSha256: creation fails when the code is not the published one.
type FunctionVersion struct {
	Function   cfn.Value
	CodeSHA256 string // base64, of the zip
}

// InvokeConfig is AWS::Lambda::EventInvokeConfig: a run that answered returns no error and is never
// repeated, so a retry only follows one that died.
type InvokeConfig struct {
	Function cfn.Value
	Retries  int
	MaxAge   int // seconds
}

// LogGroup is AWS::Logs::LogGroup.
type LogGroup struct {
	RetentionDays int
	Tags          []Tag
}

// Custom is a custom resource.
type Custom struct {
	Type       string // Custom::SubnetFacts
	Token      cfn.Value
	Timeout    int     // seconds
	Properties cfn.Map // after ServiceToken and ServiceTimeout
}

// WaitHandle is AWS::CloudFormation::WaitConditionHandle.
type WaitHandle struct{}

// WaitCondition is AWS::CloudFormation::WaitCondition.
type WaitCondition struct {
	Handle  cfn.Value
	Timeout int // seconds
}

// Raw is a resource in the vendor's own words.
type Raw struct {
	Type       string
	Properties cfn.Map
}

// Document is an IAM policy document. Text is nil, or the same as JSON text where keys hold references.
type Document struct {
	Statements []Statement
	Text       cfn.Value
}

// Statement is one statement. Gate is empty or names the condition under which it exists.
type Statement struct {
	From      diag.Range // zero where the compiler made it
	Sid, Why  string
	Notes     []string // accepted lints, differences
	Accepts   []string // ids of the lints that the vendor accepted
	AcceptsAt []diag.Range
	Effect    string    // Allow or Deny
	Principal cfn.Value // String "*", or Map of AWS/Service/Federated; nil in identity policies
	Actions   []string
	Widens    []string    // those of the actions that can widen rights
	Resources []cfn.Value // gated ones are Fn::If with AWS::NoValue; empty in trust policies
	Condition cfn.Map     // operator -> key -> value
	MayLack   []string    // keys of it that the vendor gave a when of their own
	Gate      string
	Literals  []Literal
	Names     []string // ids of the stack's resources that the resources name
	Access    string   // "any" where Resource is "*"
}

func (*Instance) isBody()          {}
func (*LaunchTemplate) isBody()    {}
func (*InterfaceEndpoint) isBody() {}
func (*SecurityGroup) isBody()     {}
func (*GroupRule) isBody()         {}
func (*Bucket) isBody()            {}
func (*BucketPolicy) isBody()      {}
func (*Role) isBody()              {}
func (*InstanceProfile) isBody()   {}
func (*ManagedPolicy) isBody()     {}
func (*User) isBody()              {}
func (*AccessKey) isBody()         {}
func (*Secret) isBody()            {}
func (*LambdaFunction) isBody()    {}
func (*FunctionVersion) isBody()   {}
func (*InvokeConfig) isBody()      {}
func (*LogGroup) isBody()          {}
func (*Custom) isBody()            {}
func (*WaitHandle) isBody()        {}
func (*WaitCondition) isBody()     {}
func (*Raw) isBody()               {}
