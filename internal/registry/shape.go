package registry

import (
	"slices"
	"strconv"
	"strings"
)

// property is one of a mapping. Its shape is written as in facts/types.txt: "" for one value, * for
// anything, [SHAPE for a list, {SHAPE for a mapping with free keys, or the number of a mapping.
type property struct {
	name     string
	required bool
	shape    string
}

// mapping is a set of properties; an open one may have others.
type mapping struct {
	properties []property
	open       bool
}

// mapping reads one of the type's mappings; ok is false for a shape that is none.
func (t *Type) mapping(shape string) (m mapping, ok bool) {
	number, err := strconv.Atoi(shape)
	if err != nil || number < 0 || number >= len(t.shapes) {
		return mapping{}, false
	}
	kind, words, _ := strings.Cut(t.shapes[number], " ")
	m.open = kind == "+"
	for word := range strings.FieldsSeq(words) {
		name, shape, _ := strings.Cut(word, "=")
		name, required := strings.CutSuffix(name, "!")
		m.properties = append(m.properties, property{name, required, shape})
	}
	return m, true
}

func (m mapping) find(name string) (property, bool) {
	i := slices.IndexFunc(m.properties, func(p property) bool { return p.name == name })
	if i < 0 {
		return property{}, false
	}
	return m.properties[i], true
}

// HasAttribute tells whether Fn::GetAtt gives an attribute of the type. What leads deeper into one
// that is no single value counts.
func (t *Type) HasAttribute(name string) bool {
	return slices.ContainsFunc(t.Attributes, func(a string) bool {
		head, _, any := strings.Cut(a, "*")
		return name == a || any && strings.HasPrefix(name, head) ||
			strings.HasPrefix(name, a+".") && t.shapeOf(a) != ""
	})
}

// shapeOf follows the dots of a name; what it cannot follow may be anything.
func (t *Type) shapeOf(name string) string {
	shape := "0"
	for step := range strings.SplitSeq(name, ".") {
		m, _ := t.mapping(shape)
		p, ok := m.find(step)
		if !ok {
			return "*"
		}
		shape = p.shape
	}
	return shape
}
