// Package jsontext prints JSON whose objects keep the order of their keys, for people to read: two
// spaces of indent, no escapes for HTML. The same value gives the same bytes.
package jsontext

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Object is a JSON object: its members in order. Values are Objects, []any, []string, string, int64,
// int or bool; others stand on one line as the library prints them, what it cannot print as null.
type Object interface {
	Len() int
	Member(i int) (key string, value any)
}

// Print prints a value as encoding/json would, and ends with a line break. That package prints a
// value that prints itself, as Object would, once for each level of nesting.
func Print(v any) []byte {
	p := printer{make([]byte, 0, 4<<10)}
	p.value(v, "\n")
	return append(p.buf, '\n')
}

type printer struct{ buf []byte }

// value prints v; line is the line break and indent of the line that it begins on.
func (p *printer) value(v any, line string) {
	switch v := v.(type) {
	case Object:
		p.block("{}", v.Len(), line, func(i int, line string) {
			key, member := v.Member(i)
			p.text(key)
			p.buf = append(p.buf, ": "...)
			p.value(member, line)
		})
	case []any:
		p.block("[]", len(v), line, func(i int, line string) { p.value(v[i], line) })
	case []string:
		p.block("[]", len(v), line, func(i int, _ string) { p.text(v[i]) })
	case string:
		p.text(v)
	case int64:
		p.buf = strconv.AppendInt(p.buf, v, 10)
	case int:
		p.buf = strconv.AppendInt(p.buf, int64(v), 10)
	case bool:
		p.buf = strconv.AppendBool(p.buf, v)
	default:
		p.library(v)
	}
}

func (p *printer) block(brackets string, n int, line string, part func(i int, line string)) {
	p.buf = append(p.buf, brackets[0])
	inner := line + "  "
	for i := range n {
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		p.buf = append(p.buf, inner...)
		part(i, inner)
	}
	if n > 0 {
		p.buf = append(p.buf, line...)
	}
	p.buf = append(p.buf, brackets[1])
}

// text prints a string. The library spells those that need escapes.
func (p *printer) text(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			p.library(s)
			return
		}
	}
	p.buf = append(p.buf, '"')
	p.buf = append(p.buf, s...)
	p.buf = append(p.buf, '"')
}

func (p *printer) library(v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		p.buf = append(p.buf, "null"...)
		return
	}
	p.buf = append(p.buf, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}
