package compile

import (
	"slices"

	"byocfn/internal/diag"
	"byocfn/internal/each"
	"byocfn/internal/plan"
	"byocfn/internal/proof"
)

// locked holds the plans against the lock of the last release and gives the lock to write. With
// update, replacements are meant and nothing is compared.
func locked(src Sources, plans []*plan.Plan, update bool) ([]byte, diag.List) {
	var diags diag.List
	older := map[string]proof.Lock{}
	if src.Lock != nil && !update {
		locks, err := proof.ReadLocks(src.Lock)
		if err != nil {
			diags.Error(diag.Range{File: src.LockFile}, "bad-lock", err.Error(),
				"restore the file from version control, or write it anew with --update-lock")
			return nil, diags
		}
		for _, l := range locks {
			older[l.Template] = l
		}
	}
	next, found := make([]proof.Lock, len(plans)), make([]diag.List, len(plans))
	each.Do(len(plans), func(i int) {
		next[i] = proof.Take(plans[i])
		if was, ok := older[next[i].Template]; ok {
			found[i] = proof.CheckLock(plans[i], next[i], was)
		}
	})
	diags = append(diags, slices.Concat(found...)...)
	for _, l := range next {
		delete(older, l.Template)
	}
	for name := range older {
		diags.Error(diag.Range{File: src.LockFile}, "locked", "the template "+name+" is gone",
			src.LockFile+" remembers it from an earlier synth: keep it; or, if nobody has launched "+
				"it, run byocfn synth --update-lock")
	}
	data, err := proof.WriteLocks(next)
	if err != nil {
		diags.Error(diag.Range{File: src.LockFile}, "internal", err.Error(), "")
	}
	return data, diags
}
