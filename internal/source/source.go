// Package source turns the bytes of a YAML file into a tree that knows the place of every word,
// and decodes that tree into Go structs strictly: unknown keys, missing keys and wrong types are
// diagnostics with a place, all of them at once. It is one of two packages that import a YAML
// library, and its tree shows nothing of it.
package source

import (
	"strconv"

	"byocfn/internal/diag"
)

// Kind says what a Node is.
type Kind int

// The kinds of nodes. A key without a value is Null.
const (
	Null Kind = iota
	Scalar
	Mapping
	Sequence
)

// Node is one value of the file. Aliases are resolved, merge keys are refused.
type Node struct {
	Kind    Kind
	Value   string // a scalar's text, after unquoting and folding
	Quoted  bool   // a quoted or block scalar: always a string
	Tag     string // a plain scalar's YAML 1.2 type: "str", "int", "float", "bool", "null"
	At      diag.Range
	Key     diag.Range // the key that this node is the value of; zero for the root and for items
	Entries []Entry    // of a mapping, in file order, without duplicate keys
	Items   []*Node    // of a sequence
}

// Entry is one key of a mapping.
type Entry struct {
	Key   string
	KeyAt diag.Range
	Value *Node
}

// Get gives the value of a mapping's key, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// Nearest follows keys, and positions in sequences, as far as the file goes.
func (n *Node) Nearest(path []string) *Node {
	for _, step := range path {
		next := n.Get(step)
		if i, err := strconv.Atoi(step); err == nil && n.Kind == Sequence && i < len(n.Items) {
			next = n.Items[i]
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// Place is where to point when the node as a whole is meant: its key, if it has one.
func (n *Node) Place() diag.Range {
	if n.Key.Start.Line > 0 {
		return n.Key
	}
	return n.At
}

// Document is one parsed file.
type Document struct {
	Name string
	Root *Node
}

// Decoder is what a type implements that reads itself from a node, for shapes that struct tags
// cannot say. It is also asked about Null nodes. path names the node in messages, such as
// buckets.Data.why; what is wrong is appended to diags.
type Decoder interface {
	DecodeNode(n *Node, path string, diags *diag.List)
}
