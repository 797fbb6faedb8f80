// Command byocfn-draw draws pictures for byocfn, which starts it when the text of one has changed:
// texts on standard input, SVGs on standard output, as package draw says. Nobody else needs to
// run it.
package main

import (
	"fmt"
	"os"

	"byocfn/internal/diagram/draw"
)

func main() {
	if err := draw.Serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "byocfn-draw:", err)
		os.Exit(1)
	}
}
