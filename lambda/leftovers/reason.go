package leftovers

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"byocfn/internal/customresource/ec2util"
)

// leftover is what one question found, and how to remove it.
type leftover struct {
	one, many, which string // instance, instances, " tagged made-by=acme"
	ids              []string
	remove           string
}

// longest is how many characters a reason may have; CloudFormation's console shows about as many.
const longest = 299

const readme = "The product's README says how to remove that."

// reason says what is left, how to remove it, and how to go on. Where that does not fit, ids are
// dropped first, then ways to remove, the last one first; at last what is left is cut.
func reason(left []leftover, logicalID string) string {
	var ways []string
	for _, l := range left {
		way := strings.TrimRight(l.remove, ". ") + "."
		if l.remove != "" && !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	end := "Then " + again(logicalID)
	for n := len(ways); n >= 0; n-- {
		told := slices.Clone(ways[:n])
		switch {
		case n == 0 && len(ways) > 0:
			told = []string{readme}
		case n < len(ways):
			told = append(told, "The rest: see the README.")
		}
		for ids := 3; ids >= 0; ids-- {
			if text := sentences(list(left, ids)+".", told, end); length(text) <= longest {
				return text
			}
		}
	}
	told := []string{readme}
	room := longest - length(sentences("", told, end))
	return sentences(ec2util.Short(list(left, 1), room), told, end)
}

func sentences(what string, told []string, end string) string {
	return "Still there: " + strings.Join(append(append([]string{what}, told...), end), " ")
}

// again is the end of every reason.
func again(logicalID string) string {
	return "delete the stack again; to leave it all, --retain-resources " + logicalID
}

// list counts what is left and shows at most some ids of each. What marks several of them stands
// with the first.
func list(left []leftover, ids int) string {
	var all []string
	marked := ""
	for _, l := range left {
		noun, shown := l.many, strings.Join(l.ids[:min(ids, len(l.ids))], ", ")
		if len(l.ids) == 1 {
			noun = l.one
		}
		switch {
		case shown == "":
		case ids < len(l.ids):
			shown = " (" + shown + ", …)"
		default:
			shown = " (" + shown + ")"
		}
		if l.which != marked {
			noun, marked = noun+l.which, l.which
		}
		all = append(all, strconv.Itoa(len(l.ids))+" "+noun+shown)
	}
	return strings.Join(all, ", ")
}

func length(text string) int { return utf8.RuneCountInString(text) }
