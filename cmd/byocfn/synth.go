package main

import (
	"context"

	"github.com/spf13/cobra"

	"byocfn/internal/artifact"
	"byocfn/internal/diag"
)

// synthFlags are what only synth takes.
type synthFlags struct {
	functions  string
	updateLock bool
}

func (a *app) synth() *cobra.Command {
	var f synthFlags
	c := &cobra.Command{
		Use:   "synth [PRODUCT...]",
		Short: "Write the templates and what belongs beside them",
		Long: `Compile products and write dist/PRODUCT/STACK[-VARIANT]/. Without names, all products are
written. Nothing is written while any of them has an error; what is written appears all at once.
The folder of a product holds what this run made and nothing else.`,
		Example: `  byocfn synth
  byocfn synth acme --update-lock`,
		ValidArgsFunction: a.completeProducts,
		RunE: func(c *cobra.Command, args []string) error {
			return a.runSynth(c.Context(), args, f)
		},
	}
	functionsFlag(c, &f.functions)
	c.Flags().BoolVar(&f.updateLock, "update-lock", false,
		"accept that resources or parameters of the last release go or are replaced")
	return c
}

func (a *app) runSynth(ctx context.Context, args []string, f synthFlags) error {
	products, diags := a.build(ctx, args, f)
	if diags.HasErrors() {
		return a.report(diags.Sorted())
	}
	if more := a.draw(ctx, products); more.HasErrors() {
		return a.report(append(diags, more...).Sorted())
	}
	set, err := filesOf(products)
	if err == nil {
		err = addSchemas(&set)
	}
	if err != nil {
		return a.report(defect(diag.Range{File: a.dist}, err))
	}
	var changes []artifact.Change
	if ctx.Err() != nil {
		diags.Error(diag.Range{File: a.dist}, "interrupted", "interrupted; nothing was written", "")
	} else {
		written, failed := write(a.dist, set, products)
		changes, diags = written, append(diags, failed...)
	}
	if err := a.report(diags.Sorted()); err != nil {
		return err
	}
	return a.summary(products, changes)
}

// build compiles everything that synth writes. Specs with mistakes end here before a function is
// built, since a build puts its zips in place at once.
func (a *app) build(ctx context.Context, args []string, f synthFlags) ([]product, diag.List) {
	products, loading := a.load(args)
	known, real, more := codes(a.functionsDir(f.functions))
	loading = append(loading, more...)
	diags := anyOf(loading, a.compileAll(products, known, f.updateLock))
	if diags.HasErrors() || !usesFunctions(products) {
		return products, diags
	}
	now, changed, more := a.fetchFunctions(ctx, f.functions, known, real)
	if diags = append(diags, more...); changed && !diags.HasErrors() {
		diags = anyOf(loading, a.compileAll(products, now, f.updateLock))
	}
	return products, diags
}
