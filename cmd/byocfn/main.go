// Command byocfn compiles a vendor's short description of a bring-your-own-cloud product into
// CloudFormation templates and everything that belongs beside them.
//
// The rules of the terminal: data goes to stdout, words to stderr. Text is coloured only for a
// person who has not said otherwise. A command says nothing twice, and ends with the exit code that
// its help lists.
package main

import (
	"context"
	"os"
	"runtime/debug"
)

// A run is over before its garbage matters, so it is collected late; the limit keeps the process
// below 64 MiB with the program itself, which is mapped into it.
const (
	garbagePercent = 800
	memoryLimit    = 46 << 20
)

func main() {
	debug.SetGCPercent(garbagePercent)
	debug.SetMemoryLimit(memoryLimit)
	os.Exit(run(context.Background(), os.Args[1:], system()))
}
