package plan

import (
	"crypto/sha256"
	"encoding/hex"

	"byocfn/internal/cfn"
	"byocfn/internal/spec"
)

// Names of the parameters that the compiler adds to every stack with IAM principals.
const (
	BoundaryParameter = "PermissionsBoundary"
	PathParameter     = "IamPath"
	PrefixParameter   = "NamePrefix"
	BucketParameter   = "FunctionBucket"
	FolderParameter   = "FunctionPrefix"
	hasBoundary       = "HasPermissionsBoundary"
	hasPrefix         = "HasNamePrefix"
	houseGroup        = "Your house rules for IAM"
	functionGroup     = "Where the functions come from"
	prefixMax         = 12  // characters, so that a name of the stack still fits IAM's 64
	pathMax           = 128 // characters; IAM allows 512, but policies that hold ARNs have to stay small
)

// reservedNames cannot be used by a spec.
var reservedNames = []string{BoundaryParameter, PathParameter, PrefixParameter, BucketParameter,
	FolderParameter, hasBoundary, hasPrefix}

// houseRules adds the customer's rules as parameters, where a principal obeys them.
func (m *maker) houseRules() {
	if !m.house {
		return
	}
	m.addCondition(given(hasBoundary, BoundaryParameter))
	m.addCondition(given(hasPrefix, PrefixParameter))
	none, root, max, longest := "", "/", prefixMax, pathMax
	m.plan.Parameters = append(m.plan.Parameters,
		Parameter{Name: BoundaryParameter, Type: "String", Kind: "house", Group: houseGroup,
			Label: "Permissions boundary", Default: &none, Example: "boundaries/vendors",
			Description: "Name of the policy of this account, with its path, that bounds every role " +
				"and user of this stack; empty for none",
			AllowedPattern:        `^$|^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]+$`,
			ConstraintDescription: "must be empty or the name of an IAM policy, not its ARN"},
		Parameter{Name: PathParameter, Type: "String", Kind: "house", Group: houseGroup,
			Label: "IAM path", Default: &root, MaxLength: &longest, Example: "/vendors/",
			Description: "The path of every role, user, policy and instance profile of this stack. " +
				"It cannot change later where names are fixed",
			AllowedPattern:        `^/([A-Za-z0-9_+=,.@-]+/)*$`,
			ConstraintDescription: "must begin and end with /"},
		Parameter{Name: PrefixParameter, Type: "String", Kind: "house", Group: houseGroup,
			Label: "Prefix of names", Default: &none, MaxLength: &max, Example: "vendor-",
			Description: "What the name of every role, user and function begins with; empty for none. " +
				"It cannot change later where names are fixed",
			AllowedPattern:        `^[A-Za-z0-9_-]*$`,
			ConstraintDescription: "must have at most 12 letters, digits, underscores or hyphens"})
}

func given(name, parameter string) Condition {
	return Condition{Name: name, Literals: []Literal{{Atom: parameter}},
		Value: cfn.Not(cfn.Equals(cfn.Ref(parameter), cfn.String("")))}
}

// boundary is the PermissionsBoundary of every role and user. The customer gives the policy's name,
// because an optional ARN parameter would put its empty default where a validator expects an ARN.
func (m *maker) boundary() cfn.Value {
	m.house = true
	arn := cfn.Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${" + BoundaryParameter + "}")
	return cfn.If(hasBoundary, arn, cfn.NoValue())
}

func (m *maker) path() cfn.Value {
	m.house = true
	return cfn.Ref(PathParameter)
}

// named puts the customer's prefix before a fixed name.
func (m *maker) named(name spec.Text, gate []Literal) cfn.Value {
	m.house = true
	m.checkName(name, identityName)
	return concat(cfn.Ref(PrefixParameter), m.value(name, gate))
}

// prefixed gives a name only where the customer asks for a prefix; else CloudFormation makes one. The
// name is cut so that prefix and UUID fit the 64 characters of roles, users and functions; a cut name
// ends in a digest, so that two of them stay two.
func (m *maker) prefixed(name string) cfn.Value {
	m.house = true
	const room = 64 - prefixMax - len("-") - 36
	if len(name) > room {
		sum := sha256.Sum256([]byte(name))
		name = name[:room-4] + hex.EncodeToString(sum[:2])
	}
	full := concat(cfn.Ref(PrefixParameter), cfn.String(name+"-"), cfn.StackSuffix())
	return cfn.If(hasPrefix, full, cfn.NoValue())
}

// namedArn computes the ARN of a role with a fixed name.
func (m *maker) namedArn(kind string, name spec.Text) cfn.Value {
	m.house = true
	return concat(cfn.Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:"+kind+"${"+
		PathParameter+"}${"+PrefixParameter+"}"), m.value(name, nil))
}

// tags are the product's own, with a Name where the console shows one.
func (m *maker) tags(id string, more ...Tag) []Tag {
	var tags []Tag
	if id != "" {
		tags = append(tags, Tag{Key: "Name", Value: cfn.Sub("${AWS::StackName} " + id)})
	}
	for _, t := range m.in.Product.Tags {
		tags = append(tags, Tag{Key: t.Name.Value, Value: m.value(t.Value, nil)})
	}
	return append(tags, more...)
}

// stackTag proves to the functions that a thing belongs to this stack.
func (m *maker) stackTag() Tag {
	return Tag{Key: m.in.Product.Product.Value + ":stack", Value: cfn.StackSuffix(),
		Comment: "The functions touch only what carries this tag"}
}
