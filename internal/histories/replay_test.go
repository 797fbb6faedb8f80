package histories

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// TestReplay tells the same stories twice: every call, write and answer must come again, at the same
// moment. Otherwise a seed says nothing about a failure.
func TestReplay(t *testing.T) {
	for n := range uint64(300) {
		var was string
		for range 2 {
			var is string
			synctest.Test(t, func(*testing.T) {
				problems, w := tell(*firstSeed + n).play()
				trace := strings.Split(w.engine.Trace(), "\n")
				slices.Sort(trace) // requests of one moment are noted in any order
				is = fmt.Sprint(problems, w.cloud.Calls(), w.cloud.Journal(), strings.Join(trace, "\n"))
			})
			if was != "" && was != is {
				t.Errorf("seed %d tells two stories:\n%s\n%s", *firstSeed+n, was, is)
				return
			}
			was = is
		}
	}
}
