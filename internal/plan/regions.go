package plan

import (
	"strings"

	"byocfn/internal/cfn"
)

// RegionsMapping is the name of the mapping that holds the regional facts.
const RegionsMapping = "Regions"

// regionFact looks a fact up for the region of the stack.
func regionFact(name string) cfn.Value {
	return cfn.FindInMap(RegionsMapping, cfn.Ref("AWS::Region"), cfn.String(name))
}

// regions writes the supported regions as a rule, and their facts as a mapping where there are any.
func (m *maker) regions() {
	p := m.in.Product
	mapping := &Mapping{Name: RegionsMapping, Comment: "What differs from region to region"}
	for _, r := range p.Regions {
		m.plan.Regions = append(m.plan.Regions, r.Name.Value)
		if !cfn.ValidRegion(r.Name.Value) {
			m.diags.Error(r.Name.At, "unknown-region", quote(r.Name.Value)+" is no AWS region",
				"write it as in us-east-1")
		}
		row := MappingRow{Key: r.Name.Value}
		for _, f := range r.Facts {
			var v cfn.Value = cfn.Strings(f.Value.Values...)
			if !f.Value.IsList {
				v = cfn.String(f.Value.Values[0])
			}
			row.Cols = append(row.Cols, cfn.Entry{Key: f.Name.Value, Value: v})
		}
		mapping.Rows = append(mapping.Rows, row)
	}
	if len(mapping.Rows) > 0 && len(mapping.Rows[0].Cols) > 0 {
		m.plan.Mapping = mapping
	}
	names := m.plan.Regions
	m.plan.Rules = append([]Rule{{
		Name:    "SupportedRegion",
		Comment: "Regions in which " + p.Vendor.Value + " offers " + p.Title.Value,
		Description: p.Title.Value + " is not offered in this region. Choose " +
			enumerate(names, "or") + ".",
		Assert: cfn.Fn{Name: "Fn::Contains",
			Arg: cfn.Values(cfn.Strings(names...), cfn.Ref("AWS::Region"))},
	}}, m.plan.Rules...)
}

func (m *maker) hasFact(name string) bool {
	for _, have := range m.factNames() {
		if have == name {
			return true
		}
	}
	return false
}

func (m *maker) factNames() []string {
	if len(m.in.Product.Regions) == 0 {
		return nil
	}
	return namesOf(m.in.Product.Regions[0].Facts)
}

func enumerate(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + and + " " + words[last]
}
