package diag

import (
	"encoding/json"
	"strings"
	"testing"
)

func at(file string, line, col, endCol int, text string) Range {
	return Range{file, Pos{line, col}, Pos{line, endCol}, text}
}

func text(t *testing.T, l List, color bool) string {
	t.Helper()
	var b strings.Builder
	if err := Text(&b, l, TextOptions{color}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	long := strings.Repeat("é", 300) + "HERE" + strings.Repeat("x", 300)
	for _, tc := range []struct {
		name string
		add  func(*List)
		want string
	}{
		{"nothing", func(*List) {}, ""},
		{"hint and counts", func(l *List) {
			l.Warn(at("b.yaml", 2, 1, 2, "x: 1"), "odd", "x is odd", "")
			l.Error(at("a.yaml", 14, 7, 14, `      defualt: "10"`), "unknown-key",
				`unknown key "defualt"`, `did you mean "default"?`)
			l.Error(at("a.yaml", 14, 7, 14, `      defualt: "10"`), "unknown-key",
				`unknown key "defualt"`, `did you mean "default"?`)
			l.Error(Range{File: "c.yaml"}, "empty-file", "the file is empty", "write something")
		}, `a.yaml:14:7: error: unknown key "defualt" [unknown-key]
   14 |       defualt: "10"
      |       ^^^^^^^
hint: did you mean "default"?
b.yaml:2:1: warning: x is odd [odd]
    2 | x: 1
      | ^
c.yaml: error: the file is empty [empty-file]
hint: write something
2 errors, 1 warning
`},
		{"note", func(l *List) {
			l.Error(at("a", 9, 1, 2, "k: 2"), "duplicate-key", "twice", "",
				Note{"the first one", at("a", 3, 1, 2, "k: 1")}, Note{"no place", Range{}})
		}, `a:9:1: error: twice [duplicate-key]
    9 | k: 2
      | ^
a:3:1: note: the first one
    3 | k: 1
      | ^
note: no place
1 error
`},
		{"tabs, wide and combining characters", func(l *List) {
			l.Warn(at("a", 1, 9, 11, "\t日本: e\u0301 😀x y"), "w", "s", "")
		}, "a:1:9: warning: s [w]\n    1 | \t日本: e\u0301 😀x y\n" +
			"      | \t        ^^^\n1 warning\n"},
		{"end of line and several lines", func(l *List) {
			l.Error(at("a", 1, 4, 4, "a:"), "x", "s", "")
			l.Error(Range{"a", Pos{2, 4}, Pos{3, 1}, "b: cd"}, "x", "s", "")
		}, "a:1:4: error: s [x]\n    1 | a:\n      |   ^\n" +
			"a:2:4: error: s [x]\n    2 | b: cd\n      |    ^^\n2 errors\n"},
		{"no terminal control", func(l *List) {
			l.Error(at("a\x1b[2J", 1, 1, 2, "\x1b[31mx\u202e"), "x", "s\nt", "\x07")
		}, "a\ufffd[2J:1:1: error: s\ufffdt [x]\n    1 | \ufffd[31mx\ufffd\n      | ^\n" +
			"hint: \ufffd\n1 error\n"},
		{"long line", func(l *List) { l.Error(at("a", 1, 301, 305, long), "x", "s", "") },
			"a:1:301: error: s [x]\n    1 | …" + strings.Repeat("é", 40) + "HERE" +
				strings.Repeat("x", 76) + "…\n      | " + strings.Repeat(" ", 41) +
				"^^^^\n1 error\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var l List
			tc.add(&l)
			if got := text(t, l, false); got != tc.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tc.want)
			}
		})
	}
}

func TestColorOnlyWhenAsked(t *testing.T) {
	var l List
	l.Error(at("a", 1, 1, 2, "x"), "i", "s", "h", Note{"n", Range{}})
	plain, colored := text(t, l, false), text(t, l, true)
	if strings.Contains(plain, "\x1b") || !strings.Contains(colored, "\x1b[1;31merror:\x1b[0m") {
		t.Errorf("plain %q, colored %q", plain, colored)
	}
}

func TestJSON(t *testing.T) {
	var l List
	l.Error(at("b", 2, 3, 5, "a<b"), "i", `a<b & "c"`, "h", Note{"n", at("b", 1, 1, 2, "")})
	l.Warn(Range{File: "a"}, "w", "whole file", "")
	var b strings.Builder
	if err := JSON(&b, l); err != nil {
		t.Fatal(err)
	}
	want := `{"severity":"warning","id":"w","summary":"whole file","file":"a"}
{"severity":"error","id":"i","summary":"a<b & \"c\"","hint":"h","file":"b","line":2,"col":3,` +
		`"endLine":2,"endCol":5,"notes":[{"text":"n","file":"b","line":1,"col":1,"endLine":1,` +
		`"endCol":2}]}
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestGitHub(t *testing.T) {
	var l List
	l.Error(at("a:b,c%.yaml", 2, 3, 5, "x"), "i", "100%: a, b\r\n::stop-commands::x", "h")
	l.Warn(Range{File: "z", Start: Pos{1, 2}, End: Pos{3, 1}}, "w", "s", "",
		Note{"n", at("z", 9, 8, 9, "")})
	l.Error(Range{}, "nowhere", "s", "")
	var b strings.Builder
	if err := GitHub(&b, l); err != nil {
		t.Fatal(err)
	}
	want := "::error title=nowhere::s\n" +
		"::error file=a%3Ab%2Cc%25.yaml,line=2,col=3,endColumn=5,title=i::" +
		"100%25: a, b%0D%0A::stop-commands::x%0Ahint: h\n" +
		"::warning file=z,line=1,col=2,title=w::s%0Anote: z:9:8: n\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestSARIF(t *testing.T) {
	var l List
	l.Error(at("dir/a b#1.yaml", 2, 3, 5, "x"), "one", "s", "h", Note{"n", at("/abs", 1, 1, 2, "")})
	l.Warn(Range{File: "z"}, "two", "t", "")
	l.Error(at("z", 1, 1, 2, "x"), "one", "u", "")
	var b strings.Builder
	if err := SARIF(&b, l, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	const expected = `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0",
"runs":[{"tool":{"driver":{"name":"byocfn","version":"1.2.3","rules":[{"id":"one"},{"id":"two"}]}},
"columnKind":"unicodeCodePoints","results":[
{"ruleId":"one","ruleIndex":0,"level":"error","message":{"text":"s\nhint: h"},
 "locations":[{"physicalLocation":{"artifactLocation":{"uri":"dir/a%20b%231.yaml"},
  "region":{"startLine":2,"startColumn":3,"endLine":2,"endColumn":5}}}],
 "relatedLocations":[{"message":{"text":"n"},"physicalLocation":{
  "artifactLocation":{"uri":"file:///abs"},
  "region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":2}}}]},
{"ruleId":"two","ruleIndex":1,"level":"warning","message":{"text":"t"},
 "locations":[{"physicalLocation":{"artifactLocation":{"uri":"z"}}}]},
{"ruleId":"one","ruleIndex":0,"level":"error","message":{"text":"u"},
 "locations":[{"physicalLocation":{"artifactLocation":{"uri":"z"},
  "region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":2}}}]}]}]}`
	if err := json.Unmarshal([]byte(expected), &want); err != nil {
		t.Fatal(err)
	}
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) != string(w) {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestSARIFWithoutResultsHasItsLists(t *testing.T) {
	var b strings.Builder
	if err := SARIF(&b, nil, ""); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, `"rules": []`) || !strings.Contains(s, `"results": []`) {
		t.Error(s)
	}
}

func TestSuggest(t *testing.T) {
	keys := []string{"why", "default", "securityGroups", "dns", "to", "tcp", "Größe"}
	for word, want := range map[string]string{
		"defualt": "default", "Default": "default", "securitygroups": "securityGroups",
		"securityGroup": "securityGroups", "dsn": "dns", "whyy": "why", "groesse": "",
		"grösse": "Größe", "x": "", "tp": "to", "": "", "completely": "", "DEFUALT": "default",
		"group": "securityGroups", "Security": "securityGroups", "gro": "", // the only one that holds it
	} {
		if got := Suggest(word, keys); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Suggest("role-a", []string{"my-role-arn", "role-again"}); got != "" {
		t.Errorf("two candidates hold the word: %q", got)
	}
	if got := DidYouMean("wyh", keys); got != `did you mean "why"?` {
		t.Error(got)
	}
	if got := DidYouMean("nothing", keys); got != "" {
		t.Error(got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("a: \t日", 1, 2, 3)
	f.Add(strings.Repeat("x", 500), 1, 400, 900)
	f.Fuzz(func(t *testing.T, line string, row, col, end int) {
		var l List
		l.Error(at("f", row, col, end, line), "id", line, line, Note{line, at("f", row, end, col, line)})
		if out := text(t, l, false); strings.ContainsAny(out, "\x1b\r\x00") {
			t.Errorf("control characters in %q", out)
		}
	})
}
