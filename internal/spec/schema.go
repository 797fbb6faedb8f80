package spec

import (
	"fmt"
	"math"
	"reflect"

	"byocfn/internal/jsontext"
	"byocfn/internal/source"
)

// Schema gives the JSON Schema (draft-07) of a kind of file, "product" or "stack", for editors: it
// comes from the same struct tags as the decoder. kinds are the kinds of parameters, which package
// plan defines. The same arguments give the same bytes.
func Schema(kind string, kinds []string) ([]byte, error) {
	var root reflect.Type
	switch kind {
	case "product":
		root = reflect.TypeFor[Product]()
	case "stack":
		root = reflect.TypeFor[Stack]()
	default:
		return nil, fmt.Errorf("no schema for %q: the kinds of files are product and stack", kind)
	}
	s := &schemer{kinds: kinds, seen: map[string]bool{}}
	schema := append(object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"title", "A " + kind + " of byocfn"},
	}, s.mapping(root)...)
	return jsontext.Print(append(schema, member{"definitions", s.definitions})), nil
}

// object is a JSON object that keeps the order of its keys.
type object []member

type member struct {
	key   string
	value any
}

// Len and Member make it an Object of package jsontext.
func (o object) Len() int { return len(o) }

// Member gives the i-th key and value.
func (o object) Member(i int) (string, any) { return o[i].key, o[i].value }

// schemer collects the definitions of the structs that it meets, in the order of the language.
type schemer struct {
	kinds       []string
	seen        map[string]bool
	definitions object
}

// mapping describes the keys of a struct.
func (s *schemer) mapping(t reflect.Type) object {
	var properties object
	required := []string{}
	for _, f := range source.Fields(t) {
		if f.Required {
			required = append(required, f.Key)
		}
		words := enumOf(t, f)
		if t == reflect.TypeFor[Parameter]() && f.Key == "kind" {
			words = s.kinds
		}
		described := object{{"description", f.Doc()}}
		properties = append(properties, member{f.Key, append(described, s.field(f.Type, words)...)})
	}
	out := object{{"type", "object"}, {"additionalProperties", false}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	return append(out, member{"properties", properties})
}

// field describes a value that stands beside a description. Draft-07 ignores what stands beside a
// $ref, so the reference goes into an allOf.
func (s *schemer) field(t reflect.Type, words []string) object {
	out := s.value(t, words)
	if out[0].key == "$ref" {
		return object{{"allOf", []any{out}}}
	}
	return out
}

// value describes what one type of the language is written as.
func (s *schemer) value(t reflect.Type, words []string) object {
	if known := scalar(t, words); known != nil {
		return known
	}
	switch {
	case t == reflect.TypeFor[*source.Node]():
		return object{{"type", "object"}}
	case t.Kind() == reflect.Pointer:
		return s.value(t.Elem(), words)
	case t.Kind() == reflect.Struct && shorthand(t):
		value, _ := t.FieldByName("Value")
		return anyOf(s.value(value.Type, nil), s.reference(t))
	case t == reflect.TypeFor[Regions]():
		facts := s.value(reflect.TypeFor[Keyed[Fact]](), nil)
		return anyOf(listOf(scalar(reflect.TypeFor[Word](), nil)),
			keyed(anyOf(object{{"type", "null"}}, facts)))
	case t.Kind() == reflect.Struct:
		return s.reference(t)
	}
	// Slices: a Keyed, or one value or a list of them.
	if name, ok := t.Elem().FieldByName("Name"); ok && name.Type == reflect.TypeFor[Word]() {
		v, _ := t.Elem().FieldByName("Value")
		return keyed(s.value(v.Type, nil))
	}
	item := s.value(t.Elem(), words)
	return anyOf(item, listOf(item))
}

func (s *schemer) reference(t reflect.Type) object {
	if !s.seen[t.Name()] {
		s.seen[t.Name()] = true
		at := len(s.definitions)
		s.definitions = append(s.definitions, member{t.Name(), nil})
		s.definitions[at].value = s.mapping(t)
	}
	return object{{"$ref", "#/definitions/" + t.Name()}}
}

func anyOf(choices ...any) object { return object{{"anyOf", choices}} }

func listOf(item object) object {
	return object{{"type", "array"}, {"minItems", 1}, {"items", item}}
}

func keyed(value object) object {
	return object{{"type", "object"}, {"additionalProperties", value}}
}

// flagPattern is what flag reads, for a language of patterns that cannot ignore case.
const flagPattern = `^([Yy][Ee][Ss]|[Tt][Rr][Uu][Ee]|[Oo][Nn]|[Nn][Oo]|[Ff][Aa][Ll][Ss][Ee]|[Oo][Ff]{2})$`

// scalar describes the types that are written as one word; nil for the others. Where YAML sees a
// number or a boolean, the decoder takes the spelling.
func scalar(t reflect.Type, words []string) object {
	spelt := object{{"type", []string{"string", "number", "boolean"}}}
	switch t {
	case reflect.TypeFor[Word]():
		if len(words) > 0 {
			return object{{"enum", words}}
		}
		return append(spelt, member{"minLength", 1})
	case reflect.TypeFor[Text]():
		return spelt
	case reflect.TypeFor[Fact]():
		return anyOf(spelt, listOf(spelt))
	case reflect.TypeFor[Flag]():
		return object{{"type", []string{"boolean", "string"}}, {"pattern", flagPattern},
			{"examples", []string{"yes", "no"}}}
	case reflect.TypeFor[Number]():
		return object{{"type", "integer"}, {"minimum", math.MinInt32}, {"maximum", math.MaxInt32}}
	case reflect.TypeFor[Atom]():
		return object{{"type", []string{"string", "boolean"}}, {"pattern", atomForm.String()}}
	case reflect.TypeFor[PortRange]():
		return anyOf(object{{"type", "integer"}, {"minimum", 0}, {"maximum", maxPort}},
			object{{"type", "string"}, {"pattern", portForm.String()}})
	}
	return nil
}
