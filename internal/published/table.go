package published

import (
	"fmt"
	"slices"
	"strings"
)

const preface = `Each statement of the published documents is held against the compiled
templates, in both directions: what a document permits and we do not, and what we permit and no
document does, is listed with its reason. Ours are named ROLE/POLICY/STATEMENT, POLICY/STATEMENT or
ROLE.trust/STATEMENT, by the names in the template; a statement without a name has its number. The
account 111122223333 and other values in what we permit are samples.`

// Table writes what was compared as Markdown, for a customer's reviewer: each statement of each
// document, what of ours stands for it, and every difference with its reason.
func Table(title string, e Evidence, r Report) (string, error) {
	w := &tableWriter{evidence: e, report: r}
	w.line("# %s: what the documents ask for, and what the stacks grant", title)
	w.line("\n<!-- Made by go test ./internal/published -update; do not edit. -->\n")
	w.line("%s\n", preface)
	for _, d := range e.Documents {
		if err := w.document(d); err != nil {
			return "", err
		}
	}
	w.extras()
	w.answers("What no document is about", "Ours", e.Differences.Principals)
	w.answers("Documents that no stack grants", "Document", e.Differences.Omitted)
	return w.out.String(), nil
}

type tableWriter struct {
	out      strings.Builder
	evidence Evidence
	report   Report
}

func (w *tableWriter) line(format string, args ...any) { fmt.Fprintf(&w.out, format+"\n", args...) }

// document writes the rows of one document in its own words.
func (w *tableWriter) document(d Document) error {
	omitted := func(a Answer) bool { return a.Name == d.Name }
	if slices.ContainsFunc(w.evidence.Differences.Omitted, omitted) {
		return nil
	}
	statements, err := Read(string(d.Name), d.JSON, nil)
	if err != nil {
		return err
	}
	from := strings.TrimSuffix(string(d.Source), ".")
	w.line("## %s\n\nDocument `%s`, from %s.", d.Title, d.Name, from)
	if d.Note != "" {
		w.line("%s", d.Note)
	}
	w.line("Ours: %s.\n", list(w.report.Holders[string(d.Name)]))
	w.line("| Statement | Permits | Ours | Differences |\n|---|---|---|---|")
	for _, s := range statements {
		_, short, _ := strings.Cut(s.Name, "/")
		w.line("| %s | %s | %s | %s |", cell(short), cell(permits(s.Effect, Part{"", s.Actions,
			s.Principals, s.Resources, s.conditions()})), cell(list(w.ours(s.Name))),
			cell(w.differences(s.Name)))
	}
	w.line("")
	return nil
}

// ours names what stands for a statement: what permits some of it, and what was put in its place.
func (w *tableWriter) ours(name string) []string {
	out := slices.Clone(w.report.By[name])
	for _, d := range w.evidence.Differences.Differences {
		about := func(x written) bool { return string(x.Statement) == name }
		if d.Kind != "changed" || !slices.ContainsFunc(d.Document, about) {
			continue
		}
		for _, x := range d.Ours {
			out = union(out, []string{string(x.Statement)})
		}
	}
	return out
}

// differences says what differs about a statement of a document, and why.
func (w *tableWriter) differences(name string) string {
	var out []string
	for _, d := range w.evidence.Differences.Differences {
		var lost, parts []string
		for _, x := range d.Document {
			if string(x.Statement) == name {
				lost = union(lost, x.Actions)
			}
		}
		if len(lost) > 0 {
			parts = append(parts, list(lost))
		}
		for _, x := range d.Ours {
			about := func(as written) bool { return string(as.Statement) == name }
			if slices.ContainsFunc(x.As, about) {
				parts = append(parts, fmt.Sprintf("`%s`: %s", x.Statement, list(x.Actions)))
			}
		}
		if len(parts) > 0 {
			what := strings.Join(parts, "; ")
			out = append(out, fmt.Sprintf("**%s** %s. %s", d.Kind, what, d.Reason))
		}
	}
	return strings.Join(out, "<br>")
}

// extras writes what we permit beyond the documents.
func (w *tableWriter) extras() {
	var rows []string
	for _, d := range w.evidence.Differences.Differences {
		for _, x := range d.Ours {
			r := x.residue()
			rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |", r.Statement, d.Kind,
				cell(permits("", r.Part)), cell(string(d.Reason))))
		}
	}
	if len(rows) > 0 {
		w.line("## What we permit beyond the documents\n")
		w.line("| Ours | Kind | Permits | Reason |\n|---|---|---|---|")
		w.line("%s\n", strings.Join(rows, "\n"))
	}
}

func (w *tableWriter) answers(title, head string, answers []Answer) {
	if len(answers) == 0 {
		return
	}
	w.line("## %s\n\n| %s | Reason |\n|---|---|", title, head)
	for _, a := range answers {
		w.line("| `%s` | %s |", a.Name, cell(string(a.Reason)))
	}
	w.line("")
}

// permits says a statement in a line.
func permits(effect string, p Part) string {
	var b strings.Builder
	if effect == "Deny" {
		b.WriteString("**denies** ")
	}
	b.WriteString(list(p.Actions))
	if len(p.Principals) > 0 {
		b.WriteString(" by " + list(p.Principals))
	}
	if len(p.Resources) > 0 {
		b.WriteString(" on " + list(p.Resources))
	}
	if len(p.Conditions) > 0 {
		b.WriteString(" if " + list(p.Conditions))
	}
	return b.String()
}

func list(texts []string) string {
	if len(texts) == 0 {
		return "–"
	}
	return "`" + strings.Join(texts, "`, `") + "`"
}

// cell keeps a text within its cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
