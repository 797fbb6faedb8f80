package plan

import (
	"regexp"
	"strings"
	"sync"

	"byocfn/internal/spec"
)

// Matcher is a pattern for the whole value. It is read at its first use, and once.
type Matcher struct {
	pattern string
	fits    func(value string) bool // also where the pattern cannot be read
}

// Equal tells whether two match the same.
func (m *Matcher) Equal(other *Matcher) bool {
	return m == nil && other == nil || m != nil && other != nil && m.pattern == other.pattern
}

func newMatcher(pattern string) *Matcher {
	read := sync.OnceValue(func() *regexp.Regexp {
		re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
		if err != nil {
			return nil
		}
		return re
	})
	return &Matcher{pattern, func(value string) bool {
		re := read()
		return re == nil || re.MatchString(value)
	}}
}

// matcherOf reads a list element by element: the pattern of the whole repeats that of an element, and
// takes a hundred times as long to read.
func matcherOf(p *spec.Parameter, pattern string) *Matcher {
	element := elementPattern(p)
	if p.Kind.Value != "list" || element == "" || !readable(element) {
		return newMatcher(pattern)
	}
	one, blank := newMatcher(element), p.MayBeBlank()
	least, most := max(p.Min.Value, 1), max(p.Max.Value, 1)
	return &Matcher{pattern, func(list string) bool {
		if list == "" && blank {
			return true
		}
		n := 0
		for item := range strings.SplitSeq(list, ",") {
			if n++; !one.fits(item) {
				return false
			}
		}
		return least <= n && n <= most
	}}
}

// matcher gives the pattern of the parameter as it is now.
func (p Parameter) matcher() *Matcher {
	if p.Whole == nil || p.Whole.pattern != p.AllowedPattern {
		return newMatcher(p.AllowedPattern)
	}
	return p.Whole
}
