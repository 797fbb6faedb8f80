package golden

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

const sample = `What it shows.
-- product.yaml --
a: 1
-- want/out --
A: 1
-- boot.sh --
-- want/old --
x
`

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name     string
		got      map[string]string
		problems []string // what each begins with
		next     string
	}{
		{"same", map[string]string{"out": "A: 1", "old": "x\n"}, nil,
			"What it shows.\n-- product.yaml --\na: 1\n-- boot.sh --\n-- want/old --\nx\n-- want/out --\nA: 1\n"},
		{"changed", map[string]string{"out": "A: 2\n", "old": "x\n"}, []string{"out differs"},
			"What it shows.\n-- product.yaml --\na: 1\n-- boot.sh --\n-- want/old --\nx\n-- want/out --\nA: 2\n"},
		{"orphan and newcomer", map[string]string{"out": "A: 1\n", "new": ""},
			[]string{"new was produced", "want/old is expected"},
			"What it shows.\n-- product.yaml --\na: 1\n-- boot.sh --\n-- want/new --\n-- want/out --\nA: 1\n"},
		{"not to be held", map[string]string{"out": "-- x --\n", "old": "x"},
			[]string{"out differs", "txtar cannot hold"}, ""},
	} {
		archive := txtar.Parse([]byte(sample))
		inputs, want := split(archive)
		if len(inputs) != 2 || len(want) != 2 || inputs["product.yaml"] != "a: 1\n" {
			t.Fatal(inputs, want)
		}
		next, problems := compare(archive, want, c.got)
		if len(problems) != len(c.problems) {
			t.Errorf("%s: %q", c.name, problems)
			continue
		}
		for i, p := range problems {
			if !strings.HasPrefix(p, c.problems[i]) {
				t.Errorf("%s: %q", c.name, p)
			}
		}
		if next == nil && c.next == "" {
			continue
		}
		if next == nil || string(txtar.Format(next)) != c.next {
			t.Errorf("%s: %+v", c.name, next)
		}
	}
}

// TestRun needs no produced file to differ: the archive holds what upper gives.
func TestRun(t *testing.T) {
	Run(t, "testdata", func(_ *testing.T, files map[string]string) map[string]string {
		out := map[string]string{}
		for name, text := range files {
			out[name] = strings.ToUpper(text)
		}
		return out
	})
}
