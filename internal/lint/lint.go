// Package lint has templates judged by two programs that know AWS: cfn-lint, and AWS's own engine,
// cloudformation-validate. Case -> Run -> Findings -> Explain -> what nobody accepted.
// Only its own tests use it; nothing that ships imports it.
package lint

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// Case is one template to judge.
type Case struct {
	Name      string
	Template  []byte     // YAML, or JSON where it begins with {
	Regions   []string   // cfn-lint judges the template for all of them at once; none: not at all
	Scenarios []Scenario // cloudformation-validate judges it once for each; none: not at all
}

// Scenario is one launch: where, and with which parameter values.
type Scenario struct {
	Region     string
	Parameters map[string]string
}

// The names of the tools in findings.
const (
	CfnLint  = "cfn-lint"
	Validate = "cloudformation-validate"
)

// The severities of findings. What a tool only remarks is dropped.
const (
	Error   = "error"
	Warning = "warning"
)

// Finding is one complaint of one tool.
type Finding struct {
	Case, Tool, Rule, Severity string
	Path                       string // Resources/Bucket/Properties/Tags, or empty
	Line                       int
	Message                    string
}

// String writes a finding the way compilers do.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s %s: %s %s: %s",
		f.Case, f.Line, f.Tool, f.Rule, f.Severity, f.Path, f.Message)
}

// Run has every case judged by both tools, using all processors. It returns each finding once, in
// the order of cases and lines. An error means that a tool did not work: never a clean result.
func Run(ctx context.Context, tools Tools, cases []Case) ([]Finding, error) {
	dir, err := os.MkdirTemp("", "lint")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	files := make([]file, len(cases))
	for i, c := range cases {
		ext := ".yaml"
		if bytes.HasPrefix(bytes.TrimSpace(c.Template), []byte("{")) {
			ext = ".json"
		}
		files[i] = file{Case: c, path: filepath.Join(dir, fmt.Sprintf("%04d%s", i, ext))}
		if err := os.WriteFile(files[i].path, c.Template, 0o600); err != nil {
			return nil, err
		}
	}
	jobs := append(cfnLintJobs(tools, files), validateJobs(tools, files)...)
	found, err := parallel(ctx, jobs)
	if err != nil {
		return nil, err
	}
	return inOrder(found, cases), nil
}

// file is a case that lies on disk for the tools.
type file struct {
	Case
	path string
}

// job is one process of one tool.
type job func(context.Context) ([]Finding, error)

func parallel(ctx context.Context, jobs []job) ([]Finding, error) {
	var wait sync.WaitGroup
	found := make([][]Finding, len(jobs))
	errs := make([]error, len(jobs))
	slots := make(chan struct{}, runtime.NumCPU())
	for i, run := range jobs {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			found[i], errs[i] = run(ctx)
		})
	}
	wait.Wait()
	return slices.Concat(found...), errors.Join(errs...)
}

// inOrder drops what was found again under another scenario.
func inOrder(found []Finding, cases []Case) []Finding {
	at := map[string]int{}
	for i, c := range cases {
		at[c.Name] = i
	}
	slices.SortFunc(found, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(at[a.Case], at[b.Case]),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.String(), b.String()),
		)
	})
	return slices.Compact(found)
}

// chunks cuts a list into n parts of nearly equal length, fewer where there is too little.
func chunks[T any](list []T, n int) [][]T {
	if len(list) == 0 {
		return nil
	}
	return slices.Collect(slices.Chunk(list, (len(list)+n-1)/n))
}
