package docs

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// choices decides the choices inside a policy, so that what is printed is a policy: known literals
// hold, and of any other choice the first branch that is there, as if every option were on.
type choices struct {
	plan  *plan.Plan
	known []plan.Literal
}

// made gives the value without choices; nil where nothing is left.
func (c choices) made(v cfn.Value) cfn.Value {
	switch v := v.(type) {
	case cfn.List:
		var out cfn.List
		for _, item := range v {
			if made := c.made(item.Value); made != nil {
				out = append(out, cfn.Item{Value: made, Comment: item.Comment})
			}
		}
		return out
	case cfn.Map:
		var out cfn.Map
		for _, e := range v {
			if made := c.made(e.Value); made != nil {
				out = append(out, cfn.Entry{Key: e.Key, Value: made})
			}
		}
		return out
	case cfn.Fn:
		if v.Name == "Fn::If" {
			return c.made(c.branch(argsOf(v)))
		}
		if isNoValue(v) {
			return nil
		}
		return cfn.Fn{Name: v.Name, Arg: c.made(v.Arg)}
	}
	return v
}

// list gives the elements of a list, those of the customer's lists as ${each.NAME}.
func (c choices) list(vs []cfn.Value) cfn.List {
	made, _ := c.made(listOf(vs)).(cfn.List)
	var out []cfn.Value
	for _, item := range made {
		out = append(out, plan.Elements(item.Value)...)
	}
	return listOf(out)
}

func (c choices) branch(a args) cfn.Value {
	yes := literalsOf(c.plan, Text(a.at(0)))
	opposite := func(l plan.Literal) bool {
		return slices.Contains(c.known, plan.Literal{Not: !l.Not, Atom: l.Atom})
	}
	if isNoValue(a.at(1)) || slices.ContainsFunc(yes, opposite) {
		return a.at(2)
	}
	return a.at(1)
}
