// Package store carries out what package publish lists: it asks S3 what is there, writes what is
// missing, and reads it back. Only byocfn-publish imports it: the SDK prepares itself in every command
// that links it.
package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"byocfn/internal/publish"
)

// Serve carries out one publish.Request, read from in, and writes publish.Events to out. It stops when
// in ends, so that nothing is published any more for a process that is gone. The error is about in and
// out; everything else is in the result.
func Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input := json.NewDecoder(in)
	var request publish.Request
	if err := input.Decode(&request); err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, in) // its end is what counts
	}()
	output := json.NewEncoder(out)
	var broken error
	result := Run(ctx, request, Options{Report: func(p publish.Progress) {
		if err := output.Encode(publish.Event{Progress: &p}); err != nil && broken == nil {
			broken = err
			cancel() // nobody listens any more
		}
	}})
	if broken != nil {
		return broken
	}
	return output.Encode(publish.Event{Result: &result})
}
