// Package compile is the whole program on one screen: the files of one product go in, everything a
// build leaves for it comes out. It reads nothing and writes nothing; the same input gives the same
// bytes.
package compile

import (
	"slices"

	"byocfn/internal/artifact"
	"byocfn/internal/boot"
	"byocfn/internal/diag"
	"byocfn/internal/each"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
	"byocfn/internal/proof"
	"byocfn/internal/source"
	"byocfn/internal/spec"
)

// Sources is what a vendor wrote for one product.
type Sources struct {
	Product  *source.Document // product.yaml
	Stacks   []Stack          // NAME.stack.yaml, in order of their names
	Scripts  map[string]Script
	Texts    map[string]Script // texts to paste, by their file names
	Lock     []byte            // lock.json of the last release; nil where there is none
	LockFile string
}

// Stack is one stack file.
type Stack struct {
	Name string // agent, of agent.stack.yaml
	Doc  *source.Document
}

// Script is a file beside the specs: a boot script, or a text to paste.
type Script struct{ File, Text string }

// Options is what a build depends on besides the vendor's files.
type Options struct {
	Facts      *iam.Facts
	Functions  map[string]plan.Code     // by contract name
	Old        func(name string) []byte // a file of the last build, for pictures that need no redraw
	UpdateLock bool                     // replacements are meant: renew the lock
}

// Result is what a build leaves.
type Result struct {
	Files    artifact.Set // relative to dist/
	Pictures []Picture    // files that are still to be drawn
	Plans    []*plan.Plan // one per stack and variant
	Lock     []byte       // the new lock.json
}

// Picture is a file of D2 text and the SVG that belongs beside it. Drawing it is not for a stage: it
// takes longer than all the rest, and a text seldom changes.
type Picture struct {
	Name string // of the SVG, relative to dist/
	Text string
}

// Compile turns one product into its files. Where the diagnostics hold an error, the result is not
// to be written.
func Compile(src Sources, opt Options) (Result, diag.List) {
	plans, diags := Plan(src, opt)
	if diags.HasErrors() {
		return Result{Plans: plans}, diags.Sorted()
	}
	lock, more := locked(src, plans, opt.UpdateLock)
	if diags = append(diags, more...); diags.HasErrors() {
		return Result{Plans: plans}, diags.Sorted()
	}
	result := Result{Plans: plans, Lock: lock}
	builds := make([]*build, len(plans))
	each.Do(len(plans), func(i int) { builds[i] = produce(plans[i], opt) })
	for _, b := range builds {
		diags = append(diags, b.into(&result)...)
	}
	return result, diags.Sorted()
}

// Plan parses, plans and proves every stack in every variant. All mistakes of a vendor end here.
func Plan(src Sources, opt Options) ([]*plan.Plan, diag.List) {
	product, diags := spec.ParseProduct(src.Product)
	readable := product != nil && !diags.HasErrors()
	scripts := map[string]string{}
	for name, s := range src.Scripts {
		diags = append(diags, boot.Check(s.File, s.Text)...)
		scripts[name] = s.Text
	}
	texts := map[string]spec.Pasted{}
	for name, t := range src.Texts {
		texts[name] = spec.ParsePaste(t.File, t.Text, &diags)
	}
	made, found := make([][]*plan.Plan, len(src.Stacks)), make([]diag.List, len(src.Stacks))
	each.Do(len(src.Stacks), func(i int) {
		s := src.Stacks[i]
		st, mistakes := spec.ParseStack(s.Name, s.Doc)
		if found[i] = mistakes; !readable || st == nil || mistakes.HasErrors() {
			return
		}
		made[i], mistakes = plan.Make(plan.Input{Product: product, Stack: st, SpecFile: s.Doc.Name,
			Facts: opt.Facts, Scripts: scripts, Texts: texts, Functions: opt.Functions})
		found[i] = append(found[i], mistakes...)
	})
	plans := slices.Concat(made...)
	if diags = append(diags, slices.Concat(found...)...); diags.HasErrors() {
		return plans, diags
	}
	found = make([]diag.List, len(plans))
	each.Do(len(plans), func(i int) { plans[i], found[i] = proven(plans[i]) })
	diags = append(diags, slices.Concat(found...)...)
	return plans, append(diags, proof.UnusedAccepts(plans)...)
}

// proven divides the policies of a plan that can grow too large, and proves what comes of it.
func proven(p *plan.Plan) (*plan.Plan, diag.List) {
	divided, diags := plan.Divide(p, proof.Fits(p))
	if diags.HasErrors() {
		return p, diags
	}
	return divided, append(diags, proof.Run(divided)...)
}
