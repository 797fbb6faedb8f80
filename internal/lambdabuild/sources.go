package lambdabuild

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sources gives one digest for each function of everything that its zip depends on: toolchain,
// flags, architecture, go.mod, go.sum, the packages that functions may import, pack, and its own
// folder. Reading these files takes a millisecond; asking `go list` for the exact ones takes a
// hundred. A file too many costs a build that changes nothing.
func sources(options Options) ([]string, error) {
	common := sha256.New()
	fmt.Fprintln(common, Toolchain, options.Arch, flags(), settings())
	for _, name := range []string{
		"go.mod", "go.sum", "internal/contract", "internal/customresource", "internal/lambdabuild/pack",
	} {
		if err := addTree(common, options.ModuleDir, name); err != nil {
			return nil, err
		}
	}
	shared := common.Sum(nil)
	var digests []string
	for _, function := range options.Functions {
		own := sha256.New()
		own.Write(shared)
		if err := addTree(own, options.ModuleDir, "lambda/"+function.Name); err != nil {
			return nil, err
		}
		digests = append(digests, hex.EncodeToString(own.Sum(nil)))
	}
	return digests, nil
}

// addTree adds a file, or all files below a folder in the order of their names, without tests and
// documents: they are not built.
func addTree(into hash.Hash, module, name string) error {
	root := filepath.Join(module, filepath.FromSlash(name))
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if base == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(base, "_test.go") || strings.HasSuffix(base, ".md") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(module, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(into, "%s %d\n", filepath.ToSlash(relative), len(data))
		into.Write(data)
		return nil
	})
}
