package docs

import (
	"testing"

	"byocfn/internal/cfn"
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
		{cfn.If("On", cfn.NoValue(), cfn.Ref("A")), "${A} unless On"},
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
