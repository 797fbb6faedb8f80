package lint

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// cfnLintJobs puts the templates for the same regions into one process per processor: starting
// cfn-lint costs as much as judging a template.
func cfnLintJobs(tools Tools, files []file) []job {
	var order []string
	groups := map[string][]file{}
	for _, f := range files {
		if len(f.Regions) == 0 {
			continue
		}
		key := strings.Join(f.Regions, " ")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	var jobs []job
	for _, key := range order {
		for _, part := range chunks(groups[key], runtime.NumCPU()) {
			jobs = append(jobs, func(ctx context.Context) ([]Finding, error) {
				return runCfnLint(ctx, tools, part)
			})
		}
	}
	return jobs
}

// runCfnLint ignores configuration files and what templates wish to be spared from. An exit code
// other than 0 then means that cfn-lint itself failed.
func runCfnLint(ctx context.Context, tools Tools, files []file) ([]Finding, error) {
	args := []string{
		"-I", "-c", "import sys; from cfnlint.runner import main; sys.exit(main())",
		"--config-file", os.DevNull, "--format", "json", "--non-zero-exit-code", "none",
		"--mandatory-checks", "E", "W", "--regions",
	}
	args = append(args, files[0].Regions...)
	args = append(args, "--template")
	names := map[string]string{}
	for _, f := range files {
		args = append(args, f.path)
		names[f.path] = f.Name
	}
	out, err := output(exec.CommandContext(ctx, tools.Python, args...))
	if err != nil {
		return nil, err
	}
	return readCfnLint(out, names)
}

type cfnLintFinding struct {
	Filename, Level, Message string
	Rule                     struct{ ID string }
	Location                 struct {
		Path  []any
		Start struct{ LineNumber int }
	}
}

// readCfnLint reads cfn-lint's JSON. names gives the case of each file; a finding without a file is
// about cfn-lint's own set-up, hence an error.
func readCfnLint(out []byte, names map[string]string) ([]Finding, error) {
	var raw []cfnLintFinding
	if err := json.Unmarshal(out, &raw); err != nil {
		return nil, fmt.Errorf("%s: %w in %.200q", CfnLint, err, out)
	}
	severities := map[string]string{"Error": Error, "Warning": Warning}
	var found []Finding
	for _, r := range raw {
		name, known := names[r.Filename]
		if !known {
			return nil, fmt.Errorf("%s: %s: %s", CfnLint, r.Rule.ID, r.Message)
		}
		if severities[r.Level] == "" {
			continue
		}
		var path []string
		for _, step := range r.Location.Path {
			path = append(path, fmt.Sprint(step))
		}
		found = append(found, Finding{
			Case: name, Tool: CfnLint, Rule: r.Rule.ID, Severity: severities[r.Level],
			Path: strings.Join(path, "/"), Line: r.Location.Start.LineNumber,
			Message: shorten(r.Message),
		})
	}
	return found, nil
}

// output runs a program and gives its output; what it wrote beside it belongs to the error.
func output(command *exec.Cmd) ([]byte, error) {
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", command.Path, err, shorten(stderr.String()))
	}
	return out, nil
}

// shorten keeps a list of all actions of a service, or a whole policy, out of a message.
func shorten(text string) string {
	const head, tail = 400, 200
	text = strings.TrimSpace(text)
	if len(text) <= head+tail {
		return text
	}
	return strings.ToValidUTF8(text[:head]+" … "+text[len(text)-tail:], "")
}
