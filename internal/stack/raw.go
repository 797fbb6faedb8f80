package stack

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// raw is a resource in the vendor's own words.
func raw(r *plan.Raw) draft { return draft{name: r.Type, tree: r.Properties} }

// merge lays extra over base: mappings are merged key by key, everything else is replaced, lists
// too. Neither argument changes.
func merge(base, extra cfn.Map) cfn.Map {
	out := slices.Clone(base)
	for _, e := range extra {
		i := slices.IndexFunc(out, func(o cfn.Entry) bool { return o.Key == e.Key })
		if i < 0 {
			out = append(out, e)
			continue
		}
		old, isMap := out[i].Value.(cfn.Map)
		over, bothMaps := e.Value.(cfn.Map)
		if isMap && bothMaps {
			out[i].Value = merge(old, over)
		} else {
			out[i].Value = e.Value
		}
		if e.Comment != "" {
			out[i].Comment = e.Comment
		}
	}
	return out
}
