package spec

import (
	"path/filepath"
	"strings"
	"testing"

	"byocfn/internal/source"
)

// TestShipped reads every spec of the repository: none has a mistake.
func TestShipped(t *testing.T) {
	for _, glob := range []string{"*/product.yaml", "*/*.stack.yaml"} {
		files, err := filepath.Glob("../../templates/" + glob)
		if err != nil || len(files) == 0 {
			t.Fatal(glob, files, err)
		}
		for _, file := range files {
			doc, diags := source.Read(file)
			if diags.HasErrors() {
				t.Fatal(told(diags))
			}
			if name, isStack := strings.CutSuffix(filepath.Base(file), ".stack.yaml"); isStack {
				_, diags = ParseStack(name, doc)
			} else {
				_, diags = ParseProduct(doc)
			}
			if len(diags) > 0 {
				t.Errorf("%s:\n%s", file, told(diags))
			}
		}
	}
}
