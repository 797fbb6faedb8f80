package proof

import (
	"byocfn/internal/diag"
)

// checkParameters proves that the customer is asked nothing in vain. A parameter that only has to be in a
// VPC decides nothing; one that only names this VPC does.
func checkParameters(s *scope) diag.List {
	r := newReport(s)
	used := map[string]bool{}
	note := func(ref reference) {
		if ref.want != parameterOnly {
			used[ref.name] = true
		}
	}
	for _, c := range r.Conditions {
		r.walk(c.Value, formula{}, note)
	}
	for _, rule := range r.Rules {
		r.walk(rule.Condition, formula{}, note)
		if !rule.Demands {
			r.walk(rule.Assert, formula{}, note)
		}
	}
	for i := range r.Resources {
		r.eachReference(&r.Resources[i], note)
	}
	for _, o := range r.Outputs {
		r.walk(o.Value, formula{}, note)
	}
	for _, q := range r.Parameters {
		if !used[q.Name] && q.From.File != "" {
			where, hint := "", "remove it, or refer to it: ${"+q.Name+"}"
			if r.Variant != "" {
				where = " in the variant " + r.Variant
				hint = "remove it, or give it the when of the variants that use it"
			}
			r.found.Warn(q.From, "unused-parameter", "nothing uses "+q.Name+where, hint)
		}
	}
	return r.found
}
