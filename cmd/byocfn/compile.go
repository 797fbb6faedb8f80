package main

import (
	"os"
	"path/filepath"
	"slices"

	"byocfn/internal/artifact"
	"byocfn/internal/compile"
	"byocfn/internal/diag"
	"byocfn/internal/each"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
	"byocfn/internal/spec"
	"byocfn/internal/workspace"
)

// product is one product on its way through a command. Its name is that of its folder, here and in
// dist/.
type product struct {
	name, dir string // dir is templates/NAME
	src       compile.Sources
	partial   bool // a file could not be read, which the diagnostics say
	result    compile.Result
}

// load reads the products named, or all.
func (a *app) load(names []string) ([]product, diag.List) {
	found, diags := workspace.Products(a.templates, names)
	if diags.HasErrors() {
		return nil, diags
	}
	slices.Sort(found)
	found = slices.Compact(found)
	out := make([]product, len(found))
	problems := make([]diag.List, len(found))
	each.Do(len(found), func(i int) {
		p := product{name: found[i], dir: filepath.Join(a.templates, found[i])}
		p.src, problems[i] = workspace.Load(p.dir)
		p.partial = problems[i].HasErrors()
		out[i] = p
	})
	return out, append(diags, slices.Concat(problems...)...)
}

// compileAll fills in the results; every mistake of every product is reported at once.
func (a *app) compileAll(products []product, codes map[string]plan.Code,
	updateLock bool) diag.List {
	opt := options(codes)
	opt.UpdateLock = updateLock
	found := make([]diag.List, len(products))
	each.Do(len(products), func(i int) {
		p := &products[i]
		if p.partial {
			found[i] = parse(p.src)
			return
		}
		p.result, found[i] = compile.Compile(p.src, a.withOld(opt, p.result))
		found[i] = append(found[i], p.checkName()...)
	})
	return slices.Concat(found...)
}

// withOld shows the compiler the files that it made before, in this run or in dist: what takes long
// to make and has not changed is taken from there.
func (a *app) withOld(opt compile.Options, before compile.Result) compile.Options {
	opt.Old = func(name string) []byte {
		if data, ok := before.Files.Get(name); ok {
			return data
		}
		data, err := os.ReadFile(filepath.Join(a.dist, filepath.FromSlash(name)))
		if err != nil {
			return nil // the compiler makes it
		}
		return data
	}
	return opt
}

// parse finds the mistakes within single files, where others are missing: what is only missed
// because of them must not be reported.
func parse(src compile.Sources) (diags diag.List) {
	if src.Product != nil {
		_, diags = spec.ParseProduct(src.Product)
	}
	for _, s := range src.Stacks {
		_, more := spec.ParseStack(s.Name, s.Doc)
		diags = append(diags, more...)
	}
	return diags
}

func options(codes map[string]plan.Code) compile.Options {
	return compile.Options{Facts: iam.Load(), Functions: codes}
}

// checkName holds the product's name against its folder: two products with one name would remove
// each other's files.
func (p product) checkName() diag.List {
	n := p.src.Product.Root.Get("product")
	if n == nil || n.Value == "" {
		return nil // the parser says so
	}
	var diags diag.List
	if n.Value != p.name {
		diags.Error(n.At, "folder-name", "the product "+n.Value+" stands in the folder "+p.name,
			"give both the same name")
	}
	if reserved(n.Value) {
		diags = append(diags, refuseReserved(n.At, n.Value)...)
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
		if err := set.Own(p.name); err != nil {
			return set, err
		}
	}
	return set, nil
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
