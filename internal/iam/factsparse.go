package iam

import (
	"slices"
	"strconv"
	"strings"
)

// formatHead begins every ARN format; the facts leave it out.
const formatHead = "arn:${Partition}:"

// parseService reads one section of the facts; facts/generate.py tells its form.
func parseService(section string) Service {
	s := Service{Actions: make([]*Action, 0, strings.Count(section, "\na "))}
	var sets [][]string
	for line := range strings.SplitSeq(section, "\n") {
		if len(line) < 3 {
			continue
		}
		fields := fields(line[2:])
		switch line[0] {
		case '=':
			s.Prefix, s.Title = fields.next(), fields.next()
		case 'k':
			sets = append(sets, strings.Fields(fields.next()))
		case 't':
			s.Types = append(s.Types, parseType(&fields, sets))
		case 'a':
			s.Actions = append(s.Actions, parseAction(s.Prefix, &fields, sets))
		}
	}
	return s
}

func parseType(f *fields, sets [][]string) Type {
	t := Type{Name: f.next(), Keys: keySet(f.next(), sets)}
	for *f != "" {
		format := formatHead + f.next()
		t.Formats = append(t.Formats, format)
		t.arns = append(t.arns, formatOf(format))
	}
	return t
}

func parseAction(prefix string, f *fields, sets [][]string) *Action {
	a := &Action{Service: prefix, Name: f.next(), Level: UnknownLevel}
	if level := f.next(); level != "" {
		a.Level = Level(level[0])
	}
	a.Keys = keySet(f.next(), sets)
	uses := f.next()
	a.Depends = strings.Fields(f.next())
	if uses == "" {
		return a
	}
	a.Uses = make([]Use, 0, strings.Count(uses, ",")+1)
	for use := range strings.SplitSeq(uses, ",") {
		name, set, _ := strings.Cut(use, "@")
		name, required := strings.CutSuffix(name, "!")
		a.Uses = append(a.Uses, Use{Type: name, Required: required, Keys: keySet(set, sets)})
	}
	return a
}

// fields is what is left of a line, with tabs between its fields.
type fields string

// next takes the next field; "" where there is none.
func (f *fields) next() string {
	field, rest, _ := strings.Cut(string(*f), "\t")
	*f = fields(rest)
	return field
}

func keySet(number string, sets [][]string) []string {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(sets) {
		return nil
	}
	return slices.Clip(sets[n])
}
