package registry

import (
	"os"
	"path/filepath"
	"testing"

	"byocfn/internal/cfn"
)

// TestShipped holds all that the compiler writes against the registry: every resource of the shipped
// templates, and every attribute that they ask of one.
func TestShipped(t *testing.T) {
	files, err := filepath.Glob("../../dist/*/*/template.json")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	resources, attributes := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		template := read(t, string(data))
		all, _ := template.Get("Resources").(cfn.Map)
		types := map[string]*Type{}
		for _, e := range all {
			resources++
			types[e.Key] = typeOf(t, e.Value)
			properties, _ := e.Value.(cfn.Map).Get("Properties").(cfn.Map)
			for _, f := range types[e.Key].Check(properties, false) {
				t.Errorf("%s: %s: %s [%s]", file, e.Key, f.Summary, f.ID)
			}
		}
		cfn.Walk(template, func(v cfn.Value) {
			f, _ := v.(cfn.Fn)
			if list, ok := f.Arg.(cfn.List); ok && f.Name == "Fn::GetAtt" {
				attributes++
				id, attribute := string(list[0].Value.(cfn.String)), string(list[1].Value.(cfn.String))
				if of := types[id]; of == nil || !of.HasAttribute(attribute) {
					t.Errorf("%s: %s has no attribute %s", file, id, attribute)
				}
			}
		})
	}
	if resources < 150 || attributes < 100 {
		t.Errorf("%d resources and %d attributes prove nothing", resources, attributes)
	}
}

func typeOf(t *testing.T, resource cfn.Value) *Type {
	t.Helper()
	name, _ := resource.(cfn.Map).Get("Type").(cfn.String)
	of, ok := Find(string(name))
	if !ok {
		t.Fatalf("no type %q", name)
	}
	return of
}
