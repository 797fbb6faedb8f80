package source

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"byocfn/internal/diag"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "a: 1\n", "a: &x [1, {b: *x}]\n", "é: \"日\\n\"\r\nb: |\n  x\n", "? [a]\n: 1\n", "<<: 1\n",
		"a: !Ref b\non: 1\n", "a: 'x\n  y'\rb: >-\n\n  z\n", "- &a !!str\n  b\n- *a\n", "a: b: c\n",
		"--- # x\na:\n...\n---\n", "{a, b: [c, , d]}", "a: # c\n  - \n  -\n", "&a a: &b b\n",
		"why: x\nsize: {num: 3}\nitems: [{num: 1}, {num: }, ~]\nraw: {on: [1]}\n",
	} {
		f.Add([]byte(s))
	}
}

// checkRange fails where a range does not fit the file that it points into.
func checkRange(t *testing.T, r diag.Range, text []string) {
	t.Helper()
	switch {
	case r.Start == diag.Pos{} && r.End == diag.Pos{} && r.Text == "":
	case r.Start.Line < 1 || r.Start.Col < 1 || r.Start.Line > len(text):
		t.Fatalf("place outside of the file: %+v", r)
	case r.Text != text[r.Start.Line-1]:
		t.Fatalf("line %d is %q, not %q", r.Start.Line, text[r.Start.Line-1], r.Text)
	case r.End.Line != r.Start.Line || r.End.Col < r.Start.Col:
		t.Fatalf("end before start: %+v", r)
	case r.Start.Col > utf8.RuneCountInString(r.Text)+1:
		t.Fatalf("column outside of the line: %+v", r)
	}
}

func checkTree(t *testing.T, n *Node, text []string) {
	t.Helper()
	checkRange(t, n.At, text)
	if n.Kind == Scalar && !n.Quoted && n.At.Start.Line > 0 && !strings.Contains(n.Value, " ") {
		from := string([]rune(n.At.Text)[n.At.Start.Col-1:])
		if !strings.HasPrefix(from, n.Value) && !strings.HasPrefix(from, "*") &&
			!strings.HasPrefix(from, "!") && !strings.HasPrefix(from, "&") &&
			!strings.Contains(n.Value, "\n") {
			t.Fatalf("%q does not stand at %+v", n.Value, n.At)
		}
	}
	seen := map[string]bool{}
	for _, e := range n.Entries {
		if seen[e.Key] {
			t.Fatalf("key %q twice", e.Key)
		}
		seen[e.Key] = true
		checkRange(t, e.KeyAt, text)
		if e.Value.Key != e.KeyAt {
			t.Fatalf("value of %q has key %+v", e.Key, e.Value.Key)
		}
		checkTree(t, e.Value, text)
	}
	for _, item := range n.Items {
		checkTree(t, item, text)
	}
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		begin := time.Now()
		doc, diags := Parse("f", data)
		if took := time.Since(begin); took > 5*time.Second {
			t.Fatalf("took %v", took)
		}
		if (doc == nil) != diags.HasErrors() {
			t.Fatalf("document %v with %v", doc, diags)
		}
		clean := string([]rune(strings.TrimPrefix(string(data), "\ufeff")))
		text := newLines("f", clean).text
		for _, d := range diags {
			checkRange(t, d.At, text)
			for _, note := range d.Notes {
				checkRange(t, note.At, text)
			}
		}
		if doc != nil {
			checkTree(t, doc.Root, text)
		}
	})
}

func FuzzDecode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, diags := Parse("f", data)
		if diags.HasErrors() {
			return
		}
		var got sample
		for _, d := range Decode(doc.Root, &got) {
			if d.ID == "" || d.Summary == "" || d.At.File != "f" {
				t.Fatalf("incomplete: %+v", d)
			}
		}
	})
}
