package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"byocfn/internal/diag"
)

// partner gives a program that belongs to this one but not into it: its sources where this folder is
// byocfn's own module, as with the functions, and the program beside this one elsewhere. Need says
// what it is wanted for.
func partner(ctx context.Context, name, need string) (*exec.Cmd, diag.List) {
	if sourcesHere() {
		return exec.CommandContext(ctx, "go", "run", "./cmd/"+name), nil
	}
	var diags diag.List
	path, err := beside(name)
	if err == nil {
		return exec.CommandContext(ctx, path), nil
	}
	hint := "go build -o DIR/ ./cmd/... puts both into one folder"
	if !errors.Is(err, fs.ErrNotExist) {
		hint = ""
	}
	diags.Error(diag.Range{File: path}, "no-program",
		need+", and "+name+" is not beside byocfn: "+cause(path, err), hint)
	return nil, diags
}

// beside gives the path of a program in the folder of this one.
func beside(name string) (string, error) {
	own, err := os.Executable()
	if err == nil {
		own, err = filepath.EvalSymlinks(own)
	}
	if err != nil {
		return name, err
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	path := filepath.Join(filepath.Dir(own), name)
	_, err = os.Stat(path)
	return path, err
}
