package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"byocfn/internal/diag"
)

// maxBytes bounds a file. The largest spec we know has 30 kB; what is far larger is a mistake, and
// is refused before it costs memory.
const maxBytes = 1 << 20

// Read reads and parses a file. The document is nil exactly if the list has errors.
func Read(path string) (*Document, diag.List) {
	data, diags := load(path)
	if diags.HasErrors() {
		return nil, diags
	}
	return Parse(path, data)
}

// load asks for kind and size first: opening a pipe would wait for ever.
func load(path string) ([]byte, diag.List) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.IsDir() {
		return nil, refuse(path, "not-a-file", "this is a folder, not a file",
			"name the files in it")
	}
	if !info.Mode().IsRegular() {
		return nil, refuse(path, "not-a-file", "this is not a regular file",
			"write the spec to a file")
	}
	if info.Size() > maxBytes {
		return nil, tooLarge(path, info.Size())
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return data, nil
}

func unreadable(path string, err error) diag.List {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refuse(path, "no-file", "there is no such file", "check the path")
	case errors.Is(err, fs.ErrPermission):
		return refuse(path, "unreadable", "no permission to read the file",
			"allow your user to read it")
	}
	var wrapped *fs.PathError
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return refuse(path, "unreadable", "the file cannot be read: "+err.Error(), "")
}

func tooLarge(path string, size int64) diag.List {
	return refuse(path, "too-large",
		fmt.Sprintf("the file has %d bytes; at most %d are read", size, maxBytes),
		"a spec is small: is this the right file?")
}

// refuse is one error about the file as a whole.
func refuse(path, id, summary, hint string) diag.List {
	var diags diag.List
	diags.Error(diag.Range{File: path}, id, summary, hint)
	return diags
}
