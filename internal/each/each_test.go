package each

import (
	"strings"
	"sync/atomic"
	"testing"
)

func TestDo(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		done := make([]atomic.Int32, n)
		Do(n, func(i int) { done[i].Add(1) })
		for i := range done {
			if got := done[i].Load(); got != 1 {
				t.Errorf("%d of %d was done %d times", i, n, got)
			}
		}
	}
}

// TestCrash: a panic below another Do arrives once, with the stack of where it began.
func TestCrash(t *testing.T) {
	defer func() {
		c, ok := recover().(Crash)
		if !ok || c.Value != "broken" || !strings.Contains(string(c.Stack), "breaks") {
			t.Errorf("%v %v, %s", ok, c.Value, c.Stack)
		}
	}()
	Do(3, func(i int) {
		Do(2, func(j int) {
			if i == 1 && j == 1 {
				breaks()
			}
		})
	})
	t.Error("no panic")
}

func breaks() { panic("broken") }
