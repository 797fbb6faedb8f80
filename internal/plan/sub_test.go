package plan

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/emit"
)

func TestConcat(t *testing.T) {
	suffix, fact := cfn.StackSuffix(), regionFact("Suffix")
	chosen := cfn.If("C", cfn.String("y"), cfn.NoValue())
	sub := func(text string, name string, v cfn.Value) cfn.Value {
		return cfn.Sub(text, cfn.Entry{Key: name, Value: v})
	}
	for name, c := range map[string]struct {
		parts []cfn.Value
		want  cfn.Value
	}{
		"nothing":  {nil, cfn.String("")},
		"literals": {[]cfn.Value{cfn.String("a${b"), cfn.String("}")}, cfn.String("a${b}")},
		"literal Sub": {[]cfn.Value{cfn.Sub("${!x}"), cfn.String("${!y}")},
			cfn.String("${x}${!y}")},
		"escapes": {[]cfn.Value{cfn.String("${a}"), cfn.Ref("B"), cfn.String("$"), cfn.String("{c}")},
			cfn.Sub("${!a}${B}${!c}")},
		"attribute": {[]cfn.Value{cfn.GetAtt("A", "B.C"), cfn.String("-")}, cfn.Sub("${A.B.C}-")},
		"two of one": {[]cfn.Value{suffix, cfn.String("/"), suffix},
			sub("${Suffix}/${Suffix}", "Suffix", suffix)},
		"inner and outer": {[]cfn.Value{sub("${Suffix}.", "Suffix", fact), sub("${Suffix}", "Suffix", suffix)},
			cfn.Sub("${Suffix}.${Suffix2}", cfn.Entry{Key: "Suffix", Value: fact},
				cfn.Entry{Key: "Suffix2", Value: suffix})},
		"a parameter of its name": {[]cfn.Value{suffix, cfn.Ref("Suffix"), cfn.Ref("Suffix2")},
			sub("${Suffix3}${Suffix}${Suffix2}", "Suffix3", suffix)},
		"hints of one name": {[]cfn.Value{hinted{cfn.Int(1), "AB"}, hinted{cfn.Int(2), "AB"},
			hinted{cfn.Int(1), "AB"}}, cfn.Sub("${AB}${AB2}${AB}", cfn.Entry{Key: "AB", Value: cfn.Int(1)},
			cfn.Entry{Key: "AB2", Value: cfn.Int(2)})},
		"a hinted reference": {[]cfn.Value{hinted{cfn.Ref("A"), "Other"}, cfn.String("!")}, cfn.Sub("${A}!")},
		"unnamed":            {[]cfn.Value{cfn.String("x"), chosen}, sub("x${Value}", "Value", chosen)},
	} {
		if got := concat(c.parts...); !emit.Equal(got, c.want) {
			t.Errorf("%s:\n got %#v\nwant %#v", name, got, c.want)
		}
	}
}

// FuzzConcat holds that whatever literals stand beside references, Fn::Sub gives them back.
func FuzzConcat(f *testing.F) {
	for _, s := range []string{"", "$", "${", "${!", "${}", "}", "${a}", "$${", "${!a}!{", "{${"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		inner := concat(cfn.String(b), cfn.Ref("R"))
		got := concat(cfn.String(a), inner, cfn.StackSuffix())
		text := string(got.(cfn.Fn).Arg.(cfn.List)[0].Value.(cfn.String))
		if resolved := substitute(text); resolved != a+b+"<R><Suffix>" {
			t.Errorf("%q, %q: %q resolves to %q", a, b, text, resolved)
		}
		if text := concat(cfn.String(a), cfn.String(b)); text != cfn.String(a+b) {
			t.Errorf("%q, %q: %q", a, b, text)
		}
	})
}

// substitute is Fn::Sub as CloudFormation's reference describes it.
func substitute(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, "${!"):
			out.WriteString("${")
			i += 3
		case strings.HasPrefix(rest, "${"):
			end := strings.IndexByte(rest, '}')
			out.WriteString("<" + rest[2:end] + ">")
			i += end + 1
		default:
			out.WriteByte(rest[0])
			i++
		}
	}
	return out.String()
}
