package plan

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
)

// Fits tells whether a policy with these statements is well below what IAM takes, in the worst case.
type Fits func(policy *Resource, statements []Statement) bool

// Divide makes several managed policies of each that says `split: auto` and does not fit: NAME,
// NAME2, NAME3, attached alike, with the statements in their order, each as full as it may be. It
// gives a plan of its own; p stays as it is. A part's id may be taken, which is reported.
func Divide(p *Plan, fits Fits) (*Plan, diag.List) {
	d := divider{plan: *p, fits: fits, wholes: map[string]whole{}}
	d.plan.Resources = nil
	d.plan.Conditions = slices.Clone(p.Conditions)
	for i := range p.Resources {
		d.resource(p, p.Resources[i])
	}
	if len(d.wholes) == 0 {
		return p, nil
	}
	for i := range d.plan.Resources {
		d.waitForAll(&d.plan.Resources[i])
	}
	return &d.plan, d.diags
}

type divider struct {
	plan   Plan
	fits   Fits
	wholes map[string]whole // by id
	diags  diag.List
}

// whole is a policy that was divided: its condition, and what it became.
type whole struct {
	condition string
	parts     []Resource
}

func (d *divider) resource(p *Plan, r Resource) {
	b, ok := r.Body.(*ManagedPolicy)
	if !ok || !b.Split {
		d.plan.Resources = append(d.plan.Resources, r)
		return
	}
	groups := d.groups(&r, b.Policy.Statements)
	if len(groups) == 1 {
		d.plan.Resources = append(d.plan.Resources, r)
		return
	}
	was := whole{condition: r.Condition}
	for i, statements := range groups {
		part := d.part(r, *b, statements, i+1)
		part.Comment += ".\nPart " + itoa(i+1) + " of " + itoa(len(groups)) +
			": as one policy it could grow over what IAM takes."
		if i > 0 {
			d.free(p, part)
		}
		was.parts = append(was.parts, part)
	}
	d.wholes[r.ID] = was
	d.plan.Resources = append(d.plan.Resources, was.parts...)
}

// groups fills one policy after the other. A statement that fits nowhere stands alone; its size is
// reported where all sizes are.
func (d *divider) groups(r *Resource, statements []Statement) [][]Statement {
	if d.fits(r, statements) {
		return [][]Statement{statements} // as most do
	}
	var out [][]Statement
	first := 0
	for i := range statements {
		if i > first && !d.fits(r, statements[first:i+1]) {
			out = append(out, statements[first:i])
			first = i
		}
	}
	return append(out, statements[first:])
}

// part makes the nth policy. IAM refuses an empty one, so it exists while any statement of it does.
func (d *divider) part(r Resource, b ManagedPolicy, statements []Statement, n int) Resource {
	if b.Policy.Text != nil {
		b.Policy = Document{Statements: statements, Text: textIfKeyed(statements)}
	} else {
		b.Policy = Document{Statements: slices.Clone(statements)}
		d.exists(&r, b.Policy.Statements, n)
	}
	b.PartOf = r.ID
	if n > 1 {
		r.ID += itoa(n)
		b.Name = numbered(b.Name, n)
	}
	r.Body = &b
	return r
}

func textIfKeyed(statements []Statement) cfn.Value {
	if slices.ContainsFunc(statements, func(s Statement) bool { return hasKeys(s.Condition) }) {
		return documentText(statements)
	}
	return nil
}

// exists gives a part whose statements are all gated the condition that one of them is there.
func (d *divider) exists(r *Resource, statements []Statement, n int) {
	var names []string
	for _, s := range statements {
		if s.Gate == "" {
			return
		}
		if !slices.Contains(names, s.Gate) {
			names = append(names, s.Gate)
		}
	}
	any := names[0]
	if len(names) > 1 {
		any = d.condition(r.ID+itoa(n)+"HasStatement", cfn.Or, names)
	} else {
		for i := range statements {
			statements[i].Gate = "" // the policy's own says it
		}
	}
	if r.Condition != "" {
		any = d.condition(r.Condition+"And"+any, cfn.And, []string{r.Condition, any})
	}
	r.Condition, r.Gate = any, nil
}

// condition makes a condition of several, under a name that is free.
func (d *divider) condition(name string, join func(...cfn.Value) cfn.Fn, of []string) string {
	parts := make([]cfn.Value, len(of))
	for i, c := range of {
		parts[i] = cfn.Cond(c)
	}
	m := maker{plan: &d.plan}
	return m.addCondition(Condition{Name: name, Value: junction(join, parts)})
}

// numbered puts a number behind a fixed name.
func numbered(name cfn.Value, n int) cfn.Value {
	if name == nil {
		return nil
	}
	return concat(name, cfn.String("-"+itoa(n)))
}

// free refuses an id that the spec or another part has.
func (d *divider) free(p *Plan, part Resource) {
	taken := slices.ContainsFunc(p.Resources, func(r Resource) bool { return r.ID == part.ID }) ||
		slices.ContainsFunc(p.Parameters, func(q Parameter) bool { return q.Name == part.ID })
	if taken {
		d.diags.Error(part.From, "duplicate-name", "a part of this policy is "+part.ID+
			", but the name is taken", "rename one of the two")
	}
}

// waitForAll lets whatever waits for a policy wait for all of its parts. One that may be missing where
// the whole would not be is nothing to depend on.
func (d *divider) waitForAll(r *Resource) {
	var depends []string
	var after cfn.List
	for _, id := range r.DependsOn {
		was, divided := d.wholes[id]
		if !divided {
			depends = append(depends, id)
		}
		for _, part := range was.parts {
			if part.Condition == was.condition {
				depends = append(depends, part.ID)
			} else {
				after = append(after, waiting(part))
			}
		}
	}
	for _, item := range r.After {
		was, divided := d.wholes[referred(item.Value)]
		if !divided {
			after = append(after, item)
		}
		for _, part := range was.parts {
			after = append(after, waiting(part))
		}
	}
	r.DependsOn, r.After = depends, after
}

// waiting is a reference that only makes its resource wait.
func waiting(part Resource) cfn.Item {
	if part.Condition == "" {
		return cfn.Item{Value: cfn.Ref(part.ID)}
	}
	return cfn.Item{Value: cfn.If(part.Condition, cfn.Ref(part.ID), cfn.NoValue())}
}

// referred gives the name in a reference that makes wait.
func referred(v cfn.Value) string {
	found := ""
	cfn.Walk(v, func(v cfn.Value) {
		fn, _ := v.(cfn.Fn)
		if name, ok := fn.Arg.(cfn.String); ok && fn.Name == "Ref" && name != "AWS::NoValue" {
			found = string(name)
		}
	})
	return found
}
