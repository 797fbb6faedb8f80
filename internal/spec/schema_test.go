package spec

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

var testKinds = []string{"vpc", "subnet", "switch", "instance-type", "url", "sha256", "secret-arn",
	"key-arn", "text", "number", "enum", "list", "cidr", "account-id", "external-id", "bucket-name",
	"cluster-name", "role-arn", "role-name", "user-arn", "policy-arn"}

func compiled(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	data, err := Schema(kind, testKinds)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err = c.AddResource("schema.json", value); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// plain is what a YAML 1.2 reader, such as an editor's, makes of a tree.
func plain(n *source.Node) any {
	switch n.Kind {
	case source.Null:
		return nil
	case source.Mapping:
		out := map[string]any{}
		for _, e := range n.Entries {
			out[e.Key] = plain(e.Value)
		}
		return out
	case source.Sequence:
		out := []any{}
		for _, item := range n.Items {
			out = append(out, plain(item))
		}
		return out
	}
	switch n.Tag {
	case "int", "float":
		if _, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return json.Number(n.Value)
		}
	case "bool":
		return strings.EqualFold(n.Value, "true")
	}
	return n.Value
}

// places lists where the innermost errors are, such as /buckets/Data.
func places(err error) []string {
	if err == nil {
		return nil
	}
	var out []string
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 {
			out = append(out, "/"+strings.Join(e.InstanceLocation, "/"))
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(err.(*jsonschema.ValidationError))
	slices.Sort(out)
	return slices.Compact(out)
}

func TestSchemaTakesShipped(t *testing.T) {
	for glob, kind := range map[string]string{"*/product.yaml": "product", "*/*.stack.yaml": "stack"} {
		schema := compiled(t, kind)
		files, _ := filepath.Glob("../../templates/" + glob)
		if len(files) == 0 {
			t.Fatal(glob)
		}
		for _, file := range files {
			doc, diags := source.Read(file)
			if diags.HasErrors() {
				t.Fatal(told(diags))
			}
			if err := schema.Validate(plain(doc.Root)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestSchemaAgrees edits good files: decoder and schema refuse the same, and the schema points at
// the place.
func TestSchemaAgrees(t *testing.T) {
	stack, product := compiled(t, "stack"), compiled(t, "product")
	for _, m := range []mistake{
		{"about: What it does", "about: 12", ""},
		{"about: What it does", "about: true", ""},
		{"about: What it does", "about:", "/about"},
		{"about: What it does", "abut: x", "/"},
		{"variants:", "varants:", "/"},
		{"why: Data", "whi: Data", "/buckets/Data"},
		{"keep: data, ", "", "/buckets/Data"},
		{"keep: data", "keep: dta", "/buckets/Data/keep"},
		{"keep: data", "keep: data, versions: Off", ""},
		{"keep: data", "keep: data, versions: 'YES'", ""},
		{"keep: data", "keep: data, versions: maybe", "/buckets/Data/versions"},
		{"keep: data", "keep: data, unfinishedUploads: '7'", "/buckets/Data/unfinishedUploads"},
		{"keep: data", "keep: data, properties: { why: x, set: { A: [1] } }", ""},
		{"keep: data", "keep: data, properties: { why: x }", "/buckets/Data/properties"},
		{"keep: data", "keep: data, when: [open, not region.x, A=b]", ""},
		{"keep: data", "keep: data, when: yes", ""},
		{"keep: data", "keep: data, when: true", ""},
		{"keep: data", "keep: data, when: a or b", "/buckets/Data/when"},
		{"keep: data", "keep: data, when: []", "/buckets/Data/when"},
		{"s3:Get*", "[s3:Get*, s3:List*]", ""},
		{"s3:Get*", "[]", "/roles/Reader/allow/Read/actions"},
		{"s3:Get*", "{ a: b }", "/roles/Reader/allow/Read/actions"},
		{"s3:Get*, ", "s3:Get*, condition: { Bool: { x: true } }, ", ""},
		{"s3:Get*, ", "s3:Get*, condition: { Bool: true }, ", "/roles/Reader/allow/Read/condition/Bool"},
		{"s3:Get*, ", "s3:Get*, accept: { broad: [x] }, ", "/roles/Reader/allow/Read/accept/broad"},
		{"{ A: x }", "{ A: { value: 1, when: open, else: '' } }", ""},
		{"{ A: x }", "{ A: { when: open } }", "/instances/Box/boot/env/A"},
		{"size: 8", "size: eight", "/instances/Box/disk/size"},
		{"size: 8", "size: 8.5", "/instances/Box/disk/size"},
		{"buckets:", "parameters: { A: { kind: vpc, why: x } }\nbuckets:", ""},
		{"buckets:", "securityGroups: { G: { why: x, egress: { A: { to: any, tcp: [80, 8000-8010], why: x } } } }\nbuckets:", ""},
		{"buckets:", "securityGroups: { G: { why: x, egress: { A: { to: any, tcp: 70000, why: x } } } }\nbuckets:",
			"/securityGroups/G/egress/A/tcp"},
		{"buckets:", "place: { vpc: x, subnets: x }\nbuckets:", "/place"},
	} {
		doc := m.edit(t, goodStack)
		_, diags := ParseStack("agent", doc)
		agree(t, m, diags, places(stack.Validate(plain(doc.Root))))
	}
	for _, m := range []mistake{
		{"vendor: Acme", "vendor: [Acme]", "/vendor"},
		{"bucket: acme, ", "", "/publish"},
		{"{ zones: [use1-az1] }", "{ zones: [use1-az1], ec2: true, num: 010 }\n  eu-west-2: { zones: [a], ec2: no, num: 1 }",
			"missing-fact"},
		{"{ zones: [use1-az1] }", "x", "/regions/us-east-1"},
		{"{ zones: [use1-az1] }", "{ zones: [[x]] }", "/regions/us-east-1/zones"},
		{"{ vendorAccount", "{ a: 1, b: [], vendorAccount", "/facts/b"},
	} {
		doc := m.edit(t, goodProduct)
		_, diags := ParseProduct(doc)
		agree(t, m, diags, places(product.Validate(plain(doc.Root))))
	}
}

// agree wants schema and parser to refuse, the schema at or below m.want, or both to accept. A want
// without a slash is the diagnostic of a rule that no schema can say.
func agree(t *testing.T, m mistake, diags diag.List, got []string) {
	t.Helper()
	if m.want != "" && m.want[0] != '/' {
		if len(got) > 0 || len(diags) == 0 || diags[0].ID != m.want {
			t.Errorf("%s: schema %v, parser\n%s", m.new, got, told(diags))
		}
		return
	}
	if diags.HasErrors() != (m.want != "") {
		t.Errorf("%s: parser says\n%s", m.new, told(diags))
	}
	at := func(place string) bool { return place == m.want || strings.HasPrefix(place, m.want+"/") }
	if m.want == "" && len(got) > 0 || m.want != "" && !slices.ContainsFunc(got, at) {
		t.Errorf("%s: schema complains at %v, not at %q", m.new, got, m.want)
	}
}

func TestBadKind(t *testing.T) {
	doc := mistake{"buckets:", "parameters: { A: { kind: vcp, why: x } }\nbuckets:", ""}.edit(t, goodStack)
	if got := places(compiled(t, "stack").Validate(plain(doc.Root))); !slices.Equal(got, []string{"/parameters/A/kind"}) {
		t.Error(got)
	}
	if data, err := Schema("stacks", nil); err == nil {
		t.Errorf("%s", data)
	}
}

// TestSchemaKeys compares the keys of every struct with those of its definition.
func TestSchemaKeys(t *testing.T) {
	for kind, root := range map[string]reflect.Type{
		"product": reflect.TypeFor[Product](), "stack": reflect.TypeFor[Stack](),
	} {
		data, err := Schema(kind, testKinds)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := Schema(kind, testKinds)
		if !bytes.Equal(data, again) {
			t.Error("not the same twice")
		}
		var schema struct {
			described
			Definitions map[string]described
		}
		if err := json.Unmarshal(data, &schema); err != nil {
			t.Fatal(err)
		}
		types := map[string]reflect.Type{}
		structs(root, types)
		delete(types, root.Name())
		if kind == "stack" && len(types) < 20 || len(types) != len(schema.Definitions) {
			t.Errorf("%d structs, %d definitions", len(types), len(schema.Definitions))
		}
		sameKeys(t, root, schema.described)
		for name, typ := range types {
			sameKeys(t, typ, schema.Definitions[name])
		}
	}
}

type described struct {
	AdditionalProperties *bool
	Required             []string
	Properties           map[string]struct{ Description string }
}

func sameKeys(t *testing.T, typ reflect.Type, k described) {
	t.Helper()
	fields := source.Fields(typ)
	if len(fields) != len(k.Properties) || k.AdditionalProperties == nil || *k.AdditionalProperties {
		t.Errorf("%s: %d keys, not %d", typ.Name(), len(k.Properties), len(fields))
	}
	for _, f := range fields {
		if k.Properties[f.Key].Description != f.Doc() || f.Doc() == "" ||
			slices.Contains(k.Required, f.Key) != f.Required {
			t.Errorf("%s.%s is not described as its tags say", typ.Name(), f.Key)
		}
	}
}

// structs finds what has keys, at any depth of types of this package.
func structs(t reflect.Type, into map[string]reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		structs(t.Elem(), into)
	case reflect.Struct:
		if len(source.Fields(t)) > 0 && into[t.Name()] == nil {
			into[t.Name()] = t
		} else if !strings.HasPrefix(t.Name(), "Named[") {
			return
		}
		for i := range t.NumField() {
			structs(t.Field(i).Type, into)
		}
	}
}
