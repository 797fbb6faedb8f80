package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"byocfn/internal/each"
)

// stagePrefix begins the name of the folder in which new files wait and old ones are kept until
// the end. It lies in the written folder, so that every rename stays on one file system.
const stagePrefix = ".byocfn-"

// WriteDir makes dir hold the files of set. It writes what changed and removes what an owned
// folder has besides; a file with the right bytes is not touched and keeps its time.
//
// Files appear only when all of them are written and on the medium. On an error (no permission,
// disk full, a file where an owned folder should be, ...) dir is left as it was, without temporary
// files. If only the last step fails, which removes the temporary folder, the error says so; the
// next run removes it. A second run on the same dir waits for the first.
//
// It gives what it did to each file that it wrote or removed, in the order of the set, removed ones
// last.
func WriteDir(dir string, set Set) ([]Change, error) { return writeDir(osDisk{}, dir, set) }

// Change is what became of a file: added (+), written anew (~) or removed (-).
type Change struct {
	Name string // as in the set
	Mark byte
}

func writeDir(d disk, dir string, set Set) ([]Change, error) {
	w := &writer{disk: d, dir: dir}
	err := w.run(set)
	if err == nil {
		return w.changes, nil
	}
	return nil, fmt.Errorf("write %s: %w", dir, errors.Join(err, w.rollback()))
}

// writer does one run; undo holds what takes its changes back, in the order of the changes.
type writer struct {
	disk  disk
	dir   string
	stage string
	olds  int
	undo  []func() error

	changes []Change
}

func (w *writer) run(set Set) error {
	if err := w.folder(w.dir); err != nil {
		return err
	}
	release, err := lock(w.dir)
	if err != nil {
		return err
	}
	defer release()
	if err := w.sweep(); err != nil {
		return err
	}
	obsolete, err := w.obsolete(set)
	if err != nil {
		return err
	}
	changed := w.changed(set)
	w.removes(obsolete)
	if len(w.changes) == 0 && len(obsolete) == 0 {
		return nil
	}
	if err := w.prepare(changed); err != nil {
		return err
	}
	for _, name := range obsolete {
		if err := w.moveAway(name); err != nil {
			return err
		}
	}
	for i, f := range changed {
		if err := w.install(i, f.Name); err != nil {
			return err
		}
	}
	return w.finish()
}

func (w *writer) rollback() error {
	var errs []error
	for len(w.undo) > 0 {
		last := len(w.undo) - 1
		errs = append(errs, w.undo[last]())
		w.undo = w.undo[:last]
	}
	return errors.Join(errs...)
}

// sweep removes what a killed run left.
func (w *writer) sweep() error {
	if !canLock { // another run may be using it
		return nil
	}
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagePrefix) && e.IsDir() {
			if err := w.disk.removeAll(filepath.Join(w.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepare writes the new files into the stage, and waits until all are on the medium.
func (w *writer) prepare(files []File) error {
	stage, err := w.disk.stage(w.dir)
	if err != nil {
		return err
	}
	w.stage = stage
	w.undo = append(w.undo, func() error { return w.disk.removeAll(stage) })
	for i, f := range files {
		if err := w.disk.write(w.staged(i), f.Data); err != nil {
			return err
		}
	}
	return w.syncAll(len(files))
}

// syncAll waits for many files at once: a journal takes them together, which is several times
// faster than one after the other.
func (w *writer) syncAll(n int) error {
	const workers = 16
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() {
			for i := k; i < n && errs[k] == nil; i += workers {
				errs[k] = w.disk.sync(w.staged(i))
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (w *writer) staged(i int) string { return filepath.Join(w.stage, "new"+strconv.Itoa(i)) }

func (w *writer) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

// install moves staged file i to its place.
func (w *writer) install(i int, name string) error {
	if err := w.folder(filepath.Dir(w.path(name))); err != nil {
		return err
	}
	if _, ok := isFile(w.path(name)); ok {
		if err := w.moveAway(name); err != nil {
			return err
		}
	}
	return w.rename(w.staged(i), w.path(name))
}

// moveAway keeps a file or folder in the stage until the run is complete.
func (w *writer) moveAway(name string) error {
	w.olds++
	return w.rename(w.path(name), filepath.Join(w.stage, "old"+strconv.Itoa(w.olds)))
}

func (w *writer) rename(from, to string) error {
	if err := w.disk.rename(from, to); err != nil {
		return err
	}
	w.undo = append(w.undo, func() error { return w.disk.rename(to, from) })
	return nil
}

// folder makes a folder and those above it.
func (w *writer) folder(name string) error {
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() {
		return &os.PathError{Op: "make folder", Path: name, Err: errors.New("a file is in its place")}
	}
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if up := filepath.Dir(name); up != name {
		if err := w.folder(up); err != nil {
			return err
		}
	}
	err = w.disk.mkdir(name)
	if errors.Is(err, os.ErrExist) { // by a run at the same time
		return nil
	}
	if err == nil {
		w.undo = append(w.undo, func() error { return w.disk.remove(name) })
	}
	return err
}

// finish gives up the way back.
func (w *writer) finish() error {
	w.undo = nil
	if err := w.disk.removeAll(w.stage); err != nil {
		return fmt.Errorf("all files are in place, but a temporary folder is left: %w", err)
	}
	return nil
}

// changed lists the files whose bytes differ from the disk's.
func (w *writer) changed(set Set) []File {
	holds := make([]bool, len(set.Files))
	each.Do(len(holds), func(i int) { holds[i] = Holds(w.path(set.Files[i].Name), set.Files[i].Data) })
	var out []File
	for i, f := range set.Files {
		if holds[i] {
			continue
		}
		// An unreadable file counts as changed: it is replaced, or the rename says why not.
		out = append(out, f)
		mark := byte('~')
		if _, err := os.Lstat(w.path(f.Name)); err != nil {
			mark = '+'
		}
		w.changes = append(w.changes, Change{f.Name, mark})
	}
	return out
}

// removes notes the files that go with what is obsolete.
func (w *writer) removes(obsolete []string) {
	for _, root := range obsolete {
		_ = fs.WalkDir(os.DirFS(w.dir), root, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() { // what cannot be read cannot be moved away either
				w.changes = append(w.changes, Change{name, '-'})
			}
			return nil
		})
	}
}

// obsolete lists what lies in the owned folders and is neither a file of the set nor above one.
func (w *writer) obsolete(set Set) ([]string, error) {
	files, folders := map[string]bool{}, map[string]bool{}
	for _, f := range set.Files {
		files[f.Name] = true
		for up := path.Dir(f.Name); up != "."; up = path.Dir(up) {
			folders[up] = true
		}
	}
	var out []string
	var visit func(folder string) error
	visit = func(folder string) error {
		entries, err := os.ReadDir(w.path(folder))
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := path.Join(folder, e.Name())
			switch {
			case folders[name] && e.IsDir():
				if err := visit(name); err != nil {
					return err
				}
			case !files[name] || !e.Type().IsRegular():
				out = append(out, name)
			}
		}
		return nil
	}
	for _, root := range set.Owned {
		info, err := os.Lstat(w.path(root))
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		case !info.IsDir():
			return nil, &os.PathError{
				Op: "own", Path: w.path(root), Err: errors.New("it is not a folder; move it away"),
			}
		case !folders[root]:
			out = append(out, root)
		default:
			if err := visit(root); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
