package proof

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func TestASCII(t *testing.T) {
	umlaut := "gr\u00fc\u00dfe"
	for name, c := range map[string]struct {
		change func(*plan.Plan)
		want   string
	}{
		"plain":     {func(p *plan.Plan) {}, ""},
		"about":     {func(p *plan.Plan) { p.About = umlaut }, "what the stack is about holds \u00fc"},
		"parameter": {func(p *plan.Plan) { p.Parameters[0].Description = "a \u2014 b" }, "the parameter Reef holds \u2014"},
		"choice":    {func(p *plan.Plan) { p.Parameters[0].AllowedValues = []string{"a", "\u00e9"} }, "the parameter Reef"},
		"default":   {func(p *plan.Plan) { p.Parameters[0].Default = &umlaut }, "the parameter Reef"},
		"fact": {func(p *plan.Plan) {
			p.Mapping.Rows[0].Cols = cfn.Map{{Key: "zones", Value: cfn.Strings("a", umlaut)}}
		}, "a fact of us-east-1"},
		"rule": {func(p *plan.Plan) {
			p.Resources = []plan.Resource{{ID: "Gate", Body: &plan.SecurityGroup{
				Ingress: []plan.GroupPermission{{Description: umlaut}}}}}
		}, "Gate holds"},
		"value": {func(p *plan.Plan) {
			p.Resources = []plan.Resource{{ID: "Raw", Body: &plan.Raw{Properties: cfn.Map{
				{Key: "A", Value: cfn.Sub(umlaut + "${Reef}")}}}}}
		}, "Raw holds"},
		"comment": {func(p *plan.Plan) {
			p.Resources = []plan.Resource{{ID: "Raw", Comment: umlaut, Body: &plan.Raw{}}}
		}, ""},
		"output": {func(p *plan.Plan) { p.Outputs[0].Value = cfn.String(umlaut) }, "the output Load"},
		"text": {func(p *plan.Plan) {
			p.Outputs[0].Value, p.Texts = cfn.String(umlaut), []plan.Text{{Name: "Load"}}
		}, ""},
	} {
		p := &plan.Plan{Parameters: []plan.Parameter{{Name: "Reef"}},
			Mapping: &plan.Mapping{Rows: []plan.MappingRow{{Key: "us-east-1"}}},
			Outputs: []plan.Output{{Name: "Load", Value: cfn.String("a")}}}
		c.change(p)
		found := on(checkASCII, p)
		switch {
		case c.want == "" && len(found) > 0,
			c.want != "" && (len(found) != 1 || !strings.HasPrefix(found[0].Summary, c.want)):
			t.Errorf("%s: want %q, got %v", name, c.want, found)
		case c.want != "" && found.HasErrors():
			t.Errorf("%s: it only warns", name)
		}
	}
}
