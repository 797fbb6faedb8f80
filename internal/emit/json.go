package emit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"byocfn/internal/cfn"
)

// jsonText prints a value and ends it with a line break.
func jsonText(v cfn.Value) []byte {
	var p jsonPrinter
	p.texts = json.NewEncoder(&p.buf)
	p.texts.SetEscapeHTML(false)
	p.value(v, "\n")
	p.buf.WriteByte('\n')
	return p.buf.Bytes()
}

type jsonPrinter struct {
	buf   bytes.Buffer
	texts *json.Encoder
}

// text writes a string. The encoder of bytes.Buffer and of strings cannot fail.
func (p *jsonPrinter) text(s string) {
	_ = p.texts.Encode(s)
	p.buf.Truncate(p.buf.Len() - 1) // the encoder's line break
}

// value writes v; lines holds the line break and indent of the line that it begins on.
func (p *jsonPrinter) value(v cfn.Value, lines string) {
	switch v := v.(type) {
	case cfn.String:
		p.text(string(v))
	case cfn.Int:
		p.buf.WriteString(strconv.FormatInt(int64(v), 10))
	case cfn.Bool:
		p.buf.WriteString(strconv.FormatBool(bool(v)))
	case cfn.Fn:
		p.value(plainForm(v), lines)
	case cfn.List:
		p.block("[]", len(v), lines, func(i int) { p.value(v[i].Value, lines+"  ") })
	case cfn.Map:
		p.block("{}", len(v), lines, func(i int) {
			p.text(v[i].Key)
			p.buf.WriteString(": ")
			p.value(v[i].Value, lines+"  ")
		})
	}
}

// entryLines is the indent of a section's entries. What is inside one stands on its line: so a diff
// shows which resource changed, and the whole stays under what a request may hold.
const entryLines = len("\n" + "    ")

// block writes n parts between two brackets.
func (p *jsonPrinter) block(brackets string, n int, lines string, part func(int)) {
	p.buf.WriteByte(brackets[0])
	inner := lines + "  "
	if len(lines) >= entryLines {
		lines, inner = "", ""
	}
	for i := range n {
		if i > 0 {
			p.buf.WriteByte(',')
		}
		p.buf.WriteString(inner)
		part(i)
	}
	if n > 0 {
		p.buf.WriteString(lines)
	}
	p.buf.WriteByte(brackets[1])
}

// ParseJSON reads one JSON document as a value, as Parse does YAML, with the same refusals.
func ParseJSON(text []byte) (cfn.Value, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := jsonValue(d)
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("byte %d: more than one document", d.InputOffset())
	}
	return v, nil
}

func jsonValue(d *json.Decoder) (cfn.Value, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case string:
		return cfn.String(token), nil
	case bool:
		return cfn.Bool(token), nil
	case json.Number:
		i, err := strconv.ParseInt(token.String(), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s is no whole number of 64 bits", token)
		}
		return cfn.Int(i), nil
	case json.Delim:
		if token == '[' {
			return jsonList(d)
		}
		return jsonMap(d)
	}
	return nil, errors.New("null is nothing that a template holds")
}

func jsonList(d *json.Decoder) (cfn.Value, error) {
	l := cfn.List{}
	for d.More() {
		v, err := jsonValue(d)
		if err != nil {
			return nil, err
		}
		l = append(l, cfn.Item{Value: v})
	}
	_, err := d.Token()
	return l, err
}

func jsonMap(d *json.Decoder) (cfn.Value, error) {
	m := cfn.Map{}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		if seen[key] {
			return nil, fmt.Errorf("the key %q stands twice", key)
		}
		seen[key] = true
		v, err := jsonValue(d)
		if err != nil {
			return nil, err
		}
		m = append(m, cfn.Entry{Key: key, Value: v})
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if fn, ok := asFn(m); ok {
		return cfn.Fn{Name: fn.Name, Arg: argument(fn.Name, fn.Arg)}, nil
	}
	return m, nil
}
