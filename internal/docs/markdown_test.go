package docs

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// render gives the HTML that GitHub's dialect makes of Markdown.
func render(t *testing.T, markdown string) string {
	t.Helper()
	var b bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough))
	if err := md.Convert([]byte(markdown), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// plain gives the text of the first element of a kind, and its markup.
func plain(t *testing.T, page, element string) (text, markup string) {
	t.Helper()
	m := regexp.MustCompile(`(?s)<` + element + `[^>]*>(.*?)</` + element + `>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no <%s> in %s", element, page)
	}
	return html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], "")), m[1]
}

func checkCell(t *testing.T, s string) {
	t.Helper()
	want := oneLine(s)
	w := &page{}
	w.table([]string{"x", "y"}, [][]string{{inline(s), "end"}})
	got, markup := plain(t, render(t, w.String()), "td")
	if got != want || strings.Contains(markup, "<") {
		t.Errorf("inline(%q) reads %q, markup %q", s, got, markup)
	}
	got, markup = plain(t, render(t, inline(s)+" end"), "p")
	if got != strings.TrimSpace(want+" end") {
		t.Errorf("paragraph %q reads %q, markup %q", s, got, markup)
	}
	if want == "" || strings.Contains(want, "|") { // HTML, which the renderer leaves out by default
		return
	}
	w = &page{}
	w.table([]string{"x", "y"}, [][]string{{code(s), "end"}})
	if got, markup = plain(t, render(t, w.String()), "code"); got != want {
		t.Errorf("code(%q) reads %q, markup %q", s, got, markup)
	}
}

func TestEscaping(t *testing.T) {
	for _, s := range []string{evil, "", "# x", "- x", "1. x", "12) x", "+ x", "> x", "===",
		"a  \n\nb", "`",
		"``", "a`b``c", "\\", "a\\", "~~x~~", "&lt;", "<!-- x -->", "![i](u)", "a\\|b", "\\|", "_x_",
		"***"} {
		checkCell(t, s)
	}
	if got := html.UnescapeString(code("^$|^a\\|<b>$")); got != "<code>^$|^a\\|<b>$</code>" {
		t.Error(got)
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(code("<|`*>"), "<code>"), "</code>")
	if strings.ContainsAny(inner, "<|`*>") {
		t.Error("something is left to read as Markdown or HTML")
	}
}

func FuzzEscaping(f *testing.F) {
	f.Add(evil)
	f.Add("1. <b>|`")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }) {
			return // a spec cannot hold them
		}
		checkCell(t, s)
	})
}
