package main

import (
	"github.com/spf13/cobra"

	"byocfn/internal/artifact"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
	"byocfn/internal/spec"
)

// schemaDir is the folder of the JSON Schemas below dist/, where a spec's first line finds them.
const schemaDir = "schema"

// schemaKinds are the kinds of files that have a schema.
func schemaKinds() []string { return []string{"product", "stack"} }

func (a *app) schema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema product|stack",
		Short: "Print the JSON Schema of a kind of file, for editors",
		Long: `Print the JSON Schema of product.yaml or of a stack file. synth writes the same to
dist/schema/, where the first line of each file points.`,
		Example:   "  byocfn schema stack > stack.json",
		Args:      oneOf("a kind of file", schemaKinds()),
		ValidArgs: schemaKinds(),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := spec.Schema(args[0], plan.KindNames())
			if err != nil {
				return a.report(defect(diag.Range{File: args[0]}, err))
			}
			_, err = a.out.Write(data)
			return a.printed(err)
		},
	}
}

// addSchemas adds the schemas of all kinds.
func addSchemas(set *artifact.Set) error {
	for _, kind := range schemaKinds() {
		data, err := spec.Schema(kind, plan.KindNames())
		if err != nil {
			return err
		}
		if err := set.Add(schemaDir+"/"+kind+".json", data); err != nil {
			return err
		}
	}
	return set.Own(schemaDir)
}
