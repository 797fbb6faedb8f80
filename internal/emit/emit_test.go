package emit

import (
	"bytes"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	yaml11reader "gopkg.in/yaml.v2"
)

// awkward are texts that some reader of YAML takes for something else.
var awkward = []string{
	"", " ", "~", "null", "NULL", "yes", "Yes", "no", "NO", "on", "off", "y", "Y", "n", "N",
	"true", "FALSE", "012", "0o17", "0x1f", "0x_", "0b101", "0b_", "08", "1e3", "1E3",
	"12e03", "1_000", "-1", "+1", "-0", ".5", "5.", "._", "-.5", ".inf", "-.INF", ".nan", "=",
	"<<", "12:30:45", "1:2", "1_0:30.5", "2012-10-17", "2010-09-09", "2001-1-1",
	"2001-01-01 00:00:00 'x'", "012345678901", "111122223333", "1.0.0", "0.0.0.0/0", "-",
	"--", "---", "--- a", "...", "?", "? a", "?a", ":", ":a", "a:", "a: b", "a #b", "#a",
	"a#b", "!x", "&a", "*", "s3:*", "%a", "@a", "`a", "|", ">", "'a", "\"a", "a'b", "a\"b", "a\\b", "[a", "a]",
	"{a}", "a, b", ",", " a", "a ", "a  b", "a\tb", "\t", "a\n", "a\nb", "a\n\nb\n",
	"a\nb\n\n", "\na", "\n", " a\nb", "a\n b\n", "a\n \n", "a\n \nb", "a\n\tb\n", "a\r\nb",
	"a\rb", "\x00", "a\x07b", "\x7f", "\u0085", "a\u2028b\u2029",
	"\ufeffa", "é", "…", "日本", "😀", "a<b>&c", "${A}", "^a$", "$LATEST", "Ref", "Fn::Sub", "!Ref A",
	strings.Repeat("word ", 40) + "end", strings.Repeat("# ", 80) + "x", strings.Repeat("x", 300),
	strings.Repeat("a  ", 60), "a" + strings.Repeat(" - b: c", 30),
}

// everywhere puts a text into every kind of place.
func everywhere(s string) cfn.Map {
	text := cfn.String(s)
	return cfn.Map{
		{Key: "Value", Value: text},
		{Key: "In" + s, Value: cfn.Map{{Key: s + "x", Value: text}}},
		{Key: "List", Value: cfn.Values(text, cfn.Int(7), text)},
		{Key: "Action", Value: cfn.Values(text, text)},
		{Key: "Nested", Value: cfn.Values(cfn.Values(text), cfn.Map{{Key: "K", Value: text}})},
		{Key: "Sub", Value: cfn.Sub(s)},
		{Key: "Vars", Value: cfn.Sub(s, cfn.Entry{Key: s, Value: text})},
		{Key: "If", Value: cfn.If(s, text, cfn.NoValue())},
		{Key: "Att", Value: cfn.GetAtt("A", s)},
		{Key: "Odd", Value: cfn.GetAtt(s, "A.B")},
		{Key: "Base64", Value: cfn.Base64(cfn.Sub(s))},
		{Key: "Long", Value: cfn.Fn{Name: "Fn::ToJsonString", Arg: text}},
		{Key: "Label", Value: cfn.Map{{Key: "default", Value: text}}},
		{Key: "Items", Value: cfn.Values(cfn.Sub(s), cfn.Fn{Name: "Fn::Length", Arg: text})},
	}
}

func TestTextsStayTexts(t *testing.T) {
	for _, s := range awkward {
		tree := everywhere(s)
		out, err := YAML("", tree)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if _, err := JSON(tree); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		var old struct {
			Value any   `yaml:"Value"`
			List  []any `yaml:"List"`
			If    []any `yaml:"If"`
		}
		if err := yaml11reader.Unmarshal(out, &old); err != nil {
			t.Errorf("%q: YAML 1.1: %v\n%s", s, err, out)
			continue
		}
		if old.Value != s || old.List[0] != s || old.List[2] != s || old.If[1] != s {
			t.Errorf("%q: YAML 1.1 reads %q, %q, %q", s, old.Value, old.List, old.If)
		}
	}
}

// What YAML 1.1 resolves and the two libraries here do not is only in the resolvers of others.
func TestQuotedForOthers(t *testing.T) {
	for _, s := range []string{"=", "0b_", "0x_", "._", "1_0:30.5", "2001-1-1", "y", "N"} {
		out, err := YAML("", cfn.Map{{Key: "K", Value: cfn.String(s)}})
		if want := "K: '" + s + "'\n"; err != nil || string(out) != want {
			t.Errorf("%q: got %s, want %s (%v)", s, out, want, err)
		}
	}
}

// The seven ways in which goformation's printer changes a template.
func TestPrinterTraps(t *testing.T) {
	tree, err := ParseJSON([]byte(`{"Properties": {
		"Ref": "not a function beside another key", "Policy": {"Ref": "P"},
			"Sub": {"Fn::Sub": "x-${P}"},
		"Att": {"Fn::GetAtt": ["A", "B"]}, "If": {"Fn::If": ["C", {"Ref": "P"},
			{"Ref": "AWS::NoValue"}]},
		"Json": {"Fn::ToJsonString": {"Ref": "P"}}, "Big": 12345678901234567, "Html": "a<b>&c",
		"Account": "012345678901"}}`))
	if err != nil {
		t.Fatal(err)
	}
	const wantYAML = `Properties:
  Ref: not a function beside another key
  Policy: !Ref P
  Sub: !Sub x-${P}
  Att: !GetAtt A.B
  If: !If [C, !Ref P, !Ref AWS::NoValue]
  Json:
    Fn::ToJsonString: !Ref P
  Big: 12345678901234567
  Html: a<b>&c
  Account: '012345678901'
`
	out, err := YAML("", tree.(cfn.Map))
	if err != nil || string(out) != wantYAML {
		t.Errorf("got %v\n%s", err, out)
	}
	out, err = JSON(tree.(cfn.Map))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"Html": "a<b>&c"`, `"Big": 12345678901234567,`,
		`"Fn::Sub": "x-${P}"`} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func TestUnprintable(t *testing.T) {
	for want, tree := range map[string]cfn.Map{
		"/A/1 has no value":       {{Key: "A", Value: cfn.Values(cfn.Int(1), nil)}},
		"/A/Fn::Sub has no value": {{Key: "A", Value: cfn.Fn{Name: "Fn::Sub"}}},
		"/A stands twice":         {{Key: "A", Value: cfn.Int(1)}, {Key: "A", Value: cfn.Int(1)}},
		"/A is not UTF-8":         {{Key: "A", Value: cfn.String("\xff")}},
		"is a key over 1024":      {{Key: strings.Repeat("k", 1025), Value: cfn.Int(1)}},
	} {
		_, errYAML := YAML("", tree)
		_, errJSON := JSON(tree)
		for _, err := range []error{errYAML, errJSON} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		}
	}
}

func TestWhatReadsBackDifferentlyIsAnError(t *testing.T) {
	tree := cfn.Map{{Key: "A", Value: cfn.Map{{Key: "B", Value: cfn.String("012")}}}}
	back, err := Parse([]byte("A: {B: 012}"))
	_, err = verified(nil, "YAML", tree, back, err)
	if err == nil || !strings.Contains(err.Error(), `/A/B: "012", not cfn.Int 10`) {
		t.Errorf("got %v", err)
	}
}

func TestDifference(t *testing.T) {
	base := func() cfn.Map {
		return cfn.Map{{Key: "A", Value: cfn.Values(cfn.Ref("X"), cfn.Int(1), cfn.String("1"))},
			{Key: "B", Value: cfn.Bool(true)}}
	}
	same := base()
	same[0].Comment, same[0].Space = "why", true
	same[0].Value.(cfn.List)[0].Value = cfn.Map{{Key: "Ref", Value: cfn.String("X")}}
	if d := difference(base(), same, nil); d != "" {
		t.Error(d)
	}
	item := func(m cfn.Map, i int) *cfn.Item { return &m[0].Value.(cfn.List)[i] }
	for want, change := range map[string]func(cfn.Map){
		`/A/0/Ref: "X", not "Y"`: func(m cfn.Map) { item(m, 0).Value = cfn.Ref("Y") },
		`/A/1: cfn.Int 1, not "1"`: func(m cfn.Map) {
			item(m,
				1).Value = cfn.String("1")
		},
		`the template: key "A", not "B"`:      func(m cfn.Map) { m[0], m[1] = m[1], m[0] },
		`/A: a list of 3 items, not cfn.Bool`: func(m cfn.Map) { m[0].Value = cfn.Bool(false) },
		`/B: cfn.Bool true, not <nil>`:        func(m cfn.Map) { m[1].Value = nil },
	} {
		m := base()
		change(m)
		if d := difference(base(), m, nil); !strings.HasPrefix(d, want) {
			t.Errorf("got %s, want %s", d, want)
		}
	}
	dotted := cfn.Fn{Name: "Fn::GetAtt", Arg: cfn.String("A.B.C")}
	if Equal(base(), base()[:1]) || !Equal(cfn.GetAtt("A", "B.C"), dotted) {
		t.Error("Equal")
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\na: 2": "line 2: the key \"a\" stands twice", "a: &x 1": "anchors",
		"a: [1.5]": "line 1: !!float",
		"a: ~":     "!!null", "1: a": "a key must be a text", "": "", "a: 1\n---\nb: 2": "", "a: [": "",
		"<<: {a: 1}": "a key must be a text", "a: 99999999999999999999": "line 1",
	} {
		if v, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want %q", text, v, err, want)
		}
	}
	for text, want := range map[string]string{
		`{"a":1,"a":2}`: "stands twice", `{"a":1.5}`: "whole number", `[null]`: "null",
		`{} {}`: "more than one",
		`{"a"`:  "", `[1,`: "", ``: "", `{"a":1e3}`: "whole number",
	} {
		if v, err := ParseJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want %q", text, v, err, want)
		}
	}
}
