package spec

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// field decodes the value of the key "f" of a one-line file, as the field f.
func field[T any](t *testing.T, value string) (T, diag.List) {
	t.Helper()
	doc, diags := source.Parse("spec.yaml", []byte("f: "+value+"\n"))
	if len(diags) > 0 {
		t.Fatalf("%s: %+v", value, diags)
	}
	var into struct {
		F T `key:"f"`
	}
	diags = source.Decode(doc.Root, &into)
	return into.F, diags
}

func told(l diag.List) string {
	var out []string
	for _, d := range l {
		out = append(out, fmt.Sprintf("%d:%d-%d %s: %s / %s", d.At.Start.Line, d.At.Start.Col,
			d.At.End.Col, d.ID, d.Summary, d.Hint))
	}
	return strings.Join(out, "\n")
}

// try decodes value as a T, prints it with show and compares value or diagnostics with want.
func try[T any](t *testing.T, value, want string, show func(T) string) {
	t.Helper()
	v, diags := field[T](t, value)
	got := told(diags)
	if len(diags) == 0 {
		got = show(v)
	}
	if got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", value, got, want)
	}
}

func TestDecodeWord(t *testing.T) {
	for value, want := range map[string]string{
		"1.0":          "1.0",
		"012":          "012",
		"No":           "No",
		"'a  b'":       "a  b",
		">-\n  x\n  y": "x y",
		"$x{y}":        "$x{y}",
		"[a]":          "1:4-7 wrong-type: f must be a text, not a list / ",
		"''":           "1:4-6 empty-text: f is empty / write a text, or remove the key",
		`"\u00a0\n"`:   "1:4-14 empty-text: f is empty / write a text, or remove the key",
		"": "1:1-2 wrong-type: f must be a text, not nothing / " +
			"write a value after the colon, or remove the key",
		"a ${B}": "1:4-10 reference-here: f takes no references / " +
			"write the text itself; where a name is meant, write it without ${}",
	} {
		try(t, value, want, func(w Word) string { return w.Value })
	}
}

func TestDecodeLists(t *testing.T) {
	words := func(w Words) string {
		out := []string{}
		for _, x := range w {
			out = append(out, fmt.Sprintf("%d %s", x.At.Start.Col, x.Value))
		}
		return strings.Join(out, ",")
	}
	for value, want := range map[string]string{
		"a b":       "4 a b",
		"[x, 08]":   "5 x,8 08",
		"[]":        "",
		"{a: 1}":    "1:4-10 wrong-type: f must be a text or a list of texts, not a mapping / ",
		"[x, [y]]":  "1:8-11 wrong-type: f[1] must be a text, not a list / ",
		"[x, '', ]": "1:8-10 empty-text: f[1] is empty / write a text, or remove the key",
	} {
		try(t, value, want, words)
	}
	texts := func(x Texts) string {
		var out []string
		for _, text := range x {
			out = append(out, fmt.Sprint(text.Raw, text.Refs()))
		}
		return strings.Join(out, ",")
	}
	for value, want := range map[string]string{
		`"a-${B.Arn}"`:     "a-${B.Arn}[B.Arn]",
		`["${A}", "", $x]`: "${A}[A],[],$x[]",
		"{}":               "1:4-6 wrong-type: f must be a text or a list of texts, not a mapping / ",
	} {
		try(t, value, want, texts)
	}
}

func TestDecodeFlag(t *testing.T) {
	for value, want := range map[string]string{
		"yes": "true", "No": "false", "'yes'": "true", `"FALSE"`: "false", "on": "true", "off": "false",
		"true": "true", "y": `1:4-5 bad-flag: f must be yes or no, not "y" / write yes or no`,
		"1":  `1:4-5 bad-flag: f must be yes or no, not "1" / write yes or no`,
		"[]": "1:4-6 wrong-type: f must be yes or no, not a list / ",
		"~":  `1:4-5 wrong-type: f must be yes or no, not nothing / put it in quotes to mean the text "~"`,
	} {
		try(t, value, want, func(f Flag) string { return fmt.Sprint(f.Value) })
	}
	absent, diags := field[*Flag](t, "yes")
	if len(diags) > 0 || !absent.Yes(false) || absent.At.Start.Col != 4 {
		t.Error(absent, diags)
	}
}

func TestDecodeNumber(t *testing.T) {
	const digits = " / write decimal digits without leading zeros"
	const large = "f is out of range / the largest number is 2147483647"
	for value, want := range map[string]string{
		"0": "0", "-7": "-7", "2147483647": "2147483647", "-2147483648": "-2147483648",
		"2147483648":           "1:4-14 bad-number: " + large,
		"99999999999999999999": "1:4-24 bad-number: " + large,
		"'5'":                  "1:4-7 bad-number: f must be a whole number, not a text / remove the quotes",
		"010":                  `1:4-7 bad-number: f must be a whole number, not "010"` + digits,
		"0x1f":                 `1:4-8 bad-number: f must be a whole number, not "0x1f"` + digits,
		"1e3":                  `1:4-7 bad-number: f must be a whole number, not "1e3"` + digits,
		"1.0":                  `1:4-7 bad-number: f must be a whole number, not "1.0"` + digits,
		"+5":                   `1:4-6 bad-number: f must be a whole number, not "+5"` + digits,
		"{}":                   "1:4-6 wrong-type: f must be a whole number, not a mapping / ",
	} {
		try(t, value, want, func(n Number) string { return fmt.Sprint(n.Value) })
	}
}

func TestDecodePorts(t *testing.T) {
	const example = " / write a port such as 8666, or a range such as 8000-10000"
	show := func(p Ports) string {
		var out []string
		for _, r := range p {
			out = append(out, fmt.Sprintf("%d-%d@%d", r.From, r.To, r.At.Start.Col))
		}
		return strings.Join(out, " ")
	}
	for value, want := range map[string]string{
		"8666":                "8666-8666@4",
		"8000-10000":          "8000-10000@4",
		"[0, '1 - 2', 65535]": "0-0@5 1-2@8 65535-65535@17",
		"443-443":             "443-443@4",
		"[443, 65536]":        "1:10-15 bad-port: f[1] is beyond the last port / the last port is 65535",
		"20-10":               "1:4-9 bad-port: f ends before it begins / write 10-20",
		"-1":                  `1:4-6 bad-port: f must be a port or a range, not "-1"` + example,
		"0443":                `1:4-8 bad-port: f must be a port or a range, not "0443"` + example,
		"http":                `1:4-8 bad-port: f must be a port or a range, not "http"` + example,
		"'80-'":               `1:4-9 bad-port: f must be a port or a range, not "80-"` + example,
		"123456":              `1:4-10 bad-port: f must be a port or a range, not "123456"` + example,
		"[[1]]":               "1:5-8 wrong-type: f[0] must be a port or a range of ports, not a list / ",
		"{}": "1:4-6 wrong-type: f must be a port, a range of ports or a list of them, " +
			"not a mapping / ",
	} {
		try(t, value, want, show)
	}
}

func TestDecodeGate(t *testing.T) {
	show := func(g Gate) string {
		var out []string
		for _, a := range g {
			out = append(out, fmt.Sprintf("%v|%s|%s@%d", a.Not, a.Name, a.Value, a.At.Start.Col))
		}
		return strings.Join(out, " ")
	}
	bad := func(end int, word, hint string) string {
		return fmt.Sprintf(`1:4-%d bad-gate: f cannot be read: "%s" / %s`, end, word, hint)
	}
	const forms = "write NAME, NAME=VALUE or region.NAME, each with or without a leading not"
	for value, want := range map[string]string{
		"restricted":             "false|restricted|@4",
		"not AgentUser":          "true|AgentUser|@4",
		"Operator=role":          "false|Operator|role@4",
		"not Size = m6i.x-large": "true|Size|m6i.x-large@4",
		"region.ec2messages":     "false|region.ec2messages|@4",
		"not region.x9":          "true|region.x9|@4",
		"yes":                    "false|yes|@4",
		"[a-b, not  c, notable]": "false|a-b|@5 true|c|@10 false|notable|@18",
		"[]":                     "",
		"no":                     "1:4-6 bad-gate: f would never hold / remove what it stands on",
		"not":                    bad(7, "not", forms),
		"not not a":              bad(13, "not not a", forms),
		"not yes":                bad(11, "not yes", forms),
		"region.a.b":             bad(14, "region.a.b", forms),
		"facts.x":                bad(11, "facts.x", forms),
		"''":                     bad(6, "", forms),
		"A=":                     bad(6, "A=", forms),
		"a and b":                bad(11, "a and b", "write a list: all of its words must hold"),
		"a or b":                 bad(10, "a or b", "there is no or: write two nodes, each with its own when"),
		"A==b":                   bad(8, "A==b", "write NAME=VALUE"),
		"A!=b":                   bad(8, "A!=b", "write not X, or not NAME=VALUE"),
		"${A}":                   bad(8, "${A}", "write the name without ${}"),
		"{}":                     "1:4-6 wrong-type: f must be a word or a list of words, not a mapping / ",
		"[{}]":                   "1:5-7 wrong-type: f[0] must be a word, not a mapping / ",
	} {
		try(t, value, want, show)
	}
}

func TestDecodeFact(t *testing.T) {
	show := func(f Fact) string { return fmt.Sprint(f.IsList, f.Values) }
	for value, want := range map[string]string{
		"757278738533": "false [757278738533]", "012": "false [012]", "yes": "false [yes]",
		"''": "false []", "[use1-az2, 1e3]": "true [use1-az2 1e3]", "[]": "true []",
		"{a: 1}":   "1:4-10 wrong-type: f must be a text or a list of texts, not a mapping / ",
		"[a, [b]]": "1:8-11 wrong-type: f[1] must be a text, not a list / ",
	} {
		try(t, value, want, show)
	}
}

func TestDecodeRegions(t *testing.T) {
	show := func(r Regions) string {
		var out []string
		for _, x := range r {
			out = append(out, fmt.Sprintf("%s@%d", x.Name.Value, x.Name.At.Start.Col))
			for _, fact := range x.Facts {
				out = append(out, fmt.Sprintf("%s=%v", fact.Name.Value, fact.Value.Values))
			}
		}
		return strings.Join(out, " ")
	}
	for value, want := range map[string]string{
		"[eu-west-1, us-east-1]":                      "eu-west-1@5 us-east-1@16",
		"{a-1: {x: 1, z: [2, 3]}, b-1: {z: 4, x: 5}}": "a-1@5 x=[1] z=[2 3] b-1@29 z=[4] x=[5]",
		"{a-1: , b-1: {}}":                            "a-1@5 b-1@12",
		"{a-1: {x: 1}, b-1: {z: 2}, c-1: }": `1:5-8 missing-fact: the region a-1 has no fact "z"` +
			" / add z to a-1: every region needs the same facts\n" +
			`1:18-21 missing-fact: the region b-1 has no fact "x"` +
			" / add x to b-1: every region needs the same facts\n" +
			`1:31-34 missing-fact: the region c-1 has no fact "x"` +
			" / add x to c-1: every region needs the same facts\n" +
			`1:31-34 missing-fact: the region c-1 has no fact "z"` +
			" / add z to c-1: every region needs the same facts",
		"[a-1, b-1, a-1]": "1:15-18 duplicate-region: the region a-1 is here twice / remove one of them",
		"{a-1: x}":        "1:10-11 wrong-type: f.a-1 must be a mapping from names, not a text / ",
		"us-east-1": "1:4-13 wrong-type: f must be a list of regions or a mapping from regions to facts, " +
			"not a text / ",
	} {
		try(t, value, want, show)
	}
}

func TestDecodeMappings(t *testing.T) {
	try(t, `{StringEquals: {"aws:x/${K}": [a, "${B}"], k: c}, Bool: {s: "false"}}`,
		"StringEquals aws:x/${K}=[a ${B}] k=[c] Bool s=[false]", func(c Condition) string {
			var out []string
			for _, op := range c {
				out = append(out, op.Name.Value)
				for _, key := range op.Value {
					var raw []string
					for _, text := range key.Value.Value {
						raw = append(raw, text.Raw)
					}
					out = append(out, fmt.Sprintf("%s=%v", key.Name.Value, raw))
				}
			}
			return strings.Join(out, " ")
		})
	try(t, "{StringEquals: {k: {x: 1}}}", "1:23-29 wrong-type: f.StringEquals.k must be a text, "+
		"a list of texts, or a mapping with value and when, not a mapping / ", func(Condition) string { return "" })
	try(t, "{broad: because, other: }", "1:21-26 wrong-type: f.other must be a text, not nothing / "+
		"write a value after the colon, or remove the key", func(Accepts) string { return "" })
	setting := func(s Setting) string {
		return fmt.Sprintf("%s %d %v", s.Value.Raw, len(s.When), s.Else != nil && s.Else.Raw == "no")
	}
	try(t, "8080", "8080 0 false", setting)
	try(t, "{value: v, when: [a, b], else: no}", "v 2 true", setting)
	try(t, "{when: a}", `1:1-2 missing-key: f: missing key "value" / add value: The value.`, setting)
	try(t, "[a]", "1:4-7 wrong-type: f must be a text, or a mapping with value, when and else, not a list / ", setting)
	trust := func(p *Trust) string { return p.Service.Value + fmt.Sprint(p.At.Start.Col) }
	try(t, "{service: logging.s3}", "logging.s34", trust)
	try(t, "{servic: ec2}", `1:5-11 unknown-key: f: unknown key "servic" / did you mean "service"?`, trust)
}

func TestDecodePaths(t *testing.T) {
	doc, diags := source.Parse("f", []byte(`about: x
buckets:
  VeloDBBucket:
    keep: data
    allow: { Deliver: { why: w, actions: [a], resource: b, condition: { Bool: [] } } }
`))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var s Stack
	got := told(source.Decode(doc.Root, &s))
	want := `5:47-55 unknown-key: buckets.VeloDBBucket.allow.Deliver: unknown key "resource"` +
		` / did you mean "resources"?` + "\n" +
		"5:79-81 wrong-type: buckets.VeloDBBucket.allow.Deliver.condition.Bool must be a mapping " +
		"from names, not a list / \n" +
		`5:14-21 missing-key: buckets.VeloDBBucket.allow.Deliver: missing key "resources" / add ` +
		"resources: ARNs, short ARNs (ec2:instance/*), or names of resources of this stack; " +
		"Name/* is the objects of a bucket.\n" +
		`3:3-15 missing-key: buckets.VeloDBBucket: missing key "why" / add why: What is kept in it.`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestEveryFieldDecodes walks the whole language: a field whose type has no rule would panic only
// when a vendor first uses it.
func TestEveryFieldDecodes(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		if seen[typ] || typ == reflect.TypeFor[source.Node]() {
			return
		}
		seen[typ] = true
		_, decodes := reflect.New(typ).Interface().(source.Decoder)
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(typ.Elem())
		case reflect.Struct:
			if value, ok := typ.FieldByName("Value"); ok && strings.HasPrefix(typ.Name(), "Named[") {
				walk(value.Type)
				return
			}
			fields := source.Fields(typ)
			if len(fields) == 0 && !decodes && typ.Name() != "Region" {
				t.Errorf("%v has neither keys nor DecodeNode", typ)
			}
			for _, f := range fields {
				if f.Doc() == "" || f.Key == "" {
					t.Errorf("%v: %+v is not documented", typ, f)
				}
				walk(f.Type)
			}
		default:
			t.Errorf("no rule for %v", typ)
		}
	}
	walk(reflect.TypeFor[Product]())
	walk(reflect.TypeFor[Stack]())
	if len(seen) < 40 {
		t.Errorf("only %d types seen", len(seen))
	}
}

func FuzzDecodeSpec(f *testing.F) {
	for _, s := range []string{
		"product: x\nregions: {a: {x: 1}, b: }\nfacts: {v: [1]}\ntags: {a: \"${b}\"}\n",
		"about: x\nvpc: {\"${V}\": {dns: ensure, why: w}}\nplace: {vpc: v, isolated: yes}\n",
		"securityGroups: {S: {egress: {A: {to: any, tcp: [1, 2-3], when: [not a, b=c]}}}}\n",
		"roles: {R: {trust: {T: {service: ec2}}, allow: {S: {condition: {a: {b: [c]}}}}}}\n",
		"instances: {I: {boot: {env: {A: b, C: {value: d, else: e}}}, disk: {size: 5}}}\n",
		"resources: {X: {type: A, properties: {on: 1}, properties: [*a]}}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, diags := source.Parse("f", data)
		if diags.HasErrors() {
			return
		}
		for _, d := range append(source.Decode(doc.Root, new(Product)),
			source.Decode(doc.Root, new(Stack))...) {
			if d.ID == "" || d.Summary == "" || d.At.Start.Line < 1 {
				t.Fatalf("incomplete: %+v", d)
			}
		}
	})
}
