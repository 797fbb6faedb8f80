package compile_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// TestASCII puts an umlaut into every sentence of the shipped specs: of every part of a template that
// holds what CloudFormation shows as a question mark, a warning tells.
func TestASCII(t *testing.T) {
	products, err := filepath.Glob("../../templates/*")
	if err != nil || len(products) == 0 {
		t.Fatal(products, err)
	}
	for _, product := range products {
		files := spoiled(t, product)
		result, diags := compiled(t, files)
		if diags.HasErrors() {
			t.Fatal(text(t, diags))
		}
		found, seen := text(t, diags), 0
		for _, f := range result.Files.Files {
			if path.Base(f.Name) != "template.json" {
				continue
			}
			var sections map[string]json.RawMessage
			if err := json.Unmarshal(f.Data, &sections); err != nil {
				t.Fatal(err)
			}
			for _, section := range []string{"Parameters", "Rules", "Resources", "Outputs"} {
				var things map[string]json.RawMessage
				if err := json.Unmarshal(sections[section], &things); err != nil && sections[section] != nil {
					t.Fatal(err)
				}
				for name, raw := range things {
					if !strings.ContainsFunc(string(raw), func(r rune) bool { return r > unicode.MaxASCII }) {
						continue
					}
					if seen++; !strings.Contains(found, name+" holds ") {
						t.Errorf("%s: nothing tells of %s: %s", product, name, raw)
					}
				}
			}
		}
		if seen == 0 {
			t.Errorf("%s: nothing was looked at", product)
		}
	}
}

// spoiled reads the files of a product and puts an umlaut before each sentence.
func spoiled(t *testing.T, product string) map[string]string {
	t.Helper()
	sentence := regexp.MustCompile(`\b(why|about|says|label|title|what|description):( >-\n +| )([A-Za-z])`)
	names, err := os.ReadDir(product)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(product, name.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if strings.HasSuffix(name.Name(), ".stack.yaml") {
			text = sentence.ReplaceAllString(text, "${1}:${2}\u00fc${3}")
		}
		if name.Name() != "lock.json" && !strings.HasSuffix(name.Name(), ".md") {
			files[name.Name()] = text
		}
	}
	return files
}
