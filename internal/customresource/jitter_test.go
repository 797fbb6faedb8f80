package customresource

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
)

// TestJitter: pauses are between half and one and a half times the length, and the same ones for the
// same numbers.
func TestJitter(t *testing.T) {
	var all [2][]time.Duration
	for i := range all {
		r := rand.New(rand.NewPCG(7, 7))
		for _, ctx := range []context.Context{t.Context(), WithRandom(t.Context(), r.Float64)} {
			for range 500 {
				pause := Jitter(ctx, 7*time.Second)
				if pause < 3500*time.Millisecond || pause >= 10500*time.Millisecond {
					t.Fatal(pause)
				}
				all[i] = append(all[i], pause)
			}
		}
	}
	for i := range all[0] {
		if same := all[0][i] == all[1][i]; i >= 500 && !same {
			t.Fatalf("pause %d is %v, then %v", i-500, all[0][i], all[1][i])
		}
	}
	if all[0][500] == all[0][501] || all[0][0] == all[1][0] && all[0][1] == all[1][1] {
		t.Error("the pauses are all the same")
	}
}

// TestSent reads when an event was sent from its URL, as far as that says so.
func TestSent(t *testing.T) {
	for url, want := range map[string]string{
		"https://b.example/k?X-Amz-Date=20261122T013059Z&X-Amz-Expires=7200": "2026-11-22 01:30:59",
		"https://b.example/k?x-amz-date=20261231T235959Z":                    "2026-12-31 23:59:59",
		"https://b.example/k?X-Amz-Date=2026-11-22":                          "0001-01-01 00:00:00",
		"https://b.example/k?Expires=1700000000":                             "0001-01-01 00:00:00",
		"https://b.example/%zz?X-Amz-Date=20261122T013059Z":                  "0001-01-01 00:00:00",
	} {
		if got := sent(cfn.Event{ResponseURL: url}).Format(time.DateTime); got != want {
			t.Errorf("%s: %s", url, got)
		}
	}
}
