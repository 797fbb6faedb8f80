package lambdabuild

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// libraries is the prefix of all modules that functions import; a test holds it against the graph
// of their packages. Other modules come and go without a function being built again.
const libraries = "github.com/aws/"

// sources gives one digest for each function of everything that its zip depends on: toolchain,
// flags, architecture, versions, the packages that functions may import, pack, and its own folder.
// Reading these files takes a millisecond; asking `go list` for the exact ones takes a hundred. A
// file too many costs a build that changes nothing.
func sources(options Options) ([]string, error) {
	common := sha256.New()
	fmt.Fprintln(common, Toolchain, options.Arch, flags(), settings())
	if err := addVersions(common, options.ModuleDir); err != nil {
		return nil, err
	}
	for _, name := range []string{
		"internal/contract", "internal/customresource", "internal/lambdabuild/pack",
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

// addVersions adds go.mod and go.sum without the lines that require other modules.
func addVersions(into hash.Hash, module string) error {
	required := regexp.MustCompile(`^(?:require )?([^\s/]+\.[^\s]+) v\S+( h1:\S+)?$`)
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(data)) {
			line, _, _ = strings.Cut(line, "//")
			line = strings.TrimSpace(line)
			match := required.FindStringSubmatch(line)
			if line != "" && (match == nil || strings.HasPrefix(match[1], libraries)) {
				fmt.Fprintln(into, line)
			}
		}
	}
	return nil
}

// addTree adds all files below a folder in the order of their names, without tests and documents:
// they are not built.
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
