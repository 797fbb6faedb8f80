package compile_test

import (
	"bytes"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"byocfn/internal/compile"
	"byocfn/internal/workspace"
)

// specs gives the sources of the shipped products and of the golden cases, by name.
func specs(t *testing.T) map[string]compile.Sources {
	t.Helper()
	out := map[string]compile.Sources{}
	shipped, err := filepath.Glob("../../templates/*/product.yaml")
	if err != nil || len(shipped) == 0 {
		t.Fatalf("no shipped product: %v", err)
	}
	for _, file := range shipped {
		dir := filepath.Dir(file)
		src, diags := workspace.Load(dir)
		if diags.HasErrors() {
			t.Fatal(text(t, diags))
		}
		out[filepath.Base(dir)] = src
	}
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no golden case: %v", err)
	}
	for _, file := range cases {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for _, f := range archive.Files {
			if !strings.HasPrefix(f.Name, "want/") {
				files[f.Name] = string(f.Data)
			}
		}
		src, diags := loaded(t, files)
		if diags.HasErrors() {
			t.Fatal(text(t, diags))
		}
		out[filepath.Base(file)] = src
	}
	return out
}

// TestPublished compiles every spec twice: whatever a customer chooses, what is published holds
// together, and the same files come out again.
func TestPublished(t *testing.T) {
	for name, src := range specs(t) {
		t.Run(name, func(t *testing.T) {
			first, diags := compile.Compile(src, options())
			if diags.HasErrors() {
				t.Fatal(text(t, diags))
			}
			everyChoice(t, first)
			sameAgain(t, src, first)
		})
	}
}

// everyChoice resolves every template for every choice that a customer can make.
func everyChoice(t *testing.T, result compile.Result) {
	t.Helper()
	for _, f := range result.Files.Files {
		if path.Base(f.Name) != "template.yaml" {
			continue
		}
		problems, tried := holdsAlways(f.Data)
		for _, p := range slices.Compact(problems) {
			t.Errorf("%s: %s", f.Name, p)
		}
		if tried == 0 || strings.HasPrefix(f.Name, "velodb/") && tried < 8 {
			t.Errorf("%s: only %d choices", f.Name, tried)
		}
	}
}

// sameAgain compiles again, with the stacks in another order and the scripts in a new map.
func sameAgain(t *testing.T, src compile.Sources, first compile.Result) {
	t.Helper()
	again := src
	again.Stacks = slices.Clone(src.Stacks)
	slices.Reverse(again.Stacks)
	again.Scripts = maps.Clone(src.Scripts)
	second, _ := compile.Compile(again, options())
	if len(second.Files.Files) != len(first.Files.Files) {
		t.Errorf("%d files, then %d", len(first.Files.Files), len(second.Files.Files))
	}
	for _, f := range second.Files.Files {
		if data, _ := first.Files.Get(f.Name); !bytes.Equal(f.Data, data) {
			t.Errorf("%s differs from run to run", f.Name)
		}
	}
	if len(src.Stacks) == 1 && !bytes.Equal(first.Lock, second.Lock) {
		t.Error("the lock differs from run to run")
	}
}

// TestNoErrorLeavesFiles holds what Compile promises: with an error there is nothing to write.
func TestNoErrorLeavesFiles(t *testing.T) {
	src := specs(t)["velodb"]
	opt := options()
	data, err := os.ReadFile("../../templates/velodb/lock.json")
	if err != nil {
		t.Fatal(err)
	}
	src.Lock = bytes.ReplaceAll(data, []byte("VeloDBBucket"), []byte("VeloDBBarrel"))
	result, diags := compile.Compile(src, opt)
	if !diags.HasErrors() || len(result.Files.Files) > 0 || result.Lock != nil {
		t.Errorf("%d files and %d bytes of lock beside: %s", len(result.Files.Files), len(result.Lock),
			text(t, diags))
	}
}
