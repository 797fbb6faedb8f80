// Package iam knows IAM: which actions, resource types and condition keys exist, how ARNs look,
// how large policies may be, and what is wrong or too wide in a statement. It is a leaf: it takes
// texts and gives findings; places, acceptance and printing belong to its callers.
package iam

import (
	"cmp"
	_ "embed" // for the facts
	"slices"
	"strings"
)

// The facts come from the AWS Service Authorization Reference; facts/generate.py says how.
//
//go:embed facts/actions.txt
var actionsFile string

// Level is the access level of an action, as the Service Authorization Reference gives it.
type Level byte

// The access levels. UnknownLevel belongs to actions which only cfn-lint's newer list names.
const (
	Read         Level = 'R'
	List         Level = 'L'
	Write        Level = 'W'
	Tagging      Level = 'T'
	Permissions  Level = 'P'
	UnknownLevel Level = '?'
)

// String gives the reference's own word.
func (l Level) String() string {
	switch l {
	case Read:
		return "Read"
	case List:
		return "List"
	case Write:
		return "Write"
	case Tagging:
		return "Tagging"
	case Permissions:
		return "Permissions management"
	}
	return "unknown"
}

// Changes tells whether the action alters things, tags or permissions.
func (l Level) Changes() bool { return l == Write || l == Tagging || l == Permissions }

// Service is one service prefix of IAM.
type Service struct {
	Prefix, Title string
	Types         []Type   // by name
	Names         []string // of its actions, in order, letter case ignored
	actions       *actions
}

// Type is a resource type. Formats are ARNs with ${Partition}, ${Region}, ${Account} and names of
// parts as variables. Keys are the condition keys that statements about it may use.
type Type struct {
	Name    string
	Formats []string
	Keys    []string
	arns    []arn // the formats, taken apart
}

// Action is one action. Keys hold for the action whatever its resource; Depends names the further
// actions that a caller needs.
type Action struct {
	Service, Name string
	Level         Level
	Keys          []string
	Uses          []Use
	Depends       []string
}

// Use is a resource type that an action supports, and the keys that hold for this pair only.
type Use struct {
	Type     string
	Required bool
	Keys     []string
}

// Full gives the name as policies spell it: s3:GetObject.
func (a *Action) Full() string { return a.Service + ":" + a.Name }

// is tells whether a name, as Full gives it, is the action's.
func (a *Action) is(full string) bool {
	n := len(a.Service)
	return len(full) == n+1+len(a.Name) && full[n] == ':' && full[:n] == a.Service && full[n+1:] == a.Name
}

// Type gives the resource type of that name, letter case ignored.
func (s Service) Type(name string) (Type, bool) {
	for _, t := range s.Types {
		if strings.EqualFold(t.Name, name) {
			return t, true
		}
	}
	return Type{}, false
}

// Facts reads services on demand. It keeps those that it has read and what it has worked out. It may
// be shared by goroutines; what its methods give must not be changed.
type Facts struct {
	text      string
	services  memo[string, Service]   // by prefix; zero where there is no such service
	actions   memo[string, *Action]   // by full name; nil where there is no such action
	expanded  memo[string, []*Action] // by pattern
	completed memo[string, completed]
	types     memo[typesKey, map[string]bool] // see typesOf
}

// Load gives the facts built into the program. It reads nothing yet.
func Load() *Facts { return &Facts{text: actionsFile} }

// Service gives what is known of a service prefix, letter case ignored as IAM does.
func (f *Facts) Service(prefix string) (Service, bool) {
	s := f.services.of(strings.ToLower(prefix), func() Service {
		section, ok := f.section(strings.ToLower(prefix))
		if !ok {
			return Service{}
		}
		return parseService(section)
	})
	return s, s.Prefix != ""
}

// section gives the lines of a service, its "= " line included. The services stand in order.
func (f *Facts) section(prefix string) (string, bool) {
	const begin = "\n= "
	text := f.text
	for text != "" {
		start := len(text) / 2
		if at := strings.Index(text[start:], begin); at >= 0 {
			start += at
		} else if start = strings.LastIndex(text, begin); start < 0 {
			return "", false
		}
		section := text[start+1:]
		name, _, _ := strings.Cut(section[len(begin)-1:], "\t")
		switch order := strings.Compare(prefix, name); {
		case order < 0:
			text = text[:start]
		default:
			end := strings.Index(section, begin)
			if end < 0 {
				end = len(section)
			}
			if order == 0 {
				return section[:end], true
			}
			text = section[end:]
		}
	}
	return "", false
}

// Prefixes gives all service prefixes in order.
func (f *Facts) Prefixes() []string {
	var out []string
	for text := f.text; ; {
		start := strings.Index(text, "\n= ")
		if start < 0 {
			return out
		}
		text = text[start+3:]
		prefix, _, _ := strings.Cut(text, "\t")
		out = append(out, prefix)
	}
}

// Action gives an action by its full name, letter case ignored.
func (f *Facts) Action(name string) (*Action, bool) {
	prefix, short, _ := strings.Cut(name, ":")
	a := f.actions.of(name, func() *Action {
		s, _ := f.Service(prefix)
		i, found := slices.BinarySearchFunc(s.Names, short, compareFold)
		if !found {
			return nil
		}
		return s.action(i)
	})
	return a, a != nil
}

// compareFold compares names of ASCII, letter case ignored.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(lower(a[i]), lower(b[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// Expand gives the actions that a pattern such as s3:Get* stands for, in the order of their names.
// IAM's wildcards are * and ?. The pattern "*" alone, every action of AWS, gives nil.
func (f *Facts) Expand(pattern string) []*Action {
	prefix, short, ok := strings.Cut(pattern, ":")
	if !ok {
		return nil
	}
	return f.expanded.of(pattern, func() []*Action {
		s, _ := f.Service(prefix)
		lower := strings.ToLower(short)
		var out []*Action
		for i, name := range s.Names {
			if matches(lower, name) {
				out = append(out, s.action(i))
			}
		}
		return slices.Clip(out)
	})
}
