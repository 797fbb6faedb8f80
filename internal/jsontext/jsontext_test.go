package jsontext

import (
	"bytes"
	"encoding/json"
	"testing"
)

type Map []struct {
	Key   string
	Value any
}

func (m Map) Len() int                   { return len(m) }
func (m Map) Member(i int) (string, any) { return m[i].Key, m[i].Value }

// TestPrint holds the printer against the library's, which sorts the keys of a map.
func TestPrint(t *testing.T) {
	texts := []string{"", "a", "<&>", "\"\\", "\x00\x7f\t\n", "größe 東京 \u2028", "\xff"}
	var list []any
	for _, s := range texts {
		list = append(list, s, Map{{"k" + s, s}})
	}
	value := Map{{"a", list}, {"b", texts}, {"c", []any{}}, {"d", []string{}}, {"e", Map{}},
		{"f", int64(-7)}, {"g", true}, {"h", []any{[]any{Map{{"x", []string{"y"}}}}}},
		{"i", 12}, {"j", 1.5}}
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(ordinary(value)); err != nil {
		t.Fatal(err)
	}
	if got := Print(value); !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s\nnot\n%s", got, want.Bytes())
	}
}

// ordinary gives what the library can print.
func ordinary(v any) any {
	switch v := v.(type) {
	case Map:
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
