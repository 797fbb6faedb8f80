package proof

import (
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// Parameters proves that the customer is asked nothing in vain. A parameter that only has to be in a
// VPC decides nothing; one that only names this VPC does.
func Parameters(p *plan.Plan) diag.List {
	r := newReport(p)
	used := map[string]bool{}
	note := func(ref reference) {
		if ref.want != parameterOnly {
			used[ref.name] = true
		}
	}
	for _, c := range p.Conditions {
		r.walk(c.Value, formula{}, note)
	}
	for _, rule := range p.Rules {
		r.walk(rule.Condition, formula{}, note)
		if !rule.Demands {
			r.walk(rule.Assert, formula{}, note)
		}
	}
	for i := range p.Resources {
		r.eachReference(&p.Resources[i], note)
	}
	for _, o := range p.Outputs {
		r.walk(o.Value, formula{}, note)
	}
	for _, q := range p.Parameters {
		if !used[q.Name] && q.From.File != "" {
			where, hint := "", "remove it, or refer to it: ${"+q.Name+"}"
			if p.Variant != "" {
				where = " in the variant " + p.Variant
				hint = "remove it, or give it the when of the variants that use it"
			}
			r.found.Warn(q.From, "unused-parameter", "nothing uses "+q.Name+where, hint)
		}
	}
	return r.found
}
