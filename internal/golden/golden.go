// Package golden runs tests whose cases are txtar archives: the inputs of a case and, under want/,
// all that must come out. go test -update writes what came out; the difference is then reviewed
// like code.
package golden

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what tests produce as what they want")

const wanted = "want/"

// Run runs every *.txtar in dir as a subtest. produce gets the inputs, every file whose name does
// not begin with want/, and gives the outputs by name, without want/. The outputs must be those of
// the archive: none other, none fewer. An output without a line end at its end is compared with one.
func Run(t *testing.T, dir string, produce func(t *testing.T, files map[string]string) map[string]string) {
	t.Helper()
	cases, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no case in %s: %v", dir, err)
	}
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			inputs, want := split(archive)
			got := produce(t, inputs)
			next, problems := compare(archive, want, got)
			if *update && !t.Failed() && next != nil {
				if err := os.WriteFile(file, txtar.Format(next), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
}

// split tells inputs from outputs.
func split(archive *txtar.Archive) (inputs, want map[string]string) {
	inputs, want = map[string]string{}, map[string]string{}
	for _, f := range archive.Files {
		if name, isOutput := strings.CutPrefix(f.Name, wanted); isOutput {
			want[name] = string(f.Data)
		} else {
			inputs[f.Name] = string(f.Data)
		}
	}
	return inputs, want
}

// compare gives the archive as it would be with the outputs got, and how they differ from those
// wanted. The archive is nil where txtar cannot hold an output, such as one with a line -- x --.
func compare(archive *txtar.Archive, want, got map[string]string) (*txtar.Archive, []string) {
	next := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if !strings.HasPrefix(f.Name, wanted) {
			next.Files = append(next.Files, f)
		}
	}
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(got)) {
		text := lineEnd(got[name])
		next.Files = append(next.Files, txtar.File{Name: wanted + name, Data: []byte(text)})
		old, expected := want[name]
		if !expected {
			problems = append(problems, fmt.Sprintf("%s was produced, but no file %s%s expects it:\n%s",
				name, wanted, name, text))
		} else if diff := cmp.Diff(lineEnd(old), text); diff != "" {
			problems = append(problems, fmt.Sprintf("%s differs (-want +got):\n%s", name, diff))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, produced := got[name]; !produced {
			problems = append(problems, wanted+name+" is expected, but nothing produced it")
		}
	}
	if back := txtar.Parse(txtar.Format(next)); !cmp.Equal(back.Files, next.Files) {
		return nil, append(problems, "txtar cannot hold what was produced")
	}
	return next, problems
}

func lineEnd(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}
