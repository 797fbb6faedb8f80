package compile

import (
	"fmt"

	"byocfn/internal/artifact"
	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/diagram"
	"byocfn/internal/docs"
	"byocfn/internal/emit"
	"byocfn/internal/launch"
	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
	"byocfn/internal/proof"
	"byocfn/internal/stack"
)

// build carries one template from its tree to its files.
type build struct {
	plan     *plan.Plan
	opt      Options
	yaml     []byte
	json     []byte
	digest   string // SHA-256 of the YAML
	tree     cfn.Map
	policies launchpolicy.Policies
	links    []launch.Link
	files    []artifact.File
	pictures []Picture
	diags    diag.List
}

// producer makes some of a template's files. Later ones may use what earlier ones left in the build.
type producer struct {
	what string
	make func(*build) error
}

// producers lists everything that a build leaves for one template, in order.
func producers() []producer {
	return []producer{
		{"template.yaml and template.json", (*build).templates}, // what the customer launches
		{"iam/ and permissions.json", (*build).permissions},     // what the stack itself may do
		{"iam/launch/", (*build).launchPolicies},                // what whoever launches must be allowed
		{"texts/", (*build).texts},                              // what people paste elsewhere
		{"launch.json", (*build).launch},                        // links and commands, by region
		{"diagram.d2 and diagram.svg", (*build).diagram},        // what it creates, as a picture
		{"README.md", (*build).readme},                          // the page for the customer
	}
}

// Dir is the folder of a template below dist/: PRODUCT/STACK[-VARIANT].
func Dir(p *plan.Plan) string {
	dir := p.Product.Name + "/" + p.Stack
	if p.Variant != "" {
		dir += "-" + p.Variant
	}
	return dir
}

// produce runs the producers for one plan. What fails here is our own mistake, except a size over
// CloudFormation's limit.
func produce(p *plan.Plan, opt Options) *build {
	b := &build{plan: p, opt: opt}
	for _, producer := range producers() {
		if err := producer.make(b); err != nil {
			b.defect(fmt.Sprintf("%s of %s: %v", producer.what, Dir(p), err))
			b.files, b.pictures = nil, nil
			return b
		}
	}
	b.diags = proof.Size(p, proof.Emitted{YAML: len(b.yaml), JSON: len(b.json)})
	return b
}

// into adds the files to those of the other templates.
func (b *build) into(result *Result) diag.List {
	for _, f := range b.files {
		if err := result.Files.Add(Dir(b.plan)+"/"+f.Name, f.Data); err != nil {
			b.defect(err.Error())
		}
	}
	result.Pictures = append(result.Pictures, b.pictures...)
	return b.diags
}

func (b *build) defect(summary string) {
	b.diags.Error(diag.Range{File: b.plan.SpecFile}, "internal", summary,
		"this is a defect of byocfn: please report it with the spec")
}

func (b *build) add(name string, data []byte) {
	b.files = append(b.files, artifact.File{Name: name, Data: data})
}

func (b *build) templates() error {
	t, err := stack.Build(b.plan)
	if err != nil {
		return err
	}
	orderResources(t.Tree)
	b.tree = t.Tree
	if b.yaml, err = emit.YAML(t.Header, t.Tree); err != nil {
		return err
	}
	if b.json, err = emit.JSON(t.Tree); err != nil {
		return err
	}
	b.digest = artifact.SHA256(b.yaml)
	b.add("template.yaml", b.yaml)
	b.add("template.json", b.json)
	return nil
}

// orderResources puts every resource's properties in the order that readers know.
func orderResources(tree cfn.Map) {
	resources, _ := tree.Get("Resources").(cfn.Map)
	for i := range resources {
		if r, ok := resources[i].Value.(cfn.Map); ok {
			resources[i].Value = emit.OrderResource(r)
		}
	}
}

func (b *build) permissions() error {
	b.files = append(b.files, docs.RuntimePolicies(b.plan)...)
	return nil
}

func (b *build) launchPolicies() error {
	b.policies = launchpolicy.Make(b.plan, b.tree, b.opt.Facts)
	b.files = append(b.files, docs.LaunchPolicies(b.plan, b.policies)...)
	return nil
}

func (b *build) texts() error {
	b.files = append(b.files, docs.Texts(b.plan)...)
	return nil
}

func (b *build) launch() error {
	links, diags := launch.All(b.plan, launch.Options{})
	if diags.HasErrors() {
		return fmt.Errorf("%s", diags[0].Summary)
	}
	b.links = links
	data, err := launch.Describe(b.plan, b.digest, links).JSON()
	b.add("launch.json", data)
	return err
}

func (b *build) diagram() error {
	const text, drawn = "diagram.d2", "diagram.svg"
	src, name := diagram.Source(b.plan), Dir(b.plan)+"/"+drawn
	b.add(text, []byte(src))
	if b.opt.Old != nil {
		if old := b.opt.Old(name); diagram.Current(old, src) {
			b.add(drawn, old)
			return nil
		}
	}
	b.pictures = append(b.pictures, Picture{Name: name, Text: src})
	return nil
}

func (b *build) readme() error {
	b.add("README.md", docs.README(b.plan, docs.Options{Links: b.links, Diagram: "diagram.svg",
		TemplateSHA256: b.digest, Policies: b.policies}))
	return nil
}
