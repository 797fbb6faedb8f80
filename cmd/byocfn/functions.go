package main

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"byocfn/internal/contract"
	"byocfn/internal/diag"
	"byocfn/internal/lambdabuild"
	"byocfn/internal/plan"
)

const lambdaDir = "lambda"

// functionsDir is where the manifest of the functions' zips lies.
func (a *app) functionsDir(flag string) string {
	if flag != "" {
		return flag
	}
	return filepath.Join(a.dist, lambdaDir)
}

// codes reads what the functions' zips are. Without a manifest the codes are zeros: a template's
// form does not depend on the digests, so a spec can be checked where no function was ever built.
// What is found then is never written. The bool tells whether the codes are the real ones.
func codes(dir string) (map[string]plan.Code, bool, diag.List) {
	manifest, err := lambdabuild.Load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return codesOf(lambdabuild.Manifest{}), false, nil
	}
	if err != nil {
		return codesOf(manifest), false,
			ioFailed(filepath.Join(dir, lambdabuild.ManifestName), "bad-manifest", err)
	}
	var diags diag.List
	known := true
	for _, f := range contract.Functions() {
		_, ok := manifest.Entry(f.Name)
		switch {
		case ok:
		case sourcesHere():
			known = false // a new function: synth builds it
		default:
			diags.Error(diag.Range{File: filepath.Join(dir, lambdabuild.ManifestName)}, "bad-manifest",
				"function "+f.Name+" is missing", "take the manifest of this release of byocfn")
		}
	}
	return codesOf(manifest), known, diags
}

func codesOf(manifest lambdabuild.Manifest) map[string]plan.Code {
	out := map[string]plan.Code{}
	for _, f := range contract.Functions() {
		e, ok := manifest.Entry(f.Name)
		if !ok {
			e.SHA256 = strings.Repeat("0", 64)
		}
		out[f.Name] = plan.Code{SHA256: e.SHA256, Base64: e.CodeSHA256()}
	}
	return out
}

// fetchFunctions gives the real codes for templates that are going to be written: it builds the
// functions where their sources are here, unless another folder was named. Changed tells that what
// was compiled with the codes of before has to be compiled again.
func (a *app) fetchFunctions(ctx context.Context, flag string, before map[string]plan.Code,
	known bool) (now map[string]plan.Code, changed bool, diags diag.List) {
	switch {
	case flag == "" && sourcesHere():
		manifest, err := lambdabuild.Build(ctx, lambdabuild.Options{ModuleDir: ".",
			OutDir: a.functionsDir(""), Functions: contract.Functions()})
		if err != nil {
			return nil, false, buildFailed(ctx, a.functionsDir(""), err)
		}
		now = codesOf(manifest)
		return now, !maps.Equal(before, now), nil
	case known:
		return before, false, nil
	}
	diags.Error(diag.Range{File: filepath.Join(a.functionsDir(flag), lambdabuild.ManifestName)},
		"no-functions", "there is no manifest of the functions that the templates use",
		"copy the folder lambda of this release of byocfn to "+filepath.Join(a.dist, lambdaDir)+
			", or say --functions DIR")
	return nil, false, diags
}

// sourcesHere tells whether this folder is byocfn's own module.
func sourcesHere() bool {
	mod, err := os.ReadFile("go.mod")
	info, statErr := os.Stat(lambdaDir)
	return err == nil && statErr == nil && info.IsDir() &&
		regexp.MustCompile(`(?m)^module byocfn$`).Match(mod)
}

func buildFailed(ctx context.Context, dir string, err error) diag.List {
	var diags diag.List
	var toolchain *lambdabuild.ToolchainError
	var mismatch *lambdabuild.MismatchError
	hint := hintFor(err)
	switch {
	case ctx.Err() != nil:
		err, hint = errors.New("interrupted"), ""
	case errors.As(err, &toolchain), errors.As(err, &mismatch):
		hint = "" // the error says what to do
	}
	diags.Error(diag.Range{File: dir}, "functions-not-built", oneLine(err), hint)
	return diags
}
