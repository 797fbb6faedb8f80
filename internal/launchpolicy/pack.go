package launchpolicy

import (
	"slices"
	"strconv"

	"byocfn/internal/iam"
)

// full is where a document is closed: 90 % of what IAM takes, so that a longer name of the stack, or
// a condition that an administrator adds, still fits.
const full = iam.MaxManagedPolicy * 9 / 10

// pack fills documents NAME-1, NAME-2 ... with the statements in their order; a later one goes into the
// first that has room.
func pack(name string, statements []Statement) []Document {
	var out []Document
	var sizes []int
	for _, s := range small(statements) {
		n := sizeOf(s)
		i := slices.IndexFunc(sizes, func(size int) bool { return size+n <= full })
		if i < 0 {
			i = len(out)
			out = append(out, Document{name + "-" + number(i+1), make([]Statement, 0, len(statements)/2+1)})
			sizes = append(sizes, frame)
		}
		sizes[i] += n
		out[i].Statements = append(out[i].Statements, s)
	}
	return out
}

// small halves the resources of a statement that alone is too large, or the values of its condition:
// in both, one of them is enough.
func small(statements []Statement) []Statement {
	if !slices.ContainsFunc(statements, large) {
		return statements
	}
	var out []Statement
	for _, s := range statements {
		if !large(s) {
			out = append(out, s)
			continue
		}
		first, second := halves(s)
		second.Sid = sidAmong(slices.Concat(out, statements), s.Sid)
		out = append(out, small([]Statement{first, second})...)
	}
	return out
}

func large(s Statement) bool {
	return frame+sizeOf(s) > full && (len(s.Resources) > 1 || longest(s) >= 0)
}

// longest gives the clause with the most values, where one has several.
func longest(s Statement) int {
	at, n := -1, 1
	for i, c := range s.Condition {
		if len(c.Values) > n {
			at, n = i, len(c.Values)
		}
	}
	return at
}

func halves(s Statement) (first, second Statement) {
	first, second = s, s
	if half := len(s.Resources) / 2; half > 0 {
		first.Resources, second.Resources = s.Resources[:half], s.Resources[half:]
		return first, second
	}
	i := longest(s)
	values := s.Condition[i].Values
	first.Condition, second.Condition = slices.Clone(s.Condition), slices.Clone(s.Condition)
	first.Condition[i].Values = values[:len(values)/2]
	second.Condition[i].Values = values[len(values)/2:]
	return first, second
}

// frame is the size of a document without statements.
const frame = len(`{"Version":"2012-10-17","Statement":[]}`)

// sizeOf counts a statement as IAM does, without white space, with the comma behind it.
func sizeOf(s Statement) int {
	n := len(`{"Sid":"","Effect":"Allow","Action":,"Resource":},`) + len(s.Sid)
	n += sizeOfList(s.Actions) + sizeOfList(s.Resources)
	for _, c := range s.Condition {
		n += len(`"":{"":},`) + len(c.Operator) + len(c.Key) + sizeOfList(c.Values)
	}
	if len(s.Condition) > 0 {
		n += len(`,"Condition":{}`)
	}
	return n
}

func sizeOfList(list []string) int {
	n := len(`[]`)
	for _, text := range list {
		n += len(text) + len(`"",`)
	}
	return n
}

func number(n int) string { return strconv.Itoa(n) }
