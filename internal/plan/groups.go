package plan

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// securityGroups adds the groups. Rules that use no other resource stand inside the group; the others
// are resources of their own, so that the group can start at once.
func (m *maker) securityGroups() {
	for _, n := range m.in.Stack.SecurityGroups {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		place := m.place(n.Name.At)
		body := &SecurityGroup{
			Description: n.Name.Value + " of " + descriptionText(m.in.Product.Title.Value),
			VPC:         m.sorted(place.VPC, vpcSort, e.gate), Tags: m.tags(n.Name.Value)}
		m.extend(Resource{ID: n.Name.Value, Section: Network, Comment: n.Value.Why.Value, Gate: e.gate,
			Condition: m.condition(e.gate), Body: body, From: n.Name.At}, n.Value.Properties)
		body.Ingress = m.rules(n.Name.Value, n.Value.Ingress, e.gate, false)
		body.Egress = m.rules(n.Name.Value, n.Value.Egress, e.gate, true)
		// EC2 removes its own rule only for rules inside the group, not for resources of their own.
		// Source: CloudFormation, AWS::EC2::SecurityGroup, SecurityGroupEgress.
		if len(body.Egress) == 0 {
			body.Egress = []GroupPermission{{Comment: "Leads nowhere. EC2 would let everything out " +
				"where no rule stands here", Description: "Nothing",
				Protocol: "-1", FromPort: -1, ToPort: -1, CIDR: cfn.String("127.0.0.1/32")}}
		}
	}
}

func (m *maker) rules(group string, rules spec.Keyed[spec.Rule], outer []Literal,
	egress bool) (inside []GroupPermission) {
	for _, n := range rules {
		gate, exists := m.gate(n.Value.When, outer)
		if !exists {
			continue
		}
		peer := n.Value.From
		if egress {
			peer = n.Value.To
		}
		permission, apart, ok := m.peer(group, n, peer, gate, egress)
		if !ok {
			continue
		}
		answers := answersOf(n.Name.Value, n.Value.Accept)
		if !egress && m.everywhere(peer) {
			m.ask(answers, peer.At, "open-to-the-world", n.Name.Value+" lets the whole internet in",
				"name the blocks that need it, or a prefix list")
		}
		m.unasked(answers)
		ports := portsOf(n.Value, permission)
		if !apart && len(within(gate, outer)) == 0 {
			inside = append(inside, ports...)
			continue
		}
		for _, p := range ports {
			m.ruleResource(group, n, p, gate, egress, len(ports) > 1)
		}
	}
	return inside
}

// everywhere tells whether a rule speaks of every address there is: as it stands, by a fact, or where
// the customer leaves a parameter as it is.
func (m *maker) everywhere(t spec.Text) bool {
	all := []string{"any", "0.0.0.0/0", "::/0"}
	values := []string{t.Raw}
	if ref, ok := t.Lone(); ok {
		values = m.possible(ref)
	}
	return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(all, v) })
}

// possible lists what a reference is known to give: a fact's values, or a parameter's default.
func (m *maker) possible(ref spec.Ref) []string {
	var out []string
	facts := []*spec.Fact{}
	switch e := m.names[ref.Name]; {
	case ref.Name == "facts":
		facts = append(facts, m.in.Product.Facts.Get(ref.Attr))
	case ref.Name == "region":
		for _, r := range m.in.Product.Regions {
			facts = append(facts, r.Facts.Get(ref.Attr))
		}
	case e != nil && e.param != nil && e.param.Default != nil && ref.Attr == "":
		return []string{e.param.Default.Raw}
	}
	for _, f := range facts {
		if f != nil {
			out = append(out, f.Values...)
		}
	}
	return out
}

func (m *maker) ruleResource(group string, n spec.Named[spec.Rule], p GroupPermission,
	gate []Literal, egress, numbered bool) {
	id := group + identifier(n.Name.Value)
	if egress {
		id = group + "To" + identifier(n.Name.Value)
	}
	if numbered {
		id += title(p.Protocol) + itoa(p.FromPort)
	}
	m.add(Resource{ID: id, Section: Network, Comment: p.Comment, Gate: gate,
		Condition: m.condition(gate), From: n.Name.At,
		Body: &GroupRule{Egress: egress, Of: cfn.GetAtt(group, "GroupId"), Rule: p}})
	m.waits["group "+group] = append(m.waits["group "+group], id)
}

// peer decides who is at the other end; apart is true where the rule must be a resource of its own.
func (m *maker) peer(group string, n spec.Named[spec.Rule], t spec.Text, gate []Literal,
	egress bool) (p GroupPermission, apart, ok bool) {
	p = GroupPermission{Comment: accepted(n.Value.Why.Value, n.Value.Accept),
		Description: descriptionText(n.Name.Value)}
	key, wrong := "from", n.Value.To
	if egress {
		key, wrong = "to", n.Value.From
	}
	if t.Raw == "" || wrong.Raw != "" {
		m.diags.Error(n.Name.At, "missing-key", "the rule "+n.Name.Value+" needs `"+key+"` and nothing else",
			"write "+key+": self, any, a CIDR block, a prefix list or a security group")
		return p, false, false
	}
	text, literal := t.Literal()
	switch {
	case text == "self":
		p.Group = cfn.GetAtt(group, "GroupId")
		return p, true, true
	case text == "any":
		p.CIDR = cfn.String("0.0.0.0/0")
		return p, false, true
	case !literal:
		return m.referredPeer(p, t, gate)
	}
	if e := m.names[text]; e != nil && e.noun == "security group" {
		p.Group = m.ref(spec.Ref{Name: text}, t.At, gate)
		return p, true, true
	}
	return m.literalPeer(p, text, t.At)
}

// referredPeer reads a reference: what it stands for decides which property EC2 needs. A looked-up
// block is known only later, so its rule must be a resource of its own.
func (m *maker) referredPeer(p GroupPermission, t spec.Text, gate []Literal) (GroupPermission, bool,
	bool) {
	before := len(*m.diags)
	v := m.value(t, gate)
	if len(*m.diags) > before {
		return p, false, false
	}
	ref, lone := t.Lone()
	e := m.names[ref.Name]
	fn, _ := v.(cfn.Fn)
	switch {
	case fn.Name == "": // a fact of the product
		text, _ := v.(cfn.String)
		return m.literalPeer(p, string(text), t.At, m.noteOfFact(ref)...)
	case ref.Name == "region":
		return m.regionalPeer(p, ref, v, t.At)
	case lone && e != nil && e.param != nil && e.param.Kind.Value == "security-group" && ref.Attr == "":
		p.Group = v
		return p, false, true
	case lone && e != nil && e.param != nil && (e.param.Kind.Value == "cidr" ||
		strings.HasSuffix(ref.Attr, "CidrBlock")):
		p.CIDR = v
		return p, fn.Name == "Fn::GetAtt", true
	}
	hint := "refer to a parameter of kind cidr or security-group, or to CidrBlock of a subnet or VPC"
	if e != nil && e.noun == "security group" {
		hint = "write " + e.id + " without ${}"
	}
	m.diags.Error(t.At, "bad-cidr", quote(t.Raw)+" is no CIDR block", hint)
	return p, false, false
}

// regionalPeer reads a regional fact, which must be of one sort in all regions.
func (m *maker) regionalPeer(p GroupPermission, ref spec.Ref, v cfn.Value, at diag.Range) (
	GroupPermission, bool, bool) {
	var first GroupPermission
	for i, region := range m.in.Product.Regions {
		fact := region.Facts.Get(ref.Attr)
		if fact == nil || len(fact.Values) == 0 {
			return p, false, false
		}
		one, _, ok := m.literalPeer(GroupPermission{}, fact.Values[0], fact.At)
		if !ok {
			return p, false, false
		}
		if i == 0 {
			first = one
		}
		if (one.CIDR == nil) != (first.CIDR == nil) || (one.CIDRv6 == nil) != (first.CIDRv6 == nil) {
			m.diags.Error(at, "mixed-fact", "region."+ref.Attr+" is of another sort in "+region.Name.Value,
				"write an IPv4 block in every region, or an IPv6 block, or a prefix list")
			return p, false, false
		}
	}
	switch {
	case first.CIDR != nil:
		p.CIDR = v
	case first.CIDRv6 != nil:
		p.CIDRv6 = v
	default:
		p.PrefixList = v
	}
	return p, false, true
}

var prefixList = regexp.MustCompile(`^pl-[0-9a-f]{8,17}$`)

// literalPeer reads a block of addresses or the id of a prefix list.
func (m *maker) literalPeer(p GroupPermission, text string, at diag.Range, notes ...diag.Note) (
	GroupPermission, bool, bool) {
	block, err := netip.ParsePrefix(text)
	switch {
	case prefixList.MatchString(text):
		p.PrefixList = cfn.String(text)
		return p, false, true
	case err != nil:
		m.diags.Error(at, "bad-cidr", quote(text)+" is no CIDR block and no security group",
			or(diag.DidYouMean(text, append(m.nounNames("security group"), "self", "any")),
				"write it as in 10.0.0.0/16, or name a security group of this stack"), notes...)
		return p, false, false
	case block.Masked() != block:
		m.diags.Error(at, "bad-cidr", text+" has bits beyond its prefix", "write "+block.Masked().String(), notes...)
		return p, false, false
	case block.Addr().Is6():
		p.CIDRv6 = cfn.String(text)
	default:
		p.CIDR = cfn.String(text)
	}
	return p, false, true
}

// portsOf spreads a rule over its ports; without ports it means every protocol.
func portsOf(r spec.Rule, p GroupPermission) []GroupPermission {
	var out []GroupPermission
	spread := func(protocol string, ports spec.Ports) {
		for _, port := range ports {
			one := p
			one.Protocol, one.FromPort, one.ToPort = protocol, port.From, port.To
			out = append(out, one)
		}
	}
	spread("tcp", r.TCP)
	spread("udp", r.UDP)
	if out == nil {
		p.Protocol, p.FromPort, p.ToPort = "-1", -1, -1
		out = []GroupPermission{p}
	}
	return out
}

// groups resolves the names of security groups.
func (m *maker) groups(names spec.Words, gate []Literal) []cfn.Value {
	var out []cfn.Value
	for _, w := range names {
		e := m.names[w.Value]
		if e == nil || e.noun != "security group" {
			m.diags.Error(w.At, "unknown-reference", "no security group "+quote(w.Value),
				or(diag.DidYouMean(w.Value, m.nounNames("security group")),
					"name one that stands under securityGroups"))
			continue
		}
		out = append(out, m.ref(spec.Ref{Name: w.Value}, w.At, gate))
	}
	return out
}

// descriptionText keeps what EC2 allows in the description of a group or rule: no apostrophes.
// Source: EC2 API, IpRange: a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*
func descriptionText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9',
			slices.Contains([]rune(" ._-:/()#,@[]+=&;{}!$*"), r):
			return r
		}
		return -1
	}, s)
}
