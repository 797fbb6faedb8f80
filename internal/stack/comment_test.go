package stack

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"byocfn/internal/cfn"
)

func TestWrap(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"one two":                  "one two",
		"exactly 10":               "exactly 10",
		"eleven char":              "eleven\nchar",
		"a  kept  b":               "a  kept  b",
		"first\n\nsecond":          "first\n\nsecond",
		"unbreakable-word x":       "unbreakable-word\nx",
		"äöüäöüäöüä b":             "äöüäöüäöüä\nb",
		"trailing    ":             "trailing",
		"short  ":                  "short",
		"one two three four five ": "one two\nthree four\nfive",
	} {
		if got := wrap(in, 10); got != want {
			t.Errorf("wrap(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("one two three", 5)
	f.Add("a\n\nb\u2003c \xff", 1)
	f.Fuzz(func(t *testing.T, text string, width int) {
		out := wrap(text, width)
		if diff := cmp.Diff(strings.Fields(text), strings.Fields(out)); diff != "" {
			t.Fatalf("other words: %s", diff)
		}
		for line := range strings.SplitSeq(out, "\n") {
			if utf8.RuneCountInString(line) > width && len(strings.Fields(line)) > 1 {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
	})
}

// A deeper comment gets less room, and the tree that was given keeps its own.
func TestFit(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", 40))
	deep := cfn.List{{Comment: long, Value: cfn.String("x")}}
	given := cfn.Map{{Key: "A", Comment: long, Value: cfn.If("C", deep, cfn.NoValue())}}
	got := fit(given, 4).(cfn.Map)
	if given[0].Comment != long || deep[0].Comment != long {
		t.Error("the given tree was changed")
	}
	inner := got[0].Value.(cfn.Fn).Arg.(cfn.List)[1].Value.(cfn.List)
	for _, tt := range []struct {
		comment string
		indent  int
	}{{got[0].Comment, 4}, {inner[0].Comment, 8}} {
		first, _, _ := strings.Cut(tt.comment, "\n")
		if n := tt.indent + len("# ") + len(first); n > columns || n <= columns-len(" word") {
			t.Errorf("indent %d: the first line ends in column %d", tt.indent, n)
		}
	}
}
