package source

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"byocfn/internal/diag"
)

// The library knows where a node begins but not where it ends; these functions read the end off
// the source line.

// spanOf gives a node's range on its first line, without its tag and anchor. A collection's is
// stretched when its content is known.
func (c *converter) spanOf(y *yaml.Node) diag.Range {
	start := c.pos(y.Line, y.Column)
	rest := c.from(start)
	for strings.HasPrefix(rest, "!") || strings.HasPrefix(rest, "&") {
		word := firstWord(rest)
		tail := strings.TrimLeft(rest[len(word):], " \t")
		if tail == "" || tail[0] == '#' {
			return c.span(start, width(word))
		}
		start.Col += width(rest[:len(rest)-len(tail)])
		rest = tail
	}
	switch {
	case y.Kind == yaml.AliasNode:
		return c.span(start, width(y.Value)+1)
	case y.Kind == yaml.ScalarNode:
		return c.span(start, width(rest[:scalarEnd(y, rest)]))
	case rest == "":
		return c.span(start, 0)
	}
	return c.span(start, 1)
}

// scalarEnd gives how many bytes of rest the scalar y takes.
func scalarEnd(y *yaml.Node, rest string) int {
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return closing(rest, '"')
	case y.Style&yaml.SingleQuotedStyle != 0:
		return closing(rest, '\'')
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return len(firstWord(rest))
	case strings.HasPrefix(rest, y.Value):
		return len(y.Value)
	}
	// A plain text of several lines: its first line ends before a comment.
	end := len(rest)
	if i := strings.Index(rest, " #"); i >= 0 {
		end = i
	}
	return len(strings.TrimRight(rest[:end], " \t"))
}

// closing gives the length of a quoted text, or of its first line.
func closing(rest string, quote byte) int {
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && quote == '"':
			i++
		case rest[i] == quote && quote == '\'' && strings.HasPrefix(rest[i+1:], "'"):
			i++
		case rest[i] == quote:
			return i + 1
		}
	}
	return len(strings.TrimRight(rest, " \t"))
}

// stretch lets the range of a collection reach to the end of what stands on its first line.
func (c *converter) stretch(n *Node, y *yaml.Node) {
	if y.Kind == yaml.ScalarNode || len(y.Content) == 0 && y.Style&yaml.FlowStyle == 0 {
		return
	}
	end := n.At.End
	for _, child := range children(n) {
		if child.Line == end.Line {
			end.Col = max(end.Col, child.Col)
		}
	}
	if y.Style&yaml.FlowStyle != 0 {
		rest := c.from(end)
		tail := strings.TrimLeft(rest, " \t,")
		if strings.HasPrefix(tail, "]") || strings.HasPrefix(tail, "}") {
			end.Col += len(rest) - len(tail) + 1 // all of it is ASCII
		}
	}
	n.At.End = end
}

// children gives the ends of what a collection holds.
func children(n *Node) []diag.Pos {
	var out []diag.Pos
	for _, e := range n.Entries {
		out = append(out, e.KeyAt.End, e.Value.At.End)
	}
	for _, item := range n.Items {
		out = append(out, item.At.End)
	}
	return out
}

func firstWord(s string) string {
	if i := strings.IndexAny(s, " \t"); i >= 0 {
		return s[:i]
	}
	return s
}
