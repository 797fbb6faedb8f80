// Package diag is the vocabulary in which byocfn talks about mistakes: places, diagnostics and
// lists of them. Every other package may import it; it imports nothing of ours.
package diag

import (
	"cmp"
	"slices"
)

// Pos is a place in a file. Line and Col count from 1; Col counts characters, not bytes.
// The zero Pos means "the file as a whole".
type Pos struct{ Line, Col int }

// Range is a stretch of one file. End is exclusive; Text is the source line of Start, kept here so
// that printing a diagnostic needs no file.
type Range struct {
	File       string
	Start, End Pos
	Text       string
}

// Severity orders diagnostics: an Error stops the compilation, a Warning does not.
type Severity int

// The two severities.
const (
	Error Severity = iota
	Warning
)

// String gives "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Note points at a second place that explains a diagnostic, such as the first of two definitions.
type Note struct {
	Text string
	At   Range
}

// Diagnostic is one mistake. ID is a stable word such as "unknown-key"; Summary says what is wrong
// in one line without a period; Hint says what to do.
type Diagnostic struct {
	Severity Severity
	ID       string
	Summary  string
	Hint     string
	At       Range
	Notes    []Note
}

// List collects diagnostics; stages append to it and go on.
type List []Diagnostic

// Error appends an error.
func (l *List) Error(at Range, id, summary, hint string, notes ...Note) {
	*l = append(*l, Diagnostic{Error, id, summary, hint, at, notes})
}

// Warn appends a warning.
func (l *List) Warn(at Range, id, summary, hint string, notes ...Note) {
	*l = append(*l, Diagnostic{Warning, id, summary, hint, at, notes})
}

// HasErrors tells whether anything in the list stops the compilation.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted gives the list in the order of the files, without exact repetitions (the variants of one
// stack find the same mistake twice).
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b Diagnostic) int {
	return cmp.Or(
		cmp.Compare(a.At.File, b.At.File),
		cmp.Compare(a.At.Start.Line, b.At.Start.Line),
		cmp.Compare(a.At.Start.Col, b.At.Start.Col),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Summary, b.Summary),
	)
}
