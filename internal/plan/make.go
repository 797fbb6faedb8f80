package plan

import (
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// Input is all that planning a stack depends on.
type Input struct {
	Product   *spec.Product
	Stack     *spec.Stack
	SpecFile  string                 // the stack's file, for the template's header
	Facts     *iam.Facts             // what is known about IAM actions
	Scripts   map[string]string      // boot scripts by the name that the spec gives them
	Texts     map[string]spec.Pasted // files of texts by the name that the spec gives them
	Functions map[string]Code        // code of the functions by contract name
}

// Code is the published archive of one function.
type Code struct {
	SHA256 string // hex; names the object
	Base64 string // the same digest as Lambda::Version spells it
}

// Make plans one template per variant of the stack, or one where it has none. Mistakes of the spec
// come back as diagnostics, those of all variants together.
func Make(in Input) ([]*Plan, diag.List) {
	var diags diag.List
	var plans []*Plan
	var answers []fenceAnswer
	hatches := hatches{}
	variants := in.Stack.Variants
	if len(variants) == 0 {
		variants = spec.Keyed[spec.Word]{{}}
	}
	for _, v := range variants {
		m := newMaker(in, v, &diags)
		m.hatches = hatches
		for _, pass := range passes() {
			pass(m)
		}
		if len(m.plan.Resources) == 0 && !diags.HasErrors() {
			diags.Error(diag.Range{File: in.SpecFile}, "empty-stack", m.plan.nothing(),
				"CloudFormation refuses a template without resources: add one, or remove the file")
		}
		plans = append(plans, m.plan)
		answers = append(answers, m.fenceAnswers()...)
	}
	unaskedFences(answers, &diags)
	hatches.unasked(&diags)
	return plans, diags
}

// nothing says which template has no resources.
func (p *Plan) nothing() string {
	if p.Variant == "" {
		return "the stack has no resource"
	}
	return "the stack has no resource in the variant " + p.Variant
}

// passes is what planning does, in order. Names first, so that anything may refer to anything.
func passes() []func(*maker) {
	return []func(*maker){
		(*maker).declare,        // every name: parameters and resources, with gate and attributes
		(*maker).parameters,     // kinds become types, patterns and labels
		(*maker).instead,        // what the customer may name in place of what the stack makes
		(*maker).regions,        // regional facts become a mapping and a rule
		(*maker).instances,      // launch template, instance, readiness
		(*maker).vpcs,           // DNS attributes of the customer's VPC
		(*maker).endpoints,      // interface endpoints as resources, gateways through a function
		(*maker).securityGroups, // groups and their rules
		(*maker).buckets,        // buckets and their policies
		(*maker).roles,          // roles and instance profiles
		(*maker).users,          // users, keys and the secrets that hold them
		(*maker).policies,       // shared policies and whom they are attached to
		(*maker).fences,         // what their statements come to together
		(*maker).raw,            // the vendor's own CloudFormation
		(*maker).outputs,        // values for the customer
		(*maker).texts,          // texts that people paste elsewhere
		(*maker).lookups,        // custom resources that read what the spec asked for
		(*maker).leftovers,      // the custom resource that stops a deletion early
		(*maker).functions,      // the functions behind all custom resources
		(*maker).houseRules,     // the customer's boundary, path and prefix
		(*maker).functionSource, // the bucket and folder of the functions' code
		(*maker).order,          // what no reference implies; sections
		(*maker).widening,       // actions that documents mark
	}
}

// maker carries the state of planning one variant.
type maker struct {
	in      Input
	variant string
	diags   *diag.List
	plan    *Plan
	names   map[string]*entity
	wanted  []lookup               // facts of parameters that somebody refers to
	used    map[string][][]Literal // contract function name -> gates of its users
	house   houseUse               // which of the customer's house rules anything obeys
	waits   map[string][]string    // resource -> resources that it must come after
	ids     map[string]diag.Range  // of the resources made so far
	clashes map[diag.Range]bool    // places whose name was said to be taken
	told    map[string]bool        // parameters of which it was said that they widen a policy
	held    []held                 // statements of identity policies, to be judged together
	hatches hatches                // of all variants
}

func newMaker(in Input, variant spec.Named[spec.Word], diags *diag.List) *maker {
	p, s := in.Product, in.Stack
	m := &maker{in: in, variant: variant.Name.Value, diags: diags,
		names: map[string]*entity{}, used: map[string][][]Literal{}, waits: map[string][]string{},
		ids: map[string]diag.Range{}, told: map[string]bool{}, clashes: map[diag.Range]bool{}}
	m.plan = &Plan{
		Product: Product{Name: p.Product.Value, Title: p.Title.Value, Vendor: p.Vendor.Value,
			Release: p.Release.Value, Docs: p.Docs.Value,
			Bucket: p.Publish.Bucket.Value,
			Prefix: or(p.Publish.Prefix.Value, p.Product.Value+"/")},
		Stack: s.Name, Variant: variant.Name.Value, VariantText: variant.Value.Value,
		About: s.About.Value, SpecFile: in.SpecFile,
		VendorSide: s.LaunchedBy.Value == "vendor", Once: s.Once.Value != "",
		Origin: "templates/" + p.Product.Value + "/" + s.Name + ".stack.yaml",
	}
	for _, t := range p.Tags {
		m.plan.Product.TagKeys = append(m.plan.Product.TagKeys, t.Name.Value)
	}
	if s.Place != nil && len(s.Place.Isolated) > 0 {
		_, m.plan.Isolated = m.gate(spec.Gate(s.Place.Isolated), nil)
	}
	for _, l := range s.Leaves {
		m.plan.Leaves = append(m.plan.Leaves, Leaves{Name: l.Name.Value, What: l.Value.What.Value,
			Blocks: l.Value.Blocks.Value, Remove: l.Value.Remove.Value})
	}
	return m
}

// add enters a resource. What the compiler makes beside what the spec names, such as a profile or a
// function, needs a free name too.
func (m *maker) add(r Resource) {
	first, taken := m.ids[r.ID]
	if e := m.names[r.ID]; e != nil {
		first, taken = e.at, e.at != r.From && (!taken || first != r.From)
	}
	switch {
	case m.clashes[r.From]:
	case taken && r.From == (diag.Range{}):
		m.diags.Error(first, "duplicate-name", "the compiler makes a resource "+r.ID+" of its own",
			"choose another name")
	case taken:
		m.diags.Error(r.From, "duplicate-name",
			"a resource "+r.ID+" is made for this, but the name is taken", "rename one of the two",
			diag.Note{Text: "the other is here", At: first})
	}
	m.ids[r.ID] = r.From
	m.plan.Resources = append(m.plan.Resources, r)
}

func (m *maker) isVariant(name string) bool { return m.in.Stack.Variants.Get(name) != nil }
