package launchpolicy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/compile"
	"byocfn/internal/contract"
	"byocfn/internal/iam"
	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
	"byocfn/internal/stack"
	"byocfn/internal/workspace"
)

const templates = "../../templates/"

// products are the folders of the shipped specs.
func products(t testing.TB) (names []string) {
	t.Helper()
	all, err := os.ReadDir(templates)
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// plans compiles one product as far as its plans.
func plans(t testing.TB, product string) []*plan.Plan {
	t.Helper()
	src, diags := workspace.Load(filepath.Join(templates, product))
	functions := map[string]plan.Code{}
	for _, f := range contract.Functions() {
		functions[f.Name] = plan.Code{SHA256: strings.Repeat("a", 64), Base64: "a="}
	}
	out, more := compile.Plan(src, compile.Options{Facts: iam.Load(), Functions: functions})
	if diags = append(diags, more...); diags.HasErrors() {
		t.Fatal(diags)
	}
	return out
}

// built gives the tree of a plan's template.
func built(t testing.TB, p *plan.Plan) cfn.Map {
	t.Helper()
	template, err := stack.Build(p)
	if err != nil {
		t.Fatal(err)
	}
	return template.Tree
}

func BenchmarkMake(b *testing.B) {
	p := plans(b, "velodb")[0]
	tree, facts := built(b, p), iam.Load()
	b.ReportAllocs()
	for b.Loop() {
		launchpolicy.Make(p, tree, facts)
	}
}
