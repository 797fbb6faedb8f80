// Package boot reads boot scripts as bash, so that a typing mistake is found when the vendor compiles
// and not when a customer's instance starts. It is the only importer of the shell parser.
package boot

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"byocfn/internal/diag"
)

// Check reads a script as bash. Name is the file's name for messages. A script must be UTF-8 text
// with Unix line ends: a carriage return would become part of every command.
func Check(name, script string) diag.List {
	var diags diag.List
	if i := strings.IndexByte(script, '\r'); i >= 0 {
		diags.Error(place(name, script, lineOf(script, i), 1), "bad-script",
			"the script has Windows line ends", "save it with Unix line ends")
		return diags
	}
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	_, err := parser.Parse(strings.NewReader(script), name)
	var wrong syntax.ParseError
	var other syntax.LangError
	switch {
	case errors.As(err, &wrong):
		at := place(name, script, int(wrong.Pos.Line()), int(wrong.Pos.Col()))
		diags.Error(at, "bad-script", "this is not bash: "+wrong.Text, "")
	case errors.As(err, &other):
		at := place(name, script, int(other.Pos.Line()), int(other.Pos.Col()))
		diags.Error(at, "bad-script", "this is not bash: "+other.Feature, "")
	case err != nil:
		diags.Error(diag.Range{File: name}, "bad-script", "this is not bash: "+err.Error(), "")
	}
	return diags
}

func lineOf(text string, offset int) int { return strings.Count(text[:offset], "\n") + 1 }

func place(name, script string, line, col int) diag.Range {
	at := diag.Range{File: name, Start: diag.Pos{Line: line, Col: col},
		End: diag.Pos{Line: line, Col: col + 1}}
	if lines := strings.Split(script, "\n"); line >= 1 && line <= len(lines) {
		at.Text = lines[line-1]
	}
	return at
}
