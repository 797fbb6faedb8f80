package stack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
)

// tickets lets values travel through goformation's fields, which are Go strings. A body hands a
// value in and puts the ticket (a NUL and a number) into the field; after marshalling, tickets are
// exchanged for their values. Every text of the plan travels so, literals too: what a user wrote
// is never looked at, so nothing in it can pass for a ticket or for a disguised function.
type tickets struct {
	values   []cfn.Value
	problems []string // what the plan did not give, or gave in the wrong place
}

const (
	valueMark = "\x00"  // the text is one value
	listMark  = "\x00*" // the list of this one text is one value
)

// text carries a required value.
func (t *tickets) text(field string, v cfn.Value) string {
	if v == nil {
		t.problems = append(t.problems, "no "+field)
	}
	return t.hand(valueMark, v)
}

// maybe carries an optional value; nil leaves the field out.
func (t *tickets) maybe(v cfn.Value) *string {
	if v == nil {
		return nil
	}
	return new(t.hand(valueMark, v))
}

// word carries an optional literal; empty leaves the field out.
func (t *tickets) word(s string) *string {
	if s == "" {
		return nil
	}
	return t.maybe(cfn.String(s))
}

// list carries the elements of a list. A lone element that is a list itself stands for the whole;
// among others it would make a list in a list, which CloudFormation refuses at deployment only.
func (t *tickets) list(field string, vs []cfn.Value) []string {
	if len(vs) == 1 && yieldsList(vs[0]) {
		return t.whole(vs[0])
	}
	var out []string
	for _, v := range vs {
		if yieldsList(v) {
			t.problems = append(t.problems, "a list among the elements of "+field)
		}
		out = append(out, t.text(field, v))
	}
	return out
}

// yieldsList tells whether a value is certain to be a list when it is resolved.
func yieldsList(v cfn.Value) bool {
	switch v := v.(type) {
	case cfn.List:
		return true
	case cfn.Fn:
		switch v.Name {
		case "Fn::Split", "Fn::GetAZs", "Fn::Cidr":
			return true
		case "Fn::If":
			branches, ok := v.Arg.(cfn.List)
			return ok && len(branches) == 3 &&
				(yieldsList(branches[1].Value) || yieldsList(branches[2].Value))
		}
	}
	return false
}

// whole carries a value that stands for a list; nil leaves the field out.
func (t *tickets) whole(v cfn.Value) []string {
	if v == nil {
		return nil
	}
	return []string{t.hand(listMark, v)}
}

func (t *tickets) hand(mark string, v cfn.Value) string {
	t.values = append(t.values, v)
	return mark + strconv.Itoa(len(t.values)-1)
}

// number leaves zero out of a template.
func number(n int) *int {
	if n == 0 {
		return nil
	}
	return new(n)
}

// typed is a resource of goformation.
type typed interface {
	json.Marshaler
	AWSCloudFormationType() string
}

// properties gives the properties of a resource with its tickets exchanged. Keys are sorted.
func (t *tickets) properties(resource typed) (cfn.Map, error) {
	data, err := resource.MarshalJSON()
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // a float64 would round large numbers
	var decoded struct{ Properties map[string]any }
	if err := dec.Decode(&decoded); err != nil {
		return nil, err
	}
	return t.mapping(decoded.Properties)
}

func (t *tickets) mapping(m map[string]any) (cfn.Map, error) {
	out := make(cfn.Map, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v, err := t.value(m[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		out = append(out, cfn.Entry{Key: key, Value: v})
	}
	return out, nil
}

func (t *tickets) value(decoded any) (cfn.Value, error) {
	switch v := decoded.(type) {
	case string:
		return t.exchange(valueMark, v)
	case bool:
		return cfn.Bool(v), nil
	case json.Number:
		n, err := v.Int64()
		return cfn.Int(n), err
	case map[string]any:
		return t.mapping(v)
	case []any:
		return t.sequence(v)
	}
	return nil, fmt.Errorf("%T has no place in a template", decoded)
}

func (t *tickets) sequence(vs []any) (cfn.Value, error) {
	if len(vs) == 1 {
		if s, ok := vs[0].(string); ok && strings.HasPrefix(s, listMark) {
			return t.exchange(listMark, s)
		}
	}
	out := make(cfn.List, len(vs))
	for i := range vs {
		v, err := t.value(vs[i])
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		out[i].Value = v
	}
	return out, nil
}

// exchange gives the value of a ticket; a text without the mark is one of our own constants.
func (t *tickets) exchange(mark, s string) (cfn.Value, error) {
	n, ok := strings.CutPrefix(s, mark)
	if !ok {
		return cfn.String(s), nil
	}
	i, err := strconv.Atoi(n)
	if err != nil || i < 0 || i >= len(t.values) {
		return nil, fmt.Errorf("%q is no ticket", s)
	}
	return t.values[i], nil
}
