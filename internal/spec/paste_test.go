package spec

import (
	"strconv"
	"strings"
	"testing"

	"byocfn/internal/diag"
)

func TestParsePaste(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"größe ${Reef.Arn}é${X}\n$${A} ${aws:username}", "1:7-18 Reef.Arn,1:19-23 X,1:3-4 !not-ascii"},
		{"$$${A} $${${A}", "1:11-15 A"},
		{"\t${AWS::Region}\n\n${a.b.c}", "1:2-16 AWS::Region,3:1-9 a.b.c"},
		{"{{EC2PrivateDNSName}} {{ resolve:x }}", ""},
		{"${A\n}", "1:1-4 !bad-reference"},
		{"${!A}", "1:1-6 !bad-reference"},
		{"\n \n", "0:0-0 !empty-text"},
		{"ok\n\x01", "2:1-2 !hidden-character"}, {"\xff", "1:1-2 !not-utf8"},
		{"a\r", "1:2-2 !bad-text"}, {"x{{resolve:ssm:y}}", "1:2-12 !secret-output"},
		{"a ‹b› c‹d›", ""}, {"‹ä›", "1:2-3 !not-ascii"},
		{"‹›", "1:1-2 !bad-placeholder"}, {"a›", "1:2-3 !bad-placeholder"},
		{"‹a‹b›", "1:1-2 !bad-placeholder"}, {"‹a\n›", "1:1-2 !bad-placeholder,2:1-2 !bad-placeholder"},
	} {
		var diags diag.List
		var got []string
		place := func(at diag.Range) string {
			return strconv.Itoa(at.Start.Line) + ":" + strconv.Itoa(at.Start.Col) + "-" + strconv.Itoa(at.End.Col) + " "
		}
		for _, text := range ParsePaste("f", c.text, &diags).Texts {
			for _, r := range text.Refs() {
				got = append(got, place(text.At)+r.String())
			}
		}
		for _, d := range diags {
			got = append(got, place(d.At)+"!"+d.ID)
		}
		if s := strings.Join(got, ","); s != c.want {
			t.Errorf("%q: %s, want %s", c.text, s, c.want)
		}
	}
}

func TestShowBlanks(t *testing.T) {
	if got := ShowBlanks("a='‹b c›' <d> ‹e›"); got != "a='<<b c>>' <d> <<e>>" {
		t.Error(got)
	}
}

// FuzzPaste: whatever is good is kept letter by letter, and read as one text would be.
func FuzzPaste(f *testing.F) {
	f.Add("a ${B.c} $${d} $$${e}\n‹x› ${aws:f} {{g}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		var diags, whole diag.List
		pasted := ParsePaste("f", text, &diags)
		if diags.HasErrors() {
			return
		}
		want := ParseText(strings.TrimPrefix(text, "\ufeff"), diag.Range{}, &whole)
		var raw, refs strings.Builder
		for _, piece := range pasted.Texts {
			raw.WriteString(piece.Raw)
			for _, r := range piece.Refs() {
				refs.WriteString(r.String() + " ")
				if line := []rune(piece.At.Text); string(line[piece.At.Start.Col-1:piece.At.End.Col-1]) !=
					"${"+r.String()+"}" {
					t.Errorf("%+v is not where %v is", piece.At, r)
				}
			}
		}
		for _, r := range want.Refs() {
			if next, rest, _ := strings.Cut(refs.String(), " "); next == r.String() {
				refs.Reset()
				refs.WriteString(rest)
			}
		}
		if raw.String() != want.Raw || refs.String() != "" || len(whole) > 0 {
			t.Errorf("%q became %q, beside it %q %v", text, raw.String(), refs.String(), whole)
		}
	})
}
