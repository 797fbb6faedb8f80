package stack

import (
	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// custom is a tree from the start: goformation prints `Version: ""` for a custom resource and
// cannot give it properties in their order.
func custom(c *plan.Custom) draft {
	tree := cfn.Map{{Key: "ServiceToken", Value: c.Token}}
	if c.Timeout > 0 {
		tree.Set("ServiceTimeout", cfn.Int(c.Timeout))
	}
	return draft{name: c.Type, tree: append(tree, c.Properties...)}
}
