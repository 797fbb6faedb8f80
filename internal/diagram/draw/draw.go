// Package draw has the D2 library lay a picture out and draw it. Only byocfn-draw imports it: what
// D2 prepares before it begins takes longer than all of byocfn.
package draw

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
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

	"byocfn/internal/diagram"
)

// SVG draws a text that diagram.Source wrote. The same text gives the same bytes, with the fonts
// inside, no script and nothing from elsewhere. <title> and <desc> say in words what is drawn. A text
// for another version of D2 is an error, and what D2 refuses.
func SVG(src string) ([]byte, error) {
	if !strings.HasPrefix(src, diagram.Version()) {
		return nil, errors.New("the text is for another version of D2 than this one of byocfn-draw: " +
			"take byocfn and byocfn-draw from one release")
	}
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

// describe adds to an SVG what a reader who cannot see it needs.
// Source: W3C, "SVG Accessibility API Mappings", Name and description.
func describe(svg []byte, graph *d2graph.Graph, src string) []byte {
	tag, rest, _ := bytes.Cut(svg, []byte(">"))
	var out bytes.Buffer
	out.Write(tag)
	out.WriteString(` role="img" aria-labelledby="title desc"` + diagram.Digest(src) + ">\n")
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
			if o == graph.Root && c.IDVal == diagram.TitleKey {
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
