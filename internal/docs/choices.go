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
	return chosen(v, c.branch)
}

// chosen puts what pick gives in place of every choice, and leaves the choice where it gives nil.
func chosen(v cfn.Value, pick func(args) cfn.Value) cfn.Value {
	switch v := v.(type) {
	case cfn.List:
		var out cfn.List
		for _, item := range v {
			if made := chosen(item.Value, pick); made != nil {
				out = append(out, cfn.Item{Value: made, Comment: item.Comment})
			}
		}
		return out
	case cfn.Map:
		var out cfn.Map
		for _, e := range v {
			if made := chosen(e.Value, pick); made != nil {
				out = append(out, cfn.Entry{Key: e.Key, Value: made})
			}
		}
		return out
	case cfn.Fn:
		if v.Name == "Fn::If" {
			if picked := pick(argsOf(v)); picked != nil {
				return chosen(picked, pick)
			}
			return inside(v, pick)
		}
		if isNoValue(v) {
			return nil
		}
		return cfn.Fn{Name: v.Name, Arg: chosen(v.Arg, pick)}
	}
	return v
}

// inside decides choices in the branches of one that stays.
func inside(v cfn.Fn, pick func(args) cfn.Value) cfn.Value {
	out := slices.Clone(argsOf(v))
	for i, item := range out {
		if !isNoValue(item.Value) {
			out[i].Value = chosen(item.Value, pick)
		}
	}
	return cfn.Fn{Name: v.Name, Arg: cfn.List(out)}
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
