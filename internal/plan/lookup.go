package plan

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/spec"
)

// lookup is a parameter whose facts somebody refers to.
type lookup struct {
	param   *entity
	gates   [][]Literal
	reads   []read
	expects []expected
}

// read is an attribute that somebody refers to.
type read struct {
	attr  string
	gates [][]Literal
}

// expected is what a looked-up value must be where a gate holds: a row of the function's Expect.
type expected struct {
	gate []Literal
	row  []string
}

// look is how the facts of a kind of parameters are read: the function, and what it is asked.
type look struct {
	function, comment string
	section           Section
	properties        func(*maker, lookup) cfn.Map
	expects           bool // the function knows what to do with expectations
}

func looks() map[string]look {
	return map[string]look{
		"vpc": {function: "subnetfacts", section: Network,
			comment: "Reads the range of the VPC. Changes nothing.",
			properties: func(_ *maker, l lookup) cfn.Map {
				return cfn.Map{{Key: "VpcId", Value: cfn.Ref(l.param.id)}}
			}},
		"subnet": {function: "subnetfacts", section: Network,
			properties: (*maker).subnetProperties,
			comment: "Reads the subnet, and checks that the endpoint services can be reached in its " +
				"zone. Changes nothing."},
		"cluster-name": {function: "clusterfacts", section: Identities, expects: true,
			properties: (*maker).clusterProperties,
			comment: "Reads who issues the tokens of the cluster's service accounts, and checks that " +
				"IAM trusts the issuer. Changes nothing."},
	}
}

// factsOf is the id of the custom resource that reads a parameter.
func factsOf(e *entity) string { return stem(e.id) + "Facts" }

// want notes that a parameter's facts are needed under a gate, and gives the id of the custom
// resource that will have them.
func (m *maker) want(e *entity, gate []Literal) string {
	l := m.lookup(e)
	l.gates = append(l.gates, gate)
	return factsOf(e)
}

// wantFact is want for one attribute of the answer.
func (m *maker) wantFact(e *entity, attr string, gate []Literal) string {
	facts, l := m.want(e, gate), m.lookup(e)
	i := slices.IndexFunc(l.reads, func(r read) bool { return r.attr == attr })
	if i < 0 {
		i, l.reads = len(l.reads), append(l.reads, read{attr: attr})
	}
	l.reads[i].gates = append(l.reads[i].gates, gate)
	return facts
}

// lookup finds the note of a parameter, or makes it.
func (m *maker) lookup(e *entity) *lookup {
	i := slices.IndexFunc(m.wanted, func(l lookup) bool { return l.param == e })
	if i < 0 {
		i, m.wanted = len(m.wanted), append(m.wanted, lookup{param: e})
	}
	return &m.wanted[i]
}

// lookups adds one custom resource for each parameter whose facts are needed, where they are.
func (m *maker) lookups() {
	for _, l := range m.wanted {
		how := looks()[l.param.param.Kind.Value]
		properties := how.properties(m, l)
		if rows := m.expectRows(l); len(rows) > 0 {
			properties = append(properties, cfn.Entry{Key: "Expect", Value: rows})
		}
		m.customAny(how.function, factsOf(l.param), how.comment, how.section, l.gates, l.param.at, properties)
	}
}

// clusterProperties asks for the facts of a cluster, each where somebody reads it.
func (m *maker) clusterProperties(l lookup) cfn.Map {
	var facts cfn.List
	for _, r := range l.reads {
		v := cfn.Value(cfn.String(r.attr))
		if covers(r.gates, l.gates) {
			facts = append(facts, cfn.Item{Value: v})
			continue
		}
		condition := m.anyCondition("Needs"+factsOf(l.param)+r.attr, r.gates)
		facts = append(facts, cfn.Item{Value: cfn.If(condition, v, cfn.NoValue())})
	}
	return cfn.Map{{Key: "ClusterName", Value: cfn.Ref(l.param.id)}, {Key: "Facts", Value: facts}}
}

// covers tells whether one of some gates holds wherever one of others does.
func covers(some, others [][]Literal) bool {
	return !slices.ContainsFunc(others, func(other []Literal) bool {
		return !slices.ContainsFunc(some, func(g []Literal) bool { return implies(other, g) })
	})
}

// subnetProperties asks for a subnet's facts, and to check what no rule of CloudFormation can see.
func (m *maker) subnetProperties(l lookup) cfn.Map {
	e := l.param
	var p cfn.Map
	if in := e.param.In.Value; in != "" {
		p = append(p, cfn.Entry{Key: "VpcId", Value: cfn.Ref(in)})
	}
	p = append(p, cfn.Entry{Key: "SubnetId", Value: cfn.Ref(e.id)})
	if e.param.Zones != nil {
		p = append(p, cfn.Entry{Key: "ZoneIds", Value: m.list(*e.param.Zones)})
	}
	var services, names cfn.List
	for _, r := range m.plan.Resources {
		if endpoint, ok := r.Body.(*InterfaceEndpoint); ok && m.isIn(endpoint, e.id) {
			services = append(services, cfn.Item{
				Value: m.onlyIf(r.Gate, endpoint.Service, cfn.NoValue())})
			if sameValue(endpoint.PrivateDNS, toldNames(factsOf(e), r.ID)) {
				pair := concat(cfn.String(r.ID+"="), endpoint.Service)
				names = append(names, cfn.Item{Value: m.onlyIf(r.Gate, pair, cfn.NoValue())})
			}
		}
	}
	if len(services) > 0 {
		p = append(p, cfn.Entry{Key: "Services", Value: services})
	}
	if len(names) > 0 {
		p = append(p, cfn.Entry{Key: "Names", Value: names,
			Comment: "Endpoints that get their private names at once where nothing stands in the way."},
			cfn.Entry{Key: "Vendor", Value: cfn.String(m.in.Product.Product.Value)})
	}
	return p
}

// list gives a reference to a list as it is, and any other text as a list of one.
func (m *maker) list(t spec.Text) cfn.Value {
	v := m.value(t, nil)
	if _, is := v.(cfn.List); is {
		return v
	}
	if ref, _ := t.Lone(); ref.Name == "region" && m.hasFact(ref.Attr) &&
		m.in.Product.Regions[0].Facts.Get(ref.Attr).IsList {
		return v
	}
	return cfn.Values(v)
}

func (m *maker) isIn(e *InterfaceEndpoint, subnet string) bool {
	for _, s := range e.Subnets {
		if sameValue(s, cfn.Ref(subnet)) {
			return true
		}
	}
	return false
}
