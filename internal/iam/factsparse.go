package iam

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// formatHead begins every ARN format; the facts leave it out.
const formatHead = "arn:${Partition}:"

// actions are those of a service, each read when somebody asks for it: most are never asked for.
type actions struct {
	lines []fields   // what stands behind their names
	sets  [][]string // of condition keys, by number
	read  []atomic.Pointer[Action]
}

// parseService reads one section of the facts; facts/generate.py tells its form.
func parseService(section string) Service {
	n := strings.Count(section, "\na ")
	all := &actions{lines: make([]fields, 0, n)}
	s := Service{Names: make([]string, 0, n), actions: all}
	for line := range strings.SplitSeq(section, "\n") {
		if len(line) < 3 {
			continue
		}
		fields := fields(line[2:])
		switch line[0] {
		case '=':
			s.Prefix, s.Title = fields.next(), fields.next()
		case 'k':
			all.sets = append(all.sets, strings.Fields(fields.next()))
		case 't':
			s.Types = append(s.Types, parseType(&fields, all.sets))
		case 'a':
			s.Names = append(s.Names, fields.next())
			all.lines = append(all.lines, fields)
		}
	}
	all.read = make([]atomic.Pointer[Action], len(all.lines))
	return s
}

// action gives one of the actions. Where two goroutines read it at once, either is right.
func (s Service) action(i int) *Action {
	if known := s.actions.read[i].Load(); known != nil {
		return known
	}
	a := s.actions.parse(s.Prefix, s.Names[i], s.actions.lines[i])
	s.actions.read[i].Store(a)
	return a
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

func (all *actions) parse(prefix, name string, f fields) *Action {
	a := &Action{Service: prefix, Name: name, Level: UnknownLevel}
	if level := f.next(); level != "" {
		a.Level = Level(level[0])
	}
	a.Keys = keySet(f.next(), all.sets)
	uses := f.next()
	a.Depends = strings.Fields(f.next())
	if uses == "" {
		return a
	}
	a.Uses = make([]Use, 0, strings.Count(uses, ",")+1)
	for use := range strings.SplitSeq(uses, ",") {
		name, set, _ := strings.Cut(use, "@")
		name, required := strings.CutSuffix(name, "!")
		a.Uses = append(a.Uses, Use{Type: name, Required: required, Keys: keySet(set, all.sets)})
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
