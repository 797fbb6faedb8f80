package lint

import (
	"regexp"
	"strings"
)

// Explained accepts findings for a stated reason. In Case and Path a * stands for any text.
type Explained struct {
	Case, Tool, Rule, Path string
	Reason                 string
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

// Errors cannot be explained away: CloudFormation would refuse the template, or the linter is wrong
// and the template can say the same in words that it understands.
func (e Explained) matches(f Finding) bool {
	return f.Severity == Warning && e.Tool == f.Tool && e.Rule == f.Rule &&
		wildcard(e.Case, f.Case) && wildcard(e.Path, f.Path)
}

func wildcard(pattern, text string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `.*`)
	return regexp.MustCompile("^(?s:" + quoted + ")$").MatchString(text)
}
