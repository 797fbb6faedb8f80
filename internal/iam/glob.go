package iam

import (
	"strings"
	"unicode/utf8"
)

// glyph is one place in a pattern: a letter, or something that stands for letters.
type glyph struct {
	kind byte
	char rune
}

// The kinds of glyphs.
const (
	letter  byte = iota
	anyOne       // ?
	anyRun       // *: any letters, also none
	partRun      // a reference: letters of one part of an ARN, without / and :
)

// letters makes a pattern that means itself.
func letters(text string) []glyph {
	out := make([]glyph, 0, len(text))
	for _, c := range text {
		out = append(out, glyph{letter, c})
	}
	return out
}

// glyphs reads IAM's * and ?; a ${reference} stands for letters within one part of an ARN, except
// for IAM's own spellings of literal wildcards, ${*}, ${?} and ${$}.
func glyphs(text string) []glyph { return patternOf(text, partRun) }

// patternOf reads wildcards, and every ${...} as the kind given.
func patternOf(text string, reference byte) []glyph {
	out := make([]glyph, 0, len(text))
	for text != "" {
		if ref := leadingReference(text); ref != "" {
			out = append(out, referenceGlyph(ref, reference))
			text = text[len(ref):]
			continue
		}
		c, size := utf8.DecodeRuneInString(text)
		switch c {
		case '*':
			out = append(out, glyph{kind: anyRun})
		case '?':
			out = append(out, glyph{kind: anyOne})
		default:
			out = append(out, glyph{letter, c})
		}
		text = text[size:]
	}
	return out
}

func referenceGlyph(ref string, kind byte) glyph {
	switch inner := ref[2 : len(ref)-1]; inner {
	case "*", "?", "$":
		return glyph{letter, rune(inner[0])}
	}
	return glyph{kind: kind}
}

// leadingReference gives the ${...} with which the text begins, or "".
func leadingReference(text string) string {
	if !strings.HasPrefix(text, "${") {
		return ""
	}
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return ""
	}
	return text[:end+1]
}

// matches tells whether the name of an action, which is ASCII, fits a pattern in lower case.
func matches(pattern, name string) bool {
	star, retry := -1, 0 // behind the last *, and the letter up to which it takes all
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			star, retry = p, n
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == lower(name[n])):
			p, n = p+1, n+1
		case star >= 0:
			retry++
			p, n = star, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// overlap tells whether a text exists that both patterns match.
func overlap(a, b []glyph) bool {
	// Mostly the letters at the beginning or at the end say no.
	for len(a) > 0 && len(b) > 0 && !a[0].runs() && !b[0].runs() {
		if !a[0].meets(b[0]) {
			return false
		}
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && !a[len(a)-1].runs() && !b[len(b)-1].runs() {
		if !a[len(a)-1].meets(b[len(b)-1]) {
			return false
		}
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	seen := make([]bool, (len(a)+1)*(len(b)+1)) // pairs that failed
	return overlapFrom(a, b, 0, 0, seen)
}

func overlapFrom(a, b []glyph, i, j int, failed []bool) bool {
	if i == len(a) && j == len(b) {
		return true
	}
	at := i*(len(b)+1) + j
	if failed[at] {
		return false
	}
	ok := false
	switch {
	case i < len(a) && a[i].runs():
		ok = overlapFrom(a, b, i+1, j, failed) ||
			j < len(b) && (b[j].runs() || a[i].takes(b[j])) && overlapFrom(a, b, i, j+1, failed)
	case j < len(b) && b[j].runs():
		ok = overlapFrom(a, b, i, j+1, failed) ||
			i < len(a) && b[j].takes(a[i]) && overlapFrom(a, b, i+1, j, failed)
	case i < len(a) && j < len(b):
		ok = a[i].meets(b[j]) && overlapFrom(a, b, i+1, j+1, failed)
	}
	failed[at] = !ok
	return ok
}

func (g glyph) runs() bool { return g.kind == anyRun || g.kind == partRun }

// takes tells whether a run may hold the single letter of o.
func (g glyph) takes(o glyph) bool {
	return g.kind == anyRun || o.kind == anyOne || o.char != '/' && o.char != ':'
}

func (g glyph) meets(o glyph) bool {
	return g.kind == anyOne || o.kind == anyOne || g.char == o.char
}
