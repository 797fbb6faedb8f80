package published

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write templates/PRODUCT/DOCUMENT.md")

const root = "../.."

// products are those whose templates are held against documents.
func products() []Product {
	return []Product{e6data(), streamNative(), tonic(), capillaries()}
}

// undocumented are products whose documents are not held against the template, with the reason.
func undocumented() map[string]string {
	return map[string]string{
		"velodb": "its document is the policy of the person who installs; the stack replaces that person",
	}
}

// TestProducts holds every product against its documents, and its table against what -update would
// write. What it prints about a difference goes into differences.yaml, with a reason.
func TestProducts(t *testing.T) {
	for _, p := range products() {
		t.Run(p.Name, func(t *testing.T) {
			e, title := evidence(t, p.Name)
			report, err := Judge(p, e)
			if err != nil {
				t.Fatal(err)
			}
			table, err := Table(title, e, report)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(root, "templates", p.Name, "DOCUMENT.md")
			if *update {
				if err := os.WriteFile(file, []byte(table), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if string(read(t, file)) != table {
				t.Errorf("%s is stale: go test ./internal/published -update", file)
			}
		})
	}
}

// evidence reads testdata/PRODUCT and the product's compiled templates.
func evidence(t *testing.T, product string) (Evidence, string) {
	t.Helper()
	title, all := documents(t, product)
	e := Evidence{Documents: all, Templates: map[string][]byte{}}
	file := filepath.Join("testdata", product, "differences.yaml")
	var err error
	if e.Differences, err = ReadDifferences(file, read(t, file)); err != nil {
		t.Fatal(err)
	}
	templates, err := filepath.Glob(filepath.Join(root, "dist", product, "*", "template.json"))
	if err != nil || len(templates) == 0 {
		t.Fatal(len(templates), err)
	}
	for _, file := range templates {
		e.Templates[filepath.Base(filepath.Dir(file))] = read(t, file)
	}
	return e, title
}

// documents reads documents.yaml and the files that it lists, and fails where one is not listed.
func documents(t *testing.T, product string) (string, []Document) {
	t.Helper()
	dir := filepath.Join("testdata", product)
	file := filepath.Join(dir, "documents.yaml")
	title, out, err := ReadDocuments(file, read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range out {
		name := filepath.Join(dir, string(out[i].Name)+".json")
		out[i].JSON = read(t, name)
		files = slices.DeleteFunc(files, func(f string) bool { return f == name })
	}
	for _, f := range files {
		t.Errorf("%s is not in documents.yaml", f)
	}
	return title, out
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestDocuments: every document can be read, those of products that do not exist yet too.
func TestDocuments(t *testing.T) {
	names, err := filepath.Glob("testdata/*/documents.yaml")
	if err != nil || len(names) < 4 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		_, all := documents(t, filepath.Base(filepath.Dir(name)))
		for _, d := range all {
			statements, err := Read(string(d.Name), d.JSON, nil)
			if err != nil || len(statements) == 0 {
				t.Errorf("%s, %s: %d statements, %v", name, d.Name, len(statements), err)
			}
			for _, s := range statements {
				if s.Effect == "" || len(s.Actions) == 0 || len(s.Principals)+len(s.Resources) == 0 &&
					s.Effect != attach {
					t.Errorf("%s: %+v", name, s)
				}
			}
		}
	}
}

// TestEveryProduct: no compiled product is left out.
func TestEveryProduct(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(root, "dist", "*", "*", "template.json"))
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	var names []string
	for _, file := range found {
		names = union(names, []string{filepath.Base(filepath.Dir(filepath.Dir(file)))})
	}
	for _, name := range names {
		has := func(p Product) bool { return p.Name == name }
		if slices.ContainsFunc(products(), has) == (undocumented()[name] != "") {
			t.Errorf("%s: give it a row in products or a reason in undocumented, not both", name)
		}
	}
	for name := range undocumented() {
		if !slices.Contains(names, name) {
			t.Errorf("%s is no product", name)
		}
	}
}
