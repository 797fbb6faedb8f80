package docs

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Sizes in pixels. Text is as wide as a generous estimate, since fonts differ from reader to reader
// and none is embedded.
const (
	gap       = 28 // between boxes
	padding   = 24 // inside a frame
	header    = 26 // label of a frame
	nodeH     = 46
	charW     = 8
	minNodeW  = 120
	outerEdge = 12
)

// SVG draws the picture: no script, no font, nothing from elsewhere; the same picture gives the same
// bytes. The text alternative is in <title> and <desc>.
func SVG(pic Picture) []byte {
	pic.root.size()
	pic.root.place(outerEdge, outerEdge)
	w, h := pic.root.w+2*outerEdge, pic.root.h+2*outerEdge
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" `+
		`role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">`+"\n",
		w, h, w, h)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n",
		xmlText(pic.Title), xmlText(pic.Text))
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" ` +
		`markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#57606a"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", w, h)
	frames(&b, pic.root, 0)
	boxes := map[string]*box{}
	index(pic.root, boxes)
	routed := 0
	for _, a := range pic.arrows {
		corners := route(routed, boxes[a[0]], boxes[a[1]], pic.root.children[0])
		arrow(&b, corners)
		if len(corners) > 2 {
			routed++
		}
	}
	nodes(&b, pic.root)
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// size computes width and height from the inside out.
func (b *box) size() {
	if len(b.children) == 0 {
		b.w = max(minNodeW, charW*max(width(b.label), width(b.note))+2*padding)
		b.h = nodeH
		return
	}
	b.eachRow(func(row []*box) {
		w, h := gap*(len(row)-1), 0
		for _, c := range row {
			c.size()
			w += c.w
			h = max(h, c.h)
		}
		b.w = max(b.w, w)
		b.h += h + gap
	})
	b.h -= gap
	if b.frame {
		b.w = max(b.w, charW*width(b.label)) + 2*padding
		b.h += header + 2*padding
	}
}

// place sets positions from the outside in.
func (b *box) place(x, y int) {
	b.x, b.y = x, y
	if b.frame {
		x, y = x+padding, y+header+padding
	}
	b.eachRow(func(row []*box) {
		left, h := x, 0
		for _, c := range row {
			c.place(left, y)
			left += c.w + gap
			h = max(h, c.h)
		}
		y += h + gap
	})
}

func (b *box) eachRow(do func([]*box)) {
	for rest := b.children; len(rest) > 0; {
		n := min(max(b.columns, 1), len(rest))
		do(rest[:n])
		rest = rest[n:]
	}
}

// width counts characters; those of East Asian scripts are twice as wide.
func width(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return n
}

func index(b *box, out map[string]*box) {
	if b.id != "" {
		out[b.id] = b
	}
	for _, c := range b.children {
		index(c, out)
	}
}

func frames(out *strings.Builder, b *box, depth int) {
	if b.frame {
		fill := []string{"#ffffff", "#f6f8fa", "#eef2f6", "#e6ecf2"}[min(depth, 3)]
		fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="%s" stroke="#8c959f"/>`+
			`<text x="%d" y="%d" font-weight="600" fill="#1f2328">%s</text>`+"\n",
			b.x, b.y, b.w, b.h, fill, b.x+padding, b.y+header-4, xmlText(b.label))
		depth++
	}
	for _, c := range b.children {
		frames(out, c, depth)
	}
}

func nodes(out *strings.Builder, b *box) {
	if !b.frame && len(b.children) == 0 {
		dash := ""
		if b.gated {
			dash = ` stroke-dasharray="5 3"`
		}
		fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#ffffff" `+
			`stroke="#0b3d6e"%s/><text x="%d" y="%d" fill="#1f2328">%s</text>`+
			`<text x="%d" y="%d" font-size="11" fill="#57606a">%s</text>`+"\n",
			b.x, b.y, b.w, b.h, dash, b.x+padding, b.y+20, xmlText(b.label),
			b.x+padding, b.y+36, xmlText(b.note))
	}
	for _, c := range b.children {
		nodes(out, c)
	}
}

// lanes is how many arrows run side by side before the next one shares a lane.
const lanes = 5

// route gives the corners of a line that crosses no node: straight to a neighbour; otherwise out of
// the bottom, along the gutter below the row, through a lane at the edge of the account, and into the
// top of the target (or, outside the account, into its side).
func route(n int, from, to, account *box) [][2]int {
	shift := 4 * (n % lanes)
	x1, y1, x2, y2 := from.x+from.w/2, from.y+from.h, to.x+to.w/2, to.y
	below, middle := y1+3+shift/2, from.y+from.h/2
	if from.y == to.y && to.x == from.x+from.w+gap {
		return [][2]int{{from.x + from.w, middle}, {to.x, middle}}
	}
	if from.y == to.y && from.x == to.x+to.w+gap {
		return [][2]int{{from.x, middle}, {to.x + to.w, middle}}
	}
	if right := account.x + account.w; to.x > right {
		lane, side := right+4+shift, to.y+to.h/2
		return [][2]int{{x1, y1}, {x1, below}, {lane, below}, {lane, side}, {to.x, side}}
	}
	lane, above := account.x+4+shift, y2-10-shift/4
	return [][2]int{{x1, y1}, {x1, below}, {lane, below}, {lane, above}, {x2, above}, {x2, y2}}
}

func arrow(out *strings.Builder, corners [][2]int) {
	points := make([]string, len(corners))
	for i, c := range corners {
		points[i] = fmt.Sprintf("%d,%d", c[0], c[1])
	}
	fmt.Fprintf(out, `<polyline points="%s" fill="none" stroke="#57606a" stroke-width="1.2" `+
		`stroke-linejoin="round" marker-end="url(#tip)"/>`+"\n", strings.Join(points, " "))
}

// xmlText escapes text and replaces what XML cannot hold.
func xmlText(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil { // a Builder never fails
		return ""
	}
	return b.String()
}
