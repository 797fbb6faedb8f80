package emit

import (
	"fmt"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	yaml11reader "gopkg.in/yaml.v2"
)

// grower builds a tree from bytes: each byte chooses a form or a text.
type grower struct{ seed []byte }

func (g *grower) next() byte {
	if len(g.seed) == 0 {
		return 0
	}
	b := g.seed[0]
	g.seed = g.seed[1:]
	return b
}

// text takes an awkward text, or some bytes of the seed as they are.
func (g *grower) text() string {
	n := int(g.next())
	if n < len(awkward) {
		return awkward[n]
	}
	n = min(n%16, len(g.seed))
	s := string(g.seed[:n])
	g.seed = g.seed[n:]
	return s
}

var functions = []string{"Ref", "Condition", "Fn::Sub", "Fn::GetAtt", "Fn::If", "Fn::Base64",
	"Fn::Select",
	"Fn::Split", "Fn::Join", "Fn::Transform", "Fn::Contains", "Fn::ToJsonString", "Fn::Not"}

func (g *grower) value(depth int) cfn.Value {
	kind := g.next()
	if depth == 0 {
		kind %= 4
	}
	switch kind % 8 {
	case 2:
		return cfn.Int(int64(g.next())<<56 | int64(g.next()))
	case 3:
		return cfn.Bool(g.next()%2 == 0)
	case 4:
		l := cfn.List{}
		for range g.next() % 6 {
			item := cfn.Item{Value: g.value(depth - 1)}
			if g.next()%8 == 0 {
				item.Comment = g.text()
			}
			l = append(l, item)
		}
		return l
	case 5:
		return g.mapping(depth)
	case 6:
		return cfn.Fn{Name: functions[int(g.next())%len(functions)], Arg: g.value(depth - 1)}
	case 7:
		return cfn.GetAtt(g.text(), g.text())
	}
	return cfn.String(g.text())
}

func (g *grower) mapping(depth int) cfn.Map {
	m := cfn.Map{}
	for i := range g.next() % 5 {
		e := cfn.Entry{Key: g.text(), Value: g.value(depth - 1), Space: g.next()%8 == 0}
		if m.Get(e.Key) != nil {
			e.Key = fmt.Sprint(e.Key, i)
		}
		if g.next()%8 == 0 {
			e.Comment = g.text()
		}
		m = append(m, e)
	}
	return m
}

// FuzzPrint prints any tree in both ways: each reads back as the tree, and so as the other; a
// reader of YAML 1.1 reads it, too.
func FuzzPrint(f *testing.F) {
	for i := range 64 {
		seed := make([]byte, 200)
		for j := range seed {
			seed[j] = byte(i*31 + j*j*7 + j*i*13)
		}
		f.Add(seed)
	}
	f.Add([]byte("000$10\xe80000?")) // [0000?], which YAML 1.1 refuses
	f.Fuzz(func(t *testing.T, seed []byte) {
		g := grower{seed}
		header := g.text()
		tree := g.mapping(6)
		if _, fn := asFn(tree); fn || check(tree) != nil {
			return // a template is no function
		}
		asYAML, err := YAML(header, tree)
		if err != nil {
			t.Fatalf("%v\n%#v", err, tree)
		}
		asJSON, err := JSON(tree)
		if err != nil {
			t.Fatalf("%v\n%#v", err, tree)
		}
		if !saysJSON(asJSON, tree) {
			t.Fatalf("%s\ndoes not say %#v", asJSON, tree)
		}
		one, _ := Parse(asYAML)
		two, _ := ParseJSON(asJSON)
		if d := difference(one, two, nil); d != "" {
			t.Fatalf("YAML and JSON differ: %s\n%s", d, asYAML)
		}
		var old yaml11reader.MapSlice
		if err := yaml11reader.Unmarshal(asYAML, &old); err != nil {
			t.Fatalf("YAML 1.1: %v\n%s", err, asYAML)
		}
		if d := oldDifference(tree, old); d != "" {
			t.Fatalf("YAML 1.1: %s\n%s", d, asYAML)
		}
	})
}

// oldDifference compares a tree with what the reader of YAML 1.1 made of it, which drops tags.
func oldDifference(want cfn.Value, got any) string {
	if fn, ok := asFn(want); ok {
		if short, ok := shortForm(fn); ok {
			return oldDifference(short.arg, got)
		}
		want = cfn.Map{{Key: fn.Name, Value: fn.Arg}}
	}
	same := false
	switch want := want.(type) {
	case cfn.String:
		same = got == string(want)
	case cfn.Int:
		same = got == int(want)
	case cfn.Bool:
		same = got == bool(want)
	case cfn.List:
		l, ok := got.([]any)
		same = ok && len(l) == len(want)
		for i := 0; same && i < len(l); i++ {
			if d := oldDifference(want[i].Value, l[i]); d != "" {
				return d
			}
		}
	case cfn.Map:
		m, ok := got.(yaml11reader.MapSlice)
		same = ok && len(m) == len(want)
		for i := 0; same && i < len(m); i++ {
			if m[i].Key != want[i].Key {
				return fmt.Sprintf("key %q, not %q", m[i].Key, want[i].Key)
			}
			if d := oldDifference(want[i].Value, m[i].Value); d != "" {
				return d
			}
		}
	}
	if same {
		return ""
	}
	return fmt.Sprintf("%#v, not %#v", got, want)
}

// FuzzParse reads any text without a panic; what it reads as a template can be printed again.
func FuzzParse(f *testing.F) {
	f.Add("a: !Sub b\nc: [1, !GetAtt A.B, {Ref: x}]\n")
	f.Add("a: !GetAtt [A, B]\nb: !Not [!Condition X]\nc: !Base64 !Sub x")
	f.Add(`{"a": {"Fn::GetAtt": "A.B"}, "b": [true, -1, "\u2028"]}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, parse := range []func([]byte) (cfn.Value, error){Parse, ParseJSON} {
			v, err := parse([]byte(text))
			m, ok := v.(cfn.Map)
			if err != nil || !ok || check(m) != nil {
				continue
			}
			if _, err := YAML("", m); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzSays holds the comparison while reading against reading and comparing.
func FuzzSays(f *testing.F) {
	for _, c := range [][2]string{
		{`{"a": [1, true, "x"]}`, `{"a": [1, true, "x"]}`}, {`{"a": [1]}`, `{"a": [1, 2]}`},
		{`{"a": [1, 2]}`, `{"a": [1]}`}, {`{"a": 1, "b": 2}`, `{"a": 1}`}, {`{"a": 1}`, `{"a": 1, "b": 2}`},
		{`{"a": "1"}`, `{"a": 1}`}, {`{"a": true}`, `{"a": "true"}`}, {`{"a": 12}`, `{"a": 1}`},
		{`{"a": {"Fn::GetAtt": "A.B"}}`, `{"a": {"Fn::GetAtt": ["A", "B"]}}`}, {`{"a": []}`, `{"a": {}}`},
		{`{"a": "x\u0041"}`, `{"a": "xA"}`}, {`{"b": 1}`, `{"a": 1}`}, {`{"a": null}`, `{"a": 1}`},
		{`{"a": [[], []]}`, `{"a": [[[]]]}`}, {`{"Ref": "x"}`, `{"Ref": "y"}`},
		{`{"a": [1 2]}`, `{"a": [1, 2]}`}, {`{"a": [1,, 2]}`, `{"a": [1, 2]}`}, {`{"a": [1,]}`, `{"a": [1]}`},
		{`{"a": 1 "b": 2}`, `{"a": 1, "b": 2}`}, {`{"a" 1}`, `{"a": 1}`}, {`{"a": 1}x`, `{"a": 1}`},
		{`{"a": 1`, `{"a": 1}`}, {`{"a": "x}`, `{"a": "x"}`}, {`{"a": "x\`, `{"a": "x\\"}`}, {`{"a": 1]`, `{"a": 1}`},
		{`{"a": truex}`, `{"a": true}`}, {"{\"a\": \"x\ty\"}", `{"a": "x\ty"}`}, {`{a: 1}`, `{"a": 1}`},
	} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		want, err := ParseJSON([]byte(other))
		if err != nil {
			return
		}
		if !saysJSON(jsonText(want), want) {
			t.Errorf("%s does not say what it was printed from", other)
		}
		if !saysJSON([]byte(text), want) {
			return
		}
		if got, err := ParseJSON([]byte(text)); err != nil || !Equal(got, want) {
			t.Errorf("%s is taken for %s", text, other)
		}
	})
}

// A template of 50 kB should take less than 10 ms each way, verification included.
func benchmarkTree() cfn.Map {
	resources := cfn.Map{}
	for i := range 21 {
		for _, e := range layout().Get("Resources").(cfn.Map) {
			e.Key = fmt.Sprint(e.Key, i)
			resources = append(resources, e)
		}
	}
	return cfn.Map{{Key: "Resources", Value: resources}}
}

// FuzzPlain holds the texts that are not shown to the library against what it makes of them.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"s3:GetObject", "AWS::EC2::VPC", "x86_64", "a/b-c.d", "Falsey", "nullnull",
		"a b, [c] {d} ? e", "${A}-b", "$: a", "a #", "a# b", "a:b", "it's \"x\"", "a\\b", "a - b", "=====a",
		"infinity", "NaNNaN", "e1.5e10", "https://x", "onOnon", "y.y.y.y", "a::b::c", "true.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !plain(s) {
			return
		}
		w := words{}
		if err := w.spell([]string{s}); err != nil || w[s] != s {
			t.Errorf("%q: %v, %q", s, err, w[s])
		}
	})
}

func TestPlain(t *testing.T) {
	for s, want := range map[string]bool{"abcdef": true, "Ab:c/d": true, "abcde": false, "FALSE": false,
		"abcdef:": false, "abcdé": false, "abc def": true, "abcdef ": false, "0abcdef": false, "-abcdef": false,
		"abc#def": true, "abc #def": false, "abc: def": false, "abc,def": true, "abc\tdef": false, "${Abc}": true,
		" abcdef": false, "": false} {
		if plain(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func BenchmarkPrint(b *testing.B) {
	tree := benchmarkTree()
	for name, print := range map[string]func() ([]byte, error){
		"yaml": func() ([]byte, error) { return YAML("", tree) },
		"json": func() ([]byte, error) { return JSON(tree) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := print()
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(out)))
			}
		})
	}
}

// TestSound holds the quick check against the one that finds the place.
func TestSound(t *testing.T) {
	bad := cfn.String("\xff")
	for _, m := range []cfn.Map{
		{}, {{Key: "a", Value: cfn.Int(1)}}, {{Key: "a", Value: bad}}, {{Key: "\xff", Value: cfn.Int(1)}},
		{{Key: "a", Value: nil}}, {{Key: "a", Value: cfn.Int(1)}, {Key: "a", Value: cfn.Int(2)}},
		{{Key: strings.Repeat("a", maxKey+1), Value: cfn.Int(1)}}, {{Key: "a", Value: cfn.Values(bad)}},
		{{Key: "a", Value: cfn.Fn{Name: "\xff", Arg: cfn.Int(1)}}}, {{Key: "a", Value: cfn.Fn{Name: "Ref", Arg: bad}}},
		{{Key: "a", Value: cfn.Values(cfn.Bool(true), cfn.Fn{Name: "Ref", Arg: cfn.String("é")})}},
		{{Key: "a", Value: cfn.Fn{Name: "Ref"}}}, {{Key: "a", Value: cfn.Map{{Key: "b", Value: nil}}}},
	} {
		if got, want := sound(m), checkValue(m, nil) == nil; got != want {
			t.Errorf("%v: %v", m, got)
		}
	}
}
