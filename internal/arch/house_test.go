package arch

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	maxLines   = 400
	maxColumns = 120
	tabWidth   = 4
)

// panics is where a panic may stand, with the reason: a mistake of ours, never one of a user.
func panics() map[string]string {
	return map[string]string{
		"cmd/byocfn/completion.go":   "a misspelt flag of the command itself",
		"internal/each/each.go":      "hands on the panic of a goroutine",
		"internal/plan/functions.go": "a misspelt constant of the package itself",
		"internal/source/decode.go":  "a struct with a field that the decoder has no rule for",
	}
}

func TestPackageComments(t *testing.T) {
	commented, all := map[string]bool{}, map[string]bool{}
	for _, f := range goFiles(t) {
		if f.isTest() && f.dir != "internal/arch" {
			continue
		}
		all[f.dir] = true
		if f.tree.Doc != nil && strings.HasPrefix(f.tree.Doc.Text(), opening(f)) {
			commented[f.dir] = true
		}
	}
	for dir := range all {
		if !commented[dir] {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// opening is how a package comment begins; that of a command says what the command does.
func opening(f goFile) string {
	if f.tree.Name.Name == "main" {
		return ""
	}
	return "Package " + f.tree.Name.Name + " "
}

func TestCalls(t *testing.T) {
	allowed, found := panics(), map[string]bool{}
	for _, f := range goFiles(t) {
		if f.isTest() {
			continue
		}
		for _, decl := range f.tree.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init runs before anybody asked for it", f.name)
			}
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch name := callee(call); {
			case name == "panic":
				found[f.name] = true
				if allowed[f.name] == "" {
					t.Errorf("%s panics: give back a diagnostic or an error", f.name)
				}
			case strings.HasPrefix(name, "fmt.Print") || name == "print" || name == "println":
				if !strings.HasPrefix(f.dir, "cmd/") {
					t.Errorf("%s calls %s: only the command prints", f.name, name)
				}
			}
			return true
		})
	}
	for name := range allowed {
		if !found[name] {
			t.Errorf("%s no longer panics: remove its line", name)
		}
	}
}

var clockCalls = []string{"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After",
	"time.AfterFunc", "time.Tick", "time.NewTimer", "time.NewTicker"}

func TestClock(t *testing.T) {
	for _, f := range goFiles(t) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clockCalls, selected(s)) &&
				!f.isTest() && !clock().allows(f.dir) {
				t.Errorf("%s uses %s: it is no edge of the program", f.name, selected(s))
			}
			return true
		})
	}
}

// callee names what is called: panic, fmt.Println; "" for what has no such name.
func callee(call *ast.CallExpr) string {
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		return fn.Name
	case *ast.SelectorExpr:
		return selected(fn)
	}
	return ""
}

// selected spells package.Name or value.Name; "" for what is longer.
func selected(s *ast.SelectorExpr) string {
	if x, ok := s.X.(*ast.Ident); ok {
		return x.Name + "." + s.Sel.Name
	}
	return ""
}

// TestSizes leaves out the width of what cannot be broken well: a struct tag of the language, which
// is a sentence of documentation, and the rows of tests.
func TestSizes(t *testing.T) {
	for _, f := range goFiles(t) {
		lines := strings.Split(strings.TrimSuffix(f.text, "\n"), "\n")
		if len(lines) > maxLines {
			t.Errorf("%s has %d lines, more than %d", f.name, len(lines), maxLines)
		}
		for i, line := range lines {
			if f.isTest() || strings.Contains(line, "`key:\"") {
				continue
			}
			columns := utf8.RuneCountInString(line) + strings.Count(line, "\t")*(tabWidth-1)
			if columns > maxColumns {
				t.Errorf("%s:%d has %d columns, more than %d", f.name, i+1, columns, maxColumns)
			}
		}
	}
}

func TestArchitectureNamesEveryPackage(t *testing.T) {
	text, err := os.ReadFile(root + "ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for dir := range folders(goFiles(t)) {
		named := regexp.MustCompile(regexp.QuoteMeta(dir) + `/?([^a-z0-9/]|$)`)
		if strings.HasPrefix(dir, "internal/") && !named.Match(text) {
			t.Errorf("ARCHITECTURE.md does not name %s", dir)
		}
	}
}

func folders(files []goFile) map[string]bool {
	out := map[string]bool{}
	for _, f := range files {
		out[f.dir] = true
	}
	return out
}
