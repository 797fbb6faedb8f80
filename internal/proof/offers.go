package proof

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// offer is how the endpoints of a plan serve one service to one instance.
type offer struct {
	served formula // when one of them does
	some   bool    // one of them may
	but    string  // why another that stands there does not
}

// offers gives for each short service name how an instance is served. An interface endpoint counts
// when the service's own name leads to it and the security groups let the two talk.
func (s *scope) offers(to *plan.Instance) map[string]offer {
	have := map[string]offer{}
	named := s.privateNames()
	for i := range s.Resources {
		res := &s.Resources[i]
		name := endpointService(res.Body)
		if name == "" {
			continue
		}
		o := have[name]
		if but := s.useless(res, named, to); but != "" {
			o.but = but
		} else {
			o.served = formula{op: or, of: append(slices.Clone(o.served.of), s.gate(res))}
			o.some = true
		}
		have[name] = o
	}
	return have
}

// privateNames gives the ids of the interface endpoints that a function gives their private names.
func (s *scope) privateNames() map[string]bool {
	named := map[string]bool{}
	for i := range s.Resources {
		if c, ok := s.Resources[i].Body.(*plan.Custom); ok && c.Type == "Custom::EndpointNames" {
			s.walk(c.Properties.Get("EndpointIds"), formula{}, func(ref reference) {
				named[ref.name] = true
			})
		}
	}
	return named
}

// useless says why an endpoint serves an instance in no case. What the vendor's own properties may
// change is taken to serve.
func (s *scope) useless(res *plan.Resource, named map[string]bool, to *plan.Instance) string {
	switch b := res.Body.(type) {
	case *plan.InterfaceEndpoint:
		switch {
		case len(res.Extra) > 0:
			return ""
		case b.PrivateDNS != cfn.Value(cfn.Bool(true)) && !named[res.ID]:
			return nameless(res)
		case !s.talk(to.SecurityGroups, b.SecurityGroups):
			return "the security groups let nothing from the instance reach the endpoint " + res.ID +
				" on port 443"
		}
	case *plan.Raw:
		kind, private := text(b.Properties.Get("VpcEndpointType")), b.Properties.Get("PrivateDnsEnabled")
		if kind == "Interface" && (private == nil || private == cfn.Value(cfn.Bool(false))) {
			return nameless(res)
		}
	}
	return ""
}

func nameless(res *plan.Resource) string {
	return "the endpoint " + res.ID + " has no private DNS, so the service's name does not lead to it"
}

// https is the port on which AWS's services listen.
const https = 443

// talk tells whether something in the first groups may reach the second ones by HTTPS. It says no
// only where that is certain: every group is of this plan, and no rule, under whatever gate, fits.
func (s *scope) talk(from, to []cfn.Value) bool {
	callers, ok := s.groupIDs(from)
	callees, known := s.groupIDs(to)
	if !ok || !known {
		return true
	}
	return s.lets(callers, callees, true) && s.lets(callees, callers, false)
}

// groupIDs gives the ids of groups of the plan; ok is false where one is not of it, or may have been
// changed by the vendor's own properties.
func (s *scope) groupIDs(vs []cfn.Value) (ids []string, ok bool) {
	for _, v := range vs {
		id := refTo(v)
		res := s.resources[id]
		if res == nil || len(res.Extra) > 0 {
			return nil, false
		}
		if _, group := res.Body.(*plan.SecurityGroup); !group {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, len(ids) > 0
}

// lets tells whether a rule of one of the groups opens HTTPS to, or from, one of the others.
func (s *scope) lets(of, peers []string, egress bool) bool {
	for i := range s.Resources {
		res := &s.Resources[i]
		var rules []plan.GroupPermission
		switch b := res.Body.(type) {
		case *plan.SecurityGroup:
			if rules = b.Ingress; egress {
				rules = b.Egress
			}
			if !slices.Contains(of, res.ID) {
				continue
			}
		case *plan.GroupRule:
			if b.Egress != egress || !slices.Contains(of, refTo(b.Of)) {
				continue
			}
			rules = []plan.GroupPermission{b.Rule}
		case *plan.Raw: // AWS::EC2::SecurityGroupIngress in the vendor's own words
			if s.mentions(res, of) {
				return true
			}
		}
		if slices.ContainsFunc(rules, func(p plan.GroupPermission) bool { return opens(p, peers) }) {
			return true
		}
	}
	return false
}

func (s *scope) mentions(res *plan.Resource, ids []string) bool {
	found := false
	s.eachReference(res, func(ref reference) { found = found || slices.Contains(ids, ref.name) })
	return found
}

// opens tells whether a rule may let HTTPS pass to one of the peers. Blocks of addresses may hold
// whatever is behind a peer, except the one that leads nowhere.
func opens(p plan.GroupPermission, peers []string) bool {
	fits := p.Protocol == "-1" || p.Protocol == "tcp" && p.FromPort <= https && https <= p.ToPort
	if !fits {
		return false
	}
	if p.Group != nil {
		id := refTo(p.Group)
		return id == "" || slices.Contains(peers, id)
	}
	return p.CIDR != cfn.Value(cfn.String("127.0.0.1/32"))
}
