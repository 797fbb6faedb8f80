// Package arch holds no code, only tests of the repository as a whole: who imports whom, where the
// world is touched, how the house looks. ARCHITECTURE.md says why.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const root = "../../"

// goFile is one source file; name and dir are relative to the repository.
type goFile struct {
	name, dir, text string
	tree            *ast.File
}

func (f goFile) isTest() bool {
	return strings.HasSuffix(f.name, "_test.go") || slices.Contains(support, f.dir)
}

// support are packages that only tests import: a pretended cloud has a clock, panics at a test's
// mistake, and speaks HTTP.
var support = []string{"internal/ec2test", "internal/fakeec2", "internal/fakeeks",
	"internal/fakes3",
	"internal/engine",
	"internal/histories", "internal/emulator", "internal/coldstart"}

func (f goFile) imports() []string {
	var out []string
	for _, i := range f.tree.Imports {
		if p, err := strconv.Unquote(i.Path.Value); err == nil {
			out = append(out, p)
		}
	}
	return out
}

var parsed = sync.OnceValues(parse)

// goFiles gives every Go file of the repository, parsed once.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	out, err := parsed()
	if err != nil || len(out) < 50 {
		t.Fatal(len(out), err)
	}
	return out
}

func parse() ([]goFile, error) {
	var out []goFile
	files := os.DirFS(root)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && name != "."
		if d.IsDir() && (hidden || d.Name() == "testdata" || d.Name() == "dist") {
			return fs.SkipDir
		}
		if d.IsDir() || hidden || path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		out = append(out, goFile{name, path.Dir(name), string(text), tree})
		return err
	})
	return out, err
}
