package compile_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"byocfn/internal/compile"
	"byocfn/internal/contract"
	"byocfn/internal/diag"
	"byocfn/internal/golden"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
	"byocfn/internal/workspace"
)

// product is the product.yaml of the cases that bring none of their own.
const product = `product: kelp
title: Kelp Lake
vendor: Kelp
release: 0.9.7
docs: https://kelp.example/docs
publish: { bucket: kelp-releases, prefix: byoc/ }
tags: { kelp-cost: reef }
regions: [ap-east-1, eu-south-2]
`

// folder is where a case's files stand, so that diagnostics name them as a vendor sees them.
const folder = "templates/kelp"

// TestGolden compiles small specs. The file `show` of a case lists what is of interest: paths into
// the templates, such as Resources.Data.Properties, and names of other files. Without it the whole
// templates are.
func TestGolden(t *testing.T) {
	golden.Run(t, "testdata", func(t *testing.T, files map[string]string) map[string]string {
		result, diags := compiled(t, files)
		if len(diags) > 0 {
			t.Fatal(text(t, diags))
		}
		out := map[string]string{}
		for _, f := range result.Files.Files {
			dir, name := path.Base(path.Dir(f.Name)), path.Base(f.Name)
			if name == "template.yaml" {
				out[dir+".yaml"] = shown(t, files["show"], string(f.Data))
			} else if strings.Contains("\n"+files["show"], "\n"+name+"\n") {
				out[dir+"-"+name] = string(f.Data)
			}
		}
		return out
	})
}

// TestErrors compiles specs with mistakes. What must come out is what a vendor reads.
func TestErrors(t *testing.T) {
	golden.Run(t, "testdata/errors", func(t *testing.T, files map[string]string) map[string]string {
		_, diags := compiled(t, files)
		return map[string]string{"diag": text(t, diags)}
	})
}

// compiled writes the case's files to a folder of its own and compiles them as byocfn does. Files
// below before/ are those of the release before, which leaves its lock.
func compiled(t *testing.T, files map[string]string) (compile.Result, diag.List) {
	t.Helper()
	before, now := map[string]string{}, map[string]string{}
	for name, data := range files {
		if old, ok := strings.CutPrefix(name, "before/"); ok {
			before[old] = data
		} else {
			now[name] = data
		}
	}
	src, diags := loaded(t, now)
	if diags.HasErrors() {
		return compile.Result{}, diags
	}
	if len(before) > 0 {
		old, diags := compiled(t, before)
		if diags.HasErrors() {
			t.Fatal(text(t, diags))
		}
		src.Lock, src.LockFile = old.Lock, filepath.Join(folder, workspace.LockName)
	}
	result, more := compile.Compile(src, options())
	return result, append(diags, more...)
}

func loaded(t *testing.T, files map[string]string) (compile.Sources, diag.List) {
	t.Helper()
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	defer t.Chdir(home)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"product.yaml": product}
	for name, data := range files {
		all[name] = data
	}
	delete(all, "show")
	for name, data := range all {
		data = strings.ReplaceAll(data, "‹CR›", "\r") // txtar keeps no carriage return
		if err := os.WriteFile(filepath.Join(folder, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return workspace.Load(folder)
}

// options has codes of functions that are told apart at a glance.
func options() compile.Options {
	codes := map[string]plan.Code{}
	for i, f := range contract.Functions() {
		codes[f.Name] = plan.Code{SHA256: strings.Repeat(string(rune('a'+i)), 64), Base64: f.Name + "="}
	}
	return compile.Options{Facts: iam.Load(), Functions: codes}
}

func text(t *testing.T, diags diag.List) string {
	t.Helper()
	var b strings.Builder
	if err := diag.Text(&b, diags, diag.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shown cuts the parts of a template that a case is about; a part that is not there is left out, so
// that a variant may lack it.
func shown(t *testing.T, show, template string) string {
	t.Helper()
	var out strings.Builder
	paths := 0
	for line := range strings.Lines(show) {
		line = strings.TrimSpace(line)
		if strings.HasSuffix(line, ".json") || strings.HasSuffix(line, ".md") {
			continue
		}
		paths++
		part, indent := template, ""
		for key := range strings.SplitSeq(line, ".") {
			part = section(part, indent, key)
			indent += "  "
		}
		if part != "" {
			out.WriteString("# " + line + "\n" + part)
		}
	}
	if paths == 0 {
		return template
	}
	return out.String()
}

// section gives the lines of one key of a block mapping, with the comment above it.
func section(text, indent, key string) string {
	var comment, found strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		rest, deep := strings.CutPrefix(line, indent)
		here := deep && !strings.HasPrefix(rest, " ") && strings.TrimSpace(rest) != ""
		switch {
		case here && inside && !strings.HasPrefix(rest, "- "):
			return found.String()
		case here && strings.HasPrefix(rest, "#"):
			comment.WriteString(line)
		case here && strings.HasPrefix(rest, key+":"):
			inside = true
			found.WriteString(comment.String() + line)
		case inside && strings.TrimSpace(line) != "":
			found.WriteString(line)
		case here:
			comment.Reset()
		}
	}
	return found.String()
}
