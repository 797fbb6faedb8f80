package proof

import (
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

func TestParameters(t *testing.T) {
	for name, c := range map[string]struct {
		with func(*plan.Plan)
		used bool
	}{
		"nowhere":  {func(*plan.Plan) {}, false},
		"resource": {func(p *plan.Plan) { p.Resources = []plan.Resource{raw("R", "", prop("A", cfn.Ref("Own")))} }, true},
		"output":   {func(p *plan.Plan) { p.Outputs = []plan.Output{{Value: cfn.Sub("x${Own}")}} }, true},
		"condition": {func(p *plan.Plan) {
			p.Conditions = append(p.Conditions, plan.Condition{Name: "C", Value: cfn.Equals(cfn.Ref("Own"), cfn.String(""))})
		}, true},
		"its VPC": {func(p *plan.Plan) {
			p.Rules = []plan.Rule{{Assert: cfn.Fn{Name: "Fn::ValueOf", Arg: cfn.Strings("Own", "VpcId")}}}
		}, false},
		"the VPC of another": {func(p *plan.Plan) { p.Rules = []plan.Rule{{Assert: cfn.Ref("Own")}} }, true},
		"only demanded":      {func(p *plan.Plan) { p.Rules = []plan.Rule{{Demands: true, Assert: cfn.Ref("Own")}} }, false},
		"demands another":    {func(p *plan.Plan) { p.Rules = []plan.Rule{{Demands: true, Condition: cfn.Ref("Own")}} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := gated()
			p.Parameters = append(p.Parameters, plan.Parameter{Name: "Own", From: diag.Range{File: "f"}})
			c.with(p)
			var want []string
			if !c.used {
				want = []string{"unused-parameter: nothing uses Own"}
			}
			expect(t, on(checkParameters, p), want...)
		})
	}
}
