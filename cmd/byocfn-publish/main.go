// Command byocfn-publish writes objects to S3 for byocfn, which starts it: a request on standard
// input, events on standard output, as package store says. Nobody else needs to run it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"byocfn/internal/publish/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // the second one kills
	if err := store.Serve(ctx, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "byocfn-publish:", err)
		os.Exit(1)
	}
}
