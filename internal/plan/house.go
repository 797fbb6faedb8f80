package plan

import (
	"crypto/sha256"
	"encoding/hex"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
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

// houseUse tells which of the customer's house rules anything in the stack obeys.
type houseUse struct{ boundary, path, prefix, prefixed bool }

// houseRules adds those of the customer's rules that something obeys, as parameters.
func (m *maker) houseRules() {
	if m.house.boundary {
		m.addCondition(given(hasBoundary, BoundaryParameter))
	}
	if m.house.prefixed {
		m.addCondition(given(hasPrefix, PrefixParameter))
	}
	all := houseParameters()
	for i, used := range []bool{m.house.boundary, m.house.path, m.house.prefix || m.house.prefixed} {
		if used {
			m.plan.Parameters = append(m.plan.Parameters, all[i])
		}
	}
}

// houseParameters are boundary, path and prefix.
func houseParameters() []Parameter {
	none, root, max, longest := "", "/", prefixMax, pathMax
	return []Parameter{
		{Name: BoundaryParameter, Type: "String", Kind: "house", Group: houseGroup,
			Label: "Permissions boundary", Default: &none, Example: "boundaries/vendors",
			Description: "Name of the policy of this account, with its path, that bounds every role " +
				"and user of this stack; empty for none",
			AllowedPattern:        `^$|^([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]+$`,
			ConstraintDescription: "must be empty or the name of an IAM policy, not its ARN"},
		{Name: PathParameter, Type: "String", Kind: "house", Group: houseGroup,
			Label: "IAM path", Default: &root, MaxLength: &longest, Example: "/vendors/",
			Description: "The path of every role, user, policy and instance profile of this stack. " +
				"It cannot change later where names are fixed",
			AllowedPattern:        `^/([A-Za-z0-9_+=,.@-]+/)*$`,
			ConstraintDescription: "must begin and end with /"},
		{Name: PrefixParameter, Type: "String", Kind: "house", Group: houseGroup,
			Label: "Prefix of names", Default: &none, MaxLength: &max, Example: "vendor-",
			Description: "What the name of every role, user and function begins with; empty for none. " +
				"It cannot change later where names are fixed",
			AllowedPattern:        `^[A-Za-z0-9_-]*$`,
			ConstraintDescription: "must have at most 12 letters, digits, underscores or hyphens"}}
}

func given(name, parameter string) Condition {
	return Condition{Name: name, Literals: []Literal{{Atom: parameter}},
		Value: cfn.Not(cfn.Equals(cfn.Ref(parameter), cfn.String("")))}
}

// identityWords are what a spec says of an identity of IAM beside its permissions.
type identityWords struct {
	name                        *spec.Text
	path, usedOutside, boundary spec.Word
}

// vendorSide tells whether the vendor launches the stack: nobody's house rules reach it.
func (m *maker) vendorSide() bool { return m.in.Stack.LaunchedBy.Value == "vendor" }

// fixed says what of the identity the house rules do not reach.
func (m *maker) fixed(w identityWords) Fixed {
	return Fixed{Path: w.path.Value != "", Name: w.usedOutside.Value != "",
		Boundary: w.boundary.Value != "", For: w.usedOutside.Value}
}

// boundary is the PermissionsBoundary of every role and user. The customer gives the policy's name,
// because an optional ARN parameter would put its empty default where a validator expects an ARN.
func (m *maker) boundary(own spec.Word, gate []Literal) cfn.Value {
	switch {
	case own.Value != "":
		return m.ownBoundary(own, gate)
	case m.vendorSide():
		return nil
	}
	m.house.boundary = true
	arn := cfn.Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${" + BoundaryParameter + "}")
	return cfn.If(hasBoundary, arn, cfn.NoValue())
}

// ownBoundary is a policy of this stack that says it is a boundary.
func (m *maker) ownBoundary(own spec.Word, gate []Literal) cfn.Value {
	p := m.in.Stack.Policies.Get(own.Value)
	e := m.names[own.Value]
	if p == nil || e == nil || p.Boundary == nil {
		hint := or(diag.DidYouMean(own.Value, m.nounNames("policy")), "name a policy that has boundary: { … }")
		if p != nil {
			hint = "give " + own.Value + " boundary: { … }"
		}
		m.diags.Error(own.At, "unknown-reference", quote(own.Value)+" is no boundary of this stack", hint)
		return nil
	}
	m.present(e, spec.Ref{Name: e.id}, own.At, gate)
	return cfn.Ref(e.id)
}

func (m *maker) path(own spec.Word) cfn.Value {
	switch {
	case own.Value != "":
		return cfn.String(own.Value)
	case m.vendorSide():
		return nil
	}
	m.house.path = true
	return cfn.Ref(PathParameter)
}

// named puts the customer's prefix before a fixed name, unless others rely on the name.
func (m *maker) named(w identityWords, gate []Literal) cfn.Value {
	m.checkName(*w.name, identityName)
	m.onceIfFixed(*w.name)
	if w.usedOutside.Value != "" || m.vendorSide() {
		return m.one(*w.name, gate)
	}
	m.house.prefix = true
	return concat(cfn.Ref(PrefixParameter), m.one(*w.name, gate))
}

// onceIfFixed wants a stack to say that it fits once into an account where its names are fixed.
func (m *maker) onceIfFixed(name spec.Text) {
	if !m.unique(name) && m.in.Stack.Once.Value == "" {
		m.diags.Error(name.At, "fixed-name", "two stacks of one account cannot both have this name",
			"write once: account at the top of the stack, or add -${stack.suffix} to the name")
	}
}

// nameOf is the name of a role or user: fixed, or one that only a house prefix asks for.
func (m *maker) nameOf(id string, w identityWords, gate []Literal) cfn.Value {
	if w.name != nil {
		return m.named(w, gate)
	}
	return m.prefixed(id)
}

// prefixed gives a name only where the customer asks for a prefix; else CloudFormation makes one. The
// name is cut so that prefix and UUID fit the 64 characters of roles, users and functions; a cut name
// ends in a digest, so that two of them stay two.
func (m *maker) prefixed(name string) cfn.Value {
	if m.vendorSide() {
		return nil
	}
	m.house.prefixed = true
	const room = 64 - prefixMax - len("-") - 36
	if len(name) > room {
		sum := sha256.Sum256([]byte(name))
		name = name[:room-4] + hex.EncodeToString(sum[:2])
	}
	full := concat(cfn.Ref(PrefixParameter), cfn.String(name+"-"), cfn.StackSuffix())
	return cfn.If(hasPrefix, full, cfn.NoValue())
}

// namedArn computes the ARN of a role, user or policy with a fixed name.
func (m *maker) namedArn(noun string, w identityWords) cfn.Value {
	path, prefix := cfn.Value(cfn.Ref(PathParameter)), cfn.Value(cfn.Ref(PrefixParameter))
	if m.vendorSide() || w.usedOutside.Value != "" {
		prefix = cfn.String("")
	}
	switch {
	case w.path.Value != "":
		path = cfn.String(w.path.Value)
	case m.vendorSide():
		path = cfn.String("/")
	}
	m.house.path = m.house.path || !m.vendorSide() && w.path.Value == ""
	m.house.prefix = m.house.prefix || !m.vendorSide() && w.usedOutside.Value == ""
	return concat(cfn.Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:"+noun), path, prefix,
		m.value(*w.name, nil))
}

// tags are the product's own, with a Name where the console shows one.
func (m *maker) tags(id string, more ...Tag) []Tag {
	var tags []Tag
	if id != "" {
		tags = append(tags, Tag{Key: "Name", Value: cfn.Sub("${AWS::StackName} " + id)})
	}
	for _, t := range m.in.Product.Tags {
		tags = append(tags, Tag{Key: t.Name.Value, Value: m.one(t.Value, nil)})
	}
	return append(tags, more...)
}

// stackTag proves to the functions that a thing belongs to this stack.
func (m *maker) stackTag() Tag {
	return Tag{Key: m.in.Product.Product.Value + ":stack", Value: cfn.StackSuffix(),
		Comment: "The functions touch only what carries this tag"}
}
