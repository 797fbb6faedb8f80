package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"byocfn/internal/artifact"
	"byocfn/internal/diag"
	"byocfn/internal/starter"
)

func (a *app) init() *cobra.Command {
	return &cobra.Command{
		Use:   "init NAME",
		Short: "Begin a product",
		Long: `Write the files of a small product that compiles as it is, to templates/NAME. Their
comments explain the language. Nothing that exists is overwritten.`,
		Example:           "  byocfn init acme",
		Args:              exactlyOne("the name of a product"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(_ *cobra.Command, args []string) error { return a.runInit(args[0]) },
	}
}

func (a *app) runInit(name string) error {
	dir := filepath.Join(a.templates, name)
	set, diags := starterOf(name)
	if _, err := os.Lstat(dir); err == nil && !diags.HasErrors() {
		diags.Error(diag.Range{File: dir}, "exists", "this exists already",
			"choose another name, or move it away")
	}
	if !diags.HasErrors() {
		if _, err := artifact.WriteDir(a.templates, set); err != nil {
			diags = append(diags, ioFailed(dir, "cannot-write", err)...)
		}
	}
	if err := a.reportAny(diags); err != nil {
		return err
	}
	for _, f := range set.Files {
		fmt.Fprintln(a.err, "wrote "+filepath.Join(a.templates, filepath.FromSlash(f.Name)))
	}
	fmt.Fprint(a.err, "next: edit these files, look for mistakes with byocfn check, "+
		"write the templates with byocfn synth\n")
	return nil
}

// starterOf gives the starter's files below the folder of the products.
func starterOf(name string) (set artifact.Set, diags diag.List) {
	at := diag.Range{File: "command line"}
	if reserved(name) {
		return set, refuseReserved(at, name)
	}
	files, err := starter.Files(name)
	if err != nil {
		diags.Error(at, "bad-name", oneLine(err), "")
		return set, diags
	}
	for _, f := range files {
		if err := set.Add(strings.TrimPrefix(f.Name, "templates/"), f.Data); err != nil {
			return set, defect(at, err)
		}
	}
	return set, nil
}
