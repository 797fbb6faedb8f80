package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// TextOptions says how Text writes. Color is decided by whoever owns the terminal.
type TextOptions struct {
	Color bool
}

// excerpt is how many characters of a long line are shown around the place.
const excerpt = 120

// ANSI colours; \x1b[0m ends each.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	cyan   = "\x1b[36m"
)

// Text writes the list for people: place, summary, source line with a caret line, hint and notes,
// and at last the counts. Control characters of the source never reach the terminal. An empty list
// writes nothing. It fails only when w does.
func Text(w io.Writer, l List, opts TextOptions) error {
	l = l.Sorted()
	p := printer{color: opts.Color}
	for _, d := range l {
		p.diagnostic(d)
	}
	if len(l) > 0 {
		fmt.Fprintln(&p.buf, counts(l))
	}
	_, err := w.Write(p.buf.Bytes())
	return err
}

type printer struct {
	buf   bytes.Buffer
	color bool
}

func (p *printer) diagnostic(d Diagnostic) {
	shade := red
	if d.Severity == Warning {
		shade = yellow
	}
	severity := p.paint(shade, d.Severity.String()+":")
	summary := p.paint(bold, harmless(d.Summary))
	fmt.Fprintf(&p.buf, "%s%s %s [%s]\n", head(d.At), severity, summary, d.ID)
	p.snippet(d.At, shade)
	if d.Hint != "" {
		fmt.Fprintf(&p.buf, "%s %s\n", p.paint(cyan, "hint:"), harmless(d.Hint))
	}
	for _, n := range d.Notes {
		fmt.Fprintf(&p.buf, "%s%s %s\n", head(n.At), p.paint(cyan, "note:"), harmless(n.Text))
		p.snippet(n.At, cyan)
	}
}

// snippet writes the source line and the carets under it.
func (p *printer) snippet(r Range, shade string) {
	if r.Start.Line == 0 || r.Text == "" {
		return
	}
	to := len(r.Text)
	if r.End.Line == r.Start.Line {
		to = r.End.Col - 1
	}
	before, marked, after := cut(r.Text, r.Start.Col-1, to)
	fmt.Fprintf(&p.buf, "%5d | %s%s%s\n", r.Start.Line, before, marked, after)
	carets := strings.Repeat("^", max(1, uniseg.StringWidth(marked)))
	fmt.Fprintf(&p.buf, "      | %s%s\n", blank(before), p.paint(shade, carets))
}

// cut divides a line into what stands before, in and after the characters from up to to, and
// shortens a line that no terminal shows whole.
func cut(text string, from, to int) (before, marked, after string) {
	start, left, right := 0, "", ""
	if len(text) > excerpt && from > excerpt/3 {
		start, left = from-excerpt/3, "…"
	}
	line := []rune{}
	at := 0
	for _, r := range text {
		if at == start+excerpt {
			right = "…"
			break
		}
		if at >= start {
			line = append(line, r)
		}
		at++
	}
	from = min(max(from-start, 0), len(line))
	to = min(max(to-start, from), len(line))
	return left + harmless(string(line[:from])), harmless(string(line[from:to])),
		strings.TrimRight(harmless(string(line[to:]))+right, " \t")
}

// blank gives white space as wide as s; tabs stay tabs, since only the terminal knows their stops.
func blank(s string) string {
	var out strings.Builder
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			out.WriteByte('\t')
		}
		out.WriteString(strings.Repeat(" ", uniseg.StringWidth(part)))
	}
	return out.String()
}

// harmless replaces what could move the cursor, colour the terminal or reorder the text.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

func (p *printer) paint(shade, s string) string {
	if !p.color {
		return s
	}
	return shade + s + "\x1b[0m"
}

// head is "file:line:col: ", as far as the place is known.
func head(r Range) string {
	switch {
	case r.File == "":
		return ""
	case r.Start.Line == 0:
		return harmless(r.File) + ": "
	default:
		return fmt.Sprintf("%s:%d:%d: ", harmless(r.File), r.Start.Line, r.Start.Col)
	}
}

func counts(l List) string {
	var errors, warnings int
	for _, d := range l {
		if d.Severity == Warning {
			warnings++
		} else {
			errors++
		}
	}
	var out []string
	if errors > 0 {
		out = append(out, plural(errors, "error"))
	}
	if warnings > 0 {
		out = append(out, plural(warnings, "warning"))
	}
	return strings.Join(out, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
