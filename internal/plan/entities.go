package plan

import (
	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/registry"
	"byocfn/internal/spec"
)

// madeWhen is the gate of what the stack makes: of a thing that the customer may name instead, it
// says that they did not.
func (e *entity) madeWhen() []Literal {
	if e.unless == nil {
		return e.gate
	}
	return append(append([]Literal{}, e.gate...), Literal{Not: !e.unless.Not, Atom: e.unless.Atom})
}

// existing reads `existing:`, a parameter that names a thing of the customer's own.
func (m *maker) existing(t *spec.Text, kind string) *entity {
	if t == nil {
		return nil
	}
	ref, lone := t.Lone()
	e := m.names[ref.Name]
	is := lone && ref.Attr == "" && e != nil && e.param != nil && e.param.Kind.Value == kind
	switch {
	case is && !e.param.MayBeBlank():
		m.diags.Error(t.At, "bad-existing", e.id+" cannot be left empty", "add optional: yes to "+e.id,
			diag.Note{Text: e.id + " is here", At: e.at})
		return nil
	case !is:
		m.diags.Error(t.At, "bad-existing", quote(t.Raw)+" is no optional parameter of kind "+kind,
			m.otherwise(*t, kind))
		return nil
	}
	if e.absent {
		return nil
	}
	return e
}

// otherwise says what to write where a parameter of a kind is wanted and something else stands.
func (m *maker) otherwise(t spec.Text, kind string) string {
	ref, lone := t.Lone()
	name := t.Raw
	if lone {
		name = ref.Name
	}
	e := m.names[name]
	switch near := diag.Suggest(name, m.parametersOf(kind)); {
	case e != nil && e.param != nil && e.param.Kind.Value == kind:
		return `write "${` + name + `}"`
	case e != nil && e.param != nil && e.param.Kind.Value == "list":
		return name + " is a list; give each a parameter of its own, of kind " + kind
	case e != nil && e.param != nil:
		return name + " is of kind " + e.param.Kind.Value
	case e != nil:
		return name + " is a " + e.noun + " of this stack, not a parameter"
	case near != "":
		return `did you mean "${` + near + `}"?`
	}
	return "add a parameter: { kind: " + kind + ", optional: yes, why: … }"
}

// instead lists what is not made where the customer names one of their own.
func (m *maker) instead() {
	add := func(name spec.Word) {
		if e := m.names[name.Value]; e != nil && !e.absent && e.unless != nil {
			m.plan.Instead = append(m.plan.Instead, Instead{e.noun, e.id, e.unless.Atom})
		}
	}
	for _, b := range m.in.Stack.Buckets {
		add(b.Name)
	}
	for _, r := range m.in.Stack.Roles {
		add(r.Name)
	}
}

// either is the customer's where they name one, otherwise what the stack makes.
func (m *maker) either(theirs *entity, value, made cfn.Value) cfn.Value {
	return m.onlyIf([]Literal{{Atom: theirs.id}}, value, made)
}

// bucketEntity means the customer's bucket where they name one.
func (m *maker) bucketEntity(n spec.Named[spec.Bucket]) *entity {
	id := n.Name.Value
	e := &entity{noun: "bucket", ref: cfn.Ref(id), arn: cfn.GetAtt(id, "Arn")}
	made := map[string]cfn.Value{"DomainName": cfn.GetAtt(id, "DomainName"),
		"RegionalDomainName": cfn.GetAtt(id, "RegionalDomainName")}
	if theirs := m.existing(n.Value.Existing, "bucket-name"); theirs != nil {
		e.unless, e.made = &Literal{Atom: theirs.id}, made
		e.ref = m.either(theirs, cfn.Ref(theirs.id), e.ref)
		e.arn = m.either(theirs, cfn.Sub("arn:${AWS::Partition}:s3:::${"+theirs.id+"}"), e.arn)
		made = map[string]cfn.Value{}
	}
	made["Arn"] = e.arn
	e.attrs = made
	return e
}

// roleEntity knows two ARNs: the attribute, for trusts and outputs, and one computed from the role's
// name, for policies, where a reference to a principal of the same stack would make a cycle.
func (m *maker) roleEntity(n spec.Named[spec.Role]) *entity {
	id, v := n.Name.Value, n.Value
	arn := cfn.Value(cfn.GetAtt(id, "Arn"))
	e := &entity{noun: "role", ref: cfn.Ref(id)}
	made := map[string]cfn.Value{"RoleId": cfn.GetAtt(id, "RoleId")}
	if v.InstanceProfile.Yes(false) {
		made["InstanceProfile"] = cfn.Ref(id + "Profile")
		made["InstanceProfileArn"] = cfn.GetAtt(id+"Profile", "Arn")
	}
	if v.Name != nil {
		e.iamArn = m.namedArn("role", wordsOfRole(v))
	}
	if theirs := m.existing(v.Existing, "role-arn"); theirs != nil {
		e.unless, e.made = &Literal{Atom: theirs.id}, made
		arn = m.either(theirs, cfn.Ref(theirs.id), arn)
		if e.iamArn != nil {
			e.iamArn = m.either(theirs, cfn.Ref(theirs.id), e.iamArn)
		}
		made = map[string]cfn.Value{}
	}
	made["Arn"], e.arn, e.attrs = arn, arn, made
	return e
}

// rawEntity knows the ARN of a raw resource where the registry says which attribute it is.
func rawEntity(n spec.Named[spec.Raw]) *entity {
	e := &entity{noun: "resource", ref: cfn.Ref(n.Name.Value)}
	if t, ok := registry.Find(n.Value.Type.Value); ok && t.ARN() != "" {
		e.arn = cfn.GetAtt(n.Name.Value, t.ARN())
	}
	return e
}

func (m *maker) userEntity(n spec.Named[spec.User]) *entity {
	arn := cfn.GetAtt(n.Name.Value, "Arn")
	e := &entity{noun: "user", ref: cfn.Ref(n.Name.Value), arn: arn,
		attrs: map[string]cfn.Value{"Arn": arn}}
	if n.Value.Name != nil {
		e.iamArn = m.namedArn("user", wordsOfUser(n.Value))
	}
	return e
}

// policyEntity has nothing to refer to where the policy may become several.
func (m *maker) policyEntity(n spec.Named[spec.Policy]) *entity {
	id := n.Name.Value
	e := &entity{noun: "policy", attrs: map[string]cfn.Value{}}
	if n.Value.Split.Value != "" {
		return e
	}
	e.ref, e.arn, e.attrs["Arn"] = cfn.Ref(id), cfn.Ref(id), cfn.Ref(id)
	if n.Value.Name != nil {
		e.iamArn = m.namedArn("policy", wordsOfPolicy(n.Value))
	}
	return e
}
