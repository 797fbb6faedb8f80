package spec

import (
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// DecodeNode reads a literal text. A number or a boolean keeps its spelling.
func (w *Word) DecodeNode(n *source.Node, path string, diags *diag.List) {
	*w = Word{Value: n.Value, At: n.At}
	switch {
	case n.Kind != source.Scalar:
		w.Value = ""
		source.WrongType(n, path, "a text", diags)
	case strings.TrimSpace(n.Value) == "":
		diags.Error(n.At, "empty-text", path+" is empty", "write a text, or remove the key")
	case strings.Contains(n.Value, "${"):
		diags.Error(n.At, "reference-here", path+" takes no references",
			"write the text itself; where a name is meant, write it without ${}")
	}
}

// DecodeNode reads one word or a list of them.
func (w *Words) DecodeNode(n *source.Node, path string, diags *diag.List) {
	*w = oneOrMany[Word](n, path, "a text or a list of texts", diags)
}

// DecodeNode reads one text or a list of them.
func (t *Texts) DecodeNode(n *source.Node, path string, diags *diag.List) {
	*t = oneOrMany[Text](n, path, "a text or a list of texts", diags)
}

func oneOrMany[T any](n *source.Node, path, want string, diags *diag.List) []T {
	switch n.Kind {
	case source.Scalar:
		out := make([]T, 1)
		source.DecodeInto(n, path, &out[0], diags)
		return out
	case source.Sequence:
		out := make([]T, len(n.Items))
		for i, item := range n.Items {
			source.DecodeInto(item, source.Item(path, i), &out[i], diags)
		}
		return out
	}
	source.WrongType(n, path, want, diags)
	return nil
}

// DecodeNode reads a mapping whose keys the vendor chooses.
func (k *Keyed[T]) DecodeNode(n *source.Node, path string, diags *diag.List) {
	if n.Kind == source.Null && n.Value == "" {
		key := path[strings.LastIndex(path, ".")+1:]
		diags.Error(n.Place(), "wrong-type", path+" must be a mapping from names, not nothing",
			"write "+key+": {} for nothing, or its entries below")
		return
	}
	if n.Kind != source.Mapping {
		source.WrongType(n, path, "a mapping from names", diags)
		return
	}
	*k = make(Keyed[T], len(n.Entries))
	for i, e := range n.Entries {
		(*k)[i].Name = Word{Value: e.Key, At: e.KeyAt}
		source.DecodeInto(e.Value, source.Join(path, e.Key), &(*k)[i].Value, diags)
	}
}

// DecodeNode reads operator, key and values.
func (c *Condition) DecodeNode(n *source.Node, path string, diags *diag.List) {
	source.DecodeInto(n, path, (*Keyed[Keyed[Values]])(c), diags)
}

// valuesFields is Values without its DecodeNode.
type valuesFields Values

// DecodeNode reads a text, a list of texts, or a mapping with value and when.
func (v *Values) DecodeNode(n *source.Node, path string, diags *diag.List) {
	switch {
	case n.Kind == source.Mapping && (n.Get("value") != nil || n.Get("when") != nil):
		source.DecodeInto(n, path, (*valuesFields)(v), diags)
	case n.Kind == source.Mapping:
		source.WrongType(n, path, "a text, a list of texts, or a mapping with value and when", diags)
	default:
		source.DecodeInto(n, path, &v.Value, diags)
	}
}

// DecodeNode reads lint ids with reasons.
func (a *Accepts) DecodeNode(n *source.Node, path string, diags *diag.List) {
	source.DecodeInto(n, path, (*Keyed[Word])(a), diags)
}

// settingFields is Setting without its DecodeNode.
type settingFields Setting

// DecodeNode reads a text, or a mapping with value, when and else.
func (s *Setting) DecodeNode(n *source.Node, path string, diags *diag.List) {
	switch n.Kind {
	case source.Scalar:
		source.DecodeInto(n, path, &s.Value, diags)
	case source.Mapping:
		source.DecodeInto(n, path, (*settingFields)(s), diags)
	default:
		source.WrongType(n, path, "a text, or a mapping with value, when and else", diags)
	}
}
