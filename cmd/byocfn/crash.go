package main

import (
	"fmt"
	"runtime/debug"

	"byocfn/internal/each"
)

// debugSwitch is the environment variable that asks for the stack trace of a defect.
const debugSwitch = "BYOCFN_DEBUG"

// confess prints one sentence about a panic: it is our own mistake, and its trace is of use to us
// only.
func confess(io stdio, p any) {
	c, ok := p.(each.Crash)
	if !ok {
		c = each.Crash{Value: p, Stack: debug.Stack()}
	}
	fmt.Fprintf(io.err, "byocfn: this is a defect of byocfn, please report it with your spec "+
		"and what %s=1 prints: %v\n", debugSwitch, c.Value)
	if io.env(debugSwitch) != "" {
		io.err.Write(c.Stack)
	}
}
