package plan

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// entity is what a name of the spec stands for.
type entity struct {
	id     string
	noun   string // parameter, bucket, role ...
	at     diag.Range
	gate   []Literal
	absent bool // ruled out in this variant
	param  *spec.Parameter
	ref    cfn.Value            // what ${Name} becomes
	attrs  map[string]cfn.Value // what ${Name.Attr} becomes; nil: what the registry says (raw resources)
	arn    cfn.Value            // what the bare name means in resources:
	iamArn cfn.Value            // in policies, the computed ARN of a named IAM thing: no dependency
	unless *Literal             // the customer names one of their own instead, and none is made
	made   map[string]cfn.Value // attributes of one that the stack makes

	traits *traits // of a parameter, once somebody asked

	needed   []Literal // where a parameter that may be blank must be given
	isNeeded bool      // it is so somewhere; everywhere where needed is empty
}

// declare enters every name of the stack. Parameters come first: gates speak of them.
func (m *maker) declare() {
	s := m.in.Stack
	for i := range s.Parameters {
		p := &s.Parameters[i]
		gate, exists := m.gate(p.Value.When, nil)
		if len(gate) > 0 {
			m.diags.Error(p.Value.When[0].At, "bad-gate", "a parameter cannot depend on "+gateText(gate),
				"only variants decide whether the customer is asked; use optional: yes")
		}
		e := &entity{noun: "parameter", param: &p.Value, absent: !exists, ref: cfn.Ref(p.Name.Value)}
		if p.Value.Kind.Value == "list" {
			e.ref = cfn.Split(",", e.ref)
		}
		m.enter(p.Name, e)
	}
	m.required()
	for _, n := range s.Endpoints {
		m.enterGated(n.Name, endpointEntity(n), n.Value.When)
	}
	for _, n := range s.SecurityGroups {
		group := cfn.GetAtt(n.Name.Value, "GroupId")
		m.enterGated(n.Name, &entity{noun: "security group", ref: group,
			attrs: map[string]cfn.Value{"GroupId": group}}, n.Value.When)
	}
	for _, n := range s.Buckets {
		m.enterGated(n.Name, m.bucketEntity(n), n.Value.When)
	}
	for _, n := range s.Roles {
		m.enterGated(n.Name, m.roleEntity(n), n.Value.When)
	}
	for _, n := range s.Users {
		m.enterGated(n.Name, m.userEntity(n), n.Value.When)
		m.declareKey(n)
	}
	for _, n := range s.Policies {
		m.enterGated(n.Name, m.policyEntity(n), n.Value.When)
	}
	for _, n := range s.Instances {
		m.enterGated(n.Name, instanceEntity(n.Name.Value), n.Value.When)
	}
	for _, n := range s.Resources {
		m.enterGated(n.Name, rawEntity(n), n.Value.When)
	}
}

func (m *maker) declareKey(n spec.Named[spec.User]) {
	k := n.Value.AccessKey
	if k == nil {
		return
	}
	m.enterGated(k.Name, &entity{noun: "access key", ref: cfn.Ref(k.Name.Value),
		attrs: map[string]cfn.Value{}}, n.Value.When)
	secret := cfn.Ref(k.Secret.Value)
	m.enterGated(k.Secret, &entity{noun: "secret", ref: secret, arn: secret,
		attrs: map[string]cfn.Value{"Arn": secret}}, n.Value.When)
}

func (m *maker) enterGated(name spec.Word, e *entity, when spec.Gate) {
	gate, exists := m.gate(when, nil)
	e.gate, e.absent = gate, !exists
	m.enter(name, e)
}

func (m *maker) enter(name spec.Word, e *entity) {
	e.id, e.at = name.Value, name.At
	if !cfn.ValidLogicalID(e.id) {
		m.diags.Error(name.At, "bad-name", quote(e.id)+" cannot be a name",
			"use letters and digits only, at most 255, such as DataBucket")
	}
	if slices.Contains(reservedNames, e.id) {
		m.diags.Error(name.At, "reserved-name", e.id+" is a name that the compiler uses",
			"choose another")
	}
	if first := m.names[e.id]; first != nil {
		m.diags.Error(name.At, "duplicate-name", e.id+" names two things",
			"parameters and resources share one name space; rename one",
			diag.Note{Text: "the first is here", At: first.at})
		m.ids[e.id] = e.at // so that add says it no second time
		m.clashes[name.At] = true
		return
	}
	m.names[e.id] = e
}

func endpointEntity(n spec.Named[spec.Endpoint]) *entity {
	id := n.Name.Value
	if n.Value.Type.Value == "gateway" {
		endpoint := cfn.GetAtt(id, "EndpointId")
		return &entity{noun: "gateway endpoint", ref: endpoint, attrs: map[string]cfn.Value{
			"EndpointId": endpoint, "RouteTableId": cfn.GetAtt(id, "RouteTableId"),
			"Mode": cfn.GetAtt(id, "Mode")}}
	}
	// DnsEntries holds ZONE:NAME texts, the regional name first.
	// Source: AWS::EC2::VPCEndpoint, return values.
	dns := cfn.Select(1, cfn.Split(":", cfn.Select(0, cfn.GetAtt(id, "DnsEntries"))))
	return &entity{noun: "endpoint", ref: cfn.Ref(id), attrs: map[string]cfn.Value{
		"DnsName": dns, "Id": cfn.Ref(id)}}
}

func instanceEntity(id string) *entity {
	return &entity{noun: "instance", ref: cfn.Ref(id), attrs: map[string]cfn.Value{
		"PrivateIp":        cfn.GetAtt(id, "PrivateIp"),
		"PrivateDnsName":   cfn.GetAtt(id, "PrivateDnsName"),
		"AvailabilityZone": cfn.GetAtt(id, "AvailabilityZone")}}
}
