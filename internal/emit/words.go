package emit

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"byocfn/internal/cfn"
	"go.yaml.in/yaml/v4"
)

// words holds how texts of a template are spelled on one line of YAML, but for those that are plain.
type words map[string]string

// of gives the spelling of a text.
func (w words) of(s string) string {
	if plain(s) {
		return s
	}
	return w[s]
}

// yaml11 matches what YAML 1.1 takes for a number, a time or the value key "=", in the union of
// PyYAML's and SnakeYAML's resolvers. The library quotes most of it by itself.
var yaml11 = regexp.MustCompile(`^(?:` +
	`[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+)` +
	`|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?` +
	`|[-+]?\.[0-9_]*(?:[eE][-+]?[0-9]+)?` +
	`|[-+]?\.(?i:inf|nan)` +
	`|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?` +
	`|=)$`)

// newWords spells all texts of t. Those that could mean something else are spelled with one call of
// the library, which is four times faster than one call for each.
func newWords(t cfn.Map) (words, error) {
	w := words{}
	var texts []string
	add := func(s string) {
		if plain(s) {
			return
		}
		if _, ok := w[s]; !ok {
			w[s] = s
			texts = append(texts, s)
		}
	}
	cfn.Walk(t, func(v cfn.Value) {
		switch v := v.(type) {
		case cfn.String:
			add(string(v))
		case cfn.Map:
			for _, e := range v {
				add(e.Key)
			}
		}
		if fn, ok := asFn(v); ok {
			add(fn.Name)
			if tag, ok := shortForm(fn); ok {
				if s, ok := tag.arg.(cfn.String); ok {
					add(string(s))
				}
			}
		}
	})
	return w, w.spell(texts)
}

// plain tells of most texts that they mean themselves in any YAML: they begin with a letter or with
// what begins most references, are longer than YAML's own words, and hold nothing that could end them.
func plain(s string) bool {
	const longest = len("false")
	last := len(s) - 1
	if len(s) <= longest || !isLetter(s[0]) && s[0] != '$' ||
		s[last] == ' ' || s[last] == ':' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~', c == ':' && s[i+1] == ' ', c == '#' && s[i-1] == ' ':
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }

func isAlnum(c byte) bool { return '0' <= c && c <= '9' || isLetter(c) }

func (w words) spell(texts []string) error {
	spelled := make([]any, len(texts))
	for i, s := range texts {
		spelled[i] = s
		if !printable(s, "") {
			spelled[i] = &yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: s}
		}
	}
	out, err := yaml.Dump(spelled, yaml.WithLineWidth(-1))
	if err != nil {
		return err
	}
	lines := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
	if len(lines) != len(texts) && len(texts) > 0 {
		return fmt.Errorf("%d texts gave %d lines", len(texts), len(lines))
	}
	for i, s := range texts {
		word := strings.TrimPrefix(string(lines[i]), "- ")
		if word == s && yaml11.MatchString(s) {
			word = "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
		w[s] = word
	}
	return nil
}

// printable tells whether every character may stand in YAML as it is: printable in YAML 1.1, of the
// basic plane (old readers refuse the others), no line break but those in also.
func printable(s, also string) bool {
	for _, r := range s {
		if !printableRune(r) && !strings.ContainsRune(also, r) {
			return false
		}
	}
	return true
}

func printableRune(r rune) bool {
	switch {
	case r >= ' ' && r <= '~', r >= 0xA0 && r <= 0xD7FF && r != 0x2028 && r != 0x2029:
		return true
	}
	return r >= 0xE000 && r <= 0xFFFD && r != 0xFEFF
}
