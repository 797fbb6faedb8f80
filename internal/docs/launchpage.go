package docs

import (
	"slices"
	"strings"

	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
)

// launchPage is the page beside the documents.
func launchPage(p *plan.Plan, l launchpolicy.Policies) []byte {
	w := &page{}
	w.Grow(16 << 10)
	w.WriteString("# Who may launch " + inline(title(p)) + "\n")
	w.paragraph("CloudFormation acts with the rights of whoever calls it. These are IAM policies for that " +
		"person or role, derived from [the template](../../template.yaml): each action is there because " +
		"a resource needs it, by the properties that it uses.")
	which(w, l)
	directly(w, l)
	byRole(w, p, l)
	edits(w, p, l)
	gaps(w, l)
	reasons(w, l)
	w.WriteString("\n---\n\nWritten by byocfn from " + code(p.Origin) + ". Do not edit.\n")
	return []byte(w.String())
}

func which(w *page, l launchpolicy.Policies) {
	w.heading(2, "What is what")
	w.table([]string{"File", "Holds"}, [][]string{
		{namesOf(l.Launcher), "a person's own calls of CloudFormation, about the stack " + code(l.StackName)},
		{namesOf(l.Create...), "what CloudFormation then does: make everything, and remove it where the " +
			"launch fails. Enough to delete the stack, too"},
		{orNothing(namesOf(l.Update...)), "what an update does beyond that"},
		{orNothing(namesOf(l.Delete...)), "what a deletion does, for those who may not create"},
		{namesOf(l.RoleTrust) + ", " + namesOf(l.RoleLauncher...), "for a launch with a service role"},
	})
	w.list("The account stands as "+code("*")+": a policy of yours has no effect in another account, and IAM "+
		"puts no variable into that part of an ARN.",
		"A release has its own policies. For an upgrade take those of the new release; where it no longer "+
			"has a resource or property, removing that needs those of the old one, too.",
		strings.TrimSpace(power(l)+" "+ifBounded(l)))
}

// ifBounded says what else holds a launch in bounds.
func ifBounded(l launchpolicy.Policies) string {
	if power(l) == "" {
		return "They hold no right over identities."
	}
	return "Give them to whom you would give that, demand a permissions boundary, or let people launch " +
		"with the service role below, which only the vendor's templates can use."
}

func directly(w *page, l launchpolicy.Policies) {
	w.heading(2, "To launch with your own rights")
	w.paragraph("In this folder, with the role that is to launch in the place of " + code("<role>") + ":")
	w.block("sh", attachCommands(l, "'<role>'",
		slices.Concat([]launchpolicy.Document{l.Launcher}, l.Create, l.Update)))
	w.paragraph("For a later release, give each policy a new version instead: " +
		code("aws iam create-policy-version --set-as-default") + " with the same file.")
}

// attachCommands makes policies of documents and attaches them.
func attachCommands(l launchpolicy.Policies, role string, documents []launchpolicy.Document) string {
	var names []string
	for _, d := range documents {
		names = append(names, d.Name)
	}
	return "for name in " + strings.Join(names, " ") + "; do\n" +
		"  arn=$(aws iam create-policy --policy-name " + l.StackName + "-$name \\\n" +
		"    --policy-document file://$name.json --query Policy.Arn --output text)\n" +
		"  aws iam attach-role-policy --role-name " + role + " --policy-arn \"$arn\"\n" +
		"done"
}

func byRole(w *page, p *plan.Plan, l launchpolicy.Policies) {
	w.heading(2, "To launch with a service role")
	w.paragraph("CloudFormation then acts as a role of its own, and people need only " +
		namesOf(l.RoleLauncher...) + ".")
	w.block("sh", "aws iam create-role --role-name "+l.Role+" \\\n"+
		"  --assume-role-policy-document file://"+l.RoleTrust.Name+".json\n"+
		attachCommands(l, l.Role, slices.Concat(l.Create, l.Update))+"\n"+
		attachCommands(l, "'<role>'", l.RoleLauncher))
	facts := []string{
		"Choose the role under " + code("Permissions") + " in the console's wizard, or add " +
			code("--role-arn") + " to the commands that make change sets.",
		"The stack keeps the role for good: every later operation uses it, whoever asks for it. So " +
			"whoever may update this stack by another policy, with a template of their own, has the " +
			"rights of the role.",
	}
	if p.Product.Bucket != "" && len(p.Regions) > 0 {
		facts = append(facts, namesOf(l.RoleLauncher...)+" allows the vendor's templates by their "+
			"addresses only; an update that keeps the template must name its address again. The values "+
			"of the parameters stay free: where one says who is trusted, or which policy is attached, "+
			"whoever launches decides.")
	} else {
		facts = append(facts, "This product is published to no bucket, so nothing holds "+
			namesOf(l.RoleLauncher...)+" to its templates: whoever has it can use all of the role.")
	}
	w.list(facts...)
}

func edits(w *page, p *plan.Plan, l launchpolicy.Policies) {
	w.heading(2, "What to edit")
	rows := [][]string{{"the name of the stack", code(l.StackName),
		"write yours everywhere: " + code("sed -i.bak 's/"+l.StackName+"/NAME/g' *.json") +
			". Names that are too long are cut, and those of buckets have small letters: look at them"}}
	for _, e := range l.Edits {
		rows = append(rows, []string{code(e.Parameter), presumed(e), edit(p, e)})
	}
	for _, q := range p.Parameters {
		if q.Name == plan.BoundaryParameter {
			rows = append(rows, []string{code(q.Name), "empty", boundaryEdit(l)})
		}
	}
	w.table([]string{"What", "The documents presume", "For another value"}, rows)
}

func presumed(e launchpolicy.Edit) string {
	switch {
	case e.Open:
		return code("*") + ", any value"
	case e.Default == "":
		return "empty"
	}
	return code(e.Default)
}

// edit says what to change for another value of a parameter.
func edit(p *plan.Plan, e launchpolicy.Edit) string {
	switch e.Parameter {
	case plan.PathParameter:
		return "write the path into the ARNs of what the stack makes in IAM: " + code("role/vendors/…") +
			" for " + code("role/…") + ", likewise " + code("user") + ", " + code("policy") + " and " +
			code("instance-profile")
	case plan.PrefixParameter:
		return "roles, users and functions, and what is called after them, then have names that begin with " +
			"the prefix. Write it and an asterisk in the place of their names, wherever these stand: " +
			code("role/vendor-*")
	case plan.BucketParameter, plan.FolderParameter:
		return "write your bucket or folder into the ARN of " + code("ReadCode")
	}
	switch {
	case strings.HasPrefix(e.Default, "resolve:ssm:"):
		return "write the name of your parameter into the ARN of " + code("ReadImage") +
			"; an image by its id needs no statement"
	case e.Open:
		return "write your value in the place of the asterisk: as they stand, they cover every name there"
	}
	return "write your value where this one stands"
}

func boundaryEdit(l launchpolicy.Policies) string {
	out := "nothing. To demand it, add " + code(`"Condition": {"ArnLike": {"iam:PermissionsBoundary": `+
		`"arn:aws:iam::*:policy/NAME"}}`) + " to "
	var sids []string
	for _, d := range l.Documents() {
		for _, s := range d.Statements {
			if strings.HasPrefix(s.Sid, "RightsOf") && !slices.Contains(sids, code(s.Sid)) {
				sids = append(sids, code(s.Sid))
			}
		}
	}
	return out + strings.Join(sids, " and ") + ", and strike " +
		code("iam:Delete*PermissionsBoundary") + " from the update"
}

func gaps(w *page, l launchpolicy.Policies) {
	if len(l.Gaps) == 0 {
		return
	}
	w.heading(2, "What is missing or too wide")
	w.paragraph("Here byocfn does not know what is needed, or on what. Look at it before you rely on the " +
		"documents:")
	var rows [][]string
	for _, g := range l.Gaps {
		rows = append(rows, []string{code(g.ID), code(g.Type), inline(g.What)})
	}
	w.table([]string{"For", "Type", "What"}, rows)
}

// reasons tells of each statement why it is there, in the order of the documents.
func reasons(w *page, l launchpolicy.Policies) {
	w.heading(2, "Each statement, and why")
	type entry struct {
		launchpolicy.Statement
		in []string
	}
	var all []entry
	for _, d := range l.Documents() {
		for _, s := range d.Statements {
			i := slices.IndexFunc(all, func(e entry) bool { return e.Sid == s.Sid })
			if i < 0 {
				i = len(all)
				all = append(all, entry{Statement: s})
			}
			all[i].in = append(all[i].in, code(d.Name))
		}
	}
	var rows [][]string
	for _, e := range all {
		needs := make([]string, len(e.For))
		for i, id := range e.For {
			needs[i] = code(id)
		}
		rows = append(rows, []string{code(e.Sid), strings.Join(e.in, ", "), inline(e.Why),
			strings.Join(needs, ", "), inline(e.Source)})
	}
	w.table([]string{"Statement", "In", "Why", "Needed by", "Source"}, rows)
}
