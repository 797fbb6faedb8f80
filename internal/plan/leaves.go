package plan

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// LeftoversID is the logical id of the custom resource that looks for what the product still runs.
const LeftoversID = "Leftovers"

// leftovers adds one custom resource for everything that `leaves` wants to be looked for.
func (m *maker) leftovers() {
	var find, remove, arns, removeProfiles cfn.List
	var at diag.Range
	for i, n := range m.in.Stack.Leaves {
		m.blocked(n.Value.Blocks)
		f := n.Value.Find
		if f == nil {
			continue
		}
		before := len(find) + len(arns)
		way := cfn.Item{Value: cfn.String(n.Value.Remove.Value)}
		for _, asked := range f.Asked() {
			find = append(find, cfn.Item{Value: m.question(asked, f.In)})
			remove = append(remove, way)
		}
		if arn, gate := m.roleToFind(f.InstanceProfilesOf); arn != nil {
			arns = append(arns, cfn.Item{Value: m.onlyIf(gate, arn, cfn.NoValue())})
			removeProfiles = append(removeProfiles,
				cfn.Item{Value: m.onlyIf(gate, way.Value, cfn.NoValue())})
		}
		m.plan.Leaves[i].Probed = len(find)+len(arns) > before
		at = n.Name.At
	}
	var properties cfn.Map
	add := func(key string, list cfn.List) {
		if len(list) > 0 {
			properties = append(properties, cfn.Entry{Key: key, Value: list})
		}
	}
	add("Find", find)
	add("Remove", remove)
	if add("RoleArns", arns); len(arns) > 0 {
		add("RemoveProfiles", removeProfiles)
		add("Profiles", m.ownProfiles())
	}
	if len(properties) == 0 {
		return
	}
	m.custom("leftovers", LeftoversID, "Made last and deleted first: when the stack is deleted, it "+
		"looks for what the product still runs, and stops the deletion while what can clean up is "+
		"still there. It does nothing at any other time.", nil, at, properties)
	m.plan.Resources[len(m.plan.Resources)-1].Section = Others
}

// blocked refuses to name what the stack does not have.
func (m *maker) blocked(name spec.Word) {
	e := m.names[name.Value]
	if name.Value == "" || e != nil && e.param == nil {
		return
	}
	hint := "name what cannot be deleted, or remove blocks"
	if e == nil {
		hint = or(diag.DidYouMean(name.Value, m.allNames()), hint)
	}
	m.diags.Error(name.At, "unknown-reference", quote(name.Value)+" is no resource of this stack", hint)
}

// question is a row of Find: the kind, the tags and the place as filters of EC2.
func (m *maker) question(asked spec.Named[spec.Keyed[spec.Text]], in *spec.Text) cfn.Value {
	row := []cfn.Value{cfn.String(asked.Name.Value)}
	for _, tag := range asked.Value {
		row = append(row, cfn.String("tag:"+tag.Name.Value), m.one(tag.Value, nil))
	}
	if in == nil {
		return cfn.Values(row...)
	}
	noun := m.placeNoun(*in)
	filter := placeFilters()[asked.Name.Value][noun]
	switch {
	case noun == "":
		m.diags.Error(in.At, "bad-place", quote(in.Raw)+" is no VPC, subnet or security group",
			"refer to a parameter of kind vpc, subnet or security-group, or to a security group: "+
				"\"${VpcId}\"")
	case filter == "":
		m.diags.Error(in.At, "bad-place", asked.Name.Value+" cannot be looked for by "+noun,
			"give them an entry of their own without `in`, or with a wider one")
	default:
		row = append(row, cfn.String(filter), m.value(*in, nil))
	}
	return cfn.Values(row...)
}

// placeFilters are EC2's filters for what is in a place. Volumes have a zone only.
// Source: EC2 API reference, the Describe operations, Filter.
func placeFilters() map[string]map[string]string {
	return map[string]map[string]string{
		"instances": {"VPC": "vpc-id", "subnet": "subnet-id",
			"security group": "instance.group-id"},
		"networkInterfaces": {"VPC": "vpc-id", "subnet": "subnet-id", "security group": "group-id"},
		"securityGroups":    {"VPC": "vpc-id"},
		"vpcEndpoints":      {"VPC": "vpc-id"},
	}
}

// placeNoun says what a lone reference is: VPC, subnet, security group, or none of them.
func (m *maker) placeNoun(t spec.Text) string {
	ref, _ := t.Lone()
	e := m.names[ref.Name]
	switch {
	case e == nil:
		return ""
	case e.noun == "security group" && (ref.Attr == "" || ref.Attr == "GroupId"):
		return e.noun
	case e.param != nil && ref.Attr == "":
		return map[string]string{"vpc": "VPC", "subnet": "subnet",
			"security-group": "security group"}[e.param.Kind.Value]
	}
	return ""
}

// roleToFind gives the ARN of the role whose profiles are looked for and its gate; nil for none, and
// for a role that this variant lacks.
func (m *maker) roleToFind(name spec.Word) (cfn.Value, []Literal) {
	if name.Value == "" {
		return nil, nil
	}
	e := m.names[name.Value]
	if e == nil || e.noun != "role" {
		m.diags.Error(name.At, "unknown-reference", "no role "+quote(name.Value),
			or(diag.DidYouMean(name.Value, m.nounNames("role")), "name one that stands under roles"))
		return nil, nil
	}
	if e.absent {
		return nil, nil
	}
	return cfn.GetAtt(e.id, "Arn"), e.gate
}

// ownProfiles are the instance profiles that go with the stack.
func (m *maker) ownProfiles() cfn.List {
	var out cfn.List
	for _, r := range m.plan.Resources {
		if TypeName(r.Body) == "AWS::IAM::InstanceProfile" {
			out = append(out, cfn.Item{Value: m.onlyIf(r.Gate, cfn.Ref(r.ID), cfn.NoValue())})
		}
	}
	return out
}

// leftOf gives the condition under which any of the values is left; empty where one always is. IAM
// refuses an empty list.
func (m *maker) leftOf(name string, vs []cfn.Value) string {
	var parts []cfn.Value
	for _, v := range vs {
		fn, _ := v.(cfn.Fn)
		if fn.Name != "Fn::If" {
			return ""
		}
		condition, _ := fn.Arg.(cfn.List)[0].Value.(cfn.String)
		if part := cfn.Cond(string(condition)); !containsValue(parts, part) {
			parts = append(parts, part)
		}
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		condition, _ := parts[0].(cfn.Fn).Arg.(cfn.String)
		return string(condition)
	}
	return m.addCondition(Condition{Name: name, Value: junction(cfn.Or, parts)})
}

// underCondition takes off the choices that a condition around the values has made already; a linter
// says that their other branch cannot be reached.
func underCondition(condition string, vs []cfn.Value) []cfn.Value {
	out := slices.Clone(vs)
	for i, v := range vs {
		if fn, _ := v.(cfn.Fn); fn.Name == "Fn::If" {
			if list := fn.Arg.(cfn.List); list[0].Value == cfn.Value(cfn.String(condition)) {
				out[i] = list[1].Value
			}
		}
	}
	return out
}
