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
