// Package proof holds a finished plan against what must be true of every template: references meet
// their targets, nothing is empty, no identity escapes the house rules, limits are kept. A proof is
// a pure function of one plan; it changes nothing. What a vendor can cause is reported at the
// vendor's words; what only this program can cause says so.
package proof

import (
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// EndpointOf tells through which endpoint services a service's API is called from inside a VPC,
// any one of them: sts -> sts. Where ok is false there is none, and reason says why.
type EndpointOf func(service string) (names []string, reason string, ok bool)

// Input is what the proofs need beside the plan.
type Input struct {
	Tags       []string // keys of the product's tags
	EndpointOf EndpointOf
}

// Proof is one property. Says completes the sentence "In every template ...".
type Proof struct {
	Name, Says string
	Check      func(*plan.Plan, Input) diag.List
}

// All lists the proofs in the order in which they run. Later ones may rest on earlier ones: a
// reference that leads nowhere is reported once, by the first.
func All() []Proof {
	alone := func(check func(*plan.Plan) diag.List) func(*plan.Plan, Input) diag.List {
		return func(p *plan.Plan, _ Input) diag.List { return check(p) }
	}
	return []Proof{
		{"references", "every reference meets a target that exists whenever it is used",
			alone(References)},
		{"cycles", "no resource waits for itself", alone(Cycles)},
		{"empties", "no choice of the customer leaves a policy, statement or list empty",
			alone(Empties)},
		{"house", "every identity is under the customer's boundary, path and prefix; " +
			"whatever can be tagged carries the product's tags",
			func(p *plan.Plan, in Input) diag.List { return House(p, in.Tags) }},
		{"reachability", "an instance without internet can reach every service that it may call",
			func(p *plan.Plan, in Input) diag.List { return Reachability(p, in.EndpointOf) }},
		{"limits", "every limit of AWS is kept in the worst case", alone(Limits)},
		{"documents", "policy documents hold only what IAM accepts as text", alone(Documents)},
	}
}

// Run runs every proof and gives all that they found.
func Run(p *plan.Plan, in Input) diag.List {
	var found diag.List
	for _, proof := range All() {
		found = append(found, proof.Check(p, in)...)
	}
	return found
}

// report collects what one proof finds about one plan.
type report struct {
	*scope
	found diag.List
}

func newReport(p *plan.Plan) *report { return &report{scope: newScope(p)} }

// internal reports what no vendor can cause.
func (r *report) internal(of *plan.Resource, summary string) {
	d := diag.Diagnostic{ID: "internal", Summary: summary,
		Hint: "this is a defect of byocfn: please report it with the spec"}
	d.At.File = r.SpecFile
	if of != nil {
		d.At = of.From
	}
	r.found = append(r.found, d)
}

// blame reports what the vendor wrote where it is the vendor's, and a defect elsewhere.
func (r *report) blame(vendor bool, of *plan.Resource, id, summary, hint string) {
	if !vendor {
		r.internal(of, summary)
		return
	}
	r.found.Error(of.From, id, summary, hint)
}
