// Package registry knows what CloudFormation's registry says about every type of resources: which
// properties it has, of which shape, which of them are required, read-only or create-only, and its
// attributes. It is a leaf: it takes names and values and gives findings; places, acceptance and
// printing belong to its callers.
package registry

import (
	_ "embed" // for the types
	"slices"
	"strings"

	"byocfn/internal/diag"
)

// What the registry says, as text in the order of the types; facts/generate.py says how it is made.
//
//go:embed facts/types.txt
var typesFile string

// mark begins the section of a type.
const mark = "\n= "

// customResource is the type that every Custom::NAME is.
const customResource = "AWS::CloudFormation::CustomResource"

// Type is what the registry says about one type of resources.
type Type struct {
	Name       string
	CreateOnly []string // properties whose change replaces a resource; dots lead deeper
	ReadOnly   []string // properties that only CloudFormation sets; * stands for every item of a list
	Attributes []string // of Fn::GetAtt; * stands for anything
	shapes     []string // the mappings, as they are written; the first is that of the properties
}

// Date is the day of the registry's schemas, such as 2026-10-20.
func Date() string {
	head, _, _ := strings.Cut(typesFile, "\n")
	return head[strings.LastIndexByte(head, ' ')+1:]
}

// Find gives the type of that name, and false where the registry lists none. It reads no other type.
func Find(name string) (*Type, bool) {
	listed := name
	if strings.HasPrefix(name, "Custom::") {
		listed = customResource
	}
	section, ok := sectionOf(typesFile, listed)
	if !ok {
		return nil, false
	}
	return parse(name, section), true
}

// Lists tells whether a type must be in the registry's public list: those of AWS are. An account can
// have types of others, ORGANIZATION::SERVICE::RESOURCE, and modules, of which nothing is known here.
// What is spelt nearly as a type of AWS is a slip.
func Lists(name string) bool {
	organization, rest, _ := strings.Cut(name, "::")
	if slices.ContainsFunc([]string{"AWS", "Alexa", "AMZN"}, func(ours string) bool {
		return strings.EqualFold(organization, ours)
	}) {
		return true
	}
	_, slip := sectionOf(typesFile, "AWS::"+rest)
	return slip && len(organization) <= len("AWS")+1 && diag.Suggest(organization, []string{"AWS"}) != ""
}

// names lists every type of the registry.
func names() []string {
	var out []string
	for section := range strings.SplitSeq(typesFile, mark) {
		name, _, _ := strings.Cut(section, "\n")
		out = append(out, name)
	}
	return out[1:] // the first is the file's head
}

// sectionOf finds the lines of a type by halving, so that little of the text is touched.
func sectionOf(text, name string) (lines string, ok bool) {
	low, high := 0, len(text) // between which the section begins
	for low < high {
		middle := low + (high-low)/2
		i := strings.Index(text[middle:min(high+len(mark)-1, len(text))], mark)
		if i < 0 {
			high = middle
			continue
		}
		begin := middle + i + len(mark)
		section, _, _ := strings.Cut(text[begin:], mark)
		title, lines, _ := strings.Cut(section, "\n")
		switch {
		case name < title:
			high = middle
		case name > title:
			low = begin
		default:
			return lines, true
		}
	}
	return "", false
}

// parse reads the lines of one type; facts/generate.py tells their form.
func parse(name, section string) *Type {
	t := &Type{Name: name}
	attributes := false
	for line := range strings.SplitSeq(section, "\n") {
		kind, words, _ := strings.Cut(line, " ")
		switch kind {
		case "c":
			t.CreateOnly = strings.Fields(words)
		case "r":
			t.ReadOnly = strings.Fields(words)
		case "a":
			t.Attributes, attributes = strings.Fields(words), true
		case ".", "+":
			t.shapes = append(t.shapes, line)
		}
	}
	if !attributes {
		t.Attributes = t.ReadOnly
	}
	return t
}

// ARN gives the attribute that is the ARN of the resource: Arn, or TopicArn of a topic; "" where no
// attribute says so.
func (t *Type) ARN() string {
	own := t.Name[strings.LastIndexByte(t.Name, ':')+1:] + "Arn"
	for _, name := range []string{"Arn", own} {
		if slices.Contains(t.Attributes, name) {
			return name
		}
	}
	return ""
}
