package lint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
)

// launch is one line of the driver's input.
type launch struct {
	ID         int               `json:"id"`
	File       string            `json:"file"`
	Region     string            `json:"region"`
	Parameters map[string]string `json:"parameters"`

	name string
}

// verdict is one line of the driver's output.
type verdict struct {
	ID         int
	Status     string // OK; anything else may hide findings
	Suppressed int    // findings that the template asked to be spared from
	Findings   []struct {
		Rule, Severity, Section, Name, Path, Message string
		Line                                         int
	}
}

// validateJobs spreads the launches over the processors. The engine takes a second to start, so
// a handful of launches stays in one process.
func validateJobs(tools Tools, files []file) []job {
	var launches []launch
	for _, f := range files {
		for _, s := range f.Scenarios {
			launches = append(launches, launch{
				File: f.path, Region: s.Region, Parameters: s.Parameters, name: f.Name,
			})
		}
	}
	workers := min(runtime.NumCPU(), 1+len(launches)/8)
	var jobs []job
	for _, part := range chunks(launches, workers) {
		jobs = append(jobs, func(ctx context.Context) ([]Finding, error) {
			return runValidate(ctx, tools, part)
		})
	}
	return jobs
}

func runValidate(ctx context.Context, tools Tools, launches []launch) ([]Finding, error) {
	var in bytes.Buffer
	lines := json.NewEncoder(&in)
	for i := range launches {
		launches[i].ID = i
		if err := lines.Encode(launches[i]); err != nil {
			return nil, err
		}
	}
	command := exec.CommandContext(ctx, "node", tools.Driver, tools.Dir)
	command.Stdin = &in
	out, err := output(command)
	if err != nil {
		return nil, err
	}
	return readValidate(out, launches)
}

// readValidate reads the driver's answers, one for each launch and in their order.
func readValidate(out []byte, launches []launch) ([]Finding, error) {
	severities := map[string]string{"FATAL": Error, "ERROR": Error, "WARN": Warning}
	var found []Finding
	lines := json.NewDecoder(bytes.NewReader(out))
	for i, l := range launches {
		var v verdict
		if err := lines.Decode(&v); err != nil {
			return nil, fmt.Errorf("%s: answer %d of %d: %w", Validate, i+1, len(launches), err)
		}
		if v.ID != i {
			return nil, fmt.Errorf("%s: answer %d is for launch %d", Validate, i, v.ID)
		}
		// A template that cannot be read is ERROR with a finding that says why.
		if v.Status != "OK" && len(v.Findings) == 0 {
			return nil, fmt.Errorf("%s: %s: status %s, no finding", Validate, l.name, v.Status)
		}
		if v.Status == "ANALYSIS_INCOMPLETE" || v.Suppressed > 0 {
			return nil, fmt.Errorf("%s: %s: status %s, %d findings suppressed",
				Validate, l.name, v.Status, v.Suppressed)
		}
		for _, f := range v.Findings {
			if severities[f.Severity] == "" {
				continue
			}
			found = append(found, Finding{
				Case: l.name, Tool: Validate, Rule: f.Rule, Severity: severities[f.Severity],
				Path: validatePath(f.Section, f.Name, f.Path), Line: f.Line,
				Message: shorten(f.Message),
			})
		}
	}
	if _, err := lines.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: more answers than launches", Validate)
	}
	return found, nil
}

// validatePath makes the engine's two kinds of path one: Properties.Tags of the Resource Bucket,
// and Outputs/Arn/Value.Fn::GetAtt from the root.
func validatePath(section, name, path string) string {
	path = strings.ReplaceAll(path, ".", "/")
	root := section + "s/" + name
	switch {
	case section == "" || path == root || strings.HasPrefix(path, root+"/"):
		return path
	case path == "":
		return root
	default:
		return root + "/" + path
	}
}
