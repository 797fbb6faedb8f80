package spec

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// checkShape checks what holds for every field of a kind, wherever it stands: texts are one line
// without hidden characters, closed fields hold one of their words, lists have items. It walks the
// tree and the structs side by side: the structs say what a field is, the tree where it stands.
func checkShape(root *source.Node, into any, diags *diag.List) {
	shape{diags, map[reflect.Type][]source.Field{}}.value(root, "", reflect.ValueOf(into).Elem(), nil)
}

type shape struct {
	diags *diag.List
	known map[reflect.Type][]source.Field
}

// value checks one field; words are those of a closed field. What the decoder refused is skipped.
func (s shape) value(n *source.Node, path string, v reflect.Value, words []string) {
	switch known := v.Addr().Interface().(type) {
	case *Word:
		s.word(path, *known, words)
		return
	case *Text:
		s.hidden(known.At, path, known.Raw)
		return
	}
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil() && v.Type() != reflect.TypeFor[*source.Node]():
		s.value(n, path, v.Elem(), words)
	case v.Kind() == reflect.Struct && n.Kind != source.Mapping && shorthand(v.Type()):
		s.value(n, path, v.FieldByName("Value"), nil)
	case v.Kind() == reflect.Slice && n.Kind == source.Sequence:
		s.list(n, path, v, words)
	case v.Kind() == reflect.Slice && n.Kind == source.Scalar && v.Len() == 1:
		s.value(n, path, v.Index(0), words)
	case v.Kind() == reflect.Slice && n.Kind == source.Mapping:
		s.entries(n, path, v)
	case v.Kind() == reflect.Struct:
		s.fields(n, path, v)
	}
}

// shorthand tells of structs whose Value may be written alone.
func shorthand(t reflect.Type) bool {
	return t == reflect.TypeFor[Setting]() || t == reflect.TypeFor[Values]()
}

func (s shape) fields(n *source.Node, path string, v reflect.Value) {
	fields, ok := s.known[v.Type()]
	if !ok {
		fields = source.Fields(v.Type())
		s.known[v.Type()] = fields
	}
	for _, f := range fields {
		if child := n.Get(f.Key); child != nil {
			s.value(child, source.Join(path, f.Key), v.Field(f.Index), enumOf(v.Type(), f))
		}
	}
}

// enumOf gives the words of a closed field, or nil.
func enumOf(t reflect.Type, f source.Field) []string {
	if tag, closed := t.Field(f.Index).Tag.Lookup("enum"); closed {
		return strings.Split(tag, ",")
	}
	return nil
}

func (s shape) list(n *source.Node, path string, v reflect.Value, words []string) {
	if len(n.Items) == 0 {
		s.diags.Error(n.At, "empty-list", path+" is an empty list",
			"write at least one item, or remove the key")
		return
	}
	for i := range min(v.Len(), len(n.Items)) {
		s.value(n.Items[i], source.Item(path, i), v.Index(i), words)
	}
}

// entries checks a Keyed; another slice that is read from a mapping (Regions) checks itself.
func (s shape) entries(n *source.Node, path string, v reflect.Value) {
	for i := range min(v.Len(), len(n.Entries)) {
		name, isWord := v.Index(i).FieldByName("Name").Interface().(Word)
		value := v.Index(i).FieldByName("Value")
		if !isWord || !value.IsValid() {
			return
		}
		s.word(source.Join(path, "a name"), name, nil)
		s.value(n.Entries[i].Value, source.Join(path, name.Value), value, nil)
	}
}

func (s shape) word(path string, w Word, words []string) {
	if strings.ContainsAny(w.Value, "\n\r") {
		s.diags.Error(w.At, "line-break", path+" has more than one line", lineHint(w.Value))
		return
	}
	s.hidden(w.At, path, w.Value)
	s.reason(path, w)
	if w.Value == "" || words == nil {
		return
	}
	for _, known := range words {
		if w.Value == known {
			return
		}
	}
	hint := diag.DidYouMean(w.Value, words)
	if hint == "" {
		hint = "write " + oneOf(words)
	}
	s.diags.Error(w.At, "bad-value", path+` cannot be "`+w.Value+`"`, hint)
}

// reason refuses yes and no where a sentence is wanted.
func (s shape) reason(path string, w Word) {
	switch strings.ToLower(w.Value) {
	case "yes", "no", "true", "false":
	default:
		return
	}
	keys := strings.Split(path, ".")
	last := keys[len(keys)-1]
	if slices.Contains([]string{"why", "protect", "usedOutside", "wildcard", "differs"}, last) ||
		len(keys) > 1 && keys[len(keys)-2] == "accept" {
		s.diags.Error(w.At, "bad-reason", path+` is a sentence, not "`+w.Value+`"`,
			"say why, for whoever reads the template; or remove the key")
	}
}

// lineHint knows that > and | end a text with a line break.
func lineHint(value string) string {
	if !strings.ContainsAny(strings.TrimRight(value, "\n"), "\n\r") {
		return "write >- after the key, which leaves no line break at the end"
	}
	return "write one line; after >- a long one may be folded, without blank lines in it"
}

// hidden refuses what escapes in double quotes can smuggle in: characters that a reviewer cannot
// see, that reorder text or that control a terminal. Line breaks and tabs are no such secret.
func (s shape) hidden(at diag.Range, path, text string) {
	for _, r := range text {
		if ' ' <= r && r <= '~' {
			continue // as most are
		}
		secret := unicode.IsControl(r) && r != '\n' && r != '\t' ||
			unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
		if secret {
			s.diags.Error(at, "hidden-character", path+" holds a character that nobody can see",
				"write visible characters only")
			return
		}
	}
}

// oneOf lists words as "a, b or c".
func oneOf(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
