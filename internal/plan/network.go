package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// vpcs adds a custom resource for each VPC whose DNS attributes must be on.
func (m *maker) vpcs() {
	for _, n := range m.in.Stack.VPC {
		text := spec.ParseText(n.Name.Value, n.Name.At, m.diags)
		ref, ok := text.Lone()
		e := m.names[ref.Name]
		gate, exists := m.gate(n.Value.When, nil)
		if ok && e == nil {
			m.diags.Error(n.Name.At, "unknown-reference", "nothing is named "+quote(ref.Name),
				or(diag.DidYouMean(ref.Name, m.parametersOf("vpc")), "name a parameter of kind vpc"))
			continue
		}
		if !ok || e == nil || e.param == nil || e.param.Kind.Value != "vpc" {
			m.diags.Error(n.Name.At, "unknown-reference", quote(n.Name.Value)+" is no parameter of kind vpc",
				"write it as a reference, such as \"${VpcId}\"")
			continue
		}
		if e.absent || !exists {
			continue
		}
		if n.Value.DNS.Value != "ensure" {
			m.diags.Error(n.Name.At, "bad-value", "dns must be ensure", "leave the vpc out otherwise")
			continue
		}
		id := stem(e.id) + "Dns"
		comment := n.Value.Why.Value + ".\nSwitches on the two DNS attributes of the VPC where they " +
			"are off; never switches them off again."
		m.custom("vpcdns", id, comment, gate, n.Name.At, cfn.Map{{Key: "VpcId", Value: cfn.Ref(e.id)}})
	}
}

// endpoints adds the interface endpoints, the function that gives them their private names, and a
// custom resource for each gateway endpoint.
func (m *maker) endpoints() {
	var ensured []named
	for _, n := range m.in.Stack.Endpoints {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		switch n.Value.Type.Value {
		case "gateway":
			m.gateway(n, e.gate)
		case "", "interface":
			m.interfaceEndpoint(n, e.gate)
			if n.Value.PrivateDNS.Value == "ensure" {
				ensured = append(ensured, named{n.Name.Value, e.gate})
			}
		default:
			m.diags.Error(n.Value.Type.At, "bad-value", "no endpoint type "+quote(n.Value.Type.Value),
				"write interface or gateway")
		}
	}
	m.endpointNames(ensured)
}

// named is a resource with its gate.
type named struct {
	id   string
	gate []Literal
}

func (m *maker) interfaceEndpoint(n spec.Named[spec.Endpoint], gate []Literal) {
	v := n.Value
	place := m.place(v.Why.At)
	answers := answersOf(n.Name.Value, v.Accept)
	m.interfaceOnly(n)
	m.knownService(v.Service, answers)
	m.needsDNS(n, place, gate, answers)
	m.unasked(answers)
	body := &InterfaceEndpoint{
		Service: m.service(v.Service, gate), VPC: m.sorted(place.VPC, vpcSort, gate),
		Subnets:        m.sortedAll(orTexts(v.Subnets, place.Subnets), subnetSort, gate),
		SecurityGroups: m.groups(orWords(v.SecurityGroups, place.SecurityGroups), gate),
		PrivateDNS:     cfn.Bool(false),
		Tags:           m.tags(n.Name.Value, m.stackTag()),
	}
	switch v.PrivateDNS.Value {
	case "ensure":
		m.ensureNames(n.Name.Value, body, orTexts(v.Subnets, place.Subnets))
	case "native":
		body.PrivateDNS = cfn.Bool(true)
		m.afterDNS(n.Name.Value)
	case "", "no":
		body.PrivateDNSComment = "The endpoint is used by its own DNS name."
	default:
		m.diags.Error(v.PrivateDNS.At, "bad-value", "privateDns cannot be "+quote(v.PrivateDNS.Value),
			"write ensure, native or no")
	}
	m.extend(Resource{ID: n.Name.Value, Section: Network, Comment: accepted(v.Why.Value, v.Accept),
		Gate: gate, Condition: m.condition(gate), Body: body, From: n.Name.At}, v.Properties)
	m.afterLookups(n.Name.Value, body, orTexts(v.Subnets, place.Subnets))
}

// afterLookups lets an endpoint wait for the check of its subnet's zone, so that a customer reads a
// sentence and not EC2's error. What the check says of its names makes it wait already.
func (m *maker) afterLookups(id string, body *InterfaceEndpoint, subnets spec.Texts) {
	for _, e := range m.lookedUp(subnets) {
		facts := m.want(e, nil)
		if !sameValue(body.PrivateDNS, toldNames(facts, id)) {
			m.waits[id] = append(m.waits[id], facts)
		}
	}
}

// lookedUp gives the subnets whose zone is checked before anything is made there.
func (m *maker) lookedUp(subnets spec.Texts) (found []*entity) {
	for _, t := range subnets {
		ref, _ := t.Lone()
		if e := m.names[ref.Name]; e != nil && e.param != nil && e.param.Zones != nil {
			found = append(found, e)
		}
	}
	return found
}

// ensureNames gives an endpoint its private names from the beginning where the look at its subnet
// finds nothing in the way; an endpoint without such a look gets them afterwards.
func (m *maker) ensureNames(id string, body *InterfaceEndpoint, subnets spec.Texts) {
	body.PrivateDNSComment = "EndpointNames switches it on as soon as the endpoint answers."
	for _, e := range m.lookedUp(subnets) {
		if m.isIn(body, e.id) {
			body.PrivateDNS = toldNames(factsOf(e), id)
			body.PrivateDNSComment = "Switched on at once where nothing stands in the way; " +
				"EndpointNames sees to the rest."
			m.afterDNS(id)
			return
		}
	}
}

// toldNames is what a look says of an endpoint's private names.
func toldNames(facts, endpoint string) cfn.Value {
	return cfn.GetAtt(facts, "PrivateDns"+endpoint)
}

// interfaceOnly refuses what an interface endpoint would not heed.
func (m *maker) interfaceOnly(n spec.Named[spec.Endpoint]) {
	refuse := func(key string, at diag.Range) {
		m.diags.Error(at, "gateway-only", n.Name.Value+": "+key+" is for gateway endpoints only",
			"write type: gateway, or remove "+key)
	}
	if n.Value.RoutesOf != nil {
		refuse("routesOf", n.Value.RoutesOf.At)
	}
	if n.Value.Existing.Value != "" {
		refuse("existing", n.Value.Existing.At)
	}
}

// knownService warns of a short name that no endpoint service is known to have.
func (m *maker) knownService(t spec.Text, a answers) {
	if name, ok := shortName(t); ok && !iam.KnownEndpoint(name) {
		hint := ""
		if near := iam.SuggestEndpoint(name); near != "" {
			hint = "did you mean " + quote(near) + "?"
		}
		m.advise(a, t.At, "unknown-service", "no endpoint service "+quote(name)+" of AWS is known", hint)
	}
}

// needsDNS wants the VPC's two DNS attributes on where an endpoint gets a private name: EC2 refuses
// the name otherwise. Source: VPC user guide, "Access an AWS service using an interface VPC endpoint".
func (m *maker) needsDNS(n spec.Named[spec.Endpoint], place *spec.Place, gate []Literal, a answers) {
	private := n.Value.PrivateDNS
	if private.Value != "ensure" && private.Value != "native" {
		return
	}
	ref, lone := place.VPC.Lone()
	if e := m.names[ref.Name]; !lone || e == nil || e.param == nil {
		return
	}
	for _, v := range m.in.Stack.VPC {
		when, exists := m.gate(v.Value.When, nil)
		if v.Name.Value == "${"+ref.Name+"}" && exists && implies(gate, when) {
			return
		}
	}
	m.ask(a, private.At, "vpc-dns", n.Name.Value+" gets a private name, which EC2 refuses in a VPC "+
		"without DNS", `add vpc: { "${`+ref.Name+`}": { dns: ensure, why: … } }`)
}

// shortName gives the name of an endpoint service of AWS that is written without its beginning.
func shortName(t spec.Text) (string, bool) {
	name, ok := t.Literal()
	return name, ok && !strings.HasPrefix(name, "com.amazonaws.") && !strings.HasPrefix(name, "aws.")
}

// service completes the short name of an AWS service; a name with dots is an endpoint service.
func (m *maker) service(t spec.Text, gate []Literal) cfn.Value {
	if name, ok := shortName(t); ok {
		return cfn.Sub("com.amazonaws.${AWS::Region}." + name)
	}
	return m.value(t, gate)
}

// gatewayOnly refuses what a gateway would not heed: it has routes and no address.
func (m *maker) gatewayOnly(n spec.Named[spec.Endpoint]) {
	v := n.Value
	refuse := func(key string, at diag.Range) {
		m.diags.Error(at, "interface-only", n.Name.Value+": "+key+" is for interface endpoints only",
			"remove it, or type: gateway")
	}
	if v.PrivateDNS.Value != "" && v.PrivateDNS.Value != "no" {
		refuse("privateDns", v.PrivateDNS.At)
	}
	if len(v.Subnets) > 0 {
		refuse("subnets", v.Subnets[0].At)
	}
	if len(v.SecurityGroups) > 0 {
		refuse("securityGroups", v.SecurityGroups[0].At)
	}
}

func (m *maker) gateway(n spec.Named[spec.Endpoint], gate []Literal) {
	v := n.Value
	m.unasked(answersOf(n.Name.Value, v.Accept))
	m.gatewayOnly(n)
	service, _ := v.Service.Literal()
	if service != "s3" && service != "dynamodb" {
		m.diags.Error(v.Service.At, "bad-value", "no gateway endpoint serves "+quote(v.Service.Raw),
			"gateway endpoints exist for s3 and dynamodb")
		return
	}
	if v.RoutesOf == nil || v.Existing.Value != "adopt" {
		m.diags.Error(n.Name.At, "missing-key", n.Name.Value+" needs routesOf and existing: adopt",
			`write routesOf: "${SubnetId}" and existing: adopt; a route table takes one endpoint only`)
		return
	}
	place := m.place(v.Why.At)
	comment := v.Why.Value + ".\nUses the endpoint that the route table of the subnet already has; " +
		"makes one only where there is none."
	properties := cfn.Map{
		{Key: "Service", Value: cfn.String(service)},
		{Key: "Existing", Value: cfn.String("adopt")},
		{Key: "VpcId", Value: m.sorted(place.VPC, vpcSort, gate)},
		{Key: "SubnetId", Value: m.sorted(*v.RoutesOf, subnetSort, gate)},
		{Key: "Vendor", Value: cfn.String(m.in.Product.Product.Value)},
	}
	if group := m.anyGroup(gate); group != nil {
		properties = append(properties, cfn.Entry{Key: "TagsOf", Value: group,
			Comment: "What it makes gets the tags of this group, yours among them."})
	}
	m.custom("gatewayendpoint", n.Name.Value, comment, gate, n.Name.At, properties)
}

// anyGroup gives a security group of the stack that exists under the gate: CloudFormation puts the
// stack's tags on it, and the function copies them.
func (m *maker) anyGroup(gate []Literal) cfn.Value {
	for _, n := range m.in.Stack.SecurityGroups {
		if e := m.names[n.Name.Value]; e != nil && !e.absent && implies(gate, e.gate) {
			return e.ref
		}
	}
	return nil
}

// endpointNames adds the one custom resource that switches private DNS on, for all endpoints.
func (m *maker) endpointNames(ensured []named) {
	if len(ensured) == 0 {
		return
	}
	var ids, told cfn.List
	for _, e := range ensured {
		ids = append(ids, cfn.Item{Value: m.onlyIf(e.gate, cfn.Ref(e.id), cfn.NoValue())})
		if names, ok := m.endpoint(e.id).PrivateDNS.(cfn.Fn); ok {
			told = append(told, cfn.Item{Value: m.onlyIf(e.gate, names, cfn.NoValue())})
		}
	}
	place := m.place(diag.Range{})
	comment := "Switches on private DNS of the endpoints above, once they answer. Where an endpoint " +
		"of yours already serves a name, it stays as it is."
	properties := cfn.Map{
		{Key: "VpcId", Value: m.value(place.VPC, nil)},
		{Key: "EndpointIds", Value: ids},
		{Key: "SubnetIds", Value: cfn.Values(m.values(place.Subnets, nil)...),
			Comment: "Whatever changes the endpoints makes this look again."},
		{Key: "SecurityGroupIds", Value: cfn.Values(m.groups(place.SecurityGroups, nil)...)},
	}
	if told != nil {
		properties.Set("PrivateDns", told)
	}
	m.custom("endpointnames", "EndpointNames", comment, sharedGate(ensured), diag.Range{}, properties)
	m.afterDNS("EndpointNames")
}

// endpoint gives an interface endpoint of the plan, or one without properties.
func (m *maker) endpoint(id string) *InterfaceEndpoint {
	for _, r := range m.plan.Resources {
		if e, ok := r.Body.(*InterfaceEndpoint); ok && r.ID == id {
			return e
		}
	}
	return &InterfaceEndpoint{}
}

// afterDNS lets what gives an endpoint a private name wait until the VPC can answer it.
func (m *maker) afterDNS(id string) {
	for _, n := range m.in.Stack.VPC {
		ref, _ := spec.ParseText(n.Name.Value, n.Name.At, m.diags).Lone()
		m.waits[id] = append(m.waits[id], stem(ref.Name)+"Dns")
	}
}

// sharedGate gives the literals that all of several gates have in common.
func sharedGate(all []named) []Literal {
	var shared []Literal
	for _, lit := range all[0].gate {
		everywhere := true
		for _, other := range all[1:] {
			everywhere = everywhere && implies(other.gate, []Literal{lit})
		}
		if everywhere {
			shared = append(shared, lit)
		}
	}
	return shared
}

// place gives the stack's placement; without one, whatever needs it gets an error once.
func (m *maker) place(at diag.Range) *spec.Place {
	if m.in.Stack.Place != nil {
		return m.in.Stack.Place
	}
	m.diags.Error(at, "missing-key", "nothing says where this goes",
		"add place: with vpc, subnets and securityGroups")
	return &spec.Place{}
}

func orTexts(own, shared spec.Texts) spec.Texts {
	if len(own) > 0 {
		return own
	}
	return shared
}

func orWords(own, shared spec.Words) spec.Words {
	if len(own) > 0 {
		return own
	}
	return shared
}
