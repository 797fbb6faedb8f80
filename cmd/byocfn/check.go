package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) check() *cobra.Command {
	var functions string
	c := &cobra.Command{
		Use:   "check [PRODUCT...]",
		Short: "Look for mistakes without writing anything",
		Long: `Compile products in memory, every stack in every variant, and report all mistakes at once.
Without names, all products are checked. Needs neither Go nor the functions' zips.`,
		Example: `  byocfn check
  byocfn check acme --format github`,
		ValidArgsFunction: a.completeProducts,
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runCheck(args, functions)
		},
	}
	functionsFlag(c, &functions)
	return c
}

func functionsFlag(c *cobra.Command, into *string) {
	c.Flags().StringVar(into, "functions", "",
		"folder with the functions' manifest.json (default: lambda in --out)")
}

func (a *app) runCheck(args []string, functions string) error {
	products, diags := a.load(args)
	real, _, more := codes(a.functionsDir(functions))
	diags = append(diags, more...)
	diags = append(diags, a.compileAll(products, real, false)...)
	if err := a.report(diags.Sorted()); err != nil {
		return err
	}
	templates := 0
	for _, p := range products {
		templates += len(p.result.Plans)
	}
	verdict := "no problem"
	if len(diags) > 0 {
		verdict = "no error"
	}
	fmt.Fprintf(a.err, "%s, %s\n", plural(templates, "template"), verdict)
	return nil
}
