package emit

import (
	"os"
	"path/filepath"
	"testing"

	"byocfn/internal/cfn"
)

// published gives what this package has printed: the templates that ship, and every layout.
func published(t testing.TB) map[string][]byte {
	files, err := filepath.Glob("../../dist/*/*/template.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	files = append(files, "testdata/layout.yaml")
	out := map[string][]byte{}
	for _, name := range files {
		if out[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestReadKnowsWhatIsPrinted: the library is needed for none of it.
func TestReadKnowsWhatIsPrinted(t *testing.T) {
	for name, text := range published(t) {
		fast, ok := read(text)
		slow, err := Parse(text)
		if !ok || err != nil {
			t.Errorf("%s: read %v, the library: %v", name, ok, err)
		}
		if d := difference(slow, fast, nil); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestReadTellsApart: no change of a printed text goes unnoticed. Every byte is removed, and
// replaced by each of those that mean something; where the reader still reads the text, the
// library reads the same.
func TestReadTellsApart(t *testing.T) {
	text, err := YAML("Head", cfn.Map{
		{Key: "A", Comment: "why", Value: cfn.List{{Value: cfn.If("C", cfn.Strings("x1", "no"), cfn.NoValue())},
			{Value: cfn.Map{{Key: "k", Value: cfn.Int(-70)}, {Key: "on", Value: cfn.Base64(cfn.Sub("a\n\n b\n"))}}}}},
		{Key: "it's", Space: true, Value: cfn.Map{{Key: "Label", Value: cfn.Map{{Key: "default", Value: word("Net")}}},
			{Key: "V", Value: cfn.Values(cfn.List{}, word("tab\there"), cfn.Bool(true), cfn.GetAtt("X", "Y"))}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for i := range text {
		for _, with := range []string{"", " ", "\n", "-", ":", "#", "'", `"`, "!", "[", "]", "{", "}", ",", "|",
			">", "?", "&", "*", "%", "~", "0", "x", "\t", "\\", ": ", " #", "\n  ", "é", "\u2028"} {
			other := string(text[:i]) + with + string(text[i+1:])
			if readsOtherwise(t, other) {
				changed++
			}
		}
	}
	if changed < 1000 {
		t.Errorf("only %d changes were read: the test proves little", changed)
	}
}

// readsOtherwise holds what the reader makes of a text, if anything, against the library.
func readsOtherwise(t *testing.T, text string) bool {
	t.Helper()
	fast, ok := read([]byte(text))
	if !ok {
		return false
	}
	slow, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("the library refuses it: %v\n%s", err, text)
	}
	if d := difference(slow, fast, nil); d != "" {
		t.Fatalf("the library reads otherwise: %s\n%s", d, text)
	}
	return true
}

// FuzzRead: what the reader reads, the library reads as the same.
func FuzzRead(f *testing.F) {
	f.Add(string(published(f)["testdata/layout.yaml"]))
	for _, s := range awkward {
		f.Add("k: " + s + "\n")
		f.Add(s + ": k\n")
		f.Add("k:\n  - !Sub " + s + "\n  - [a, " + s + "]\n  - |-\n    " + s + "\n")
	}
	for _, text := range []string{"a: b\n  c\n", "a:\n- b\n", "a: - b\n", "a: |\n  b\n\n   c\nd: e\n", "a: >-\n  b\n  c\n",
		"a:\n  b: c\n d: e\n", "a: b # c\n", "a: [b, c]d\n", "a: [b: c]\n", "a: !If\n  - b\n", "a: !If [b, !Ref c]\n",
		"- a\n", "a: {b: c}\n", "? a\n: b\n", "a: b: c\n", "a : b\n", "a: &x b\nc: *x\n", "<<: {a: b}\n", "a: !!int 1\n",
		"a: 010\n", "a: 1_000\n", "a: 0x1F\n", "a: 1:30\n", "a: 2001-01-01\n", "a: 9223372036854775808\n", "a: -0\n",
		"...: a\n", "--- a\n", "%a: b\n", "a: b\n...\n", "a: b\na: c\n", "true: a\n", "a: |\n  \n  b\n", "a:  b\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { readsOtherwise(t, text) })
}
