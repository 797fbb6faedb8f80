package docs

import (
	"slices"
	"strconv"
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
		"a resource needs it, by the properties that it uses. What the stack's own roles may do is one " +
		"folder up.")
	which(w, p, l)
	edits(w, p, l) // before the commands, which take the documents as they are
	gaps(w, l)
	reaches(w, l)
	directly(w, p, l)
	byRole(w, p, l)
	reasons(w, l)
	w.WriteString("\n---\n\nWritten by byocfn from " + code(p.Origin) + ". Do not edit.\n")
	return []byte(w.String())
}

func which(w *page, p *plan.Plan, l launchpolicy.Policies) {
	w.heading(2, "What is what")
	w.table([]string{"File", "Holds"}, [][]string{
		{namesOf(l.Launcher), "a person's own calls of CloudFormation, about the stack " + code(l.StackName)},
		{namesOf(l.Create...), "what CloudFormation then does: make everything, and remove it where the " +
			"launch fails. Enough to delete the stack, too"},
		{orNothing(namesOf(l.Update...)), "what an update does beyond that"},
		{namesOf(l.Deleter), "the calls of those who may delete the stack and no more"},
		{orNothing(namesOf(l.Delete...)), "what CloudFormation then does for them"},
		{namesOf(l.RoleTrust) + ", " + namesOf(l.RoleLauncher...), "for a launch with a service role"},
	})
	w.list("The account stands as "+code("*")+": a policy of yours has no effect in another account, and IAM "+
		"puts no variable into that part of an ARN.",
		strings.TrimSpace(power(l)+" "+ifBounded(p, l)))
}

// ifBounded says what else holds a launch in bounds.
func ifBounded(p *plan.Plan, l launchpolicy.Policies) string {
	if power(l) == "" {
		return "They hold no right over identities."
	}
	out := "Give them to whom you would give that"
	if slices.ContainsFunc(p.Parameters, isBoundary) {
		out += ", demand a permissions boundary as below"
	}
	out += ", or let people launch with a service role"
	if published(p) {
		out += ", which only the vendor's templates can use"
	}
	if ownBoundary(l) {
		out += ". The boundary that this stack demands is a policy of its own, which the same documents " +
			"write: it does not bound whoever holds them"
	}
	return out + "."
}

func isBoundary(q plan.Parameter) bool { return q.Name == plan.BoundaryParameter }

// published tells whether the templates have addresses.
func published(p *plan.Plan) bool { return p.Product.Bucket != "" && len(p.Regions) > 0 }

// ownBoundary tells whether the documents demand a boundary that they also write.
func ownBoundary(l launchpolicy.Policies) bool {
	var demanded, written []string
	for _, d := range l.Create {
		for _, s := range d.Statements {
			for _, c := range s.Condition {
				if c.Key == "iam:PermissionsBoundary" {
					demanded = append(demanded, c.Values...)
				}
			}
			if slices.Contains(s.Actions, "iam:CreatePolicy") {
				written = append(written, s.Resources...)
			}
		}
	}
	return slices.ContainsFunc(demanded, func(b string) bool { return slices.Contains(written, b) })
}

func directly(w *page, p *plan.Plan, l launchpolicy.Policies) {
	documents := slices.Concat([]launchpolicy.Document{l.Launcher}, l.Create, l.Update)
	w.heading(2, "To launch with your own rights")
	w.paragraph("In this folder, with the role that is to launch in the place of " + code("<role>") + ":")
	w.block("sh", "stack="+l.StackName+"\n"+attachCommands(p, "'<role>'", documents))
	var names []string
	for _, d := range slices.Concat([]launchpolicy.Document{l.Deleter}, l.Delete) {
		names = append(names, d.Name)
	}
	w.list("Who may only delete gets "+code(strings.Join(names, " "))+" in the place of these names.",
		"These are "+strconv.Itoa(len(documents))+" policies, which hold after a minute or so; a role takes "+
			"10 unless you raise its quota. A role of IAM Identity Center takes them from its permission "+
			"set only: leave out "+code("attach-role-policy")+", and name them there.",
		"For a later release attach its policies beside the old ones, upgrade the stack, then detach the "+
			"old, also those of a service role: what a release no longer has is removed with the rights of "+
			"the release before, and is left behind where they are gone.")
}

// attachCommands makes policies of documents and attaches them. Their names hold the release, so that
// those of two releases can stand side by side during an upgrade.
func attachCommands(p *plan.Plan, role string, documents []launchpolicy.Document) string {
	var names []string
	for _, d := range documents {
		names = append(names, d.Name)
	}
	return "for name in " + strings.Join(names, " ") + "; do\n" +
		"  arn=$(aws iam create-policy --policy-name \"$stack-" + p.Product.Release + "-$name\" \\\n" +
		"    --policy-document \"file://$name.json\" --query Policy.Arn --output text) &&\n" +
		"    aws iam attach-role-policy --role-name " + role + " --policy-arn \"$arn\"\n" +
		"done"
}

func byRole(w *page, p *plan.Plan, l launchpolicy.Policies) {
	w.heading(2, "To launch with a service role")
	w.paragraph("CloudFormation then acts as a role of its own, and people need only " +
		namesOf(l.RoleLauncher...) + ".")
	role := l.Role
	if tail, ok := strings.CutPrefix(l.Role, l.StackName); ok {
		role = `"$stack` + tail + `"`
	}
	w.block("sh", "stack="+l.StackName+"\naws iam create-role --role-name "+role+" \\\n"+
		"  --assume-role-policy-document file://"+l.RoleTrust.Name+".json\n"+
		attachCommands(p, role, slices.Concat(l.Create, l.Update))+"\n"+
		attachCommands(p, "'<role>'", l.RoleLauncher))
	facts := []string{
		"Choose the role under " + code("Permissions") + " in the console's wizard, or add " +
			code("--role-arn") + " to the commands that make change sets.",
		"The stack keeps the role for good: every later operation uses it, whoever asks for it. So " +
			"whoever may update this stack by another policy, " + namesOf(l.Launcher) + " for one, has the " +
			"rights of the role, with a template of their own. To delete it, " + namesOf(l.Deleter) +
			" is enough.",
	}
	if published(p) {
		facts = append(facts, namesOf(l.RoleLauncher...)+" allows the vendor's templates by their "+
			"addresses only; an update that keeps the template must name its address again. The values "+
			"of the parameters stay free: where one says who is trusted, which policy is attached to "+
			"what, or what code runs, whoever launches decides.")
	} else {
		facts = append(facts, "This product is published to no bucket, so nothing holds "+
			namesOf(l.RoleLauncher...)+" to its templates: whoever has it can use all of the role.")
	}
	w.list(facts...)
}

func edits(w *page, p *plan.Plan, l launchpolicy.Policies) {
	w.heading(2, "What to edit first")
	rows := [][]string{{"the name of the stack", code(l.StackName),
		"write yours everywhere: " + code("sed -i.bak '"+besides(l)+"s/"+l.StackName+"/NAME/g' *.json") +
			", and behind " + code("stack=") + " below. Names that are too long are cut, and those of " +
			"buckets have small letters: look at them"}}
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

// besides gives sed the lines that stay: addresses of the vendor's that hold the name of the stack.
// Edited, they would lead to a bucket that anybody can make. They alone have two colons or slashes
// behind a colon, and then a slash.
func besides(l launchpolicy.Policies) string {
	address := func(text string) bool {
		object := strings.Contains(text, ":s3:::") && strings.Contains(text, "/")
		return (object || strings.HasPrefix(text, "https://")) && strings.Contains(text, l.StackName)
	}
	for _, d := range l.Documents() {
		for _, s := range d.Statements {
			for _, c := range s.Condition {
				if slices.ContainsFunc(c.Values, address) {
					return addresses
				}
			}
			if slices.ContainsFunc(s.Resources, address) {
				return addresses
			}
		}
	}
	return ""
}

const addresses = `\,:[:/][:/].*/,!`

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
			code("role/vendor-*") + ". All with that prefix is then within reach: take one of its own"
	case plan.BucketParameter, plan.FolderParameter:
		return "write your bucket or folder into the ARN of " + code("ReadCode") + "; where you copy the " +
			"template as well, its bucket into " + code("ReadTemplate") + " and " + code("ChangeTheStack")
	}
	switch {
	case strings.HasPrefix(e.Default, "resolve:ssm:"):
		return "write the name of your parameter into the ARN of " + code("ReadImage") +
			"; an image by its id needs no statement"
	case e.Open:
		return "they cover every value. To narrow them, write yours in the place of its asterisk"
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
	for _, r := range l.Reaches {
		if strings.HasPrefix(r.Sid, "AttachTo") {
			sids = append(sids, "your own role into "+code(r.Sid)+" (see below)")
		}
	}
	return out + strings.Join(sids, " and ") + ", and strike " +
		code("iam:Delete*PermissionsBoundary") + " from the update. What exists under these names without it " +
		"stays unbounded, and its policies can still be rewritten"
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

func reaches(w *page, l launchpolicy.Policies) {
	if len(l.Reaches) == 0 {
		return
	}
	w.heading(2, "What reaches beyond the stack")
	w.paragraph("What has no name before it is made, and no tag while it is being made, cannot be held to " +
		"the stack. So whoever has these policies can also make or change:")
	var rows [][]string
	for _, r := range l.Reaches {
		by := []string{code(r.Sid)}
		if len(r.Names) > 0 {
			by = nil
		}
		for _, name := range r.Names {
			by = append(by, code(name))
		}
		rows = append(rows, []string{strings.Join(by, ", "), inline(r.What)})
	}
	w.table([]string{"By", "What"}, rows)
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
