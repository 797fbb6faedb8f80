// Package emit prints a template as YAML and as JSON, and reads both back. It knows the values and
// functions of CloudFormation, and nothing of products or of why a template is as it is.
//
// What is printed is read again and compared with the tree that went in, so whatever comes out of
// this package says what its caller said. An error is therefore a mistake of this program.
package emit

import (
	"fmt"

	"byocfn/internal/cfn"
)

// YAML prints a template with its comments, below a header of comment lines (without their "#").
// Scalars are quoted so that a reader of YAML 1.1, which CloudFormation is, sees the same strings.
//
// An error names the place in t that cannot be printed (no value, a key twice, a text that is not
// UTF-8, a key over 1024 characters) or that reads back differently.
func YAML(header string, t cfn.Map) ([]byte, error) {
	if err := check(t); err != nil {
		return nil, fmt.Errorf("emit YAML: %w", err)
	}
	words, err := newWords(t)
	if err != nil {
		return nil, fmt.Errorf("emit YAML: %w", err)
	}
	p := printer{words: words, buf: make([]byte, 0, usual)}
	p.comment(header, 0)
	if len(t) == 0 {
		p.write("{}\n")
	}
	p.mapping(t, 0, false)
	if back, ok := read(p.buf); ok && Equal(t, back) {
		return p.buf, nil
	}
	back, err := Parse(p.buf)
	return verified(p.buf, "YAML", t, back, err)
}

// usual is what most templates take, in bytes.
const usual = 80 << 10

// JSON prints a template without its comments: two-space indent, keys in the order of t, long
// functions, no escapes for HTML. Errors are those of YAML.
func JSON(t cfn.Map) ([]byte, error) {
	if err := check(t); err != nil {
		return nil, fmt.Errorf("emit JSON: %w", err)
	}
	out := jsonText(t)
	if saysJSON(out, t) {
		return out, nil
	}
	back, err := ParseJSON(out)
	return verified(out, "JSON", t, back, err)
}

// verified gives out when it was read back as the tree that it was printed from.
func verified(out []byte, format string, t cfn.Map, back cfn.Value, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("emit %s: reading it back: %w", format, err)
	}
	if d := difference(t, back, nil); d != "" {
		return nil, fmt.Errorf("emit %s: it reads back differently: %s", format, d)
	}
	return out, nil
}
