package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"byocfn/internal/artifact"
	"byocfn/internal/diag"
	"byocfn/internal/workspace"
)

// write puts the locks beside the specs and the set into dist. Each of these folders changes at
// once or not at all; where a later one fails, the locks go back to what they were. It gives what
// became of the files in dist.
func write(dist string, set artifact.Set, products []product) ([]artifact.Change, diag.List) {
	if diags := sourcesWithin(dist, products); diags.HasErrors() {
		return nil, diags
	}
	for i, p := range products {
		if err := putLock(p.dir, p.result.Lock); err != nil {
			failed := ioFailed(filepath.Join(p.dir, workspace.LockName), "cannot-write", err)
			return nil, append(failed, restore(products[:i])...)
		}
	}
	changes, err := artifact.WriteDir(dist, set)
	if err != nil {
		return nil, append(ioFailed(dist, "cannot-write", err), restore(products)...)
	}
	return changes, nil
}

// sourcesWithin refuses to write where the specs themselves stand: what a folder of dist holds besides
// the set is removed. Folders are compared as the file system knows them, whatever links lead there.
func sourcesWithin(dist string, products []product) (diags diag.List) {
	for _, of := range products {
		written := filepath.Join(dist, filepath.Base(of.dir))
		for _, p := range products {
			if within(p.dir, written) {
				diags.Error(diag.Range{File: written}, "sources-in-dist",
					"the specs in "+p.dir+" stand in this folder, which synth writes anew",
					"say another folder with --out")
			}
		}
	}
	return diags
}

// within tells whether dir is folder, or below it. What cannot be looked at is not.
func within(dir, folder string) bool {
	holder, err := os.Stat(folder)
	if err != nil {
		return false
	}
	at, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	if real, err := filepath.EvalSymlinks(at); err == nil {
		at = real
	}
	for {
		if info, err := os.Stat(at); err == nil && os.SameFile(info, holder) {
			return true
		}
		above := filepath.Dir(at)
		if above == at {
			return false
		}
		at = above
	}
}

func restore(products []product) (diags diag.List) {
	for _, p := range products {
		if bytes.Equal(p.src.Lock, p.result.Lock) {
			continue
		}
		if err := putLock(p.dir, p.src.Lock); err != nil {
			diags = append(diags,
				ioFailed(filepath.Join(p.dir, workspace.LockName), "lock-not-restored", err)...)
		}
	}
	return diags
}

// putLock writes a lock; a nil one means that there is none.
func putLock(dir string, lock []byte) error {
	if lock == nil {
		err := os.Remove(filepath.Join(dir, workspace.LockName))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	var set artifact.Set
	if err := set.Add(workspace.LockName, lock); err != nil {
		return err
	}
	_, err := artifact.WriteDir(dir, set)
	return err
}
