package source

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"byocfn/internal/diag"
)

// Parse turns the bytes of one YAML file into a tree; name is the file's name in places. Whatever
// two YAML readers could understand differently is refused: duplicate and merge keys, tags,
// YAML 1.1's booleans as keys, several documents. The document is nil exactly if the list has
// errors. Time and memory are linear in the file's size; aliases are copied within a budget.
func Parse(name string, data []byte) (*Document, diag.List) {
	text, diags := checkBytes(name, data)
	if diags.HasErrors() {
		return nil, diags
	}
	at := newLines(name, text)
	doc, diags := compose(at, text)
	if diags.HasErrors() {
		return nil, diags
	}
	c := converter{lines: at, anchors: map[*yaml.Node]*anchor{}, budget: maxCopies}
	root := c.value(doc.Content[0], 1)
	if doc.Content[0].Kind != yaml.MappingNode {
		c.diags.Error(root.At, "not-a-mapping", "the file must be a mapping, not "+noun(root),
			"begin with a key and a colon")
	}
	if c.diags.HasErrors() {
		return nil, c.diags
	}
	return &Document{Name: name, Root: root}, c.diags
}

// compose has the library build the tree of the one document.
func compose(at *lines, text string) (*yaml.Node, diag.List) {
	loader, err := yaml.NewLoader(strings.NewReader(text), yaml.WithUniqueKeys(false))
	if err != nil {
		return nil, notYAML(at, err)
	}
	var doc, second yaml.Node
	if err := loader.Load(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, notYAML(at, err)
	}
	if len(doc.Content) == 0 || isEmpty(doc.Content[0]) {
		return nil, refuse(at.file, "empty-file", "the file is empty",
			"begin with a key and a colon")
	}
	err = loader.Load(&second)
	if errors.Is(err, io.EOF) {
		return &doc, nil
	}
	if err != nil {
		return nil, notYAML(at, err)
	}
	var diags diag.List
	where := at.pos(second.Line, second.Column)
	diags.Error(at.span(where, len(strings.TrimRight(at.from(where), " \t"))),
		"several-documents", "the file holds more than one YAML document",
		"remove the line ---, or write two files")
	return nil, diags
}

func isEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0
}

// notYAML translates an error of the library.
func notYAML(at *lines, err error) diag.List {
	var diags diag.List
	var failure *yaml.LoadError
	if !errors.As(err, &failure) {
		return refuse(at.file, "not-yaml", "not YAML: "+oneLine(err.Error()), "")
	}
	where := at.pos(failure.Mark.Line, failure.Mark.Column)
	if strings.HasPrefix(failure.Message, "exceeded max depth") {
		diags.Error(at.span(where, 1), "too-deep", tooDeep, flatter)
		return diags
	}
	if odd, r := oddIndent(at, where.Line); r != 0 {
		diags.Error(at.span(odd, 1), "not-yaml", fmt.Sprintf("not YAML: the line begins with %U, "+
			"which looks like a space and is none", r), "indent with spaces")
		return diags
	}
	summary := "not YAML: " + oneLine(failure.Message)
	var notes []diag.Note
	if context := failure.ContextMark; failure.ContextMsg != "" && context.Line > 0 {
		if begin := at.pos(context.Line, context.Column); begin != where {
			notes = append(notes, diag.Note{Text: failure.ContextMsg, At: at.span(begin, 1)})
		}
	}
	diags.Error(at.span(where, 1), "not-yaml", summary,
		advice(failure.Message, at.line(where.Line), at.from(where)), notes...)
	return diags
}

// oddIndent finds, in the line of an error or the one before, what only looks like indentation.
func oddIndent(at *lines, line int) (diag.Pos, rune) {
	for n := max(line-1, 1); n <= line; n++ {
		col := 1
		for _, r := range at.line(n) {
			if !unicode.IsSpace(r) {
				break
			}
			if r > unicode.MaxASCII {
				return diag.Pos{Line: n, Col: col}, r
			}
			col++
		}
	}
	return diag.Pos{}, 0
}

// advice says what people usually got wrong when the library says message; rest is the line from
// the place of the error on.
func advice(message, line, rest string) string {
	switch i := strings.IndexAny(line, "“”„"); {
	case i >= 0:
		r, _ := utf8.DecodeRuneInString(line[i:])
		return "write \" in place of " + string(r) + ", which is no quote of YAML"
	case strings.HasPrefix(message, "mapping values are not allowed"):
		return "put the text in quotes if it holds a colon; check the indentation otherwise"
	case strings.HasPrefix(rest, "\t"):
		return "indent with spaces, not with tabs"
	case strings.HasPrefix(message, "found character that cannot start any token"):
		return "put the text in quotes"
	case strings.Contains(message, "unknown anchor"):
		return "a text that begins with an asterisk needs quotes"
	case strings.Contains(message, "could not find expected ':'"):
		return "write a colon and a space after the key"
	case strings.Contains(message, "did not find expected ',' or"):
		return "close the bracket, or write a comma"
	case strings.Contains(message, "unexpected end of stream"):
		return "close the quote"
	}
	return "check indentation, quotes and brackets"
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(s), " ")
}
