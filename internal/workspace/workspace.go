// Package workspace reads a vendor's folder: templates/PRODUCT with product.yaml, the stacks and the
// scripts and texts that they name. It is the edge at which files become what package compile takes.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"byocfn/internal/compile"
	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// LockName is the file beside the specs that remembers what must not be replaced unawares.
const LockName = "lock.json"

const (
	productName  = "product.yaml"
	stackSuffix  = ".stack.yaml"
	maxScriptLen = 1 << 20
	maxTextLen   = 64 << 10 // nobody pastes more
)

// Products lists the folders below templates that hold a product.yaml, in alphabetical order. Only
// those named are listed where names are given; a name without such a folder is an error.
func Products(templates string, names []string) ([]string, diag.List) {
	var diags diag.List
	entries, err := os.ReadDir(templates)
	if err != nil {
		diags.Error(diag.Range{File: templates}, "cannot-read", reason(err),
			"run byocfn where templates/ is, or say --templates DIR")
		return nil, diags
	}
	var found []string
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(templates, e.Name(), productName)); err == nil {
			found = append(found, e.Name())
		}
	}
	if len(found) == 0 {
		diags.Error(diag.Range{File: templates}, "no-product", "no folder here holds a product.yaml",
			noneYet(templates, entries))
	}
	for _, name := range names {
		if !slices.Contains(found, name) {
			diags.Error(diag.Range{File: filepath.Join(templates, name)}, "no-product",
				"no product "+name, nearOrAll(name, found))
		}
	}
	if len(names) > 0 {
		found = names
	}
	return found, diags
}

// noneYet says how a folder becomes a product: one with stacks lacks its product.yaml only.
func noneYet(templates string, entries []fs.DirEntry) string {
	for _, e := range entries {
		dir := filepath.Join(templates, e.Name())
		if stacks, err := filepath.Glob(filepath.Join(dir, "*"+stackSuffix)); err == nil && len(stacks) > 0 {
			return dir + " holds stacks: write a " + productName + " beside them"
		}
	}
	return "begin with byocfn init NAME"
}

// nearOrAll guesses which product was meant, or lists them.
func nearOrAll(name string, found []string) string {
	if hint := diag.DidYouMean(filepath.Base(name), found); hint != "" || len(found) == 0 {
		return hint
	}
	return "there are " + strings.Join(found, ", ")
}

// Load reads one product's folder.
func Load(dir string) (compile.Sources, diag.List) {
	src := compile.Sources{Scripts: map[string]compile.Script{}, Texts: map[string]compile.Script{}}
	product, diags := source.Read(filepath.Join(dir, productName))
	src.Product = product
	entries, err := os.ReadDir(dir)
	if err != nil {
		diags.Error(diag.Range{File: dir}, "cannot-read", reason(err), "")
		return src, diags
	}
	for _, e := range entries {
		name, isStack := strings.CutSuffix(e.Name(), stackSuffix)
		if call := misnamed(e.Name()); call != "" {
			diags.Error(diag.Range{File: filepath.Join(dir, e.Name())}, "file-name",
				"a file of this name is no stack", "call it "+call)
			continue
		}
		if !isStack {
			continue
		}
		doc, more := source.Read(filepath.Join(dir, e.Name()))
		if diags = append(diags, more...); doc == nil {
			continue
		}
		src.Stacks = append(src.Stacks, compile.Stack{Name: name, Doc: doc})
		diags = append(diags, loadNamed(dir, doc, src)...)
	}
	if len(src.Stacks) == 0 && !diags.HasErrors() {
		diags.Error(diag.Range{File: dir}, "no-stack", "no stack here",
			"a stack is a file whose name ends in "+stackSuffix)
	}
	src.LockFile = filepath.Join(dir, LockName)
	src.Lock, err = os.ReadFile(src.LockFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		diags.Error(diag.Range{File: src.LockFile}, "cannot-read", reason(err), "")
	}
	return src, diags
}

// misnamed says how to call a file that is meant to be a stack, "" for all others.
func misnamed(name string) string {
	if base, near := strings.CutSuffix(name, ".stack.yml"); near {
		return or(base, "agent") + stackSuffix
	}
	if name == stackSuffix {
		return "agent" + stackSuffix
	}
	return ""
}

func or(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// named is a file that a spec names; the word has its place.
type named struct {
	what string // as messages say it
	word *source.Node
	max  int64
	into map[string]compile.Script
}

// filesOf lists the files that a stack names: boot scripts and texts to paste.
func filesOf(doc *source.Document, src compile.Sources) []named {
	var out []named
	for _, e := range entries(doc.Root.Get("instances")) {
		out = append(out, named{"script", e.Value.Get("boot").Get("script"), maxScriptLen, src.Scripts})
	}
	for _, e := range entries(doc.Root.Get("texts")) {
		out = append(out, named{"text", e.Value.Get("file"), maxTextLen, src.Texts})
		for _, part := range entries(e.Value.Get("parts")) {
			out = append(out, named{"text", part.Value.Get("file"), maxTextLen, src.Texts})
		}
	}
	return slices.DeleteFunc(out, func(n named) bool { return n.word == nil || n.word.Value == "" })
}

func entries(n *source.Node) []source.Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}

// loadNamed reads the files that a stack names. They stand beside the spec.
func loadNamed(dir string, doc *source.Document, src compile.Sources) diag.List {
	var diags diag.List
	for _, n := range filesOf(doc, src) {
		name := n.word.Value
		if !filepath.IsLocal(name) {
			diags.Error(n.word.At, "bad-"+n.what, "the "+n.what+" must stand beside the spec",
				"write its name alone")
			continue
		}
		file := filepath.Join(dir, name)
		data, err := readNamed(file, n)
		if err != nil {
			diags.Error(n.word.At, "cannot-read", "cannot read the "+n.what+": "+reason(err), near(file))
			continue
		}
		n.into[name] = compile.Script{File: file, Text: string(data)}
	}
	return diags
}

// near guesses which file beside it was meant; nothing where the folder cannot be read.
func near(file string) string {
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if slices.Contains(names, filepath.Base(file)) {
		return "" // it is there, and something else is wrong with it
	}
	return diag.DidYouMean(filepath.Base(file), names)
}

// readNamed asks for kind and size first: reading a pipe would wait for ever.
func readNamed(file string, n named) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, errors.New(file + " is no " + n.what)
	case info.Size() > n.max:
		return nil, fmt.Errorf("%s has %d bytes, and at most %d are read", file, info.Size(), n.max)
	}
	return os.ReadFile(file)
}

// reason says why a file could not be read, without the system's names for its calls.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Path + ": " + path.Err.Error()
	}
	return err.Error()
}
