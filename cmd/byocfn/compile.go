package main

import (
	"os"
	"path/filepath"
	"slices"

	"byocfn/internal/artifact"
	"byocfn/internal/compile"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
	"byocfn/internal/workspace"
)

// product is one product on its way through a command.
type product struct {
	dir    string // templates/NAME
	src    compile.Sources
	result compile.Result
}

// name is the product's own name where its spec could be read, which is its folder in dist/.
func (p product) name() string {
	if len(p.result.Plans) == 0 {
		return filepath.Base(p.dir)
	}
	return p.result.Plans[0].Product.Name
}

// load reads the products named, or all.
func (a *app) load(names []string) ([]product, diag.List) {
	found, diags := workspace.Products(a.templates, names)
	if diags.HasErrors() {
		return nil, diags
	}
	slices.Sort(found)
	var out []product
	for _, name := range slices.Compact(found) {
		dir := filepath.Join(a.templates, name)
		src, more := workspace.Load(dir)
		diags = append(diags, more...)
		out = append(out, product{dir: dir, src: src})
	}
	return out, diags
}

// compileAll fills in the results; every mistake of every product is reported at once.
func (a *app) compileAll(products []product, codes map[string]plan.Code,
	updateLock bool) diag.List {
	opt := options(codes)
	opt.UpdateLock = updateLock
	opt.Old = func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(a.dist, filepath.FromSlash(name)))
		if err != nil {
			return nil // nothing to save work with
		}
		return data
	}
	var diags diag.List
	for i := range products {
		p := &products[i]
		if p.src.Product == nil {
			continue // load has said why
		}
		var more diag.List
		p.result, more = compile.Compile(p.src, opt)
		diags = append(diags, more...)
	}
	return append(diags, merge(products)...)
}

func options(codes map[string]plan.Code) compile.Options {
	return compile.Options{Facts: iam.Load(), Functions: codes}
}

// merge looks for products that would write into each other's folder or into ours.
func merge(products []product) (diags diag.List) {
	owner := map[string]string{}
	for _, p := range products {
		name := p.name()
		at := diag.Range{File: filepath.Join(p.dir, "product.yaml")}
		if other, taken := owner[name]; taken {
			diags.Error(at, "same-product", name+" is also the name of the product in "+other,
				"every product has a folder of its own in dist/: choose another name")
		}
		if reserved(name) {
			diags = append(diags, refuseReserved(at, name)...)
		}
		owner[name] = p.dir
	}
	return diags
}

// reserved tells whether a name belongs to a folder of our own below dist/.
func reserved(name string) bool { return name == schemaDir || name == lambdaDir }

func refuseReserved(at diag.Range, name string) (diags diag.List) {
	diags.Error(at, "reserved-name", name+" cannot be the name of a product",
		"dist/"+name+" is a folder of byocfn: choose another name")
	return diags
}

// filesOf gives all products' files as one set, which replaces what was there.
func filesOf(products []product) (artifact.Set, error) {
	var set artifact.Set
	for _, p := range products {
		if err := set.AddAll(p.result.Files.Files...); err != nil {
			return set, err
		}
		if err := set.Own(p.name()); err != nil {
			return set, err
		}
	}
	return set, nil
}

// ioFailed is a diagnostic about a file or folder that the system did not let us use.
func ioFailed(path, id string, err error) diag.List {
	var diags diag.List
	diags.Error(diag.Range{File: path}, id, oneLine(err), hintFor(err))
	return diags
}

// anyOf gives the one list of several, in the order of the files.
func anyOf(lists ...diag.List) diag.List { return slices.Concat(lists...).Sorted() }

// usesFunctions tells whether a template needs the zips of byocfn's functions.
func usesFunctions(products []product) bool {
	isFunction := func(r plan.Resource) bool { return r.Section == plan.Functions }
	for _, p := range products {
		for _, t := range p.result.Plans {
			if slices.ContainsFunc(t.Resources, isFunction) {
				return true
			}
		}
	}
	return false
}

// names lists templates as people address them: PRODUCT/STACK[-VARIANT].
func names(plans []*plan.Plan) []string {
	var out []string
	for _, p := range plans {
		out = append(out, compile.Dir(p))
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}
