package source

import (
	"fmt"
	"reflect"
	"strings"

	"byocfn/internal/diag"
)

// Field is one key of a struct, as its tags `key:"NAME[,required]" doc:"TEXT"` define it. The
// decoder and the JSON Schema both read it.
type Field struct {
	Key      string
	Required bool
	Index    int // of the struct's field
	Type     reflect.Type
	tag      reflect.StructTag
}

// Doc gives what the field is for.
func (f Field) Doc() string { return f.tag.Get("doc") }

// Fields lists the keys of a struct type in order; fields without a key tag are left out.
func Fields(t reflect.Type) []Field {
	out := make([]Field, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("key")
		if !ok {
			continue
		}
		key, option, _ := strings.Cut(tag, ",")
		out = append(out, Field{key, option == "required", i, f.Type, f.Tag})
	}
	return out
}

// Decode reads a tree into a struct, strictly: unknown keys, missing keys and wrong shapes are
// errors, all of them at once. into points to a struct whose tagged fields are structs, pointers,
// slices, *Node or Decoders; its field At, if it has one, gets the node's place. Other types are
// our own mistake and panic.
func Decode(n *Node, into any) diag.List {
	var diags diag.List
	DecodeInto(n, "", into, &diags)
	return diags
}

// DecodeInto is Decode for Decoders that read a part of themselves by the same rules; path names
// the node in messages.
func DecodeInto(n *Node, path string, into any, diags *diag.List) {
	decode(n, path, reflect.ValueOf(into).Elem(), diags)
}

// Join gives the path of a key under path.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Item gives the path of an item, which counts from 0, under path.
func Item(path string, i int) string {
	return fmt.Sprintf("%s[%d]", path, i)
}

// WrongType reports that a node has another shape than want, such as "a mapping".
func WrongType(n *Node, path, want string, diags *diag.List) {
	hint := ""
	switch {
	case n.Kind == Null && n.Value == "":
		hint = "write a value after the colon, or remove the key"
	case n.Kind == Null:
		hint = `put it in quotes to mean the text "` + n.Value + `"`
	}
	if path == "" {
		path = "the file"
	}
	diags.Error(n.place(), "wrong-type", path+" must be "+want+", not "+noun(n), hint)
}

// place is the node itself, or its key where there is nothing to see.
func (n *Node) place() diag.Range {
	if n.Kind == Null && n.Value == "" {
		return n.Place()
	}
	return n.At
}

func noun(n *Node) string {
	switch {
	case n.Kind == Mapping:
		return "a mapping"
	case n.Kind == Sequence:
		return "a list"
	case n.Kind == Null:
		return "nothing"
	case n.Tag == "int" || n.Tag == "float":
		return "a number"
	case n.Tag == "bool":
		return "yes or no"
	}
	return "a text"
}

var (
	nodeType  = reflect.TypeFor[*Node]()
	rangeType = reflect.TypeFor[diag.Range]()
)

func decode(n *Node, path string, v reflect.Value, diags *diag.List) {
	if v.Type() == nodeType {
		v.Set(reflect.ValueOf(n))
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		decode(n, path, v.Elem(), diags)
		return
	}
	if d, ok := v.Addr().Interface().(Decoder); ok {
		d.DecodeNode(n, path, diags)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		decodeStruct(n, path, v, diags)
	case reflect.Slice:
		decodeSlice(n, path, v, diags)
	default:
		panic("source: no rule to decode a " + v.Type().String())
	}
}

func decodeSlice(n *Node, path string, v reflect.Value, diags *diag.List) {
	if n.Kind != Sequence {
		WrongType(n, path, "a list", diags)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items)))
	for i, item := range n.Items {
		decode(item, Item(path, i), v.Index(i), diags)
	}
}

// decodeStruct takes a key without a value for an empty mapping, so that what is missing is named.
func decodeStruct(n *Node, path string, v reflect.Value, diags *diag.List) {
	if at := v.FieldByName("At"); at.IsValid() && at.Type() == rangeType {
		at.Set(reflect.ValueOf(n.At))
	}
	fields := Fields(v.Type())
	if n.Kind != Mapping && (n.Kind != Null || n.Value != "") {
		WrongType(n, path, "a mapping", diags)
		return
	}
	seen := make([]bool, len(fields))
	for _, e := range n.Entries {
		i := index(fields, e.Key)
		if i < 0 {
			unknownKey(e, n, path, fields, diags)
			continue
		}
		seen[i] = true
		decode(e.Value, Join(path, e.Key), v.Field(fields[i].Index), diags)
	}
	for i, f := range fields {
		if f.Required && !seen[i] {
			diags.Error(n.Place(), "missing-key", prefix(path)+`missing key "`+f.Key+`"`,
				"add "+f.Key+": "+f.Doc())
		}
	}
}

func index(fields []Field, key string) int {
	for i, f := range fields {
		if f.Key == key {
			return i
		}
	}
	return -1
}

// unknownKey suggests only what is not there already: a second one would be refused.
func unknownKey(e Entry, in *Node, path string, fields []Field, diags *diag.List) {
	var keys, free []string
	for _, f := range fields {
		keys = append(keys, f.Key)
		if in.Get(f.Key) == nil {
			free = append(free, f.Key)
		}
	}
	hint := diag.DidYouMean(e.Key, free)
	if hint == "" {
		hint = "known keys: " + strings.Join(keys, ", ")
	}
	diags.Error(e.KeyAt, "unknown-key", prefix(path)+`unknown key "`+e.Key+`"`, hint)
}

// prefix puts the path before a message.
func prefix(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}
