package plan

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
)

func TestAdmits(t *testing.T) {
	for pattern, want := range map[string]string{
		`^[a-z]+$`:                 "",
		`^$`:                       "",
		`^a*b?$`:                   "", // quantifiers are no characters
		`^a\*$`:                    "*",
		`^\Qa?b\E$`:                "?",
		`^[^a]$`:                   policyWild,
		`^.$`:                      policyWild,
		`^\S$`:                     policyWild,
		`^\d\w\s$`:                 "",
		`^[!-%]$`:                  `$"`,
		`^(a|b(c|\\)){2,9}$`:       `\`,
		`^[\x{22}]$`:               `"`,
		`[a-z]`:                    policyWild, // not the whole value
		`^[a-z]`:                   policyWild,
		`[a-z]$`:                   policyWild,
		`^(`:                       policyWild, // unreadable
		``:                         policyWild,
		`^(?:vpc-[0-9a-f]{8,17})$`: "",
	} {
		if got := admits(pattern, policyWild); sorted(got) != sorted(want) {
			t.Errorf("%s admits %q, not %q", pattern, got, want)
		}
	}
	if got := admits("^.$", shellWild); got != "'\r" {
		t.Errorf("the dot admits %q", got)
	}
	if got := admits(`^\s$`, shellWild); got != "\n\r" {
		t.Errorf("white space admits %q", got)
	}
}

func sorted(s string) string {
	var out strings.Builder
	for _, r := range policyWild {
		if strings.ContainsRune(s, r) {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// TestKindsAdmitNothing: the kinds' own patterns let nothing through that changes a policy or a
// quoted word, and take their own examples.
func TestKindsAdmitNothing(t *testing.T) {
	for name, k := range kinds() {
		if k.Pattern == "" {
			continue
		}
		if bad := admits(k.Pattern, policyWild+shellWild); bad != "" {
			t.Errorf("%s admits %q", name, bad)
		}
		p := Parameter{AllowedPattern: k.Pattern, MaxLength: &k.MaxLength}
		if reason := p.Refuses(k.Example); k.Example != "" && reason != "" {
			t.Errorf("%s: its example %s", name, reason)
		}
		if !strings.HasPrefix(k.Says, "must ") {
			t.Errorf("%s says %q", name, k.Says)
		}
	}
}

// FuzzAdmits holds the analysis against the engine: what a matching value holds must be reported.
func FuzzAdmits(f *testing.F) {
	for _, s := range []string{`^a\*$`, `^[^a]+$`, `^(?i:x|\$)$`, `^.*$`, "^[\\s\"]{2}$", `^a|b*$`, `^\x3f$`} {
		f.Add(s, uint64(7))
	}
	f.Fuzz(func(t *testing.T, pattern string, seed uint64) {
		re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
		tree, treeErr := syntax.Parse(pattern, syntax.Perl)
		if err != nil || treeErr != nil || len(pattern) > 60 {
			return
		}
		wanted := policyWild + shellWild
		reported := admits(pattern, wanted)
		random := rand.New(rand.NewPCG(seed, 1))
		for range 30 {
			value := sample(tree, random, 4)
			if !re.MatchString(value) {
				continue // an anchor or a boundary in the middle
			}
			for _, r := range wanted {
				if strings.ContainsRune(value, r) && !strings.ContainsRune(reported, r) {
					t.Fatalf("%q matches %q, but only %q was reported", pattern, value, reported)
				}
			}
		}
	})
}

// sample makes a text that the expression probably matches.
func sample(re *syntax.Regexp, random *rand.Rand, depth int) string {
	all := func(times int) string {
		var out strings.Builder
		for range times {
			for _, s := range re.Sub {
				out.WriteString(sample(s, random, depth-1))
			}
		}
		return out.String()
	}
	if depth < -20 {
		return ""
	}
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		if len(re.Rune) < 2 {
			return ""
		}
		i := random.IntN(len(re.Rune)/2) * 2
		lo, hi := re.Rune[i], min(re.Rune[i+1], re.Rune[i]+200)
		return string(lo + random.Int32N(hi-lo+1))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return string([]rune(policyWild + shellWild + "aé")[random.IntN(10)])
	case syntax.OpAlternate:
		return sample(re.Sub[random.IntN(len(re.Sub))], random, depth-1)
	case syntax.OpStar, syntax.OpQuest:
		return all(random.IntN(2))
	case syntax.OpRepeat:
		return all(min(re.Min+random.IntN(2), 5))
	}
	return all(1)
}

func TestAdmitsNothing(t *testing.T) {
	for pattern, want := range map[string]bool{
		"": true, "^$": true, "^[a-z]*$": true, "^(a|)$": true, "[0-9]{0,3}": true, "^$|^a$": true,
		"^[a-z]+$": false, "a": false, "^a?b$": false, "a|b": false, "^(a$": false,
	} {
		if got := admitsNothing(pattern); got != want {
			t.Errorf("%q: %v", pattern, got)
		}
	}
}

// TestOnlyHere: what Java refuses or reads otherwise, and what both read alike.
func TestOnlyHere(t *testing.T) {
	for pattern, want := range map[string]string{
		`^a{2}b{2,}c{2,19}$`: "", `^\{[^{}]+\}$`: "", `^[a-z&]+$`: "", `^[]a]$`: "", `^[^]a]$`: "", `^\[[\[]$`: "",
		`^(?i)(?:a|b)$`: "", "": "", `\`: "",
		`^a{2,$`: "{", `^{a}$`: "{", `^a{,2}$`: "{", `^[[]$`: "[", `^[a[b]$`: "[", `^[a&&b]$`: "&",
		`^(?P<x>a)$`: "(?P",
	} {
		if got := onlyHere(pattern); got != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}
