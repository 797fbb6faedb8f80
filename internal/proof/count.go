package proof

import (
	"slices"
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// count bounds how often a text holds the delimiter.
func (m *ruler) count(v cfn.Value, delimiter string) int {
	if s, ok := v.(cfn.String); ok {
		return strings.Count(string(s), delimiter)
	}
	name, as := call(v)
	switch {
	case name == "Ref" && m.parameters[text(as[0])] != nil:
		return m.countParameter(m.parameters[text(as[0])], delimiter)
	case name == "Ref" && slices.Contains(pseudoParameters, text(as[0])) &&
		strings.Contains(",|", delimiter):
		return 0
	case (name == "Ref" || name == "Fn::GetAtt") && delimiter == "|": // in no name and no ARN of AWS
		return 0
	case name == "Fn::Sub":
		body, vars := subParts(as)
		n := 0
		for p := range pieces(body) {
			if p.variable == "" {
				n += strings.Count(p.literal, delimiter)
			} else {
				n += m.count(subVariable(p.variable, vars), delimiter)
			}
		}
		return n
	case name == "Fn::Join" && len(as) == 2:
		between := max(m.measure(as[1]).items-1, 0) * strings.Count(text(as[0]), delimiter)
		return between + m.count(as[1], delimiter)
	case name == "Fn::Split" && len(as) == 2 && text(as[0]) == delimiter:
		return 0
	case name == "Fn::Split" && len(as) == 2:
		return m.count(as[1], delimiter)
	case name == "Fn::If" && len(as) == 3:
		return max(m.count(as[1], delimiter), m.count(as[2], delimiter))
	}
	if list, ok := v.(cfn.List); ok {
		n := 0
		for _, item := range list {
			n += m.count(item.Value, delimiter)
		}
		return n
	}
	return m.measure(v).chars
}

func (m *ruler) countParameter(p *plan.Parameter, delimiter string) int {
	width := m.parameter(p)
	if p.AllowedPattern == "" || utf8.RuneCountInString(delimiter) != 1 {
		return width
	}
	c, _ := utf8.DecodeRuneInString(delimiter)
	return min(width, m.most(p.AllowedPattern, c))
}

// most is the function of that name, which takes long for the patterns of lists, asked once.
func (s *scope) most(pattern string, c rune) int {
	in := counting{pattern, c}
	n, ok := s.counted[in]
	if !ok {
		n = most(pattern, c)
		s.counted[in] = n
	}
	return n
}

type counting struct {
	pattern string
	c       rune
}
