package starter

import (
	"path"
	"strings"
	"testing"

	"byocfn/internal/compile"
	"byocfn/internal/contract"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
	"byocfn/internal/source"
)

func TestStarterCompiles(t *testing.T) {
	for _, name := range []string{"acme", "no", "a", "a-", "x1--y", "a" + strings.Repeat("b", 30)} {
		result, diags := compile.Compile(sources(t, name), compile.Options{Facts: iam.Load(),
			Functions: functions()})
		for _, d := range diags {
			t.Errorf("%s: %+v", name, d)
		}
		if len(result.Plans) != 1 || len(result.Files.Files) == 0 {
			t.Errorf("%s: %d plans, %d files", name, len(result.Plans), len(result.Files.Files))
		}
	}
}

// TestStarterCanFail is the control: a starter with a mistake does not compile.
func TestStarterCanFail(t *testing.T) {
	src := sources(t, "acme")
	src.Product.Root.Get("release").Value = "one"
	if _, diags := compile.Compile(src, compile.Options{Facts: iam.Load(), Functions: functions()}); len(diags) == 0 {
		t.Error("a wrong release passes")
	}
}

func TestStarterNames(t *testing.T) {
	for _, name := range []string{"", "Acme", "1a", "a_b", "a b", "-a", "..", "a/b", "é",
		"a" + strings.Repeat("b", 31)} {
		files, err := Files(name)
		if err == nil || !strings.Contains(err.Error(), "lower-case") || files != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestStarterHasNoMarksLeft(t *testing.T) {
	files, err := Files("acme-lake")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text := string(f.Data)
		if strings.ContainsAny(text, "‹›") || strings.Contains(text, "<no value>") {
			t.Errorf("%s:\n%s", f.Name, text)
		}
		if !strings.HasPrefix(f.Name, "templates/acme-lake/") {
			t.Error(f.Name)
		}
		for i, line := range strings.Split(text, "\n") {
			if len(line) > 110 || strings.TrimRight(line, " \t") != line {
				t.Errorf("%s:%d: %q", f.Name, i+1, line)
			}
		}
		if !strings.Contains(text, "cme") {
			t.Errorf("%s does not know its product", f.Name)
		}
	}
}

func sources(t *testing.T, name string) compile.Sources {
	t.Helper()
	files, err := Files(name)
	if err != nil {
		t.Fatal(err)
	}
	out := compile.Sources{Scripts: map[string]compile.Script{}}
	for _, f := range files {
		base := path.Base(f.Name)
		if strings.HasSuffix(base, ".sh") {
			out.Scripts[base] = compile.Script{File: f.Name, Text: string(f.Data)}
			continue
		}
		doc, diags := source.Parse(f.Name, f.Data)
		none(t, diags)
		if stack, ok := strings.CutSuffix(base, ".stack.yaml"); ok {
			out.Stacks = append(out.Stacks, compile.Stack{Name: stack, Doc: doc})
		} else {
			out.Product = doc
		}
	}
	return out
}

func none(t *testing.T, diags diag.List) {
	t.Helper()
	if len(diags) > 0 {
		t.Fatalf("%+v", diags)
	}
}

func functions() map[string]plan.Code {
	out := map[string]plan.Code{}
	for _, f := range contract.Functions() {
		out[f.Name] = plan.Code{SHA256: strings.Repeat("0", 64), Base64: strings.Repeat("A", 43) + "="}
	}
	return out
}
