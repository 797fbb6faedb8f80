package main

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"byocfn/internal/diag"
)

// ioFailed is a diagnostic about a file or folder that the system did not let us use.
func ioFailed(path, id string, err error) diag.List {
	var diags diag.List
	diags.Error(diag.Range{File: path}, id, cause(path, err), hintFor(err))
	return diags
}

// cause says what the system said, without the names of its calls and without the path twice. Where
// several things failed, all are said.
func cause(path string, err error) string {
	var one *fs.PathError
	if strings.Contains(err.Error(), "\n") || !errors.As(err, &one) {
		return oneLine(err)
	}
	if one.Path == path {
		return one.Err.Error()
	}
	return one.Path + ": " + one.Err.Error()
}

// hintFor says what to do where the system refused.
func hintFor(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full: make room and run again; nothing was changed"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "allow your user to write there, or say --out DIR"
	case errors.Is(err, syscall.EPIPE):
		return ""
	}
	return "look at what stands there, or say --out DIR"
}

// printed turns an error of writing to stdout into an exit.
func (a *app) printed(err error) error {
	if err == nil {
		return nil
	}
	var diags diag.List
	diags.Error(diag.Range{File: "stdout"}, "cannot-write", cause("stdout", err), hintFor(err))
	return a.reportAny(diags)
}
