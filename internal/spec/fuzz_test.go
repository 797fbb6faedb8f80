package spec

import (
	"testing"

	"byocfn/internal/source"
)

// FuzzParse reads anything as either file: no tree makes the checks panic, and every mistake has a
// place, an id and a summary.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{goodProduct, goodStack, "regions: {us-east-1: ~, x: {a: [[]]}}\n",
		"place: {vpc: x, isolated: [yes, not a]}\nvpc: {\"${V}\": ~}\n", "about: &a [x]\nvariants: *a\n",
		"roles: {R: {allow: {A: {condition: {B: {c: [~]}}, accept: ~, principal: {self: yes}}}}}\n",
		"instances: {I: {boot: {env: {A: {value: x, else: ~}}}, tags: {aws:x: \"${a}\"}}}\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, diags := source.Parse("f.yaml", data)
		if diags.HasErrors() {
			return
		}
		_, product := ParseProduct(doc)
		_, stack := ParseStack("agent", doc)
		for _, d := range append(product, stack...) {
			if d.ID == "" || d.Summary == "" || d.At.File == "" || d.At.Start.Line == 0 {
				t.Errorf("%+v", d)
			}
		}
	})
}
