package docs

import (
	"strings"

	"byocfn/internal/artifact"
	"byocfn/internal/jsontext"
	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
)

// LaunchPolicies gives iam/launch/NAME.json for each document, and a page that tells them apart and
// gives the reason of each statement.
func LaunchPolicies(p *plan.Plan, l launchpolicy.Policies) []artifact.File {
	var files []artifact.File
	for _, d := range l.Documents() {
		files = append(files, artifact.File{Name: launchFolder + d.Name + ".json",
			Data: jsontext.Print(launchDocument(d))})
	}
	return append(files, artifact.File{Name: launchFolder + "README.md", Data: launchPage(p, l)})
}

const launchFolder = "iam/launch/"

func launchDocument(d launchpolicy.Document) jsonMap {
	statements := []any{}
	for _, s := range d.Statements {
		m := jsonMap{{"Sid", s.Sid}, {"Effect", "Allow"}}
		if s.Service != "" {
			m = append(m, jsonEntry{"Principal", jsonMap{{"Service", s.Service}}})
		}
		m = append(m, jsonEntry{"Action", oneOrAll(s.Actions)})
		if len(s.Resources) > 0 {
			m = append(m, jsonEntry{"Resource", oneOrAll(s.Resources)})
		}
		if len(s.Condition) > 0 {
			var operators jsonMap
			for _, c := range s.Condition {
				operators = append(operators, jsonEntry{c.Operator, jsonMap{{c.Key, oneOrAll(c.Values)}}})
			}
			m = append(m, jsonEntry{"Condition", operators})
		}
		statements = append(statements, m)
	}
	return jsonMap{{"Version", "2012-10-17"}, {"Statement", statements}}
}

func oneOrAll(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// whoMayLaunch is the chapter of the README: which documents, and where the rest is told.
func whoMayLaunch(w *page, l launchpolicy.Policies) {
	if l.StackName == "" {
		return
	}
	w.heading(2, "Who may launch it")
	w.paragraph("An administrator may. Anybody else, a person or the role of a pipeline, needs the " +
		"policies in [" + launchFolder + "](" + launchFolder + "README.md): CloudFormation acts with " +
		"the rights of whoever calls it. They work as they stand for a stack with the name " +
		code(l.StackName) + ", in every region of the product.")
	w.table([]string{"To", "attach"}, [][]string{
		{"launch, and delete again", namesOf(l.Launcher) + ", " + namesOf(l.Create...)},
		{"upgrade as well", "the same and " + orNothing(namesOf(l.Update...))},
		{"delete only", namesOf(l.Deleter) + ", " + orNothing(namesOf(l.Delete...))},
	})
	w.paragraph(strings.TrimSpace(power(l) + " [The page beside them](" + launchFolder + "README.md) gives " +
		"the commands, a narrower way with a service role, what to edit for other values of the " +
		"parameters" + gapped(l) + beyond(l) + ", and the reason of each statement."))
}

func gapped(l launchpolicy.Policies) string {
	if len(l.Gaps) > 0 {
		return ", **what is missing or too wide in them**"
	}
	return ""
}

func beyond(l launchpolicy.Policies) string {
	if len(l.Reaches) > 0 {
		return ", what they reach beyond the stack"
	}
	return ""
}

// namesOf gives the file names of documents.
func namesOf(documents ...launchpolicy.Document) string {
	var out []string
	for _, d := range documents {
		out = append(out, code(d.Name+".json"))
	}
	return strings.Join(out, ", ")
}

func orNothing(names string) string {
	if names == "" {
		return "nothing more"
	}
	return names
}

// power warns of what the documents amount to, where they hold rights over identities.
func power(l launchpolicy.Policies) string {
	switch {
	case l.Makes("iam:CreateRole"), l.Makes("iam:CreateUser"), l.Makes("iam:CreatePolicy"):
		return "**They are strong:** whoever may write roles, users or policies, even under fixed names " +
			"as here, can give them any right."
	}
	return ""
}
