package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// GitHub writes workflow commands, which GitHub Actions shows beside the lines of a pull request.
// Hint and notes follow the summary on lines of their own. It fails only when w does.
//
// Commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
// Escapes: actions/toolkit, packages/core/src/command.ts.
func GitHub(w io.Writer, l List) error {
	var buf bytes.Buffer
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, d := range l.Sorted() {
		fmt.Fprintf(&buf, "::%s ", d.Severity)
		if d.At.File != "" {
			fmt.Fprintf(&buf, "file=%s,", property.Replace(d.At.File))
		}
		if s, e := d.At.Start, d.At.End; s.Line > 0 {
			fmt.Fprintf(&buf, "line=%d,col=%d,", s.Line, s.Col)
			// GitHub knows columns only within one line.
			if e.Line == s.Line && e.Col > s.Col {
				fmt.Fprintf(&buf, "endColumn=%d,", e.Col)
			}
		}
		fmt.Fprintf(&buf, "title=%s::%s\n", property.Replace(d.ID), data.Replace(message(d)))
	}
	_, err := w.Write(buf.Bytes())
	return err
}

// message is the diagnostic without its place, for formats that show the place themselves.
func message(d Diagnostic) string {
	lines := []string{d.Summary}
	if d.Hint != "" {
		lines = append(lines, "hint: "+d.Hint)
	}
	for _, n := range d.Notes {
		lines = append(lines, "note: "+head(n.At)+n.Text)
	}
	return strings.Join(lines, "\n")
}
