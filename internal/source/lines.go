package source

import (
	"strings"
	"unicode/utf8"

	"byocfn/internal/diag"
)

// lines finds places in a text whose lines and columns the YAML library has counted: lines end
// with LF, CR or CRLF, columns count characters from 1.
type lines struct {
	file  string
	text  []string
	index map[int][]int // line -> byte offset of each character, for lines beyond ASCII
}

// newLines takes a text without the separators U+0085, U+2028 and U+2029.
func newLines(file, text string) *lines {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return &lines{file, strings.Split(text, "\n"), map[int][]int{}}
}

// line gives the text of a line, which counts from 1.
func (l *lines) line(n int) string {
	if n < 1 || n > len(l.text) {
		return ""
	}
	return l.text[n-1]
}

// pos brings a place into the text. The library puts what is missing at the end of a file one line
// behind it.
func (l *lines) pos(line, col int) diag.Pos {
	if line > len(l.text) || line == len(l.text) && line > 1 && l.line(line) == "" {
		line = len(l.text)
		for line > 1 && l.line(line) == "" {
			line--
		}
		return diag.Pos{Line: line, Col: l.chars(line) + 1}
	}
	line = max(line, 1)
	return diag.Pos{Line: line, Col: min(max(col, 1), l.chars(line)+1)}
}

// from gives a line's text from a column on.
func (l *lines) from(p diag.Pos) string {
	text := l.line(p.Line)
	if offsets := l.offsets(p.Line); offsets != nil {
		return text[offsets[min(p.Col-1, len(offsets)-1)]:]
	}
	return text[min(p.Col-1, len(text)):]
}

func (l *lines) chars(line int) int {
	if offsets := l.offsets(line); offsets != nil {
		return len(offsets) - 1
	}
	return len(l.line(line))
}

// offsets is nil for a line of ASCII, where columns are bytes. Without it a long line would be
// counted again for each of its nodes.
func (l *lines) offsets(line int) []int {
	if known, ok := l.index[line]; ok {
		return known
	}
	text := l.line(line)
	var out []int
	if utf8.RuneCountInString(text) != len(text) {
		for i := range text {
			out = append(out, i)
		}
		out = append(out, len(text))
	}
	l.index[line] = out
	return out
}

// span is the range of the next width characters from p; width 0 marks a place between characters.
func (l *lines) span(p diag.Pos, width int) diag.Range {
	end := diag.Pos{Line: p.Line, Col: p.Col + width}
	return diag.Range{File: l.file, Start: p, End: end, Text: l.line(p.Line)}
}

// before gives line and column, in characters, of a byte offset.
func before(text string, offset int) diag.Pos {
	head := strings.ReplaceAll(text[:offset], "\r\n", "\n")
	head = strings.ReplaceAll(head, "\r", "\n")
	start := strings.LastIndexByte(head, '\n') + 1
	return diag.Pos{
		Line: strings.Count(head, "\n") + 1,
		Col:  utf8.RuneCountInString(head[start:]) + 1,
	}
}
