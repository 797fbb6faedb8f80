package docs

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func TestText(t *testing.T) {
	region := cfn.Ref("AWS::Region")
	for _, tc := range []struct {
		v    cfn.Value
		want string
	}{
		{nil, ""},
		{cfn.String("a|b"), "a|b"}, {cfn.Int(-5), "-5"}, {cfn.Bool(true), "true"},
		{cfn.Ref("VpcId"), "${VpcId}"}, {cfn.NoValue(), ""}, {cfn.GetAtt("B", "A.x"), "${B.A.x}"},
		{cfn.Sub("arn:${AWS::Partition}:s3:::${B}/${!aws:username}"),
			"arn:${AWS::Partition}:s3:::${B}/${aws:username}"},
		{cfn.Sub("a${X}b${Y}", cfn.Entry{Key: "X", Value: cfn.GetAtt("R", "Arn")}), "a${R.Arn}b${Y}"},
		{cfn.Sub("open ${ end"), "open ${ end"}, {cfn.Sub("} ${A}"), "} ${A}"},
		{cfn.If("On", cfn.String("a"), cfn.String("b")), "a when On, otherwise b"},
		{cfn.If("On", cfn.Ref("A"), cfn.NoValue()), "${A} when On"},
		{cfn.If("On", cfn.NoValue(), cfn.Ref("A")), "${A} when not On"},
		{cfn.StackSuffix(), "${stack.suffix}"},
		{cfn.Select(0, cfn.Ref("L")), "element 1 of ${L}"},
		{cfn.Join("-", cfn.Values(cfn.String("a"), cfn.NoValue(), cfn.StackSuffix())),
			"a-${stack.suffix}"},
		{cfn.Join(",", cfn.Ref("L")), `${L} joined with ","`},
		{cfn.Split(",", cfn.Ref("L")), "${each.L}"},
		{cfn.FindInMap("Regions", region, cfn.String("zones")), "${region.zones}"},
		{cfn.FindInMap("M", cfn.Ref("A"), cfn.String("b")), "${M.${A}.b}"},
		{cfn.Base64(cfn.String("é")), "é"},
		{cfn.Not(cfn.Equals(cfn.Ref("A"), cfn.String(""))), "not (${A} is empty)"},
		{cfn.And(cfn.Cond("X"), cfn.Or(cfn.Cond("Y"), cfn.Cond("Z"))), "X and (Y or Z)"},
		{cfn.Fn{Name: "Fn::GetAZs", Arg: region}, "GetAZs(${AWS::Region})"},
		{cfn.Fn{Name: "Fn::Contains", Arg: cfn.Values(cfn.Strings("a", "b"), region)},
			"${AWS::Region} is one of a, b"},
		{cfn.Strings("a", "b"), "a, b"},
		{cfn.Map{{Key: "AWS", Value: cfn.String("*")}}, "AWS: *"},
		{cfn.Fn{Name: "Fn::If"}, " when "}, // malformed, but no panic
	} {
		if got := Text(tc.v); got != tc.want {
			t.Errorf("%#v: got %q, want %q", tc.v, got, tc.want)
		}
	}
}

// TestSaid: a reader meets no name of a condition, and sees what belongs to which outcome.
func TestSaid(t *testing.T) {
	p := &plan.Plan{
		Parameters: []plan.Parameter{{Name: "Own", Default: ptr("")}, {Name: "On", Kind: "switch"},
			{Name: "Mode"}, {Name: "Buckets", Kind: "list"}},
		Conditions: []plan.Condition{
			{Name: "HasOwn", Literals: []plan.Literal{{Atom: "Own"}}},
			{Name: "NotHasOwn", Literals: []plan.Literal{{Not: true, Atom: "Own"}}},
			{Name: "OnAndModeIsX", Literals: []plan.Literal{{Atom: "On"}, {Atom: "Mode=x"}}},
			{Name: "NeedsFacts", AnyOf: [][]plan.Literal{{{Atom: "On"}},
				{{Atom: "Mode=x"}, {Not: true, Atom: "Own"}}}},
		}}
	own := cfn.If("HasOwn", cfn.Sub("arn:${Own}"), cfn.GetAtt("Made", "Arn"))
	objects := cfn.Sub("${B}/*", cfn.Entry{Key: "B", Value: own})
	each := cfn.Split("|", cfn.Sub("arn:*:s3:::${L}/*", cfn.Entry{Key: "L",
		Value: cfn.Join("/*|arn:*:s3:::", cfn.Split(",", cfn.Ref("Buckets")))}))
	for _, tc := range []struct {
		v          cfn.Value
		text, said string
	}{
		{own, "arn:${Own} when Own is given, otherwise ${Made.Arn}",
			"`arn:${Own}` when Own is given<br>`${Made.Arn}` when Own is empty"},
		{objects, "(arn:${Own} when Own is given, otherwise ${Made.Arn})/*",
			"`arn:${Own}/*` when Own is given<br>`${Made.Arn}/*` when Own is empty"},
		{cfn.If("NotHasOwn", cfn.NoValue(), cfn.Ref("Own")), "${Own} when Own is given",
			"`${Own}` when Own is given"},
		{cfn.If("NeedsFacts", cfn.String("a"), cfn.NoValue()),
			"a when On is on or (Mode is x and Own is empty)",
			"`a` when On is on or (Mode is x and Own is empty)"},
		{cfn.If("OnAndModeIsX", cfn.NoValue(), cfn.String("a")), "a when not (On is on and Mode is x)",
			"`a` when not (On is on and Mode is x)"},
		{cfn.If("HasOwn", cfn.If("NeedsFacts", cfn.NoValue(), cfn.String("a")), cfn.String("b")),
			"(a when not (On is on or (Mode is x and Own is empty))) when Own is given, otherwise b",
			"`a` when Own is given and not (On is on or (Mode is x and Own is empty))<br>" +
				"`b` when Own is empty"},
		{each, "arn:*:s3:::${each.Buckets}/*", "`arn:*:s3:::${each.Buckets}/*`"},
		{cfn.If("HasOwn", each, cfn.NoValue()), "arn:*:s3:::${each.Buckets}/* when Own is given",
			"`arn:*:s3:::${each.Buckets}/*` when Own is given"},
	} {
		if got := (speaker{plan: p}).text(tc.v); got != tc.text {
			t.Errorf("text: got %q, want %q", got, tc.text)
		}
		if got := (speaker{plan: p}).said(tc.v); got != tc.said {
			t.Errorf("said: got %q, want %q", got, tc.said)
		}
	}
	known := speaker{p, []plan.Literal{{Not: true, Atom: "Own"}}}
	if got := known.said(objects); got != "`${Made.Arn}/*`" {
		t.Errorf("what is known decides nothing: %q", got)
	}
	if got := strings.Join((speaker{plan: p}).lines(cfn.Values()), ""); got != "" {
		t.Errorf("nothing is said as %q", got)
	}
}
