package emit

import (
	"cmp"
	"slices"
	"strings"

	"byocfn/internal/cfn"
)

// Order gives the properties of a resource in the order that a reader expects, all the way down:
// first the keys of the tables in ordertable.go, then the unknown ones by name, Tags last. Comments
// stay with their keys and items. Nothing else changes, and properties itself is left as it is.
//
// In a custom resource the unknown keys keep their order, because nothing but its author knows it;
// so do the variables of Fn::Sub.
func Order(resourceType string, properties cfn.Map) cfn.Map {
	first, last := typeKeys[resourceType], tags
	custom := isCustom(resourceType)
	if custom {
		first, last = customKeys, nil
	}
	return sorted(properties, first, last, custom)
}

// OrderResource gives the attributes of a resource in their customary order, Type first and
// Properties last, and its properties as Order does.
func OrderResource(resource cfn.Map) cfn.Map {
	kind, _ := resource.Get("Type").(cfn.String)
	ordered := slices.Clone(resource)
	sortEntries(ordered, attributeKeys, []string{"Properties"}, true)
	for i, e := range ordered {
		if properties, ok := e.Value.(cfn.Map); ok && e.Key == "Properties" {
			ordered[i].Value = Order(string(kind), properties)
		}
	}
	return ordered
}

func isCustom(resourceType string) bool {
	return strings.HasPrefix(resourceType, "Custom::") ||
		resourceType == "AWS::CloudFormation::CustomResource"
}

// sorted gives m with its keys in order, and the same for all that it holds.
func sorted(m cfn.Map, first, last []string, keep bool) cfn.Map {
	ordered := slices.Clone(m)
	for i, e := range ordered {
		ordered[i].Value = inside(e.Key, e.Value, keep)
	}
	sortEntries(ordered, first, last, keep)
	return ordered
}

// inside orders a value that stands under a key: a mapping, the mappings of a list, and those that
// a function chooses from.
func inside(key string, v cfn.Value, keep bool) cfn.Value {
	switch v := v.(type) {
	case cfn.Map:
		return sorted(v, nestedKeys[key], tags, keep)
	case cfn.List:
		ordered := slices.Clone(v)
		for i, item := range ordered {
			ordered[i].Value = inside(key, item.Value, keep)
		}
		return ordered
	case cfn.Fn:
		if v.Name != "Fn::Sub" && v.Arg != nil {
			v.Arg = inside(key, v.Arg, keep)
		}
		return v
	}
	return v
}

// sortEntries sorts in place: first, then the unknown (by name, or kept), then last.
func sortEntries(m cfn.Map, first, last []string, keep bool) {
	rank := func(key string) int {
		if i := slices.Index(first, key); i >= 0 {
			return i
		}
		if i := slices.Index(last, key); i >= 0 {
			return len(first) + 1 + i
		}
		return len(first)
	}
	slices.SortStableFunc(m, func(a, b cfn.Entry) int {
		if c := cmp.Compare(rank(a.Key), rank(b.Key)); c != 0 || keep {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
}
