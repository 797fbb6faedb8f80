package docs

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestPrintJSON holds the printer against the library's, which sorts the keys of a map.
func TestPrintJSON(t *testing.T) {
	texts := []string{"", "a", "<&>", "\"\\", "\x00\x7f\t\n", "größe 東京 \u2028", "\xff"}
	var list []any
	for _, s := range texts {
		list = append(list, s, jsonMap{{"k" + s, s}})
	}
	value := jsonMap{{"a", list}, {"b", texts}, {"c", []any{}}, {"d", []string{}}, {"e", jsonMap{}},
		{"f", int64(-7)}, {"g", true}, {"h", []any{[]any{jsonMap{{"x", []string{"y"}}}}}}}
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(ordinary(value)); err != nil {
		t.Fatal(err)
	}
	if got := printJSON(value); !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s\nnot\n%s", got, want.Bytes())
	}
}

// ordinary gives what the library can print.
func ordinary(v any) any {
	switch v := v.(type) {
	case jsonMap:
		out := map[string]any{}
		for _, e := range v {
			out[e.Key] = ordinary(e.Value)
		}
		return out
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, ordinary(x))
		}
		return out
	}
	return v
}
