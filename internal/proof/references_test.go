package proof

import (
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func TestReferences(t *testing.T) {
	topic, siren := raw("Topic", ""), raw("SirenTopic", "Siren")
	cases := map[string]struct {
		user plan.Resource
		want []string
	}{
		"all known": {raw("U", "", prop("A", cfn.Sub("${Topic.Arn} ${!Lone} ${x}",
			prop("x", cfn.Ref("AWS::Region")))), prop("B", cfn.FindInMap("Regions",
			cfn.Ref("AWS::Region"), cfn.String("svc")))), nil},
		"unknown in Sub": {raw("U", "", prop("A", cfn.Sub("${Tropic.Arn}"))),
			[]string{"unknown-reference: U refers to Tropic"}},
		"policy variable not escaped": {raw("U", "", prop("A", cfn.Sub("${aws:username}"))),
			[]string{"unknown-reference: aws:username"}},
		"parameter has no attribute": {raw("U", "", prop("A", cfn.GetAtt("VpcId", "Arn"))),
			[]string{"unknown-reference: no resource has this name"}},
		"unknown of our own": {res("U", "", &plan.Instance{Subnet: cfn.Ref("Nowhere")}),
			[]string{"internal: Nowhere"}},
		"launch template by id": {res("U", "", &plan.Instance{LaunchTemplate: "Nowhere"}),
			[]string{"internal: Nowhere"}},
		"column missing in a region": {raw("U", "", prop("A", cfn.FindInMap("Regions",
			cfn.Ref("AWS::Region"), cfn.String("lone")))), []string{"unknown-reference: Regions.lone"}},
		"ungated use": {raw("U", "", prop("A", cfn.Ref("SirenTopic"))),
			[]string{"gated-reference: U refers to SirenTopic, which does not exist when not Siren"}},
		"same gate": {raw("U", "Siren", prop("A", cfn.Ref("SirenTopic"))), nil},
		"weaker gate": {raw("U", "SirenOrKrill", prop("A", cfn.Ref("SirenTopic"))),
			[]string{"gated-reference: "}},
		"then-branch": {raw("U", "", prop("A", cfn.If("Siren", cfn.Ref("SirenTopic"), cfn.NoValue()))), nil},
		"wrong branch": {raw("U", "", prop("A", cfn.If("Siren", cfn.NoValue(), cfn.Ref("SirenTopic")))),
			[]string{"gated-reference: "}},
		"negated": {raw("U", "", prop("A", cfn.If("NotSiren", cfn.NoValue(), cfn.Ref("SirenTopic")))), nil},
		"no condition": {raw("U", "", prop("A", cfn.If("Sirene", cfn.NoValue(), cfn.NoValue()))),
			[]string{"unknown-reference: Sirene"}},
		"gated nowhere": {raw("U", "Sirene"), []string{"internal: Sirene"}},
		"gated statement": {res("U", "", &plan.BucketPolicy{Bucket: cfn.Ref("Topic"),
			Policy: plan.Document{Statements: []plan.Statement{
				{Gate: "Siren", Resources: []cfn.Value{cfn.Ref("SirenTopic")}},
				{Sid: "Bare", Resources: []cfn.Value{cfn.Ref("SirenTopic")}}}}}),
			[]string{"gated-reference: SirenTopic"}},
		"gated inline policy": {res("U", "", &plan.Role{Policies: []plan.InlinePolicy{{
			Condition: "Siren", Policy: plan.Document{Statements: []plan.Statement{
				{Resources: []cfn.Value{cfn.Ref("SirenTopic")}}}}}}}), nil},
		"escape hatch": {plan.Resource{ID: "U", Body: &plan.LogGroup{},
			Extra: cfn.Map{prop("Key", cfn.Ref("Nowhere"))}}, []string{"unknown-reference: Nowhere"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			expect(t, on(checkReferences, gated(topic, siren, c.user)), c.want...)
		})
	}
}

func TestReferencesOfOutputsRulesAndConditions(t *testing.T) {
	p := gated(raw("Topic", "Siren"))
	p.Outputs = []plan.Output{
		{Name: "Good", Condition: "Siren", Value: cfn.Ref("Topic")},
		{Name: "Bad", Value: cfn.Ref("Topic")},
		{Name: "Lost", Condition: "Sirene", Value: cfn.String("x")},
	}
	p.Rules = []plan.Rule{{Name: "Sees", Assert: cfn.Equals(cfn.Ref("Topic"), cfn.String("x"))}}
	p.Conditions = append(p.Conditions, plan.Condition{Name: "C", Value: cfn.Cond("Nothing")})
	expect(t, on(checkReferences, p), "internal: condition C refers to Nothing",
		"internal: rule Sees refers to the resource Topic",
		"gated-reference: output Bad", "internal: Lost names the condition Sirene")
}

func TestCycles(t *testing.T) {
	waits := func(id, condition string, on ...string) plan.Resource {
		r := raw(id, condition)
		r.DependsOn = on
		return r
	}
	cases := map[string]struct {
		resources []plan.Resource
		want      []string
	}{
		"a line": {[]plan.Resource{waits("A", "", "B"), waits("B", "", "C"), raw("C", "")}, nil},
		"a ring through all kinds of edges": {[]plan.Resource{
			raw("Z", "", prop("P", cfn.Ref("A"))), waits("A", "", "B"),
			raw("B", "", prop("P", cfn.Sub("${C.Arn}"))),
			res("C", "", &plan.Instance{LaunchTemplate: "A"})},
			[]string{"cycle: A -> B -> C -> A"}},
		"itself": {[]plan.Resource{raw("Me", "", prop("P", cfn.GetAtt("Me", "Arn")))},
			[]string{"cycle: Me -> Me"}},
		"two rings": {[]plan.Resource{waits("A", "", "A"), waits("B", "", "B")},
			[]string{"cycle: A -> A", "cycle: B -> B"}},
		"order on what may not exist": {[]plan.Resource{waits("A", "", "B"), raw("B", "Siren")},
			[]string{"internal: A waits for B, which does not exist when not Siren"}},
		"order under the same gate": {[]plan.Resource{waits("A", "Siren", "B"),
			raw("B", "SirenOrKrill")}, nil},
		"order on nothing": {[]plan.Resource{waits("A", "", "Q")}, []string{"internal: Q"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { expect(t, on(checkCycles, gated(c.resources...)), c.want...) })
	}
}
