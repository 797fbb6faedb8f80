package iam

import "slices"

// meets tells whether a resource may exist that both texts mean.
func meets(a, b Resource) bool {
	x, y := SplitARN(a.Text), SplitARN(b.Text)
	if len(x) != 6 || len(y) != 6 {
		return true // every resource, or a reference
	}
	for i := 1; i < 6; i++ {
		if !overlap(patternOf(x[i], a.reference()), patternOf(y[i], b.reference())) {
			return false
		}
	}
	return true
}

// reference is what references in the text stand for.
func (r Resource) reference() byte {
	if r.Wildcards {
		return anyRun
	}
	return partRun
}

// covers tells whether a text takes in every resource that another means.
func covers(wide, narrow string) bool {
	if wide == "*" || wide == narrow {
		return true
	}
	x, y := SplitARN(wide), SplitARN(narrow)
	if len(x) != 6 || len(y) != 6 {
		return false
	}
	for i := 1; i < 6; i++ {
		if x[i] != y[i] && !contains(patternOf(x[i], partRun), patternOf(y[i], partRun)) {
			return false
		}
	}
	return true
}

// contains tells whether a pattern matches all that another does; no for some where it does.
func contains(wide, narrow []glyph) bool {
	var star, from []glyph // behind the last asterisk, and where it stopped
	for len(narrow) > 0 {
		switch {
		case len(wide) > 0 && wide[0].kind == anyRun:
			wide = wide[1:]
			star, from = wide, narrow
			if len(wide) == 0 {
				return true
			}
		case len(wide) > 0 && wide[0].containsOne(narrow[0]):
			wide, narrow = wide[1:], narrow[1:]
		case star != nil:
			from = from[1:]
			wide, narrow = star, from
		default:
			return false
		}
	}
	return !slices.ContainsFunc(wide, func(g glyph) bool { return g.kind != anyRun })
}

func (g glyph) containsOne(o glyph) bool {
	return g.kind == anyOne && !o.runs() || g.kind == letter && g == o
}
