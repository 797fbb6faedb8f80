// Package diagram decides what the picture of a plan shows and writes it as D2 text. Of D2 it knows
// the language alone; internal/diagram/draw draws.
package diagram

import (
	"fmt"
	"strings"

	"byocfn/internal/plan"

	"oss.terrastruct.com/d2/d2ast"
	"oss.terrastruct.com/d2/d2format"
	"oss.terrastruct.com/d2/lib/version"
)

// head says how the picture is drawn, so that the text alone decides what it looks like.
// Source: D2 documentation, "Variables", d2-config.
const head = ` Dashed: exists under a condition only.
vars: {
  d2-config: {
    theme-id: 0
    pad: 16
    layout-engine: dagre
  }
}
classes: {
  frame: {style: {fill: "#f6f8fa"; stroke: "#57606a"; font-size: 20}}
  node: {style: {fill: white; stroke: "#0b3d6e"; font-color: "#1f2328"; bold: false}}
  gated: {style: {stroke-dash: 4}}
  arrow: {style: {stroke: "#57606a"; font-color: "#1f2328"; italic: false}}
  unseen: {style: {opacity: 0}}
}
direction: down
`

// TitleKey is the key of the box above the picture.
const TitleKey = "the title"

// Version is how every text begins: the version of D2 that it is written for.
func Version() string { return "# Drawn by D2 " + version.Version + "." }

// Source gives the picture of a plan as D2 text. The same plan gives the same text; no text in the
// plan can change what the picture's other parts are.
func Source(p *plan.Plan) string {
	w := writer{paths: map[string]string{}, taken: map[string]bool{}}
	w.text.WriteString(Version() + head)
	fmt.Fprintf(&w.text, "%s: %s {shape: text; near: top-center; style.font-size: 24}\n",
		quote(TitleKey), quote(title(p)))
	roots := picture(p)
	for _, b := range roots {
		w.box(b, "", 0)
	}
	for _, a := range link(p, roots) {
		label, class := ": "+quote(a.label), "arrow"
		if a.label == unseen {
			label, class = "", "unseen"
		}
		fmt.Fprintf(&w.text, "%s -> %s%s {class: %s}\n", w.paths[a.from], w.paths[a.to], label, class)
	}
	return w.text.String()
}

func title(p *plan.Plan) string {
	text := p.Product.Title + " " + p.Product.Release + ": " + p.Stack
	if p.Variant != "" {
		text += ", variant " + p.Variant
	}
	return text
}

// writer writes boxes and remembers where they are.
type writer struct {
	text  strings.Builder
	paths map[string]string // from a box's key to its whole D2 key
	taken map[string]bool
}

func (w *writer) box(b *box, parent string, depth int) {
	key := quote(w.unique(b.key))
	w.paths[b.key] = parent + key
	indent := strings.Repeat("  ", depth)
	class := "node"
	switch {
	case len(b.children) > 0:
		class = "frame"
	case b.gated:
		class = "[node; gated]"
	}
	fmt.Fprintf(&w.text, "%s%s: %s {class: %s", indent, key, quote(strings.Join(b.lines, "\n")), class)
	if b.columns > 0 {
		fmt.Fprintf(&w.text, "; grid-columns: %d; grid-gap: 16", min(b.columns, len(b.children)))
	}
	if len(b.children) > 0 {
		w.text.WriteString("\n")
		for _, c := range b.children {
			w.box(c, parent+key+".", depth+1)
		}
		w.text.WriteString(indent)
	}
	w.text.WriteString("}\n")
}

// unique gives a key of letters, digits and spaces that no other box has. D2 runs keys as part of
// a JavaScript program, dagre's, where ${x} would be code; and it takes keys that differ in case only
// for the same, which CloudFormation does not.
func (w *writer) unique(key string) string {
	key = strings.Map(func(r rune) rune {
		if r == ' ' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' {
			return r
		}
		return -1
	}, key)
	for w.taken[strings.ToLower(key)] {
		key += " 2"
	}
	w.taken[strings.ToLower(key)] = true
	return key
}

// quote writes any text as one D2 string, in which nothing is a substitution, a keyword or Markdown.
func quote(text string) string {
	text = strings.Map(drawable, strings.ToValidUTF8(text, "\uFFFD"))
	return d2format.Format(d2ast.FlatDoubleQuotedString(text))
}

// drawable gives a character, or a replacement where XML cannot hold it.
func drawable(r rune) rune {
	if r < ' ' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
		return '\uFFFD'
	}
	return r
}
