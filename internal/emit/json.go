package emit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
)

// jsonText prints a value and ends it with a line break.
func jsonText(v cfn.Value) []byte {
	var p jsonPrinter
	p.buf.Grow(usual)
	p.texts = json.NewEncoder(&p.buf)
	p.texts.SetEscapeHTML(false)
	p.value(v, 0)
	p.buf.WriteByte('\n')
	return p.buf.Bytes()
}

type jsonPrinter struct {
	buf   bytes.Buffer
	texts *json.Encoder
}

// text writes a string. The library spells those that need escapes; it cannot fail with a
// bytes.Buffer.
func (p *jsonPrinter) text(s string) {
	if asItIs(s) {
		p.buf.WriteByte('"')
		p.buf.WriteString(s)
		p.buf.WriteByte('"')
		return
	}
	_ = p.texts.Encode(s)
	p.buf.Truncate(p.buf.Len() - 1) // the encoder's line break
}

// asItIs tells whether a string needs nothing but quotes around it.
func asItIs(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// value writes v, which begins on a line of a depth.
func (p *jsonPrinter) value(v cfn.Value, depth int) {
	switch v := v.(type) {
	case cfn.String:
		p.text(string(v))
	case cfn.Int:
		p.buf.WriteString(strconv.FormatInt(int64(v), 10))
	case cfn.Bool:
		p.buf.WriteString(strconv.FormatBool(bool(v)))
	case cfn.Fn:
		p.value(plainForm(v), depth)
	case cfn.List:
		p.buf.WriteByte('[')
		for i, item := range v {
			p.part(i, depth)
			p.value(item.Value, depth+1)
		}
		p.end(']', len(v), depth)
	case cfn.Map:
		p.buf.WriteByte('{')
		for i, e := range v {
			p.part(i, depth)
			p.text(e.Key)
			p.buf.WriteString(": ")
			p.value(e.Value, depth+1)
		}
		p.end('}', len(v), depth)
	}
}

// entryDepth is that of a section's entries. What is inside one stands on its line: so a diff shows
// which resource changed, and the whole stays under what a request may hold.
const entryDepth = 2

// part begins the i-th part of what stands at a depth.
func (p *jsonPrinter) part(i, depth int) {
	if i > 0 {
		p.buf.WriteByte(',')
	}
	if depth < entryDepth {
		p.line(depth + 1)
	}
}

// end closes what stands at a depth and has n parts.
func (p *jsonPrinter) end(bracket byte, n, depth int) {
	if n > 0 && depth < entryDepth {
		p.line(depth)
	}
	p.buf.WriteByte(bracket)
}

func (p *jsonPrinter) line(depth int) {
	p.buf.WriteByte('\n')
	for range depth {
		p.buf.WriteString("  ")
	}
}

// ParseJSON reads one JSON document as a value, as Parse does YAML, with the same refusals.
func ParseJSON(text []byte) (cfn.Value, error) {
	if !json.Valid(text) {
		return nil, notJSON(text)
	}
	r := jsonReader{text: string(text)}
	v, err := r.value()
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", r.at, err)
	}
	return v, nil
}

// notJSON says why a text is none.
func notJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	var document json.RawMessage
	if err := d.Decode(&document); err != nil {
		return fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	return fmt.Errorf("byte %d: more than one document", d.InputOffset())
}

// jsonReader reads a document that the library has found to be JSON: what begins with a digit is a
// number, and every bracket has its fellow. The library's own tokens take three times as long.
type jsonReader struct {
	text string
	at   int
	open open
}

// next gives the byte with which the next token begins, white space, commas and colons passed over.
func (r *jsonReader) next() byte {
	for strings.IndexByte(" \t\r\n,:", r.text[r.at]) >= 0 {
		r.at++
	}
	return r.text[r.at]
}

// bracket steps over a bracket, where it is next.
func (r *jsonReader) bracket(b byte) bool {
	if r.next() != b {
		return false
	}
	r.at++
	return true
}

func (r *jsonReader) value() (cfn.Value, error) {
	switch r.next() {
	case '{':
		r.at++
		return r.mapping()
	case '[':
		r.at++
		return r.list()
	case '"':
		s, err := r.string()
		return cfn.String(s), err
	}
	switch word := r.word(); word {
	case "null":
		return nil, errors.New("null is nothing that a template holds")
	case "true", "false":
		return cfn.Bool(word == "true"), nil
	default:
		i, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s is no whole number of 64 bits", word)
		}
		return cfn.Int(i), nil
	}
}

// word takes a number, true, false or null.
func (r *jsonReader) word() string {
	start := r.at
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n,:]}", r.text[r.at]) < 0 {
		r.at++
	}
	return r.text[start:r.at]
}

// string takes a text. The library resolves escapes and what is not UTF-8.
func (r *jsonReader) string() (s string, err error) {
	start, plain := r.at, true
	for r.at++; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			plain = false
			r.at++
		}
	}
	r.at++
	quoted := r.text[start:r.at]
	if plain && utf8.ValidString(quoted) {
		return quoted[1 : len(quoted)-1], nil
	}
	err = json.Unmarshal([]byte(quoted), &s)
	return s, err
}

func (r *jsonReader) list() (cfn.Value, error) {
	begin := len(r.open.items)
	for !r.bracket(']') {
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		r.open.items = append(r.open.items, cfn.Item{Value: v})
	}
	return r.open.list(begin), nil
}

func (r *jsonReader) mapping() (cfn.Value, error) {
	begin := len(r.open.entries)
	for !r.bracket('}') {
		key, err := r.string()
		if err != nil {
			return nil, err
		}
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		r.open.entries = append(r.open.entries, cfn.Entry{Key: key, Value: v})
	}
	m := r.open.mapping(begin)
	if key, twice := repeated(m); twice {
		return nil, fmt.Errorf("the key %q stands twice", key)
	}
	if fn, ok := asFn(m); ok {
		return cfn.Fn{Name: fn.Name, Arg: argument(fn.Name, fn.Arg)}, nil
	}
	return m, nil
}
