package compile_test

import (
	"fmt"
	"strings"
	"testing"

	"byocfn/internal/compile"
	"byocfn/internal/source"
	"byocfn/internal/workspace"
)

// BenchmarkVeloDB compiles the shipped product: two templates with all that is published beside.
// Its pictures are those of the last build, as after most changes; drawing them is the work of
// another program (BenchmarkSVG).
func BenchmarkVeloDB(b *testing.B) {
	src, diags := workspace.Load("../../templates/velodb")
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	repeat(b, src, options())
}

// BenchmarkPlanVeloDB is what a vendor waits for at every mistake: everything but the files.
func BenchmarkPlanVeloDB(b *testing.B) {
	src, diags := workspace.Load("../../templates/velodb")
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	opt := options()
	b.ReportAllocs()
	for b.Loop() {
		if _, diags := compile.Plan(src, opt); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}

// BenchmarkResources shows how time and memory grow with a template: each of its roles has a
// statement about the role before, up to the 500 resources that CloudFormation takes.
func BenchmarkResources(b *testing.B) {
	for _, n := range []int{10, 100, 490} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			src := many(b, n)
			repeat(b, src, options())
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/resource")
		})
	}
}

func repeat(b *testing.B, src compile.Sources, opt compile.Options) {
	b.ReportAllocs()
	for b.Loop() {
		if _, diags := compile.Compile(src, opt); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}

// many is a stack of n resources: roles, and buckets with their policies.
func many(b *testing.B, n int) compile.Sources {
	var buckets, roles strings.Builder
	for i := range n / 5 {
		fmt.Fprintf(&buckets, "  Reef%d: { why: Reef %d, keep: data }\n", i, i)
	}
	for i := range n / 5 * 3 {
		fmt.Fprintf(&roles, `  Squid%d:
    why: Squid %d
    name: squid%d-${stack.suffix}
    trust: { Compute: { service: ec2 } }
    allow:
      Take: { why: Take, actions: [sts:AssumeRole], resources: Squid%d }
      Read: { why: Read, actions: [s3:GetObject], resources: "Reef%d/*" }
`, i, i, i, max(i-1, 0), i/3)
	}
	stack := "about: Many.\nbuckets:\n" + buckets.String() + "roles:\n" + roles.String()
	src := compile.Sources{Product: parsed(b, "product.yaml", product)}
	src.Stacks = []compile.Stack{{Name: "many", Doc: parsed(b, "many.stack.yaml", stack)}}
	plans, diags := compile.Plan(src, options())
	if diags.HasErrors() || len(plans[0].Resources) != n {
		b.Fatalf("%d resources, not %d: %v", len(plans[0].Resources), n, diags)
	}
	return src
}

func parsed(b *testing.B, name, text string) *source.Document {
	doc, diags := source.Parse(name, []byte(text))
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	return doc
}
