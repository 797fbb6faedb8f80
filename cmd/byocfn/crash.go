package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// debugSwitch is the environment variable that asks for the stack trace of a defect.
const debugSwitch = "BYOCFN_DEBUG"

// crash carries a panic from another goroutine to run.
type crash struct {
	value any
	stack []byte
}

// confess prints one sentence about a panic: it is our own mistake, and its trace is of use to us
// only.
func confess(io stdio, p any) {
	c, ok := p.(crash)
	if !ok {
		c = crash{p, debug.Stack()}
	}
	fmt.Fprintf(io.err, "byocfn: this is a defect of byocfn, please report it with your spec "+
		"and what %s=1 prints: %v\n", debugSwitch, c.value)
	if io.env(debugSwitch) != "" {
		io.err.Write(c.stack)
	}
}

// parallel calls do for 0 to n-1, as many at once as there are processors, since each takes memory
// while it runs, and waits. A panic in one of them becomes the caller's.
func parallel(n int, do func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	crashes := make(chan crash, workers)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					crashes <- crash{p, debug.Stack()}
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
