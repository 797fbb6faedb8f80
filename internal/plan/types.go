// Package plan decides everything: it resolves references, gates and placement, adds the functions,
// roles and custom resources that the vendor's words imply, and orders the result. What it returns
// holds no CloudFormation library type and no open question; a user's mistake ends here.
package plan

import (
	"byocfn/internal/cfn"
	"byocfn/internal/diag"
)

// Plan is one template: one stack in one variant.
type Plan struct {
	Product     Product
	Stack       string // agent
	Variant     string // restricted; empty for a stack without variants
	VariantText string
	About       string
	SpecFile    string // the stack's file as it was given, for diagnostics
	Origin      string // templates/velodb/agent.stack.yaml, wherever the file was found
	VendorSide  bool   // launched by the vendor: no customer's house rules, no links
	Once        bool   // one such stack fits into an account: names are fixed
	Isolated    bool   // the subnets of this variant have no way to the internet
	Regions     []string
	Parameters  []Parameter
	Rules       []Rule
	Mapping     *Mapping // nil where regions have no facts
	Conditions  []Condition
	Resources   []Resource // in template order: grouped by Section, then file order
	Instead     []Instead
	Outputs     []Output // those of the texts included
	Texts       []Text
	Leaves      []Leaves
}

// Product is what every stack of a product shares.
type Product struct {
	Name, Title, Vendor, Release, Docs string
	Bucket, Prefix                     string   // publishing: BUCKET-REGION/PREFIX
	TagKeys                            []string // of the tags on whatever can be tagged
}

// Parameter is a parameter of the template. Optional pointers are nil where absent.
type Parameter struct {
	Name, Type, Label, Group string
	Kind                     string // of the spec: vpc, subnet, switch ... or house, functions, image
	Description              string
	Example                  string
	Default                  *string
	AllowedValues            []string
	AllowedPattern           string
	ConstraintDescription    string
	MinLength, MaxLength     *int
	MinValue, MaxValue       *int
	IsRequired               bool      // where RequiredWhen holds, a blank is refused by a rule
	RequiredWhen             []Literal // switches and NAME=VALUE
	NoEcho                   bool
	From                     diag.Range

	Whole *Matcher // of AllowedPattern, once it is settled; nil reads it anew
}

// Rule is an assertion that CloudFormation checks before it creates anything.
type Rule struct {
	Name, Comment, Description string
	Condition                  cfn.Value // when it is checked; nil for always
	Assert                     cfn.Value
	Demands                    bool // it only wants a parameter filled in
}

// Mapping is the one mapping, Regions: a row per region, the same columns in each.
type Mapping struct {
	Name, Comment string
	Rows          []MappingRow
}

// MappingRow is one region and its facts.
type MappingRow struct {
	Key  string
	Cols cfn.Map // String or List of String
}

// Condition is a named condition of the template. Literals says what it stands for: all must hold; or
// AnyOf does: all of one of these must.
type Condition struct {
	Name     string
	Value    cfn.Value
	Literals []Literal
	AnyOf    [][]Literal
}

// Literal is one atom of a gate after variants are decided.
type Literal struct {
	Not  bool
	Atom string // AgentUser, Operator=role, region.ec2messages
}

// Section groups resources under a heading, in the order in which a reviewer would ask for them.
type Section int

// The sections of a template.
const (
	Instances Section = iota
	Network
	Data
	Identities
	Others
	Functions
)

// Resource is one resource of the template.
type Resource struct {
	ID             string
	Section        Section
	Comment        string    // the why and what else a reader must know; may have several lines
	Condition      string    // name of a condition, or empty
	Gate           []Literal // what the condition stands for
	DependsOn      []string
	After          cfn.List // references under conditions that only make it wait; goes to Metadata
	DependsComment string   // why the order matters
	Keep           Keep
	Body           Body
	Extra          cfn.Map // the vendor's own properties, merged over the body's
	From           diag.Range
}

// Keep says what happens to a resource when the stack is deleted.
type Keep int

// The ways to keep. Unset writes no policy (CloudFormation's default, Delete).
const (
	Unset       Keep = iota
	KeepData         // DeletionPolicy RetainExceptOnCreate, UpdateReplacePolicy Retain
	KeepNothing      // both Delete, written out because a linter or a reader would ask
)

// Instead is a bucket or role that is not made where the customer names one of their own.
type Instead struct {
	Noun, ID  string
	Parameter string
}

// Output is an output of the template.
type Output struct {
	Name, Description, Condition string
	Value                        cfn.Value
	From                         diag.Range
}

// Text is what people paste elsewhere. The output of its name holds it with the customer's values.
type Text struct {
	Name, Why, Condition string
	File                 string // its name in dist/
	Parts                []TextPart
	Blanks               []string // what people fill in: ‹word› without the marks
	From                 diag.Range
}

// TextPart is a part of a text; Gate says when it is there, beyond the text itself.
type TextPart struct {
	Gate   []Literal
	Pieces []TextPiece
}

// TextPiece is a literal (Ref empty) or a reference as it is written, with what it becomes.
type TextPiece struct {
	Ref   string
	Value cfn.Value
}

// Leaves is what outlives the stack, for the documents.
type Leaves struct {
	Name, What, Blocks, Remove string
	Probed                     bool // Leftovers looks for it
}
