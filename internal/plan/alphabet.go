package plan

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// policyWild are the characters that change the meaning of a policy's text.
const policyWild = "*?$\"\\"

// shellWild are the characters that end a single-quoted shell word or its line.
const shellWild = "'\n\r"

// admits tells which of the wanted characters a value matching the pattern may hold. It errs on the
// side of "may hold": an unanchored or unreadable pattern admits all of them.
func admits(pattern, wanted string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || !strings.HasPrefix(pattern, "^") || !strings.HasSuffix(pattern, "$") {
		return wanted
	}
	var found strings.Builder
	for _, r := range wanted {
		if mayHold(re, r) {
			found.WriteRune(r)
		}
	}
	return found.String()
}

// admitsNothing tells whether the empty text matches the pattern, which holds for the whole value. An
// unreadable pattern is reported elsewhere.
func admitsNothing(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && mayBeNothing(re)
}

// mayBeNothing tells whether an expression matches the empty text. All anchors hold there, and no
// boundary of a word.
func mayBeNothing(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpStar, syntax.OpQuest, syntax.OpNoWordBoundary,
		syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText:
		return true
	case syntax.OpRepeat:
		return re.Min == 0 || mayBeNothing(re.Sub[0])
	case syntax.OpPlus, syntax.OpCapture, syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !mayBeNothing(s) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, mayBeNothing)
	}
	return false // a character, or what never matches
}

func mayHold(re *syntax.Regexp, r rune) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return strings.ContainsRune(string(re.Rune), r)
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] <= r && r <= re.Rune[i+1] {
				return true
			}
		}
		return false
	case syntax.OpAnyChar:
		return true
	case syntax.OpAnyCharNotNL:
		return r != '\n'
	}
	for _, sub := range re.Sub {
		if mayHold(sub, r) {
			return true
		}
	}
	return false
}

// readable tells whether a pattern is a regular expression.
func readable(pattern string) bool {
	_, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil
}

// shortest is the least length of what matches a pattern, in characters; 0 where it cannot be read.
func shortest(pattern string) int {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0
	}
	return least(re)
}

func least(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpRepeat:
		return re.Min * least(re.Sub[0])
	case syntax.OpPlus, syntax.OpCapture:
		return least(re.Sub[0])
	case syntax.OpConcat:
		sum := 0
		for _, sub := range re.Sub {
			sum += least(sub)
		}
		return sum
	case syntax.OpAlternate:
		lowest := least(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			lowest = min(lowest, least(sub))
		}
		return lowest
	}
	return 0
}

// counted is how often something is repeated.
var counted = regexp.MustCompile(`^\{[0-9]+(,[0-9]*)?\}`)

// onlyHere gives what Go reads in a pattern and Java, which CloudFormation uses, refuses or takes for
// something else: a brace that counts nothing, a bracket or && among the characters of a class, and
// names of groups in Go's form; "" for none. Source: java.util.regex.Pattern.
func onlyHere(pattern string) string {
	class := false
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch {
		case rest[0] == '\\':
			i++
		case !class && strings.HasPrefix(rest, "(?P"):
			return "(?P"
		case !class && rest[0] == '{' && !counted.MatchString(rest):
			return "{"
		case class && (rest[0] == '[' || strings.HasPrefix(rest, "&&")):
			return rest[:1]
		case !class && rest[0] == '[':
			class = true
			i += len(openClass(rest)) - 1
		case class && rest[0] == ']':
			class = false
		}
	}
	return ""
}

// openClass is the beginning of a class, with a bracket that stands first and so is a character.
func openClass(rest string) string {
	for _, begin := range []string{"[^]", "[]", "[^"} {
		if strings.HasPrefix(rest, begin) {
			return begin
		}
	}
	return "["
}
