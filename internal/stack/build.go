// Package stack turns a plan into the tree of a template. It decides nothing that a vendor or a
// customer could have decided; an error here is a mistake in byocfn.
//
// goformation is its vocabulary: resources are built as goformation's structs, so that a property
// that does not exist does not compile. It is never the printer, because its printer resolves
// references away and knows no Rules. What goformation lacks (it ends in April 2024) is added as a
// tree, and so are resources in the vendor's own words and custom resources.
package stack

import (
	"errors"
	"fmt"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Template is a template before it is printed. Comments are wrapped, without # and indent; an empty
// line in a comment of Tree is to become an empty line, in Header a bare #.
type Template struct {
	Header string
	Tree   cfn.Map
}

// Build gives the template of a plan, sections and keys of resources in their customary order,
// properties sorted by name. Its error is never about the vendor's words.
func Build(p *plan.Plan) (Template, error) {
	resources, err := resources(p.Resources)
	if err != nil {
		return Template{}, ours(err)
	}
	sections := cfn.Map{
		{Key: "AWSTemplateFormatVersion", Value: cfn.String("2010-09-09")},
		{Key: "Description", Value: cfn.String(description(p))},
		section("Metadata", metadata(p.Parameters)),
		section("Parameters", parameters(p.Parameters)),
		section("Rules", rules(p.Rules)),
		section("Mappings", mappings(p.Mapping)),
		section("Conditions", conditions(p.Conditions)),
		section("Resources", resources),
		section("Outputs", outputs(p.Outputs)),
	}
	tree := withoutEmpty(sections)
	if err := whole(tree, ""); err != nil {
		return Template{}, ours(err)
	}
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

// whole finds a value that nobody gave.
func whole(v cfn.Value, path string) error {
	var errs []error
	switch v := v.(type) {
	case nil:
		return fmt.Errorf("nothing at %s", path)
	case cfn.Map:
		for _, e := range v {
			errs = append(errs, whole(e.Value, path+"/"+e.Key))
		}
	case cfn.List:
		for i, item := range v {
			errs = append(errs, whole(item.Value, fmt.Sprintf("%s/%d", path, i)))
		}
	case cfn.Fn:
		return whole(v.Arg, path+"/"+v.Name)
	}
	return errors.Join(errs...)
}

func ours(err error) error {
	return fmt.Errorf("a mistake in byocfn, not in your spec: %w", err)
}
