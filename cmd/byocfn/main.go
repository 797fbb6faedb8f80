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
)

func main() { os.Exit(run(context.Background(), os.Args[1:], system())) }
