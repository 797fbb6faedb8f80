package docs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/contract"
	"byocfn/internal/launch"
	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
)

// Options is what README needs besides the plan.
type Options struct {
	Links          []launch.Link // of launch.All
	TemplateSHA256 string        // of template.yaml, in hexadecimal digits
	Diagram        string        // file name of the diagram; empty for none
	Policies       launchpolicy.Policies
}

// README writes the page for the customer who launches, reviews, upgrades or removes one template.
func README(p *plan.Plan, o Options) []byte {
	w := &page{}
	w.Grow(64 << 10)
	w.WriteString("# " + inline(title(p)) + "\n")
	about(w, p, o)
	resources(w, p)
	parameters(w, p)
	network(w, p)
	permissions(w, p)
	functions(w, p)
	house(w, p)
	fixed(w, p)
	instead(w, p)
	verify(w, o)
	whoMayLaunch(w, o.Policies)
	launching(w, p, o)
	texts(w, p)
	upgrading(w, p)
	removing(w, p)
	outputs(w, p)
	w.WriteString("\n---\n\nWritten by byocfn from " + code(p.Origin) + ". Do not edit.\n")
	return []byte(w.String())
}

func title(p *plan.Plan) string {
	text := p.Product.Title + " " + p.Product.Release + ": " + p.Stack
	if p.Variant != "" {
		text += ", variant " + p.Variant
	}
	return text
}

func about(w *page, p *plan.Plan, o Options) {
	w.paragraph(inline(p.About))
	whose(w, p)
	if p.VariantText != "" {
		w.paragraph("This variant (" + code(p.Variant) + "): " + inline(strings.TrimRight(p.VariantText, ". \n")) + ".")
	}
	facts := []string{"Vendor: " + inline(p.Product.Vendor)}
	if p.Product.Docs != "" {
		facts = append(facts, "Documentation: "+link(p.Product.Docs, p.Product.Docs))
	}
	if len(p.Regions) > 0 {
		facts = append(facts, "Regions: "+inline(strings.Join(p.Regions, ", ")))
	}
	facts = append(facts,
		"Template: [template.yaml](template.yaml), the same as [template.json](template.json)",
		"Permissions as data: [permissions.json](permissions.json); policies as files: "+
			"`iam/NAME.json`, beside this page",
		ways(p)+" as data: [launch.json](launch.json)")
	w.list(facts...)
	if o.Diagram != "" {
		w.paragraph("![What the stack holds, and what uses what; the tables below say the same](" +
			o.Diagram + ")")
	}
}

func resources(w *page, p *plan.Plan) {
	w.heading(2, "What it creates, and why")
	if name := firstName(p); name != "" {
		w.paragraph("References such as " + code("${"+name+"}") + " stand for a parameter or a resource of " +
			"this stack.")
	}
	var rows [][]string
	for _, r := range p.Resources {
		rows = append(rows, []string{
			code(r.ID), code(plan.TypeName(r.Body)), always(When(p, r)),
			cell(r.Comment), fate(r),
		})
	}
	w.table([]string{"Resource", "Type", "When", "Why", "When the stack is deleted"}, rows)
}

// firstName is one that references of this stack may have.
func firstName(p *plan.Plan) string {
	switch {
	case len(p.Parameters) > 0:
		return p.Parameters[0].Name
	case len(p.Resources) > 0:
		return p.Resources[0].ID
	}
	return ""
}

// When says under which condition a resource exists; empty for always.
func When(p *plan.Plan, r plan.Resource) string { return when(p, r.Gate, gateless(p, r)) }

// gateless names the condition of a resource that has no literals.
func gateless(p *plan.Plan, r plan.Resource) []plan.Literal {
	if len(r.Gate) > 0 {
		return nil
	}
	return literalsOf(p, r.Condition)
}

func always(when string) string {
	if when == "" {
		return "always"
	}
	return inline(when)
}

func fate(r plan.Resource) string {
	if r.Keep == plan.KeepData {
		return "**kept**, with its data"
	}
	if c, ok := r.Body.(*plan.Custom); ok {
		return inline(functionOf(c).Leaves)
	}
	return "deleted"
}

func parameters(w *page, p *plan.Plan) {
	if len(p.Parameters) == 0 {
		return
	}
	w.heading(2, "Parameters")
	var rows [][]string
	for _, q := range p.Parameters {
		preset := "**required**"
		if q.Default != nil {
			preset = code(*q.Default)
			if *q.Default == "" {
				preset = "empty"
			}
		}
		meaning := inline(q.Description)
		if q.Label != "" {
			meaning = inline(q.Label) + ": " + meaning
		}
		rows = append(rows, []string{
			code(q.Name), meaning, code(q.Type), preset, constraint(q), code(q.Shown()),
		})
	}
	w.table([]string{"Name", "Meaning", "Type", "Default", "Constraint", "Example"}, rows)
}

func constraint(q plan.Parameter) string {
	var parts []string
	add := func(format string, n *int) {
		if n != nil {
			parts = append(parts, fmt.Sprintf(format, *n))
		}
	}
	if len(q.AllowedValues) > 0 {
		values := make([]string, len(q.AllowedValues))
		for i, v := range q.AllowedValues {
			values[i] = code(v)
		}
		parts = append(parts, "one of "+strings.Join(values, ", "))
	}
	if q.ConstraintDescription != "" {
		parts = append(parts, inline(q.ConstraintDescription))
	} else if q.AllowedPattern != "" {
		parts = append(parts, "matches "+code(q.AllowedPattern))
	}
	add("at least %d characters", q.MinLength)
	if q.Kind == "list" {
		parts = append(parts, "no spaces between them")
	} else {
		add("at most %d characters", q.MaxLength)
	}
	add("at least %d", q.MinValue)
	add("at most %d", q.MaxValue)
	if q.NoEcho {
		parts = append(parts, "not shown, and not possible in a link")
	}
	return strings.Join(parts, "; ")
}

func functions(w *page, p *plan.Plan) {
	var rows [][]string
	for _, r := range p.Resources {
		c, ok := r.Body.(*plan.Custom)
		if !ok {
			continue
		}
		rows = append(rows, []string{code(r.ID), code(c.Type), inline(functionOf(c).Description),
			"at most " + strconv.Itoa(c.Timeout) + " s"})
	}
	if len(rows) == 0 {
		return
	}
	w.heading(2, "What the functions do, and never do")
	w.paragraph("What CloudFormation cannot do by itself is done by functions in your account. " +
		"Each runs only when this stack is created, updated or deleted, with a role of its own that is " +
		"listed above.")
	w.table([]string{"Custom resource", "Type", "What it does", "Time"}, rows)
	w.list(
		"They change and delete nothing that this stack, or another of this vendor, did not create. The "+
			"one exception is switching "+
			"on DNS in your VPC where the table names it; it is never switched off again.",
		"What exists already is used as it is.",
		"They send nothing out of your account: their only answer goes to CloudFormation.",
		"Their code is named by its SHA-256, and the stack refuses code with another digest.")
}

// functionOf gives the function behind a custom resource.
func functionOf(c *plan.Custom) contract.Function {
	all := contract.Functions()
	i := slices.IndexFunc(all, func(f contract.Function) bool { return f.Type == c.Type })
	if i < 0 {
		return contract.Function{}
	}
	return all[i]
}

func house(w *page, p *plan.Plan) {
	var rows [][]string
	for _, q := range p.Parameters {
		if q.Kind == "house" {
			rows = append(rows, []string{code(q.Name), inline(q.Description), code(q.Shown())})
		}
	}
	if len(rows) == 0 {
		return
	}
	w.heading(2, "Your house rules")
	except := ""
	if len(fixedRows(p)) > 0 {
		except = ", except where [the next chapter](#what-does-not-follow-your-house-rules) says " +
			"otherwise"
	}
	w.paragraph("These parameters hold for every role and user of the stack, those of the functions " +
		"included" + except + ". Set them at the first launch: IAM cannot rename or move what exists, so " +
		"a later change of path or prefix fails. Tags that you give to the stack itself reach every " +
		"resource that takes tags.")
	w.table([]string{"Parameter", "What it does", "Example"}, rows)
}

func verify(w *page, o Options) {
	if o.TemplateSHA256 == "" {
		return
	}
	w.heading(2, "Verify")
	w.paragraph("The template has this SHA-256. Compare it with the file that you are about to launch:")
	w.block("sh", "echo '"+o.TemplateSHA256+"  template.yaml' | sha256sum --check")
}

// outputs leaves out the texts, which have a chapter of their own.
func outputs(w *page, p *plan.Plan) {
	var rows [][]string
	for _, out := range p.Outputs {
		if slices.ContainsFunc(p.Texts, func(t plan.Text) bool { return t.Name == out.Name }) {
			continue
		}
		rows = append(rows, []string{code(out.Name), inline(out.Description),
			speaker{plan: p}.said(out.Value), always(when(p, literalsOf(p, out.Condition)))})
	}
	if len(rows) == 0 {
		return
	}
	w.heading(2, "Outputs")
	w.table([]string{"Output", "Meaning", "Value", "When"}, rows)
}

// kept lists the resources that outlive the stack.
func kept(p *plan.Plan) []plan.Resource {
	return slices.DeleteFunc(slices.Clone(p.Resources), func(r plan.Resource) bool {
		return r.Keep != plan.KeepData
	})
}

// nameOf gives what a kept resource is called in the account, where the template says so.
func nameOf(r plan.Resource) cfn.Value {
	if b, ok := r.Body.(*plan.Bucket); ok && b.Name != nil {
		return b.Name
	}
	return cfn.Ref(r.ID)
}
