package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAddRefuses(t *testing.T) {
	for _, tc := range []struct{ have, add, want string }{
		{"a/b", "a/b", "twice"},
		{"a/b", "a/B", "differ in case"},
		{"A/x", "a/y", "differ in case"},
		{"a", "a/b", "both a file and a folder"},
		{"a/b", "a", "both a file and a folder"},
		{"x", "../x", "no name"}, {"x", "/etc/passwd", "no name"}, {"x", "a/../b", "no name"},
		{"x", `a\b`, "no name"}, {"x", "c:d", "no name"}, {"x", "", "no name"}, {"x", ".", "no name"},
		{"x", "a//b", "no name"}, {"x", "a\nb", "no name"}, {"x", ".byocfn-1/x", "no name"},
		{"x", "a./b", "no name"}, {"x", "a ", "no name"},
	} {
		var s Set
		if err := s.Add(tc.have, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Add(tc.add, nil); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("Add(%q) after %q: %v, want %q", tc.add, tc.have, err, tc.want)
		}
		if len(s.Files) != 1 {
			t.Errorf("Add(%q): refused file is in the set", tc.add)
		}
	}
	var s Set
	for _, name := range []string{"velodb/größe.md", "velodb/.hidden", "lambda/x.zip", "a..b"} {
		if err := s.Add(name, nil); err != nil {
			t.Errorf("Add(%q): %v", name, err)
		}
	}
	if err := s.Own("../x"); err == nil {
		t.Error("Own accepts a folder outside")
	}
}

func TestSHA256(t *testing.T) {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if got := SHA256(nil); got != empty {
		t.Error(got)
	}
}

// build makes a set that owns p, from name=content words.
func build(t *testing.T, words ...string) Set {
	t.Helper()
	var s Set
	if err := s.Own("p"); err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		name, data, _ := strings.Cut(w, "=")
		if err := s.Add(name, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// plant puts name=content words into a folder; a name that ends in / is a folder.
func plant(t *testing.T, dir string, words ...string) {
	t.Helper()
	for _, w := range words {
		name, data, _ := strings.Cut(w, "=")
		full := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(full), 0o777))
		if strings.HasSuffix(name, "/") {
			must(t, os.MkdirAll(full, 0o777))
			continue
		}
		must(t, os.WriteFile(full, []byte(data), 0o666))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tree gives everything below dir, one line each.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	must(t, filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		switch {
		case e.IsDir():
			fmt.Fprintf(&b, "%s/\n", rel)
		case e.Type()&fs.ModeSymlink != 0:
			fmt.Fprintf(&b, "%s@\n", rel)
		default:
			data, err := os.ReadFile(p)
			must(t, err)
			fmt.Fprintf(&b, "%s=%s\n", rel, data)
		}
		return nil
	}))
	return b.String()
}

func TestWriteDir(t *testing.T) {
	for _, tc := range []struct {
		name      string
		have, set []string
		want      string
	}{
		{"empty", nil, []string{"p/a=1", "p/q/b=2"}, "p/\np/a=1\np/q/\np/q/b=2\n"},
		{"others stay", []string{"o/x=9", "p/a=0"}, []string{"p/a=1"}, "o/\no/x=9\np/\np/a=1\n"},
		{"leftovers go", []string{"p/old/deep/x=9", "p/y=8", "p/e/", "p/a=1"}, []string{"p/a=1"},
			"p/\np/a=1\n"},
		{"nothing left", []string{"p/a=1"}, nil, ""},
		{"file becomes folder", []string{"p/a=1"}, []string{"p/a/b=2"}, "p/\np/a/\np/a/b=2\n"},
		{"folder becomes file", []string{"p/a/b=2"}, []string{"p/a=1"}, "p/\np/a=1\n"},
		{"not owned", []string{"l/x=1", "l/y=2"}, []string{"l/x=3"}, "l/\nl/x=3\nl/y=2\n"},
		{"killed run", []string{".byocfn-77/new0=?", "p/a=1"}, []string{"p/a=1"}, "p/\np/a=1\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			plant(t, dir, tc.have...)
			set := build(t, tc.set...)
			for range 2 {
				written(t, dir, set)
				if got := tree(t, dir); got != tc.want {
					t.Fatalf("got\n%swant\n%s", got, tc.want)
				}
			}
		})
	}
}

// written writes a set, and gives its changes as words.
func written(t *testing.T, dir string, set Set) string {
	t.Helper()
	changes, err := WriteDir(dir, set)
	must(t, err)
	var words []string
	for _, c := range changes {
		words = append(words, string(c.Mark)+c.Name)
	}
	return strings.Join(words, " ")
}

func TestChanges(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, "p/same=1", "p/longer=1", "p/other=1", "p/old/x/y=1", "p/old/z=1", "p/empty/", "o/x=1")
	set := build(t, "p/same=1", "p/new/file=1", "p/other=2", "p/longer=11")
	if got, want := written(t, dir, set),
		"+p/new/file ~p/other ~p/longer -p/old/x/y -p/old/z"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := written(t, dir, set); got != "" {
		t.Errorf("nothing changed, but %s", got)
	}
}

func TestUnchangedFilesKeepTheirTime(t *testing.T) {
	dir := t.TempDir()
	written(t, dir, build(t, "p/a=1", "p/b=1"))
	past := time.Unix(1_000_000_000, 0)
	for _, name := range []string{"p/a", "p/b"} {
		must(t, os.Chtimes(filepath.Join(dir, name), past, past))
	}
	written(t, dir, build(t, "p/a=1", "p/b=2"))
	for name, kept := range map[string]bool{"p/a": true, "p/b": false} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if info.ModTime().Equal(past) != kept {
			t.Errorf("%s: kept %v", name, !kept)
		}
	}
}

func TestInTheWay(t *testing.T) {
	target := t.TempDir()
	for _, tc := range []struct {
		name string
		have []string
		link string
		dir  string
	}{
		{"file for the folder itself", []string{"dist=x"}, "", "dist"},
		{"file above the folder", []string{"dist=x"}, "", "dist/deeper"},
		{"file for an owned folder", []string{"dist/p=x"}, "", "dist"},
		{"link for an owned folder", []string{"dist/o=x"}, "dist/p", "dist"},
		{"folder for a file that is not owned", []string{"dist/l/x/y=1"}, "", "dist"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := t.TempDir()
			plant(t, root, tc.have...)
			if tc.link != "" {
				must(t, os.Symlink(target, filepath.Join(root, tc.link)))
			}
			before := tree(t, root)
			if _, err := WriteDir(filepath.Join(root, tc.dir), build(t, "p/a=1", "l/x=2")); err == nil {
				t.Error("no error")
			}
			if after := tree(t, root); after != before {
				t.Errorf("before\n%safter\n%s", before, after)
			}
		})
	}
}

// failing fails at its n-th change, counting from 0, and at no other.
type failing struct {
	osDisk
	n    int64
	done atomic.Int64
}

var errDisk = errors.New("no space left on device")

func (f *failing) step() error {
	if f.done.Add(1)-1 == f.n {
		return errDisk
	}
	return nil
}

func (f *failing) mkdir(name string) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.osDisk.mkdir(name)
}

func (f *failing) stage(dir string) (string, error) {
	if err := f.step(); err != nil {
		return "", err
	}
	return f.osDisk.stage(dir)
}

// write leaves half a file behind when it fails, as a full disk does.
func (f *failing) write(name string, data []byte) error {
	if err := f.step(); err != nil {
		return errors.Join(err, f.osDisk.write(name, data[:len(data)/2]))
	}
	return f.osDisk.write(name, data)
}

func (f *failing) sync(name string) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.osDisk.sync(name)
}

func (f *failing) rename(from, to string) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.osDisk.rename(from, to)
}

func (f *failing) removeAll(name string) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.osDisk.removeAll(name)
}

func TestEveryFailureLeavesTheOldContent(t *testing.T) {
	set := build(t, "p/same=1", "p/changed=new", "p/new/deep/file=2", "p/was-folder=3", "l/x=4")
	failures := 0
	for n := int64(0); ; n++ {
		dir := filepath.Join(t.TempDir(), "dist")
		plant(t, dir, "p/same=1", "p/changed=old", "p/obsolete/x=5", "p/was-folder/y=6", "o/z=7")
		before := tree(t, dir)
		d := &failing{n: n}
		_, err := writeDir(d, dir, set)
		after := tree(t, dir)
		if err == nil {
			if d.done.Load() > n {
				t.Errorf("step %d failed, WriteDir did not say so", n)
			}
			break
		}
		failures++
		if !errors.Is(err, errDisk) {
			t.Fatalf("step %d: %v", n, err)
		}
		if strings.Contains(err.Error(), "all files are in place") {
			written(t, dir, set)
			if strings.Contains(tree(t, dir), stagePrefix) {
				t.Error("the next run leaves the temporary folder")
			}
			continue
		}
		if after != before {
			t.Errorf("step %d: before\n%safter\n%s", n, before, after)
		}
	}
	if failures < 15 {
		t.Errorf("only %d steps were made to fail", failures)
	}
}

func TestRunsAtTheSameTime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dist")
	sets := []Set{build(t, "p/a=1", "p/b=1", "p/c=1"), build(t, "p/a=2", "p/b=2", "p/d=2")}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if _, err := WriteDir(dir, sets[i%2]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := tree(t, dir)
	if got != "p/\np/a=1\np/b=1\np/c=1\n" && got != "p/\np/a=2\np/b=2\np/d=2\n" {
		t.Errorf("the runs are mixed:\n%s", got)
	}
}

func BenchmarkWriteDir(b *testing.B) {
	var s Set
	for i := range 100 {
		if err := s.Add(fmt.Sprintf("p/%d/f", i), make([]byte, 20_000)); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("new", func(b *testing.B) {
		for i := range b.N {
			if _, err := WriteDir(filepath.Join(b.TempDir(), fmt.Sprint(i)), s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		dir := b.TempDir()
		if _, err := WriteDir(dir, s); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for range b.N {
			if _, err := WriteDir(dir, s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
