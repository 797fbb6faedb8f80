package customresource

import (
	"context"
	"math/rand/v2"
	"time"
)

type randomKey struct{}

// WithRandom gives a context in which Jitter takes its numbers, from 0 to below 1, from random: a
// test that tells the same story twice. random must be safe for concurrent use.
func WithRandom(ctx context.Context, random func() float64) context.Context {
	return context.WithValue(ctx, randomKey{}, random)
}

// Jitter gives a pause of between half and one and a half times a length, so that functions that
// failed together do not try again together.
func Jitter(ctx context.Context, pause time.Duration) time.Duration {
	random, ok := ctx.Value(randomKey{}).(func() float64)
	if !ok {
		random = rand.Float64
	}
	return pause/2 + time.Duration(random()*float64(pause))
}
