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
	var s Service
	var sets [][]string
	for line := range strings.SplitSeq(section, "\n") {
		if len(line) < 3 {
			continue
		}
		kind, fields := line[0], strings.Split(line[2:], "\t")
		switch kind {
		case '=':
			s.Prefix, s.Title = fields[0], field(fields, 1)
		case 'k':
			sets = append(sets, strings.Fields(fields[0]))
		case 't':
			s.Types = append(s.Types, parseType(fields, sets))
		case 'a':
			s.Actions = append(s.Actions, parseAction(s.Prefix, fields, sets))
		}
	}
	return s
}

func parseType(fields []string, sets [][]string) Type {
	t := Type{Name: fields[0], Keys: keySet(field(fields, 1), sets)}
	for _, format := range fields[min(2, len(fields)):] {
		t.Formats = append(t.Formats, formatHead+format)
		t.arns = append(t.arns, formatOf(formatHead+format))
	}
	return t
}

func parseAction(prefix string, fields []string, sets [][]string) Action {
	a := Action{Service: prefix, Name: fields[0], Level: UnknownLevel}
	if level := field(fields, 1); level != "" {
		a.Level = Level(level[0])
	}
	a.Keys = keySet(field(fields, 2), sets)
	a.Depends = strings.Fields(field(fields, 4))
	uses := field(fields, 3)
	if uses == "" {
		return a
	}
	for use := range strings.SplitSeq(uses, ",") {
		name, set, _ := strings.Cut(use, "@")
		name, required := strings.CutSuffix(name, "!")
		a.Uses = append(a.Uses, Use{Type: name, Required: required, Keys: keySet(set, sets)})
	}
	return a
}

func field(fields []string, i int) string {
	if i >= len(fields) {
		return ""
	}
	return fields[i]
}

func keySet(number string, sets [][]string) []string {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(sets) {
		return nil
	}
	return slices.Clip(sets[n])
}
