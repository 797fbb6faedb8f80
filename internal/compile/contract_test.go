package compile_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/compile"
	"byocfn/internal/contract"
	"byocfn/internal/diag"
	"byocfn/internal/workspace"

	"github.com/rogpeppe/go-internal/txtar"
)

// properties are the structs into which the functions decode, strictly, what a template passes.
func properties() map[string]reflect.Type {
	return map[string]reflect.Type{
		"Custom::SubnetFacts":     reflect.TypeFor[contract.SubnetFactsProperties](),
		"Custom::VpcDns":          reflect.TypeFor[contract.VpcDNSProperties](),
		"Custom::EndpointNames":   reflect.TypeFor[contract.EndpointNamesProperties](),
		"Custom::GatewayEndpoint": reflect.TypeFor[contract.GatewayEndpointProperties](),
		"Custom::ClusterFacts":    reflect.TypeFor[contract.ClusterFactsProperties](),
		"Custom::Leftovers":       reflect.TypeFor[contract.LeftoversProperties](),
	}
}

// TestFunctionsKnowWhatTheyAreGiven holds every compiled template against the contract. A property
// that a function does not know is refused in the customer's account, where no test of ours runs.
func TestFunctionsKnowWhatTheyAreGiven(t *testing.T) {
	seen := map[string]bool{}
	for name, template := range templates(t) {
		for id, r := range template.Resources {
			if !strings.HasPrefix(r.Type, "Custom::") {
				continue
			}
			shape, known := properties()[r.Type]
			if !known {
				t.Errorf("%s: no function is behind %s", name, r.Type)
				continue
			}
			for _, problem := range against(shape, r.Properties) {
				t.Errorf("%s: %s: %s", name, id, problem)
			}
			for key := range r.Properties {
				seen[r.Type+"."+key] = true
			}
		}
	}
	for kind, shape := range properties() {
		for key := range fieldsOf(shape) {
			if !seen[kind+"."+key] {
				t.Errorf("no template passes %s to %s: add a case, or remove it", key, kind)
			}
		}
	}
	if len(properties()) != len(contract.Functions()) {
		t.Errorf("%d functions, properties of %d", len(contract.Functions()), len(properties()))
	}
}

// TestAgainst is the control: the comparison can refuse.
func TestAgainst(t *testing.T) {
	shape := properties()["Custom::GatewayEndpoint"]
	whole := func() map[string]any {
		out := map[string]any{}
		for key := range fieldsOf(shape) {
			out[key] = "x"
		}
		return out
	}
	choice := map[string]any{"Fn::If": []any{"C", "x", map[string]any{"Ref": "AWS::NoValue"}}}
	for want, spoil := range map[string]func(map[string]any){
		"":                           func(p map[string]any) { delete(p, "TagsOf") },
		"is not known: TagOf":        func(p map[string]any) { p["TagOf"] = "x" },
		"is not passed: Vendor":      func(p map[string]any) { delete(p, "Vendor") },
		"may be absent: VpcId":       func(p map[string]any) { p["VpcId"] = choice },
		"has the wrong shape: VpcId": func(p map[string]any) { p["VpcId"] = []any{"x"} },
	} {
		p := whole()
		spoil(p)
		if got := strings.Join(against(shape, p), "; "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	list := map[string]any{"VpcId": "v", "ZoneIds": "use1-az1"}
	got := strings.Join(against(properties()["Custom::SubnetFacts"], list), "; ")
	if !strings.Contains(got, "has the wrong shape: ZoneIds") {
		t.Errorf("got %q", got)
	}
}

// against says what is wrong with properties that a template passes.
func against(shape reflect.Type, passed map[string]any) (problems []string) {
	fields := fieldsOf(shape)
	for _, key := range slices.Sorted(maps.Keys(passed)) {
		field, known := fields[key]
		if !known {
			problems = append(problems, "is not known: "+key)
			continue
		}
		_, list := passed[key].([]any)
		_, text := passed[key].(string)
		if isList := field.Type.Kind() == reflect.Slice; isList && text || !isList && list {
			problems = append(problems, "has the wrong shape: "+key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		value, given := passed[key]
		switch {
		case strings.HasSuffix(fields[key].Tag.Get("json"), ",omitempty"):
		case !given:
			problems = append(problems, "is not passed: "+key)
		case absent(value):
			problems = append(problems, "may be absent: "+key)
		}
	}
	return problems
}

// absent tells whether a value may turn out to be none.
func absent(value any) bool {
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	branches, _ := object["Fn::If"].([]any)
	return object["Ref"] == "AWS::NoValue" || slices.ContainsFunc(branches, absent)
}

// fieldsOf lists a struct's properties by the names that CloudFormation knows.
func fieldsOf(shape reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(shape) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			out[name] = field
		}
	}
	return out
}

// template is what the test reads of one.
type template struct {
	Resources map[string]struct {
		Type       string
		Properties map[string]any
	}
}

// templates compiles every golden case and every product of this repository.
func templates(t *testing.T) map[string]template {
	t.Helper()
	out := map[string]template{}
	add := func(name string, result compile.Result, diags diag.List) {
		if diags.HasErrors() {
			t.Fatal(name, text(t, diags))
		}
		for _, f := range result.Files.Files {
			if filepath.Base(f.Name) != "template.json" {
				continue
			}
			var read template
			if err := json.Unmarshal(f.Data, &read); err != nil {
				t.Fatal(err)
			}
			out[name+" "+f.Name] = read
		}
	}
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal(err, cases)
	}
	for _, name := range cases {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for _, f := range archive.Files {
			if !strings.HasPrefix(f.Name, "want/") {
				files[f.Name] = string(f.Data)
			}
		}
		result, diags := compiled(t, files)
		add(name, result, diags)
	}
	products, diags := workspace.Products("../../templates", nil)
	if diags.HasErrors() {
		t.Fatal(text(t, diags))
	}
	for _, name := range products {
		src, diags := workspace.Load(filepath.Join("../../templates", name))
		result, more := compile.Compile(src, options())
		add(name, result, append(diags, more...))
	}
	return out
}
