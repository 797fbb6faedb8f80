package stack

import (
	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func rules(rs []plan.Rule) cfn.Map {
	var out cfn.Map
	for _, r := range rs {
		var rule cfn.Map
		if r.Condition != nil {
			rule = cfn.Map{{Key: "RuleCondition", Value: r.Condition}}
		}
		assertion := cfn.Map{
			{Key: "Assert", Value: r.Assert},
			{Key: "AssertDescription", Value: cfn.String(r.Description)},
		}
		out = append(out, cfn.Entry{
			Key:     r.Name,
			Comment: r.Comment,
			Value:   append(rule, cfn.Entry{Key: "Assertions", Value: cfn.Values(assertion)}),
		})
	}
	return out
}

func mappings(m *plan.Mapping) cfn.Map {
	if m == nil {
		return nil
	}
	var rows cfn.Map
	for _, row := range m.Rows {
		rows = append(rows, cfn.Entry{Key: row.Key, Value: row.Cols})
	}
	return cfn.Map{{Key: m.Name, Value: rows, Comment: m.Comment}}
}

func conditions(cs []plan.Condition) cfn.Map {
	var out cfn.Map
	for _, c := range cs {
		out = append(out, cfn.Entry{Key: c.Name, Value: c.Value})
	}
	return out
}
