package plan

import (
	"reflect"
	"slices"

	"byocfn/internal/cfn"
)

// madeLast lets Leftovers wait for the whole stack: CloudFormation deletes in the reverse order. It
// names only what no other resource needs; the rest follows.
func (m *maker) madeLast(byID map[string]*Resource) {
	last := byID[LeftoversID]
	if last == nil || m.used["leftovers"] == nil {
		return
	}
	awaited := map[string]bool{last.ID: true}
	for _, id := range needs(last) {
		awaited[id] = true
	}
	for i := range m.plan.Resources {
		by := &m.plan.Resources[i]
		for _, id := range needs(by) {
			if r := byID[id]; r != nil && by != last && m.accompanies(by, r) {
				awaited[id] = true
			}
		}
	}
	for _, r := range m.plan.Resources {
		switch {
		case awaited[r.ID]:
		case r.Condition == "":
			last.DependsOn = append(last.DependsOn, r.ID)
		default:
			last.After = append(last.After,
				cfn.Item{Value: cfn.If(r.Condition, cfn.Ref(r.ID), cfn.NoValue())})
		}
	}
	last.DependsComment = "All that nothing else in the stack waits for: so it is made last and " +
		"deleted first."
}

// accompanies tells whether by exists whenever r does. The gate of a function's plumbing may say less
// than its condition.
func (m *maker) accompanies(by, r *Resource) bool {
	return by.Condition == "" || by.Condition == r.Condition ||
		by.Condition == m.condition(by.Gate) && implies(r.Gate, by.Gate)
}

// needs lists the resources that must be there before r, whatever the conditions; a parameter may be
// among the names.
func needs(r *Resource) []string {
	ids := slices.Clone(r.DependsOn)
	add := func(id string) { ids = append(ids, id) }
	if i, ok := r.Body.(*Instance); ok {
		add(i.LaunchTemplate)
	}
	always(reflect.ValueOf(r.Body), add)
	always(reflect.ValueOf(r.Extra), add)
	always(reflect.ValueOf(r.After), add)
	return ids
}

// always gives the names that a part of a plan refers to under no condition, by its Go types, so that
// a body added to the plan cannot be forgotten here.
func always(v reflect.Value, add func(string)) {
	if !v.IsValid() {
		return
	}
	switch part := v.Interface().(type) {
	case cfn.Value:
		alwaysRefers(part, add)
		return
	case InlinePolicy:
		if part.Condition != "" {
			return
		}
	case Statement:
		if part.Gate != "" {
			return
		}
	case Holders:
		if part.OnlyIf != "" {
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		always(v.Elem(), add)
	case reflect.Struct:
		for i := range v.NumField() {
			always(v.Field(i), add)
		}
	case reflect.Slice:
		for i := range v.Len() {
			always(v.Index(i), add)
		}
	}
}

func alwaysRefers(v cfn.Value, add func(string)) {
	switch v := unhinted(v).(type) {
	case cfn.List:
		for _, item := range v {
			alwaysRefers(item.Value, add)
		}
	case cfn.Map:
		for _, e := range v {
			alwaysRefers(e.Value, add)
		}
	case cfn.Fn:
		first := v.Arg
		if list, ok := v.Arg.(cfn.List); ok && len(list) > 0 {
			first = list[0].Value
		}
		name, _ := first.(cfn.String)
		switch v.Name {
		case "Ref", "Fn::GetAtt":
			add(string(name))
		case "Fn::If":
		case "Fn::Sub":
			for _, piece := range flat(v) {
				alwaysRefers(piece, add)
			}
		default:
			alwaysRefers(v.Arg, add)
		}
	}
}
