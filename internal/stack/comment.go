package stack

import (
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
)

// columns is the widest that a line of comments gets, its indent and its # included.
const columns = 100

// wrap breaks lines that are wider than width at spaces; a word that is wider stays whole. Lines
// that fit stay as they are, and so do empty ones.
func wrap(text string, width int) string {
	if len(text) <= width && !strings.Contains(text, "\n") {
		return strings.TrimRight(text, " ") // as most are
	}
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " ")
		if utf8.RuneCountInString(line) <= width {
			out = append(out, line)
			continue
		}
		out = append(out, broken(line, width)...)
	}
	return strings.Join(out, "\n")
}

func broken(line string, width int) []string {
	var (
		out     []string
		current strings.Builder
		used    int
	)
	for _, word := range strings.Fields(line) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > width {
			out = append(out, current.String())
			current.Reset()
			used = 0
		}
		if used > 0 {
			current.WriteByte(' ')
			used++
		}
		current.WriteString(word)
		used += n
	}
	return append(out, current.String())
}

// fit gives a copy of a tree whose comments are wrapped for the column at which they will stand;
// nothing of the copy belongs to the plan. Mappings and lists are indented by two.
func fit(value cfn.Value, indent int) cfn.Value {
	width := columns - indent - len("# ")
	switch v := value.(type) {
	case cfn.Map:
		out := make(cfn.Map, len(v))
		for i, e := range v {
			e.Comment = wrap(e.Comment, width)
			e.Value = fit(e.Value, indent+2)
			out[i] = e
		}
		return out
	case cfn.List:
		out := make(cfn.List, len(v))
		for i, item := range v {
			out[i] = cfn.Item{Value: fit(item.Value, indent+2), Comment: wrap(item.Comment, width)}
		}
		return out
	case cfn.Fn:
		switch v.Arg.(type) {
		case cfn.Map, cfn.List, cfn.Fn:
			return cfn.Fn{Name: v.Name, Arg: fit(v.Arg, indent)}
		}
	}
	return value
}
