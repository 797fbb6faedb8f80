package spec

import (
	"regexp"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// atomForm is one word of a gate: NAME, region.NAME or NAME=VALUE, after an optional "not".
var atomForm = regexp.MustCompile(
	`^(not +)?(?:(region\.[A-Za-z][A-Za-z0-9]*)|([A-Za-z][A-Za-z0-9_-]*)(?: *= *([^\s=]+))?)$`)

// DecodeNode reads one word or a list of words that must all hold.
func (g *Gate) DecodeNode(n *source.Node, path string, diags *diag.List) {
	*g = oneOrMany[Atom](n, path, "a word or a list of words", diags)
}

// DecodeNode reads no, or a gate.
func (w *Where) DecodeNode(n *source.Node, path string, diags *diag.List) {
	if always, ok := flag(strings.TrimSpace(n.Value)); ok && !always && n.Kind == source.Scalar {
		return
	}
	source.DecodeInto(n, path, (*Gate)(w), diags)
}

// DecodeNode reads one word of a gate. yes and true stand for always, as an atom with Name "yes".
func (a *Atom) DecodeNode(n *source.Node, path string, diags *diag.List) {
	a.At = n.At
	if n.Kind != source.Scalar {
		source.WrongType(n, path, "a word", diags)
		return
	}
	word := strings.TrimSpace(n.Value)
	if always, ok := flag(word); ok {
		a.Name = "yes"
		if !always {
			diags.Error(n.At, "bad-gate", path+" would never hold", "remove what it stands on")
		}
		return
	}
	found := atomForm.FindStringSubmatch(word)
	if found == nil || reserved(found[3]) {
		diags.Error(n.At, "bad-gate", path+` cannot be read: "`+n.Value+`"`, gateHint(word))
		return
	}
	a.Not, a.Name, a.Value = found[1] != "", found[2]+found[3], found[4]
}

// reserved tells of words that cannot be names.
func reserved(name string) bool {
	_, isFlag := flag(name)
	return isFlag || name == "not"
}

// gateHint guesses what was meant.
func gateHint(word string) string {
	switch {
	case strings.Contains(word, "${"):
		return "write the name without ${}"
	case strings.Contains(word, "!"):
		return "write not X, or not NAME=VALUE"
	case strings.Contains(word, " and ") || strings.ContainsAny(word, ",&"):
		return "write a list: all of its words must hold"
	case strings.Contains(word, " or ") || strings.Contains(word, "|"):
		return "there is no or: write two nodes, each with its own when"
	case strings.Contains(word, "=="):
		return "write NAME=VALUE"
	}
	return "write NAME, NAME=VALUE or region.NAME, each with or without a leading not"
}
