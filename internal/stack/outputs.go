package stack

import (
	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func outputs(os []plan.Output) cfn.Map {
	var out cfn.Map
	for _, o := range os {
		var body cfn.Map
		if o.Condition != "" {
			body.Set("Condition", cfn.String(o.Condition))
		}
		if o.Description != "" {
			body.Set("Description", cfn.String(o.Description))
		}
		body = append(body, cfn.Entry{Key: "Value", Value: o.Value})
		out = append(out, cfn.Entry{Key: o.Name, Value: body})
	}
	return out
}
