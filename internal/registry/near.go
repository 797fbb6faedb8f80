package registry

import (
	"strings"

	"byocfn/internal/diag"
)

// maxListed is how many names still help somebody who looks for one of them.
const maxListed = 12

// Near says what a type that the registry does not list was meant to be, or what its service has;
// "" where nothing comes near.
func Near(name string) string {
	all := names()
	if hint := diag.DidYouMean(name, all); hint != "" {
		return hint
	}
	begin := strings.LastIndex(name, "::")
	if begin < 0 {
		return ""
	}
	namesakes := having(all, func(n string) bool { return strings.HasSuffix(n, name[begin:]) })
	if len(namesakes) == 1 {
		return `did you mean "` + namesakes[0] + `"?`
	}
	of := having(all, func(n string) bool { return strings.HasPrefix(n, name[:begin]+"::") })
	return listed("the registry lists ", of)
}

// NearAttribute does the same for an attribute that a type lacks.
func (t *Type) NearAttribute(name string) string {
	if len(t.Attributes) == 0 {
		return "it has none"
	}
	return near(name, t.Attributes)
}

// near says which of the names was meant, or which there are: first of all those that hold the word.
func near(word string, names []string) string {
	if hint := diag.DidYouMean(word, names); hint != "" {
		return hint
	}
	alike := having(names, func(n string) bool {
		return strings.Contains(strings.ToLower(n), strings.ToLower(word))
	})
	if len(alike) > 0 {
		names = alike
	}
	return listed("it has ", names)
}

func having(names []string, has func(string) bool) []string {
	var out []string
	for _, n := range names {
		if has(n) {
			out = append(out, n)
		}
	}
	return out
}

func listed(verb string, names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) > maxListed:
		return verb + strings.Join(names[:maxListed], ", ") + " and more"
	}
	return verb + strings.Join(names, ", ")
}
