// Package proof holds a finished plan against what must be true of every template: references
// meet their targets, nothing is empty, no identity escapes the house rules, limits are kept. A
// proof is a pure function of one plan; it changes nothing. What a vendor can cause is reported
// at the vendor's words; what only this program can cause says so.
package proof

import (
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// Proof is one property. Says completes the sentence "In every template ...".
type Proof struct {
	Name, Says string
	check      func(*scope) diag.List
}

// All lists the proofs in the order in which they run. Later ones may rest on earlier ones: a
// reference that leads nowhere is reported once, by the first.
func All() []Proof {
	return []Proof{
		{"references", "every reference meets a target that exists whenever it is used",
			checkReferences},
		{"parameters", "the customer is asked nothing in vain", checkParameters},
		{"cycles", "no resource waits for itself", checkCycles},
		{"empties", "no choice of the customer leaves a policy, statement or list empty", checkEmpties},
		{"house", "every identity is under the customer's boundary, path and prefix", checkHouse},
		{"names", "no two things that can exist together have one name", checkNames},
		{"tags", "whatever can be tagged carries the product's tags", checkTags},
		{"reachability", "an instance without internet can reach every service that it may call",
			checkReachability},
		{"limits", "every limit of AWS is kept in the worst case", checkLimits},
		{"ascii", "whatever CloudFormation shows again is ASCII", checkASCII},
		{"documents", "policy documents hold only what IAM accepts as text", checkDocuments},
	}
}

// Run runs every proof and gives all that they found. What no word of the vendor stands for, such
// as a function's role, is reported at the stack's file as a whole.
func Run(p *plan.Plan) diag.List {
	var found diag.List
	s := newScope(p)
	for _, proof := range All() {
		found = append(found, proof.check(s)...)
	}
	for i := range found {
		if found[i].At.File == "" {
			found[i].At.File = p.SpecFile
		}
	}
	return found
}

// report collects what one proof finds about one plan.
type report struct {
	*scope
	found diag.List
}

func newReport(s *scope) *report { return &report{scope: s} }

// internal reports what no vendor can cause; of may be nil.
func (r *report) internal(of *plan.Resource, summary string) {
	var at diag.Range
	if of != nil {
		at = of.From
	}
	r.found.Error(at, "internal", summary,
		"this is a defect of byocfn: please report it with the spec")
}

// blame reports what the vendor wrote where it is the vendor's, and a defect elsewhere.
func (r *report) blame(vendor bool, of *plan.Resource, id, summary, hint string) {
	if !vendor {
		r.internal(of, summary)
		return
	}
	r.found.Error(of.From, id, summary, hint)
}
