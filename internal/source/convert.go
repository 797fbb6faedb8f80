package source

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"byocfn/internal/diag"
)

// Bounds on what a file may mean: nodes that come from aliases, and levels of nesting.
const (
	maxCopies = 100_000
	maxDepth  = 100
)

const (
	tooDeep = "the file is nested more deeply than 100 levels"
	flatter = "write it flatter"
)

// converter makes our tree of the library's. Each anchored node is converted once, where it is
// defined, so that its mistakes are reported once.
type converter struct {
	*lines
	diags   diag.List
	anchors map[*yaml.Node]*anchor
	budget  int  // nodes that aliases may still add
	spent   bool // the budget: already reported
	deep    bool // the depth: already reported
}

// anchor is a converted node that aliases can copy. node is nil while it is being converted.
type anchor struct {
	node         *Node
	size, height int
}

// value converts a node; a refused node gives a Null, so that the rest is checked as well.
func (c *converter) value(y *yaml.Node, depth int) *Node {
	if depth > maxDepth {
		c.tooDeep(y)
		return &Node{At: c.spanOf(y)}
	}
	if y.Kind == yaml.AliasNode {
		return c.alias(y, depth)
	}
	known := &anchor{}
	if y.Anchor != "" {
		c.anchors[y] = known
	}
	n := &Node{At: c.spanOf(y)}
	c.checkTag(y)
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind = Mapping
		c.entries(n, y, depth)
	case yaml.SequenceNode:
		n.Kind = Sequence
		for _, item := range y.Content {
			n.Items = append(n.Items, c.value(item, depth+1))
		}
	default:
		n.Kind, n.Value, n.Quoted, n.Tag = Scalar, y.Value, quoted(y), "str"
		if !n.Quoted {
			if n.Tag = tagOf(y.Value); n.Tag == "null" {
				n.Kind = Null
			}
		}
	}
	c.stretch(n, y)
	if y.Anchor != "" {
		known.node = n
		known.size, known.height = measure(n)
	}
	return n
}

// entries converts the pairs of a mapping and refuses keys that are no plain text or come twice.
func (c *converter) entries(n *Node, y *yaml.Node, depth int) {
	first := map[string]diag.Range{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		at := c.spanOf(key)
		good := c.checkKey(key, at)
		value := c.value(y.Content[i+1], depth+1)
		value.Key = at
		if !good {
			continue
		}
		if before, twice := first[key.Value]; twice {
			c.diags.Error(at, "duplicate-key", `the key "`+key.Value+`" is here twice`,
				"remove or rename one of them", diag.Note{Text: "the first one", At: before})
			continue
		}
		first[key.Value] = at
		n.Entries = append(n.Entries, Entry{key.Value, at, value})
	}
}

// checkKey tells whether a key can be looked up by its text.
func (c *converter) checkKey(key *yaml.Node, at diag.Range) bool {
	plain := key.Kind == yaml.ScalarNode && !quoted(key)
	switch {
	case key.Kind != yaml.ScalarNode:
		c.diags.Error(at, "bad-key", "a key must be a text", "write a word before the colon")
		return false
	case !c.checkTag(key):
		return false
	case plain && key.Value == "<<":
		c.diags.Error(at, "merge-key", "merge keys are not supported",
			"write the keys out; an alias may stand for a whole value")
		return false
	case plain && key.Value == "":
		c.diags.Error(at, "bad-key", "a key is missing before the colon", "write the key")
		return false
	case plain && trap(key.Value):
		c.diags.Error(at, "ambiguous-key", `some YAML readers take the key `+key.Value+
			` for a boolean or null`, `write "`+key.Value+`" in quotes, or use another name`)
		return false
	}
	return true
}

// alias copies the node that an alias stands for. The copy's own place is the alias; what is in it
// keeps the places of the definition.
func (c *converter) alias(y *yaml.Node, depth int) *Node {
	at := c.spanOf(y)
	known := c.anchors[y.Alias]
	switch {
	case known == nil || known.node == nil:
		c.diags.Error(at, "recursive-alias", "the alias *"+y.Value+" stands inside its own anchor",
			"write the value out")
		return &Node{At: at}
	case known.size > c.budget:
		if !c.spent {
			c.diags.Error(at, "too-many-aliases", "the aliases of this file add up to more than "+
				"100000 values", "write fewer aliases of aliases")
		}
		c.spent, c.budget = true, 0
		return &Node{At: at}
	case depth+known.height-1 > maxDepth:
		c.tooDeep(y)
		return &Node{At: at}
	}
	c.budget -= known.size
	n := known.node.copy()
	n.At = at
	return n
}

func (c *converter) tooDeep(y *yaml.Node) {
	if !c.deep {
		c.diags.Error(c.spanOf(y), "too-deep", tooDeep, flatter)
	}
	c.deep = true
}

// copy gives a node of its own: the caller sets Key and At of each copy.
func (n *Node) copy() *Node {
	out := *n
	out.Entries = make([]Entry, len(n.Entries))
	for i, e := range n.Entries {
		out.Entries[i] = Entry{e.Key, e.KeyAt, e.Value.copy()}
	}
	out.Items = make([]*Node, len(n.Items))
	for i, item := range n.Items {
		out.Items[i] = item.copy()
	}
	return &out
}

// measure counts nodes and levels.
func measure(n *Node) (size, height int) {
	add := func(child *Node) {
		s, h := measure(child)
		size, height = size+s, max(height, h)
	}
	for _, e := range n.Entries {
		add(e.Value)
	}
	for _, item := range n.Items {
		add(item)
	}
	return size + 1, height + 1
}

// checkTag refuses tags other than the core ones, and core ones that contradict the value.
func (c *converter) checkTag(y *yaml.Node) bool {
	tag := y.ShortTag()
	if y.Style&yaml.TaggedStyle == 0 {
		return true
	}
	switch {
	case y.Kind == yaml.MappingNode && tag == "!!map",
		y.Kind == yaml.SequenceNode && tag == "!!seq",
		y.Kind == yaml.ScalarNode && tag == "!!str",
		y.Kind == yaml.ScalarNode && !isQuoted(y) && tag == "!!"+tagOf(y.Value):
		return true
	}
	at := c.span(c.pos(y.Line, y.Column), 0)
	at.End.Col += width(firstWord(c.from(at.Start)))
	c.diags.Error(at, "tag", "the tag "+tag+" is not supported", untagged(tag, y))
	return false
}

// untagged says how to write what a CloudFormation tag means.
func untagged(tag string, y *yaml.Node) string {
	name := strings.TrimSpace(y.Value)
	switch {
	case tag == "!Sub":
		return "remove the tag: ${Name} works in every text"
	case (tag == "!Ref" || tag == "!GetAtt") && y.Kind == yaml.ScalarNode && name != "":
		return "write ${" + name + "}"
	case strings.HasPrefix(tag, "!!"):
		return "remove the tag"
	}
	return "remove the tag; a reference is written ${Name}"
}

// quoted tells whether a scalar is a text whatever it looks like.
func quoted(y *yaml.Node) bool {
	return isQuoted(y) || y.Tag == "!" || y.Style&yaml.TaggedStyle != 0 && y.ShortTag() == "!!str"
}

func isQuoted(y *yaml.Node) bool {
	const styles = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle |
		yaml.FoldedStyle
	return y.Style&styles != 0
}

func width(s string) int { return utf8.RuneCountInString(s) }
