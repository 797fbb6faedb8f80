package lint

import (
	"regexp"
	"strings"
)

// Explained accepts findings for a stated reason. In Case and Path a * stands for any text.
type Explained struct {
	Case, Tool, Rule, Path string
	Reason                 string
	// Error is empty for warnings. An error is accepted only where the tool is wrong, by what its
	// message ends in; the reason names AWS's own word against it.
	Error string
}

// Explain takes the accepted findings out. dead holds the entries that matched nothing: they have
// outlived what they explained.
func Explain(found []Finding, table []Explained) (left []Finding, dead []Explained) {
	used := make([]bool, len(table))
	for _, f := range found {
		accepted := false
		for i, e := range table {
			if e.matches(f) {
				used[i], accepted = true, true
			}
		}
		if !accepted {
			left = append(left, f)
		}
	}
	for i, e := range table {
		if !used[i] {
			dead = append(dead, e)
		}
	}
	return left, dead
}

// matches tells whether the entry is about the finding. Errors as such cannot be explained away:
// CloudFormation would refuse the template.
func (e Explained) matches(f Finding) bool {
	meant := f.Severity == Warning && e.Error == "" ||
		f.Severity == Error && e.Error != "" && strings.HasSuffix(f.Message, e.Error)
	return meant && e.Tool == f.Tool && e.Rule == f.Rule &&
		wildcard(e.Case, f.Case) && wildcard(e.Path, f.Path)
}

func wildcard(pattern, text string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`)
	return regexp.MustCompile("^(?s:" + quoted + ")$").MatchString(text)
}
