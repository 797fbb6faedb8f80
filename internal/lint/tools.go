package lint

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Tools is where the linters are installed.
type Tools struct {
	Python string // interpreter of the environment that holds cfn-lint
	Driver string // validate.mjs
	Dir    string // the folder whose node_modules holds cloudformation-validate
}

var errTools = errors.New("run make tools")

// FindTools finds the linters of the repository in root. Missing ones, or ones that are older than
// their lock files, are an error that says how to get them: without linters nothing is proven.
func FindTools(root string) (Tools, error) {
	locks := filepath.Join(root, "internal", "lint", "tools")
	dir := filepath.Join(root, ".cache", "lint")
	var want []byte
	for _, name := range []string{"requirements.txt", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(locks, name))
		if err != nil {
			return Tools{}, err
		}
		want = append(want, data...)
	}
	stamp, err := os.ReadFile(filepath.Join(dir, "stamp"))
	if err != nil {
		return Tools{}, fmt.Errorf("the linters are not installed: %w", errTools)
	}
	if !bytes.Equal(stamp, want) {
		return Tools{}, fmt.Errorf("the linters are not those of the lock files: %w", errTools)
	}
	python := filepath.Join(dir, "venv", "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(dir, "venv", "Scripts", "python.exe")
	}
	return Tools{Python: python, Driver: filepath.Join(locks, "validate.mjs"), Dir: dir}, nil
}
