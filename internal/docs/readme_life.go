package docs

import (
	"slices"
	"strings"

	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

func launching(w *page, p *plan.Plan, o Options) {
	w.heading(2, "Launch")
	var rows [][]string
	for _, l := range o.Links {
		if l.QuickCreate == "" {
			rows = append(rows, []string{inline(l.Region), "no public console", "", code(l.TemplateURL)})
			continue
		}
		rows = append(rows, []string{inline(l.Region), link("Launch", l.QuickCreate),
			link("Wizard", l.Wizard), code(l.TemplateURL)})
	}
	once(w, p)
	activated(w, p)
	if len(rows) > 0 {
		w.paragraph("Sign in to your account first. The first link asks for the parameters only; " +
			"the wizard also for tags, a service role and what happens on failure.")
		w.table([]string{"Region", "Quick create", "With all options", "Template"}, rows)
	}
	for _, c := range launch.Capabilities(p) {
		w.paragraph("The console asks you to acknowledge IAM resources; commands say " +
			code("--capabilities "+c) + ".")
	}
	w.paragraph("With the AWS CLI, fill in what stands in angle brackets:")
	changeSet(w, launch.Commands(p).Create)
}

func changeSet(w *page, c launch.ChangeSet) {
	w.block("sh", c.Prepare)
	w.paragraph("Read what it prints. If that is what you want:")
	w.block("sh", c.Execute)
}

func upgrading(w *page, p *plan.Plan) {
	w.heading(2, "Upgrade")
	w.paragraph("A release never changes: a new one has its own template. Make a change set with the " +
		"new template, read it, execute it. A parameter that the new release adds has no previous value; " +
		"give it one, or leave it out to take its default.")
	changeSet(w, launch.Commands(p).Update)
	w.list(
		code("Replacement: True")+" in a change set means that a new resource is made and the old one "+
			"deleted. For an instance this is the normal way to a new release; its disk goes with it.",
		"A resource that is kept on deletion is kept on replacement too: the old one stays in your account.",
		"If an update fails, CloudFormation goes back to the release before.",
		"Resources that somebody changed by hand are not seen by a change set: detect drift first.")
}

func removing(w *page, p *plan.Plan) {
	w.heading(2, "Remove")
	steps := "Delete the stack."
	if probed(p) || blockers(p) {
		steps = "First remove what blocks the deletion (second table), then delete the stack."
	}
	w.paragraph(steps)
	w.block("sh", launch.Commands(p).Delete)
	if probed(p) {
		w.paragraph("Before anything is deleted, " + code(plan.LeftoversID) + " looks for what the " +
			"product still runs. If it finds something, or gets no answer, the stack is in " +
			code("DELETE_FAILED") + " with everything still in place, and the reason in its events says " +
			"what was found. Remove that, then delete the stack again. To leave it all in your account, " +
			"delete the stack once more with " + code("--retain-resources "+plan.LeftoversID) + "; that " +
			"works only after a deletion that failed. Where a policy of yours forbids to look, the " +
			"deletion goes on.")
	}
	if rows := reliedOn(p); len(rows) > 0 {
		w.paragraph("With the stack go names on which others rely. Tell them first:")
		w.table([]string{"Name", "Who relies on it"}, rows)
	}
	var stays [][]string
	for _, r := range kept(p) {
		stays = append(stays, []string{code(r.ID), code(plan.TypeName(r.Body)), speaker{plan: p}.said(nameOf(r)),
			cell(r.Comment)})
	}
	if len(stays) > 0 {
		w.paragraph("What stays in your account, until you delete it yourself. " +
			"It is deleted only if the very first launch fails:")
		w.table([]string{"Resource", "Type", "Name", "What it is"}, stays)
	}
	var leaves [][]string
	for _, l := range p.Leaves {
		blocks := inline(l.Blocks)
		if l.Probed {
			blocks = strings.TrimSuffix("the deletion of the stack, and of "+blocks, ", and of ")
		}
		leaves = append(leaves, []string{inline(l.Name), inline(l.What), blocks, inline(l.Remove)})
	}
	if len(leaves) > 0 {
		w.paragraph("What the product makes outside the stack while it runs:")
		w.table([]string{"What", "What it is", "What it blocks", "How to remove it"}, leaves)
	}
	if len(stays)+len(leaves) == 0 {
		w.paragraph("Nothing stays.")
	}
}

// probed tells whether the stack looks for some of it before it is deleted.
func probed(p *plan.Plan) bool {
	return slices.ContainsFunc(p.Leaves, func(l plan.Leaves) bool { return l.Probed })
}

func blockers(p *plan.Plan) bool {
	for _, l := range p.Leaves {
		if l.Blocks != "" {
			return true
		}
	}
	return false
}
