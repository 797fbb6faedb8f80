package diag

import "strings"

// maxEdits is how many edits still count as a slip of the finger.
const maxEdits = 2

// Suggest gives the candidate that the writer of word most likely meant, or "". A candidate that
// differs only in case wins; otherwise the closest within two edits, the earlier one on a tie.
// Short words need to be closer: half of the letters must be right.
func Suggest(word string, candidates []string) string {
	best, bestEdits := "", maxEdits+1
	for _, c := range candidates {
		if strings.EqualFold(word, c) {
			return c
		}
		a, b := []rune(strings.ToLower(word)), []rune(strings.ToLower(c))
		longer, shorter := max(len(a), len(b)), min(len(a), len(b))
		if longer-shorter > maxEdits {
			continue
		}
		if n := edits(a, b); n < bestEdits && 2*n <= longer {
			best, bestEdits = c, n
		}
	}
	if best == "" {
		return holding(word, candidates)
	}
	return best
}

// holding gives the only candidate that holds the word, or "": secret-arn for secret.
func holding(word string, candidates []string) string {
	found := ""
	for _, c := range candidates {
		if len(word) < 4 || !strings.Contains(strings.ToLower(c), strings.ToLower(word)) {
			continue
		}
		if found != "" {
			return ""
		}
		found = c
	}
	return found
}

// DidYouMean is Suggest as a hint: `did you mean "x"?`, or "" where nothing is close.
func DidYouMean(word string, candidates []string) string {
	if s := Suggest(word, candidates); s != "" {
		return `did you mean "` + s + `"?`
	}
	return ""
}

// edits counts insertions, deletions, replacements and swaps of neighbours between a and b
// (optimal string alignment).
func edits(a, b []rune) int {
	older, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			replace := prev[j]
			if a[i] != b[j] {
				replace++
			}
			row[j+1] = min(replace, prev[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, prev, row = prev, row, older
	}
	return prev[len(b)]
}
