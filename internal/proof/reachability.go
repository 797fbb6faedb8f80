package proof

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// Reachability proves, for a variant whose subnets have no way to the internet, that every
// service which the role of an instance may call has an endpoint whenever the statement holds.
// What policies outside of the template allow is not looked into.
func Reachability(p *plan.Plan) diag.List {
	r := newReport(p)
	if !p.Isolated {
		return nil
	}
	have := r.endpoints()
	for _, d := range r.instanceDocuments() {
		for i := range d.body.Statements {
			r.reachable(d, &d.body.Statements[i], have)
		}
	}
	return r.found
}

// notCalled are actions that a policy must allow although the caller never sends them to the
// service: AWS asks for them while it carries out another call.
// Sources: IAM user guide, "Granting a user permissions to pass a role" (no API call of its own)
// and "Create a service-linked role" (the linked service creates it); STS API reference,
// AssumeRole (the other two are parts of its request); EC2 user guide, "Grant permission to tag
// resources during creation"; Route 53 service authorization (asked for by CreateVpcEndpoint with
// private DNS).
var notCalled = []string{"iam:PassRole", "iam:CreateServiceLinkedRole", "sts:TagSession",
	"sts:SetSourceIdentity", "route53:AssociateVPCWithHostedZone"}

// endpoints gives for each short service name under which gate an endpoint of the plan serves it.
func (s *scope) endpoints() map[string]formula {
	have := map[string]formula{}
	for i := range s.Resources {
		res := &s.Resources[i]
		if name := endpointService(res.Body); name != "" {
			some := have[name]
			have[name] = formula{op: or, of: append(slices.Clone(some.of), s.gate(res))}
		}
	}
	return have
}

func endpointService(body plan.Body) string {
	switch b := body.(type) {
	case *plan.InterfaceEndpoint:
		return shortService(b.Service)
	case *plan.Custom:
		if b.Type == "Custom::GatewayEndpoint" {
			return text(b.Properties.Get("Service"))
		}
	case *plan.Raw:
		if b.Type == "AWS::EC2::VPCEndpoint" {
			return shortService(b.Properties.Get("ServiceName"))
		}
	}
	return ""
}

// shortService gives sts for com.amazonaws.REGION.sts; a vendor's endpoint service has no such
// name.
func shortService(v cfn.Value) string {
	name := text(v)
	if fn, as := call(v); fn == "Fn::Sub" {
		name, _ = subParts(as)
	}
	rest, ok := strings.CutPrefix(name, "com.amazonaws.")
	if !ok || strings.HasPrefix(rest, "vpce.") {
		return ""
	}
	_, short, _ := strings.Cut(rest, ".")
	return short
}

// instanceDocuments gives the policies of every role that an instance carries, each under the
// gates of the instance, of the role and of its own.
func (s *scope) instanceDocuments() []document {
	var out []document
	for i := range s.Resources {
		instance, ok := s.Resources[i].Body.(*plan.Instance)
		if !ok {
			continue
		}
		role := s.roleOf(instance)
		if role == nil {
			continue
		}
		under := conj(s.gate(&s.Resources[i]), s.gate(role))
		for _, d := range s.documents() {
			own := d.kind == rolePolicy && d.of == role
			if own || d.kind == managedPolicy && s.attached(d.of, role) {
				d.under = conj(under, d.under)
				out = append(out, d)
			}
		}
	}
	return out
}

// roleOf follows an instance through its launch template and profile to its role.
func (s *scope) roleOf(i *plan.Instance) *plan.Resource {
	res := s.resources[i.LaunchTemplate]
	if res == nil {
		return nil
	}
	template, ok := res.Body.(*plan.LaunchTemplate)
	if !ok {
		return nil
	}
	if res = s.resources[refTo(template.Profile)]; res == nil {
		return nil
	}
	profile, ok := res.Body.(*plan.InstanceProfile)
	if !ok {
		return nil
	}
	return s.resources[refTo(profile.Role)]
}

// attached tells whether the policy names the role, or the role the policy, under whatever gate.
func (s *scope) attached(policy, role *plan.Resource) bool {
	names := func(vs []cfn.Value, id string) bool {
		found := false
		s.walk(cfn.Values(vs...), formula{}, func(ref reference) {
			found = found || ref.name == id
		})
		return found
	}
	if r, ok := role.Body.(*plan.Role); ok && names(r.Managed, policy.ID) {
		return true
	}
	p, ok := policy.Body.(*plan.ManagedPolicy)
	return ok && names(p.Roles.List, role.ID)
}

// reachable looks at one statement: each service is reported once.
func (r *report) reachable(d document, st *plan.Statement, have map[string]formula) {
	if st.Effect != "Allow" || slices.Contains(st.Accepts, "unreachable") {
		return
	}
	under := conj(d.under, r.statementGate(st))
	var seen []string
	for _, action := range st.Actions {
		service, _, _ := strings.Cut(strings.ToLower(action), ":")
		same := func(a string) bool { return strings.EqualFold(a, action) }
		if slices.ContainsFunc(notCalled, same) || slices.Contains(seen, service) {
			continue
		}
		seen = append(seen, service)
		if why := r.unreachable(service, under, have); why != "" {
			at := d.of.From
			if st.From.File != "" {
				at = st.From
			}
			r.found.Error(at, "unreachable", "statement "+st.Sid+" of "+d.name+
				" allows "+action+", but in a network without internet "+why,
				"add an endpoint for "+service+", or answer with accept: { unreachable: REASON }")
		}
	}
}

// unreachable says why a service cannot be reached, or nothing. Every endpoint of the service is
// needed, at least under the gate of the statement.
func (r *report) unreachable(service string, under formula, have map[string]formula) string {
	if service == "*" {
		return "not every service has an endpoint"
	}
	reach, ok := iam.Endpoint(service)
	if !ok {
		return "no endpoint is known to serve it: " + reach.Why
	}
	for _, name := range reach.Endpoints {
		served, exists := have[name]
		if !exists {
			return "the stack has no endpoint for " + name
		}
		if ok, when := r.entails(under, served); !ok {
			return "there is no endpoint for " + name + " when " + when
		}
	}
	return ""
}
