package compile

import (
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// locked compares the plans with the lock of the last release and gives the lock to write.
func locked(src Sources, plans []*plan.Plan, update bool) ([]byte, diag.List) {
	return src.Lock, nil
}
