package source

import (
	"reflect"
	"strings"
	"testing"

	"byocfn/internal/diag"
)

// word is a Decoder that knows what to do without a value.
type word string

func (w *word) DecodeNode(n *Node, path string, diags *diag.List) {
	if n.Kind != Scalar {
		WrongType(n, path, "a text", diags)
		return
	}
	*w = word(n.Value)
}

// outer is a Decoder that hands its parts back to the rules.
type outer struct{ In inner }

func (o *outer) DecodeNode(n *Node, path string, diags *diag.List) {
	DecodeInto(n, Join(path, "IN"), &o.In, diags)
}

type inner struct {
	N  word `key:"num,required" doc:"A number."`
	M  word `key:"m"`
	At diag.Range
}

type sample struct {
	Name  string // from elsewhere
	Why   word   `key:"why,required" doc:"The reason."`
	Size  inner  `key:"size"`
	Maybe *inner `key:"maybe"`
	Word  *word  `key:"word"`
	Items []inner
	List  []inner  `key:"items" doc:"Some."`
	Deep  [][]word `key:"deep"`
	Raw   *Node    `key:"raw"`
	Outer *outer   `key:"outer"`
}

func decoded(t *testing.T, in string) diag.List {
	t.Helper()
	doc, diags := Parse("f", []byte(in))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var out sample
	return Decode(doc.Root, &out)
}

func TestDecode(t *testing.T) {
	doc, diags := Parse("f", []byte(`why: w
size: {num: 1}
maybe:
  num: 2
  m: 3
word: x
items: [{num: 4}, {num: 5, m: 6}]
deep: [[a, b], []]
raw: {"on": [1]}
outer: {num: 7}
`))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var got sample
	if diags := Decode(doc.Root, &got); len(diags) > 0 {
		t.Fatal(diags)
	}
	if got.Why != "w" || got.Size.N != "1" || got.Maybe.M != "3" || *got.Word != "x" ||
		got.List[1].M != "6" || got.Outer.In.N != "7" || got.Raw.Get("on").Items[0].Value != "1" ||
		!reflect.DeepEqual(got.Deep, [][]word{{"a", "b"}, {}}) {
		t.Errorf("%+v", got)
	}
	if at := got.List[1].At; placed(at) != "7:19-33" {
		t.Errorf("At is %+v", at)
	}
	if at := got.Maybe.At; placed(at) != "4:3-9" {
		t.Errorf("At is %+v", at)
	}
}

func TestDecodeMistakes(t *testing.T) {
	known := "known keys: why, size, maybe, word, items, deep, raw, outer"
	for _, tc := range []struct {
		name, in string
		want     []string // place id: summary / hint
	}{
		{"unknown", "why: w\nsise: 1\n", []string{
			`2:1-5 unknown-key: unknown key "sise" / did you mean "size"?`}},
		{"unknown and far", "why: w\ncompletely: 1\n", []string{
			`2:1-11 unknown-key: unknown key "completely" / ` + known}},
		{"a field without a tag", "why: w\nName: x\n", []string{
			`2:1-5 unknown-key: unknown key "Name" / ` + known}},
		{"missing at the top", "word: x\n", []string{
			`1:1-8 missing-key: missing key "why" / add why: The reason.`}},
		{"missing below", "why: w\nsize:\n  m: 1\n", []string{
			`2:1-5 missing-key: size: missing key "num" / add num: A number.`}},
		{"missing in an item", "why: w\nitems: [{num: 1}, {m: 1}]\n", []string{
			`2:19-25 missing-key: items[1]: missing key "num" / add num: A number.`}},
		{"nothing for a struct", "why: w\nsize:\nmaybe:\n", []string{
			`2:1-5 missing-key: size: missing key "num" / add num: A number.`,
			`3:1-6 missing-key: maybe: missing key "num" / add num: A number.`}},
		{"nothing for a Decoder", "why:\n", []string{
			"1:1-4 wrong-type: why must be a text, not nothing / " +
				"write a value after the colon, or remove the key"}},
		{"a word for nothing", "why: null\nsize: ~\n", []string{
			`1:6-10 wrong-type: why must be a text, not nothing / ` +
				`put it in quotes to mean the text "null"`,
			`2:7-8 wrong-type: size must be a mapping, not nothing / ` +
				`put it in quotes to mean the text "~"`}},
		{"shapes", "why: [a]\nsize: 012\nmaybe: no\nword: {}\nitems: x\ndeep: [a]\nouter: []\n",
			[]string{
				"1:6-9 wrong-type: why must be a text, not a list / ",
				"2:7-10 wrong-type: size must be a mapping, not a number / ",
				"3:8-10 wrong-type: maybe must be a mapping, not yes or no / ",
				"4:7-9 wrong-type: word must be a text, not a mapping / ",
				"5:8-9 wrong-type: items must be a list, not a text / ",
				"6:8-9 wrong-type: deep[0] must be a list, not a text / ",
				"7:8-10 wrong-type: outer.IN must be a mapping, not a list / "}},
		{"all at once", "x: 1\nouter: {q: 1}\nitems: [1]\n", []string{
			`1:1-2 unknown-key: unknown key "x" / ` + known,
			`2:9-10 unknown-key: outer.IN: unknown key "q" / known keys: num, m`,
			`2:1-6 missing-key: outer.IN: missing key "num" / add num: A number.`,
			`3:9-10 wrong-type: items[0] must be a mapping, not a number / `,
			`1:1-5 missing-key: missing key "why" / add why: The reason.`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			diags := decoded(t, tc.in)
			var got []string
			for _, d := range diags {
				got = append(got, brief(d)+": "+d.Summary+" / "+d.Hint)
			}
			if g, w := strings.Join(got, "\n"), strings.Join(tc.want, "\n"); g != w {
				t.Errorf("got\n%s\nwant\n%s", g, w)
			}
		})
	}
}

func TestDecodeRefusesTypesWithoutARule(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a plain int was decoded")
		}
	}()
	var into struct {
		N int `key:"n"`
	}
	Decode(&Node{Kind: Mapping, Entries: []Entry{{Key: "n", Value: &Node{}}}}, &into)
}
