package diagram

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"oss.terrastruct.com/d2/d2graph"
	"oss.terrastruct.com/d2/d2layouts/d2dagrelayout"
	"oss.terrastruct.com/d2/d2lib"
	"oss.terrastruct.com/d2/d2renderers/d2svg"
	"oss.terrastruct.com/d2/lib/log"
	"oss.terrastruct.com/d2/lib/textmeasure"
)

// Render draws D2 text as SVG. The same text gives the same bytes, with the fonts inside, no script
// and nothing from elsewhere. <title> and <desc> say in words what is drawn.
func Render(src string) ([]byte, error) {
	ruler, err := textmeasure.NewRuler()
	if err != nil {
		return nil, err
	}
	quiet := log.With(context.Background(), slog.New(slog.NewTextHandler(io.Discard, nil)))
	scale, plain := 1.0, true
	render := &d2svg.RenderOpts{Scale: &scale, NoXMLTag: &plain, OmitVersion: &plain}
	options := &d2lib.CompileOptions{Ruler: ruler,
		LayoutResolver: func(string) (d2graph.LayoutGraph, error) {
			return d2dagrelayout.DefaultLayout, nil
		}}
	drawing, graph, err := d2lib.Compile(quiet, src, options, render)
	if err != nil {
		return nil, fmt.Errorf("laying out the diagram: %w", err)
	}
	svg, err := d2svg.Render(drawing, render)
	if err != nil {
		return nil, fmt.Errorf("drawing the diagram: %w", err)
	}
	return describe(svg, graph, src), nil
}

// Current tells whether an SVG was drawn from this very D2 text, which names the version of D2.
func Current(old []byte, src string) bool {
	tag, _, _ := bytes.Cut(old, []byte(">"))
	return bytes.Contains(tag, []byte(digest(src)))
}

// digest is the attribute that says from which text an SVG was drawn.
func digest(src string) string {
	sum := sha256.Sum256([]byte(src))
	return ` data-source-sha256="` + hex.EncodeToString(sum[:]) + `"`
}

// describe adds to an SVG what a reader who cannot see it needs.
// Source: W3C, "SVG Accessibility API Mappings", Name and description.
func describe(svg []byte, graph *d2graph.Graph, src string) []byte {
	tag, rest, _ := bytes.Cut(svg, []byte(">"))
	var out bytes.Buffer
	out.Write(tag)
	out.WriteString(` role="img" aria-labelledby="title desc"` + digest(src) + ">\n")
	name, text := words(graph)
	fmt.Fprintf(&out, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n",
		escape(name), escape(text))
	out.Write(rest)
	out.WriteByte('\n')
	return out.Bytes()
}

// words says what is drawn, a line for each box and arrow.
func words(graph *d2graph.Graph) (title, text string) {
	line := func(o *d2graph.Object) string { return strings.ReplaceAll(o.Label.Value, "\n", ", ") }
	first := func(o *d2graph.Object) string {
		name, _, _ := strings.Cut(o.Label.Value, "\n")
		return name
	}
	var out strings.Builder
	var visit func(o *d2graph.Object, indent string)
	visit = func(o *d2graph.Object, indent string) {
		for _, c := range o.ChildrenArray {
			if o == graph.Root && c.IDVal == titleKey {
				title = line(c)
				continue
			}
			out.WriteString(indent + line(c) + "\n")
			visit(c, indent+"  ")
		}
	}
	visit(graph.Root, "")
	for _, e := range graph.Edges {
		if e.Style.Opacity != nil {
			continue // it is there for the layout alone
		}
		label := e.Label.Value
		if label == "" {
			label = "uses"
		}
		out.WriteString(first(e.Src) + " → " + first(e.Dst) + ": " + label + "\n")
	}
	return title, out.String()
}

// escape writes text for XML and replaces what XML cannot hold.
func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil { // a Builder never fails
		return ""
	}
	return b.String()
}
