package main

import (
	"slices"

	"byocfn/internal/diag"
)

// The values of --format.
const (
	formatText   = "text"
	formatJSON   = "json"
	formatSARIF  = "sarif"
	formatGitHub = "github"
)

func formats() []string { return []string{formatText, formatJSON, formatSARIF, formatGitHub} }

// internalID marks the diagnostics by which package compile admits a defect of byocfn.
const internalID = "internal"

// defect is a diagnostic about ourselves.
func defect(at diag.Range, err error) (diags diag.List) {
	diags.Error(at, internalID, oneLine(err), "this is a defect of byocfn: please report it")
	return diags
}

// report prints the diagnostics: for a person to stderr; for a program they are data and go to
// stdout. The error is an exit where the list holds an error or cannot be printed.
func (a *app) report(l diag.List) error {
	var err error
	switch a.format {
	case formatJSON:
		err = diag.JSON(a.out, l)
	case formatSARIF:
		err = diag.SARIF(a.out, l, version)
	case formatGitHub:
		err = diag.GitHub(a.out, l)
	default:
		err = diag.Text(a.err, l, diag.TextOptions{Color: a.color(a.colors)})
	}
	ours := func(d diag.Diagnostic) bool { return d.ID == internalID }
	switch {
	case slices.ContainsFunc(l, ours):
		return exit{exitDefect}
	case err != nil || l.HasErrors():
		return exit{exitErrors}
	}
	return nil
}

// reportAny is report for commands that have data of their own for stdout: an empty list prints
// nothing, not even the frame that SARIF puts around it.
func (a *app) reportAny(l diag.List) error {
	if len(l) == 0 {
		return nil
	}
	return a.report(l)
}
