package compile_test

import (
	"path/filepath"
	"testing"

	"byocfn/internal/compile"
	"byocfn/internal/proof"
	"byocfn/internal/workspace"
)

// TestShippedPrincipalsHaveRoom counts all managed policies that a principal of a product may ever
// hold. While no more than five are in the way, any release may rename them all at once.
func TestShippedPrincipalsHaveRoom(t *testing.T) {
	want := map[string]int{"StreamNativeCloudBootstrapRole": 4, "StreamNativeCloudManagementRole": 2,
		"KarpenterNodeRole": 4, "ServerRole": 3, "UserCapideployOperator": 3}
	products, diags := workspace.Products("../../templates", nil)
	if diags.HasErrors() {
		t.Fatal(text(t, diags))
	}
	for _, name := range products {
		src, diags := workspace.Load(filepath.Join("../../templates", name))
		result, more := compile.Compile(src, options())
		if diags = append(diags, more...); diags.HasErrors() {
			t.Fatal(text(t, diags))
		}
		locks, err := proof.ReadLocks(result.Lock)
		if err != nil {
			t.Fatal(err)
		}
		for _, lock := range locks {
			for id, held := range lock.Holds {
				n := ever(held.Managed)
				if expected, ok := want[id]; ok && n != expected || n > 5 {
					t.Errorf("%s of %s/%s: %d policies, want %d", id, name, lock.Template, n, expected)
				}
				delete(want, id)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

func ever(states []map[string]int) int {
	all, sum := map[string]int{}, 0
	for _, s := range states {
		for key, n := range s {
			sum += max(n-all[key], 0)
			all[key] = max(n, all[key])
		}
	}
	return sum
}
