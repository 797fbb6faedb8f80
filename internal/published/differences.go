package published

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// Differences is what a person answers for: differences.yaml of a product.
type Differences struct {
	Omitted     []Answer     `key:"omitted" doc:"Documents that no stack grants."`
	Principals  []Answer     `key:"principals" doc:"What has statements and no document."`
	Differences []Difference `key:"differences" doc:"What differs within a document."`
}

// Answer names a document or a logical id, and says why it stands alone.
type Answer struct {
	Name   text `key:"name,required"`
	Reason text `key:"reason,required"`
}

// Difference is residues and why they are right. Kind is missing or narrower for a residue of the
// document, extra or wider for one of ours, changed where one stands for the other.
type Difference struct {
	Kind     text      `key:"kind,required"`
	Document []written `key:"document"`
	Ours     []written `key:"ours"`
	Reason   text      `key:"reason,required"`
	At       diag.Range
}

// written is a residue as the file has it.
type written struct {
	Statement  text      `key:"statement,required"`
	Actions    texts     `key:"actions"`
	Principals texts     `key:"principals"`
	Resources  texts     `key:"resources"`
	Conditions texts     `key:"if"`
	As         []written `key:"as"`
}

type text string

// DecodeNode reads a text that is not empty.
func (t *text) DecodeNode(n *source.Node, path string, diags *diag.List) {
	if *t = text(strings.TrimSpace(n.Value)); n.Kind != source.Scalar || *t == "" {
		source.WrongType(n, path, "a text", diags)
	}
}

type texts []string

// DecodeNode reads a list of texts.
func (t *texts) DecodeNode(n *source.Node, path string, diags *diag.List) {
	if n.Kind != source.Sequence {
		source.WrongType(n, path, "a list", diags)
	}
	for i, item := range n.Items {
		var one text
		one.DecodeNode(item, source.Item(path, i), diags)
		*t = append(*t, string(one))
	}
}

func (w written) residue() Residue {
	part := Part{string(w.Statement), w.Actions, w.Principals, w.Resources, w.Conditions}
	r := Residue{Part: part}
	for _, as := range w.As {
		r.As = append(r.As, as.residue().Part)
	}
	return r
}

// ReadDifferences reads differences.yaml; an empty file answers for nothing.
func ReadDifferences(name string, data []byte) (Differences, error) {
	var out Differences
	err := decode(name, data, &out)
	for _, d := range out.Differences {
		if wrong := d.wrong(); wrong != "" {
			err = errors.Join(err, fmt.Errorf("%s:%d: %s", name, d.At.Start.Line, wrong))
		}
	}
	return out, err
}

// decode reads YAML into a struct; all mistakes come at once.
func decode(name string, data []byte, into any) error {
	doc, diags := source.Parse(name, data)
	if !diags.HasErrors() {
		diags = append(diags, source.Decode(doc.Root, into)...)
	}
	var errs []error
	for _, d := range diags {
		errs = append(errs, fmt.Errorf("%s:%d: %s", name, d.At.Start.Line, d.Summary))
	}
	return errors.Join(errs...)
}

// wrong says why a difference cannot be of its kind; "" where it can.
func (d Difference) wrong() string {
	document, ours := len(d.Document) > 0, len(d.Ours) > 0
	fits := false
	switch d.Kind {
	case "missing", "narrower":
		fits = document && !ours
	case "extra", "wider":
		fits = ours && !document
	case "changed":
		return oneOf(document && ours, "changed needs document and ours")
	default:
		return "kind is missing, narrower, extra, wider or changed"
	}
	inPart := d.Kind == "narrower" || d.Kind == "wider"
	for _, w := range slices.Concat(d.Document, d.Ours) {
		fits = fits && (len(w.As) > 0) == inPart
	}
	return oneOf(fits, "missing and narrower list document; extra and wider list ours; "+
		"narrower and wider, and no other, have as")
}

func oneOf(ok bool, problem string) string {
	if ok {
		return ""
	}
	return problem
}

// Print writes a residue as differences.yaml takes it, without the reason.
func Print(r Residue, ours bool) string {
	kind, side := "missing", "document"
	switch {
	case ours && len(r.As) > 0:
		kind, side = "wider", "ours"
	case ours:
		kind, side = "extra", "ours"
	case len(r.As) > 0:
		kind = "narrower"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  - kind: %s\n    %s:\n", kind, side)
	printPart(&b, "      ", r.Part)
	if len(r.As) > 0 {
		b.WriteString("        as:\n")
	}
	for _, as := range r.As {
		printPart(&b, "          ", as)
	}
	return b.String() + "    reason:\n"
}

func printPart(b *strings.Builder, indent string, p Part) {
	fmt.Fprintf(b, "%s- statement: %q\n", indent, p.Statement)
	for _, l := range []struct {
		key  string
		list []string
	}{{"actions", p.Actions}, {"principals", p.Principals}, {"resources", p.Resources},
		{"if", p.Conditions}} {
		if len(l.list) == 0 {
			continue
		}
		line := fmt.Sprintf("%s  %s:", indent, l.key)
		if one := fmt.Sprintf("%s [%q]", line, l.list[0]); len(l.list) == 1 && len(one) <= 110 {
			fmt.Fprintln(b, one)
			continue
		}
		fmt.Fprintln(b, line)
		for _, text := range l.list {
			fmt.Fprintf(b, "%s    - %q\n", indent, text)
		}
	}
}
