package proof

import "regexp/syntax"

// unbounded is more than any limit of AWS.
const unbounded = 1 << 30

// longest gives the greatest number of characters of a text that matches the pattern, and
// unbounded where there is none or where Go cannot read the pattern. CloudFormation holds the
// pattern against the entire value, with or without anchors (user guide, "Parameters",
// AllowedPattern).
func longest(pattern string) int {
	return heaviest(pattern, func(rune, rune) int { return 1 })
}

// most gives how often a text that matches the pattern can hold the character.
func most(pattern string, c rune) int {
	return heaviest(pattern, func(lo, hi rune) int {
		if lo <= c && c <= hi {
			return 1
		}
		return 0
	})
}

// heaviest adds up the weights of the characters of the heaviest text that matches.
func heaviest(pattern string, weight func(lo, hi rune) int) int {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return unbounded
	}
	return heaviestOf(re, weight)
}

func heaviestOf(re *syntax.Regexp, weight func(lo, hi rune) int) int {
	sum, greatest := 0, 0
	for _, sub := range re.Sub {
		w := heaviestOf(sub, weight)
		sum = min(sum+w, unbounded)
		greatest = max(greatest, w)
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			sum += weight(r, r)
		}
		return sum
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			greatest = max(greatest, weight(re.Rune[i], re.Rune[i+1]))
		}
		return greatest
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return weight(0, 0x10FFFF)
	case syntax.OpAlternate:
		return greatest
	case syntax.OpStar, syntax.OpPlus:
		return times(sum, -1)
	case syntax.OpRepeat:
		return times(sum, re.Max)
	}
	return sum
}

// times multiplies without leaving the bound; a negative n is any number.
func times(w, n int) int {
	if w == 0 || n == 0 {
		return 0
	}
	if n < 0 || w >= unbounded/n {
		return unbounded
	}
	return w * n
}
