package plan

import (
	"strings"
	"unicode"
)

// Shown is the example as people should type it: of a list two items, because one does not show what
// stands between them.
func (p Parameter) Shown() string {
	if p.Kind != "list" || p.Example == "" || strings.Contains(p.Example, ",") {
		return p.Example
	}
	short := p.Example[:len(p.Example)-1]
	last := strings.LastIndexFunc(p.Example, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	within := p.Example[:last+1] + "2" + p.Example[last+1:] // folder2/
	for _, second := range []string{p.Example + "2", short + "4", p.Example + "b", within, p.Example} {
		if two := p.Example + "," + second; p.Refuses(two) == "" {
			return two
		}
	}
	return p.Example // the list takes one item
}
