package spec

import "byocfn/internal/diag"

// Word is a literal text with its place; it may not hold a ${reference}.
type Word struct {
	Value string
	At    diag.Range
}

// Words is one word or a list of them.
type Words []Word

// Text is a text that may hold ${references}. Parts alternate as they stand in the file.
type Text struct {
	Raw   string
	At    diag.Range
	Parts []Part
}

// Part is a literal (Ref empty) or a reference (Literal empty).
type Part struct {
	Literal string
	Ref     Ref
}

// Ref is what stands between ${ and }: Name, Name.Attr, region.FACT, facts.NAME, stack.suffix,
// product.release, AWS::Region. IAM's own variables (${aws:username}) never become a Ref.
type Ref struct{ Name, Attr string }

// String gives the reference as it is written, without ${}.
func (r Ref) String() string {
	if r.Attr == "" {
		return r.Name
	}
	return r.Name + "." + r.Attr
}

// Texts is one text or a list of them.
type Texts []Text

// Flag is yes or no, written bare or quoted; nil means that the key is absent.
type Flag struct {
	Value bool
	At    diag.Range
}

// Number is a whole number with its place.
type Number struct {
	Value int
	At    diag.Range
}

// Keyed is a mapping from names to T that keeps the order of the file.
type Keyed[T any] []Named[T]

// Named is one entry of a Keyed.
type Named[T any] struct {
	Name  Word
	Value T
}

// Gate is the condition under which a node exists: every atom must hold. An empty Gate always holds.
type Gate []Atom

// Where is a Gate that may also be written no, for never; it is empty then.
type Where Gate

// Atom is one word of `when:`: a switch, an optional parameter, a variant, Parameter=value, or a
// regional fact (region.NAME), possibly negated by a leading "not ".
type Atom struct {
	Not   bool
	Name  string // AgentUser, restricted, Operator, region.ec2messages
	Value string // of Operator=role; else empty
	At    diag.Range
}

// Yes gives the flag's value, or byDefault where the key is absent.
func (f *Flag) Yes(byDefault bool) bool {
	if f == nil {
		return byDefault
	}
	return f.Value
}

// MayBeBlank tells whether the customer may leave the parameter empty, be it under some condition only.
func (p *Parameter) MayBeBlank() bool { return p.Optional.Yes(false) || len(p.Required) > 0 }

// Get gives the entry of a name, or nil.
func (k Keyed[T]) Get(name string) *T {
	for i := range k {
		if k[i].Name.Value == name {
			return &k[i].Value
		}
	}
	return nil
}
