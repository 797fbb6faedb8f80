package lambdabuild

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// flags make the compiler's output depend on the sources alone, and small.
// lambda.norpc leaves out what only the go1.x runtime needed.
func flags() []string {
	return []string{
		"-tags=lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=",
	}
}

// settings are the environment of every go command that builds. GOENV=off silences what the user
// wrote with `go env -w`, such as GOEXPERIMENT; an emptied variable would let it speak.
func settings() []string {
	return []string{
		"GOTOOLCHAIN=" + Toolchain, "GOFLAGS=-mod=readonly", "GOWORK=off", "CGO_ENABLED=0",
		"GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0", "LC_ALL=C", "GOENV=off",
	}
}

// ToolchainError says that Go is needed and cannot be run in the pinned version.
type ToolchainError struct {
	Err    error
	Output string // of the go command
}

// Unwrap gives the error of running Go.
func (e *ToolchainError) Unwrap() error { return e.Err }

// Error says what to install.
func (e *ToolchainError) Error() string {
	text := fmt.Sprintf("the functions have to be built, which takes %s: install Go 1.21 or newer "+
		"(it fetches that version), or copy the zips of this release into place (%v)",
		Toolchain, e.Err)
	if e.Output != "" {
		text += "\n" + e.Output
	}
	return text
}

// compile puts NAME and NAME.zip of each function into work.
func compile(ctx context.Context, options Options, names []string, work string) error {
	machine, err := places(ctx, options.ModuleDir)
	if err != nil {
		return err
	}
	output, err := run(ctx, options.ModuleDir, machine, "version")
	if err != nil {
		return &ToolchainError{err, output}
	}
	if !strings.Contains(output, " "+Toolchain+" ") {
		return &ToolchainError{fmt.Errorf("the go command gives another version: %s", output), ""}
	}
	args := append(append([]string{"build"}, flags()...), "-o", work+string(filepath.Separator))
	for _, name := range names {
		args = append(args, "./lambda/"+name+"/cmd/"+name)
	}
	target := slices.Concat(machine, []string{"GOOS=linux", "GOARCH=" + options.Arch})
	output, err = run(ctx, options.ModuleDir, target, args...)
	if err != nil {
		return fmt.Errorf("building %s: %w\n%s", strings.Join(names, ", "), err, output)
	}
	packer := filepath.Join(work, "packer")
	output, err = run(ctx, options.ModuleDir, machine,
		"build", "-o", packer, "./internal/lambdabuild/pack")
	if err != nil {
		return fmt.Errorf("building pack: %w\n%s", err, output)
	}
	for _, name := range names {
		binary := filepath.Join(work, name)
		output, err := exec.CommandContext(ctx, packer, binary, binary+".zip").CombinedOutput()
		if err != nil {
			return fmt.Errorf("zipping %s: %w\n%s", name, err, output)
		}
	}
	return nil
}

// places gives the variables that say where Go finds its modules and caches, whether they come from
// the environment or from `go env -w`: that is the machine's own affair.
func places(ctx context.Context, dir string) ([]string, error) {
	args := append([]string{"env", "-json"}, own()...)
	output, err := run(ctx, dir, []string{"GOENV=" + os.Getenv("GOENV")}, args...)
	if err != nil {
		return nil, &ToolchainError{err, output}
	}
	var values map[string]string
	if err := json.Unmarshal([]byte(output), &values); err != nil {
		return nil, fmt.Errorf("go env: %w\n%s", err, output)
	}
	var out []string
	for _, name := range own() {
		if values[name] != "" {
			out = append(out, name+"="+values[name])
		}
	}
	return out, nil
}

// own are the variables that do not change what Go builds.
func own() []string {
	return []string{
		"GOPATH", "GOCACHE", "GOCACHEPROG", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOPRIVATE",
		"GONOSUMDB", "GONOPROXY", "GOINSECURE", "GOAUTH", "GOVCS", "GOTMPDIR",
	}
}

// run runs the go command and gives what it printed.
func run(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = slices.Concat(inherited(os.Environ()), settings(), env)
	output, err := command.CombinedOutput()
	return string(bytes.TrimSpace(output)), err
}

// inherited drops the variables that change what Go builds.
func inherited(environ []string) []string {
	keep := append(own(), "GOMAXPROCS", "GOGC", "GOMEMLIMIT")
	return slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		shapes := strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "CGO_")
		return shapes && !slices.Contains(keep, name)
	})
}
