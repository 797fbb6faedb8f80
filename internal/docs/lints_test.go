package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestLints: README.md lists every lint that the code asks about, and no other.
func TestLints(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, lints, _ := strings.Cut(string(page), "\n## Lints\n")
	lints, _, _ = strings.Cut(lints, "\n## ")
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ..").FindAllStringSubmatch(lints, -1) {
		listed = append(listed, m[1])
	}
	asked := slices.Concat(lintsIn(t, "../iam"), lintsIn(t, "../plan"), lintsIn(t, "../registry"))
	slices.Sort(asked)
	asked = slices.Compact(asked)
	if len(asked) < 20 || !slices.Equal(listed, asked) {
		t.Errorf("README.md lists %q\nthe code asks about %q", listed, asked)
	}
}

// lintsIn gives the ids that a package asks about: where it warns, fails, asks and advises, in findings
// that it makes, and in the two constants.
func lintsIn(t *testing.T, dir string) []string {
	t.Helper()
	position := map[string]int{"warn": 0, "fail": 0, "ask": 2, "advise": 2}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var out []string
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			id, _ := strconv.Unquote(lit.Value)
			out = append(out, id)
		}
	}
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			call, isMethod := n.Fun.(*ast.SelectorExpr)
			if i, known := 0, false; isMethod {
				if i, known = position[call.Sel.Name]; known && i < len(n.Args) {
					add(n.Args[i])
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "ID" && dir == "../plan" {
				if lit, ok := n.Value.(*ast.BasicLit); ok && strings.Contains(lit.Value, "-") {
					add(n.Value)
				}
			}
		case *ast.ValueSpec:
			if name := n.Names[0].Name; name == "unreachable" || name == "hollowFence" {
				add(n.Values[0])
			}
		}
		return true
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, visit)
	}
	return out
}
