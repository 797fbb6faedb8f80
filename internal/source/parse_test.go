package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"byocfn/internal/diag"
)

// brief writes a diagnostic as "START-END id"; the end only where it is on the same line.
func brief(d diag.Diagnostic) string {
	return placed(d.At) + " " + d.ID
}

func placed(r diag.Range) string {
	if r.Start.Line == 0 {
		return "file"
	}
	return fmt.Sprintf("%d:%d-%d", r.Start.Line, r.Start.Col, r.End.Col)
}

func briefs(l diag.List) string {
	var out []string
	for _, d := range l {
		out = append(out, brief(d))
	}
	return strings.Join(out, "; ")
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"empty", "", "file empty-file"},
		{"comment only", "# nothing\n", "file empty-file"},
		{"byte order mark only", "\ufeff", "file empty-file"},
		{"empty document", "---\n", "file empty-file"},
		{"bad byte", "a: 1\r\nb: é\xff\n", "2:5-6 not-utf8"},
		{"cut rune", "a: \xe6\x97", "1:4-5 not-utf8"},
		{"utf-16", "\xff\xfea\x00", "1:1-2 not-utf8"},
		{"nul", "a\x00b: 1\n", "1:2-3 hidden-character"},
		{"escape", "a: 1\nb: é\x1b[31m\n", "2:5-6 hidden-character"},
		{"line separator", "a: x\u2028b: y\n", "1:5-6 hidden-character"},
		{"next line", "a: x\u0085b: y\n", "1:5-6 hidden-character"},
		{"bidi override", "a: \"\u202e\"\n", "1:5-6 hidden-character"},
		{"second byte order mark", "\ufeffa: \ufeff1\n", "1:4-5 hidden-character"},
		{"list", "- a\n", "1:1-4 not-a-mapping"},
		{"text", "hello world\n", "1:1-12 not-a-mapping"},
		{"null word", "~\n", "1:1-2 not-a-mapping"},
		{"two documents", "a: 1\n---\nb: 2\n", "2:1-4 several-documents"},
		{"three hyphens at the end", "a: 1\n---\n", "2:1-4 several-documents"},
		{"broken second document", "a: 1\n---\nb: [\n", "3:5-6 not-yaml"},
		{"colon", "a: b: c\n", "1:5-6 not-yaml"},
		{"odd indentation", "a:\n \u00a0b: 1\n  c: 2\n", "2:2-3 not-yaml"},
		{"tab", "a:\n\tb: 1\n", "2:1-2 not-yaml"},
		{"open list", "a: [1, 2\nb: 3\n", "2:2-3 not-yaml"},
		{"open list at the end", "a: é\nb: [é,\n", "2:7-8 not-yaml"},
		{"open quote", "a: \"x\n\n\n", "1:6-7 not-yaml"},
		{"unknown anchor", "a: *b\n", "1:4-5 not-yaml"},
		{"at sign", "a: @b\n", "1:4-5 not-yaml"},
		{"merge", "a: &x {b: 1}\nc:\n  <<: *x\n", "3:3-5 merge-key"},
		{"duplicate", "a: 1\nb: 2\n\"a\": 3\n", "3:1-4 duplicate-key"},
		{"duplicate in flow", "é: {日: 1, 日: 2}\n", "1:11-12 duplicate-key"},
		{"list as key", "? [a, b]\n: 1\n", "1:3-4 bad-key"},
		{"alias as key", "a: &x b\n*x : 1\n", "2:1-3 bad-key"},
		{"no key", "a: 1\n: 3\n", "2:1-1 bad-key"},
		{"ref", "a: !Ref Foo\n", "1:4-8 tag"},
		{"tag on a mapping", "a: !If\n  - x\n", "1:4-7 tag"},
		{"tag on a key", "!Foo a: 1\n", "1:1-5 tag"},
		{"binary", "a: !!binary aGk=\n", "1:4-12 tag"},
		{"set", "a: !!set {b}\n", "1:4-9 tag"},
		{"tag against value", "a: !!int \"5\"\n", "1:4-9 tag"},
		{"tag directive", "%TAG !e! tag:x\n---\na: !e!foo 1\n", "3:4-10 tag"},
		{"recursion", "a: &x\n  b: *x\n", "2:6-8 recursive-alias"},
		{"recursion in a list", "é: &x [1, [*x]]\n", "1:12-14 recursive-alias"},
		{"several at once", "on: 1\na: !Ref b\na: 2\n",
			"1:1-3 ambiguous-key; 2:4-8 tag; 3:1-2 duplicate-key"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			doc, diags := Parse("f.yaml", []byte(tc.in))
			if got := briefs(diags); got != tc.want || doc != nil {
				t.Errorf("got %q (document: %v), want %q\n%+v", got, doc != nil, tc.want, diags)
			}
			for _, d := range diags {
				if d.At.File != "f.yaml" || d.Hint == "" || strings.HasSuffix(d.Summary, ".") {
					t.Errorf("incomplete: %+v", d)
				}
			}
		})
	}
}

func TestParseAmbiguousKeys(t *testing.T) {
	for key, refused := range map[string]bool{
		"on": true, "Off": true, "YES": true, "no": true, "y": true, "N": true, "null": true,
		"~": true, "true": true, "False": true, `"on"`: false, "'no'": false, "yes please": false,
		"nO": false, "12": false, "!!str no": false, "None": false,
	} {
		_, diags := Parse("f", []byte("a:\n  "+key+": 1\n"))
		want := ""
		if refused {
			want = fmt.Sprintf("2:3-%d ambiguous-key", 3+len(key))
		}
		if got := briefs(diags); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
}

func TestParseHints(t *testing.T) {
	for in, want := range map[string]string{
		"a: !Ref Foo\n":        "write ${Foo}",
		"a: !GetAtt B.Arn\n":   "write ${B.Arn}",
		"a: !Sub \"x-${P}\"\n": "remove the tag: ${Name} works in every text",
		"a: !Join [a, b]\n":    "remove the tag; a reference is written ${Name}",
		"on: 1\n":              `write "on" in quotes, or use another name`,
		"a:\n\t b: 1\n":        "indent with spaces, not with tabs",
		"a: b: c\n": "put the text in quotes if it holds a colon; check the " +
			"indentation otherwise",
		"a: *.example.org\n":       "a text that begins with an asterisk needs quotes",
		"a: { b: “c”, d: e\n":      "write \" in place of “, which is no quote of YAML",
		"a: {b: c\n":               "close the bracket, or write a comma",
		"a: 'x\n":                  "close the quote",
		"a: 1\nkey\nb: 1\n":        "write a colon and a space after the key",
		"x: &a {b: 1}\n<<: *a\n":   "write the keys out; an alias may stand for a whole value",
		"a: \"\xff\"\n":            "save the file as UTF-8",
		strings.Repeat("[", 20000): "write it flatter",
	} {
		_, diags := Parse("f", []byte(in))
		if len(diags) != 1 || diags[0].Hint != want {
			t.Errorf("%.40q: got %+v, want hint %q", in, diags, want)
		}
	}
}

func TestParseNotes(t *testing.T) {
	for in, want := range map[string]string{
		"a: 1\n\"a\": 2\n":   "1:1-2 the first one",
		"a: [1, 2\nb: 3\n":   "1:4-5 while parsing a flow sequence",
		"a:\n  - é: \"\\x\"": "2:8-9 while scanning a quoted scalar",
	} {
		_, diags := Parse("f", []byte(in))
		if len(diags) != 1 || len(diags[0].Notes) != 1 {
			t.Fatalf("%q: %+v", in, diags)
		}
		note := diags[0].Notes[0]
		if got := placed(note.At) + " " + note.Text; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestParseLimits(t *testing.T) {
	nested := func(n int) string { return "a: " + strings.Repeat("[", n) + strings.Repeat("]", n) }
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'm'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 8), c-1)
	}
	tower := "a0: &a0 [x]\n"
	for i := 1; i < 120; i++ {
		tower += fmt.Sprintf("a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	big := "a: &a [" + strings.Repeat("x, ", 1999) + "]\nb: [" + strings.Repeat("*a, ", 50) + "]\n"
	for _, tc := range []struct{ name, in, want string }{
		{"as large as may be", "a: " + strings.Repeat("x", maxBytes-3), ""},
		{"too large", "a: " + strings.Repeat("x", maxBytes-2), "file too-large"},
		{"20 MB", strings.Repeat("- x\n", 5<<20), "file too-large"},
		{"99 lists", nested(99), ""},
		{"100 lists", nested(100), "1:103-104 too-deep"},
		{"deep twice", "b: [" + nested(120)[3:] + ", " + nested(120)[3:] + "]", "1:103-104 " +
			"too-deep"},
		{"bomb", bomb, "6:8-10 too-many-aliases"},
		{"tower of aliases", tower, "99:12-16 too-deep"},
		{"100000 copies", big, ""},
		{"many lists on a line", "a: [" + strings.Repeat("[],", 250_000) + "]", ""},
		{"many words on a line", "é: [" + strings.Repeat("é, 'é', ", 60_000) + "]", ""},
		{"many tags and anchors", "a: [" + strings.Repeat("!!str &x é,", 60_000) + "]", ""},
		{"many aliases", "a: &a é\nb: [" + strings.Repeat("*a, ", 90_000) + "]", ""},
		{"100001 copies", big + "c: &c y\nd: *c\n", "4:4-6 too-many-aliases"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			begin := time.Now()
			_, diags := Parse("f", []byte(tc.in))
			if got := briefs(diags); got != tc.want {
				t.Errorf("got %.300q, want %q", got, tc.want)
			}
			if d := time.Since(begin); d > 8*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

// show writes a tree with the place and type of every node.
func show(n *Node, indent string, out *strings.Builder) {
	kind := []string{"null", "scalar", "mapping", "sequence"}[n.Kind]
	fmt.Fprintf(out, "%s%s %s", indent, placed(n.At), kind)
	if n.Kind == Scalar {
		fmt.Fprintf(out, " %q %s quoted=%v", n.Value, n.Tag, n.Quoted)
	}
	out.WriteString("\n")
	for _, e := range n.Entries {
		fmt.Fprintf(out, "%s  %s %s:\n", indent, placed(e.KeyAt), e.Key)
		show(e.Value, indent+"    ", out)
	}
	for _, item := range n.Items {
		show(item, indent+"  - ", out)
	}
}

func TestParseTree(t *testing.T) {
	in := "\ufeff# comment\r\n" +
		"日本: {é: 'it''s', \"q\\\"\": \"a\\u00e9\"} # end\r\n" +
		"list:\r\n" +
		"  - &x 012 # octal?\r\n" +
		"  - *x\r\n" +
		"  -\r\n" +
		"  - !!str yes\r\n" +
		"fold: plain text # one\r\n" +
		"more: two\r\n" +
		"  lines\r\n" +
		"block: >- # why\r\n" +
		"  folded\r\n" +
		"  text\r\n" +
		"flags: [yes, Off, true, y, 'yes', 1e3, .5, 0x1f, 1.0.0, ~, 2012-10-17, '', -1]\r\n"
	doc, diags := Parse("f", []byte(in))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var out strings.Builder
	show(doc.Root, "", &out)
	const want = `2:1-35 mapping
  2:1-3 日本:
    2:5-35 mapping
      2:6-7 é:
        2:9-16 scalar "it's" str quoted=true
      2:18-23 q":
        2:25-34 scalar "aé" str quoted=true
  3:1-5 list:
    4:3-11 sequence
      - 4:8-11 scalar "012" int quoted=false
      - 5:5-7 scalar "012" int quoted=false
      - 6:4-4 null
      - 7:11-14 scalar "yes" str quoted=true
  8:1-5 fold:
    8:7-17 scalar "plain text" str quoted=false
  9:1-5 more:
    9:7-10 scalar "two lines" str quoted=false
  11:1-6 block:
    11:8-10 scalar "folded text" str quoted=true
  14:1-6 flags:
    14:8-79 sequence
      - 14:9-12 scalar "yes" bool quoted=false
      - 14:14-17 scalar "Off" bool quoted=false
      - 14:19-23 scalar "true" bool quoted=false
      - 14:25-26 scalar "y" str quoted=false
      - 14:28-33 scalar "yes" str quoted=true
      - 14:35-38 scalar "1e3" float quoted=false
      - 14:40-42 scalar ".5" float quoted=false
      - 14:44-48 scalar "0x1f" int quoted=false
      - 14:50-55 scalar "1.0.0" str quoted=false
      - 14:57-58 null
      - 14:60-70 scalar "2012-10-17" str quoted=false
      - 14:72-74 scalar "" str quoted=true
      - 14:76-78 scalar "-1" int quoted=false
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNearest(t *testing.T) {
	doc, diags := Parse("f", []byte("a: [{ b: 1 }, { b: { 0: x } }]\nc:\n"))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for path, want := range map[string]string{"": "1:1", "a": "1:1", "a/1": "1:15", "a/1/b": "1:17",
		"a/1/b/0": "1:22", "a/2": "1:1", "a/b": "1:1", "a/0/b/c/d": "1:7", "c/x": "2:1", "d": "1:1"} {
		at := doc.Root.Nearest(strings.FieldsFunc(path, func(r rune) bool { return r == '/' })).Place()
		if got := fmt.Sprintf("%d:%d", at.Start.Line, at.Start.Col); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	large := file("large", nil, 0o600)
	if err := os.Truncate(large, 20<<20); err != nil {
		t.Fatal(err)
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ path, id string }{
		{filepath.Join(dir, "missing"), "no-file"},
		{filepath.Join(file("plain", []byte("a: 1"), 0o600), "below"), "unreadable"},
		{dir, "not-a-file"},
		{pipe, "not-a-file"},
		{"/dev/zero", "not-a-file"},
		{large, "too-large"},
		{"a\x00b", "unreadable"},
		{file("empty", nil, 0o600), "empty-file"},
	} {
		doc, diags := Read(tc.path)
		if got, want := briefs(diags), "file "+tc.id; got != want || doc != nil {
			t.Errorf("%q: got %q, want %q", tc.path, got, want)
		}
	}
	if os.Geteuid() != 0 {
		if _, diags := Read(file("locked", []byte("a: 1"), 0)); briefs(diags) != "file "+
			"unreadable" {
			t.Error(diags)
		}
	}
	if got := unreadable("x", os.ErrPermission); briefs(got) != "file unreadable" ||
		got[0].Summary != "no permission to read the file" {
		t.Error(got)
	}
	doc, diags := Read(file("good", []byte("a: 1"), 0o600))
	if len(diags) > 0 || doc.Root.Get("a").Value != "1" {
		t.Error(diags)
	}
}
