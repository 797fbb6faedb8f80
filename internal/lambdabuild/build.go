// Package lambdabuild turns the functions in lambda/ into the zips that customers' stacks run. The
// same sources give the same bytes on every machine, so a zip is named by its SHA-256, and the
// manifest of these names is reviewed in git while the zips are not.
package lambdabuild

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"byocfn/internal/contract"
)

// Toolchain is the one version of Go that builds and zips the functions; any other go command
// fetches it. Another version gives other bytes.
const Toolchain = "go1.26.8"

// Options say what to build and where.
type Options struct {
	ModuleDir string // the folder of byocfn's go.mod
	OutDir    string // dist/lambda
	Functions []contract.Function
	Arch      string // GOARCH; "" means arm64. Another one is for running functions on this machine
}

// Build makes OutDir hold the zips of all functions and their manifest, and nothing older. Where
// sources are unchanged and zips of the right size are in place, it reads nothing else: hashing the
// zips takes longer than all of byocfn, and is Manifest.Verify's work before a zip leaves the
// machine. A zip that is missing is built again and must come out as the manifest says.
//
// Errors: *ToolchainError when a build is needed and Go cannot be run, *MismatchError when
// unchanged sources give other bytes, and those of files and of the compiler.
func Build(ctx context.Context, options Options) (Manifest, error) {
	if options.Arch == "" {
		options.Arch = "arm64"
	}
	old, err := Load(options.OutDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, err
	}
	digests, err := sources(options)
	if err != nil {
		return Manifest{}, err
	}
	next := Manifest{Toolchain: Toolchain, Architecture: options.Arch}
	var stale []int
	for i, function := range options.Functions {
		entry := Entry{Name: function.Name, Sources: digests[i]}
		if was, ok := old.Entry(function.Name); ok && was.Sources == digests[i] {
			entry = was
		}
		if !entry.inPlace(options.OutDir) {
			stale = append(stale, i)
		}
		next.Functions = append(next.Functions, entry)
	}
	if len(stale) > 0 {
		if err := rebuild(ctx, options, next.Functions, stale); err != nil {
			return Manifest{}, err
		}
	}
	if err := next.write(options.OutDir); err != nil {
		return Manifest{}, err
	}
	return next, prune(options.OutDir, next)
}

// Current tells whether the manifest in OutDir was made from the sources as they are. It does not look
// at the zips. Errors are those of files.
func Current(options Options) (bool, error) {
	manifest, err := Load(options.OutDir)
	if err != nil {
		return false, err
	}
	options.Arch = manifest.Architecture
	digests, err := sources(options)
	for i, function := range options.Functions {
		if entry, ok := manifest.Entry(function.Name); err == nil && (!ok || entry.Sources != digests[i]) {
			return false, nil
		}
	}
	return manifest.Toolchain == Toolchain, err
}

// rebuild builds the stale entries and fills in their digests.
func rebuild(ctx context.Context, options Options, entries []Entry, stale []int) error {
	if err := os.MkdirAll(options.OutDir, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(options.OutDir, ".build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }() // a leftover is hidden and harmless
	if work, err = filepath.Abs(work); err != nil {
		return err
	}
	var names []string
	for _, i := range stale {
		names = append(names, entries[i].Name)
	}
	if err := compile(ctx, options, names, work); err != nil {
		return err
	}
	for _, i := range stale {
		zip := filepath.Join(work, entries[i].Name+".zip")
		sum, size, err := digest(zip)
		if err != nil {
			return err
		}
		if want := entries[i].SHA256; want != "" && want != sum {
			return &MismatchError{Name: entries[i].Name, Want: want, Got: sum}
		}
		entries[i].SHA256, entries[i].Size = sum, size
		if err := os.Rename(zip, filepath.Join(options.OutDir, entries[i].File())); err != nil {
			return err
		}
	}
	return nil
}

// MismatchError says that sources which are the manifest's gave a zip which is not.
type MismatchError struct{ Name, Want, Got string }

// Error names both digests and what to look at.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("function %s was built from the sources that the manifest names, but its "+
		"zip has the SHA-256 %s in place of %s: look for a changed module cache or toolchain (go mod "+
		"verify); if the new bytes are right, remove the function from manifest.json and build again",
		e.Name, e.Got, e.Want)
}

// prune removes zips that the manifest does not name. Other files stay.
func prune(dir string, manifest Manifest) error {
	named := map[string]bool{}
	for _, entry := range manifest.Functions {
		named[entry.File()] = true
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	zip := regexp.MustCompile(`^[0-9a-f]{64}\.zip$`)
	for _, file := range files {
		if zip.MatchString(file.Name()) && !named[file.Name()] {
			if err := os.Remove(filepath.Join(dir, file.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
