package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"

	"byocfn/internal/artifact"
	"byocfn/internal/contract"
	"byocfn/internal/diag"
	"byocfn/internal/lambdabuild"
	"byocfn/internal/publish"
	"byocfn/internal/workspace"
)

// synthFirst is the hint wherever the disk does not hold what would be published: what goes to
// customers was reviewed.
const synthFirst = "run byocfn synth, review and commit dist/, then publish"

// stale finds where dist, the locks and the functions are not what the sources make.
func (a *app) stale(products []product, real bool, functions string) (diags diag.List) {
	if usesFunctions(products) {
		dir := a.functionsDir(functions)
		switch current, err := a.functionsCurrent(functions); {
		case !real:
			diags.Error(diag.Range{File: filepath.Join(dir, lambdabuild.ManifestName)}, "no-functions",
				"there is no manifest of the functions that the templates use", synthFirst)
			return diags
		case err != nil:
			return ioFailed(dir, "cannot-read", err)
		case !current:
			diags.Error(diag.Range{File: dir}, "stale-dist",
				"these are not the functions that lambda/ makes", synthFirst)
		}
	}
	for _, p := range products {
		changes, err := a.pending(p)
		switch {
		case err != nil:
			diags = append(diags, ioFailed(filepath.Join(a.dist, p.name), "cannot-read", err)...)
		case len(changes) > 0:
			diags.Error(diag.Range{File: filepath.Join(a.dist, p.name)}, "stale-dist",
				"this is not what "+p.dir+" compiles to: "+describe(changes), synthFirst)
		}
		if !bytes.Equal(p.src.Lock, p.result.Lock) {
			diags.Error(diag.Range{File: filepath.Join(p.dir, workspace.LockName)}, "stale-dist",
				"this is not the lock of what "+p.dir+" compiles to", synthFirst)
		}
	}
	return diags
}

// functionsCurrent tells whether the manifest is that of the sources, where these are here.
func (a *app) functionsCurrent(flag string) (bool, error) {
	if flag != "" || !sourcesHere() {
		return true, nil
	}
	return lambdabuild.Current(lambdabuild.Options{ModuleDir: ".", OutDir: a.functionsDir(""),
		Functions: contract.Functions()})
}

// pending gives what synth would change in a product's folder, a picture to be drawn included.
func (a *app) pending(p product) ([]string, error) {
	set, err := filesOf([]product{p})
	for _, picture := range p.result.Pictures {
		if err == nil {
			err = set.Add(picture.Name, []byte(picture.Text)) // whatever stands there differs from it
		}
	}
	if err != nil {
		return nil, err
	}
	changes, err := artifact.Pending(a.dist, set)
	var out []string
	for _, c := range changes {
		out = append(out, string(c.Mark)+c.Name)
	}
	return out, err
}

// sizesOf gives the sizes of the zips that products use, after it has read and held them against their
// names. Where nobody uses a function, none needs to be here.
func sizesOf(dir string, products []product) (map[string]int64, diag.List) {
	sizes, diags := map[string]int64{}, diag.List(nil)
	if !usesFunctions(products) {
		return sizes, nil
	}
	manifest, err := lambdabuild.Load(dir)
	if err != nil {
		return nil, ioFailed(filepath.Join(dir, lambdabuild.ManifestName), "bad-manifest", err)
	}
	for _, digest := range zipsOf(products) {
		i := slices.IndexFunc(manifest.Functions, func(e lambdabuild.Entry) bool {
			return e.SHA256 == digest
		})
		if i < 0 {
			continue // the list says so
		}
		e := manifest.Functions[i]
		sizes[digest] = e.Size
		file := filepath.Join(dir, e.File())
		err := lambdabuild.Manifest{Functions: []lambdabuild.Entry{e}}.Verify(dir)
		if os.IsNotExist(err) {
			diags.Error(diag.Range{File: file}, "no-zip", "the zip of the function "+e.Name+" is not here",
				"run byocfn synth, which builds it, or copy it from the folder lambda of this release")
		} else if err != nil {
			diags.Error(diag.Range{File: file}, "no-zip", cause(file, err),
				"delete it, then "+synthFirst)
		}
	}
	return sizes, diags
}

func zipsOf(products []product) []string {
	var out []string
	for _, p := range products {
		for _, t := range p.result.Plans {
			out = append(out, publish.Zips(t)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
