package docs

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// jsonMap is an object that keeps its order. Values are of this type, []any, []string, string, int64
// or bool.
type jsonMap []jsonEntry

type jsonEntry struct {
	Key   string
	Value any
}

// addText adds a text that is not empty.
func (m *jsonMap) addText(key, text string) {
	if text != "" {
		*m = append(*m, jsonEntry{key, text})
	}
}

// addList adds a list that is not empty.
func (m *jsonMap) addList(key string, list []string) {
	if len(list) > 0 {
		*m = append(*m, jsonEntry{key, list})
	}
}

// printJSON prints a value as encoding/json does with two spaces of indent and without the escapes
// for HTML. That package prints a value that prints itself, as jsonMap would, once for each level of
// nesting.
func printJSON(v any) []byte {
	p := jsonPrinter{make([]byte, 0, 4<<10)}
	p.value(v, "\n")
	return append(p.buf, '\n')
}

type jsonPrinter struct{ buf []byte }

// value prints v; line is the line break and indent of the line that it begins on.
func (p *jsonPrinter) value(v any, line string) {
	switch v := v.(type) {
	case jsonMap:
		p.block("{}", len(v), line, func(i int, line string) {
			p.text(v[i].Key)
			p.buf = append(p.buf, ": "...)
			p.value(v[i].Value, line)
		})
	case []any:
		p.block("[]", len(v), line, func(i int, line string) { p.value(v[i], line) })
	case []string:
		p.block("[]", len(v), line, func(i int, _ string) { p.text(v[i]) })
	case string:
		p.text(v)
	case int64:
		p.buf = strconv.AppendInt(p.buf, v, 10)
	case bool:
		p.buf = strconv.AppendBool(p.buf, v)
	}
}

func (p *jsonPrinter) block(brackets string, n int, line string, part func(i int, line string)) {
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
func (p *jsonPrinter) text(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			var b bytes.Buffer
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			_ = e.Encode(s) // a text and a Buffer cannot fail
			p.buf = append(p.buf, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
			return
		}
	}
	p.buf = append(p.buf, '"')
	p.buf = append(p.buf, s...)
	p.buf = append(p.buf, '"')
}
