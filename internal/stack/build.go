// Package stack turns a plan into the tree of a template. It decides nothing that a vendor or a
// customer could have decided; an error here is a mistake in byocfn.
//
// goformation is its vocabulary: resources are built as goformation's structs, so that a property
// that does not exist does not compile. It is never the printer, because its printer resolves
// references away and knows no Rules. What goformation lacks (it ends in April 2024) is added as a
// tree, and so are resources in the vendor's own words and custom resources.
package stack

import (
	"fmt"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Template is a template before it is printed. Header is the comment above it. Comments are
// wrapped, and have neither # nor indent.
type Template struct {
	Header string
	Tree   cfn.Map
}

// Build gives the template of a plan, sections and keys of resources in their customary order,
// properties sorted by name. Its error is never about the vendor's words.
func Build(p *plan.Plan) (Template, error) {
	resources, err := resources(p.Resources)
	if err != nil {
		return Template{}, fmt.Errorf("a mistake in byocfn, not in your spec: %w", err)
	}
	tree := withoutEmpty(cfn.Map{
		{Key: "AWSTemplateFormatVersion", Value: cfn.String("2010-09-09")},
		{Key: "Description", Value: cfn.String(description(p))},
		section("Metadata", metadata(p.Parameters)),
		section("Parameters", parameters(p.Parameters)),
		section("Rules", rules(p.Rules)),
		section("Mappings", mappings(p.Mapping)),
		section("Conditions", conditions(p.Conditions)),
		section("Resources", resources),
		section("Outputs", outputs(p.Outputs)),
	})
	return Template{Header: header(p), Tree: fit(tree, 0).(cfn.Map)}, nil
}

func section(name string, body cfn.Map) cfn.Entry {
	return cfn.Entry{Key: name, Value: body, Space: true}
}

// withoutEmpty drops empty sections: CloudFormation refuses some of them.
func withoutEmpty(sections cfn.Map) cfn.Map {
	var out cfn.Map
	for _, s := range sections {
		if body, ok := s.Value.(cfn.Map); !ok || len(body) > 0 {
			out = append(out, s)
		}
	}
	return out
}
