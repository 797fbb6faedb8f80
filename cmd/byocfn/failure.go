package main

import (
	"errors"
	"io/fs"
	"syscall"

	"byocfn/internal/diag"
)

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
	diags.Error(diag.Range{File: "stdout"}, "cannot-write", oneLine(err), hintFor(err))
	return a.reportAny(diags)
}
