// Package each does the same with many things at once. The order in which they are done is open, so
// what is done may write to its own place only.
package each

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Crash carries a panic from another goroutine to the one that waits, with the stack of its origin.
type Crash struct {
	Value any
	Stack []byte
}

// Do calls do for 0 to n-1, as many at once as there are processors, since each takes memory while
// it runs, and waits. A panic in one of them becomes the caller's, as a Crash.
func Do(n int, do func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	crashes := make(chan Crash, workers)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					crashes <- crashOf(p)
				}
			}()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
	close(crashes)
	if c, ok := <-crashes; ok {
		panic(c)
	}
}

func crashOf(p any) Crash {
	if c, ok := p.(Crash); ok {
		return c
	}
	return Crash{p, debug.Stack()}
}
