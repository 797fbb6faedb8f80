package plan

import (
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// answers are the lints that a node accepts; it remembers which of them were asked for.
type answers struct {
	owner   string
	accepts spec.Accepts
	asked   map[string]bool
}

func answersOf(owner string, accepts spec.Accepts) answers {
	return answers{owner, accepts, map[string]bool{}}
}

// ask reports a lint unless the node has answered it.
func (m *maker) ask(a answers, at diag.Range, id, summary, hint string, notes ...diag.Note) {
	a.asked[id] = true
	if spec.Keyed[spec.Word](a.accepts).Get(id) == nil {
		m.diags.Error(at, id, summary, orAnswer(hint, id), notes...)
	}
}

func orAnswer(hint, id string) string {
	answer := "answer with accept: { " + id + ": REASON }"
	switch {
	case hint == "":
		return answer
	case strings.HasSuffix(hint, "?"):
		return hint + " Or " + answer
	}
	return hint + "; or " + answer
}

// advise is ask for what may be right: it only warns.
func (m *maker) advise(a answers, at diag.Range, id, summary, hint string) {
	a.asked[id] = true
	if spec.Keyed[spec.Word](a.accepts).Get(id) == nil {
		m.diags.Warn(at, id, summary, strings.TrimSpace(hint+" Answer with accept: { "+id+": REASON } "+
			"where it is right as it is"))
	}
}

// unasked tells of answers to lints that nobody asked.
func (m *maker) unasked(a answers) { a.unasked(m.diags) }

func (a answers) unasked(diags *diag.List) {
	for _, n := range a.accepts {
		if !a.asked[n.Name.Value] {
			diags.Warn(n.Name.At, "unused-accept", a.owner+" accepts "+quote(n.Name.Value)+
				", but nothing asks for it", "remove the answer, or correct its name")
		}
	}
}

// accepted puts the answers below a comment, for whoever reads the template.
func accepted(comment string, accepts spec.Accepts) string {
	for _, a := range accepts {
		comment += "\nAccepted (" + a.Name.Value + "): " + a.Value.Value
	}
	return comment
}
