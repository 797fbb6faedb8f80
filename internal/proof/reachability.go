package proof

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// checkReachability proves, for a variant whose subnets have no way to the internet, that every
// service which the role of an instance may call has an endpoint whenever the statement holds, and
// that the instance finds and reaches it; and that an instance that is waited for can reach the
// address at which it reports. What policies outside of the template allow is not looked into.
func checkReachability(s *scope) diag.List {
	r := newReport(s)
	if !r.Isolated {
		return nil
	}
	r.eachCall(func(d document, st *plan.Statement, have map[string]offer) {
		if !slices.Contains(st.Accepts, unreachable) {
			r.reachable(d, st, have)
		}
	})
	r.awaited()
	return r.found
}

// unreachable is the id of the finding and of the answer to it.
const unreachable = "unreachable"

// UnusedAccepts tells of answers to unreachable that no variant of a stack asks for. The plans are
// those of all stacks; a statement is known by its place.
func UnusedAccepts(plans []*plan.Plan) diag.List {
	var found diag.List
	asked := map[diag.Range]bool{}
	for _, p := range plans {
		if !p.Isolated {
			continue
		}
		r := newReport(newScope(p))
		r.eachCall(func(d document, st *plan.Statement, have map[string]offer) {
			before := len(r.found)
			r.reachable(d, st, have)
			asked[st.From] = asked[st.From] || len(r.found) > before
		})
	}
	for _, p := range plans {
		s := newScope(p)
		for i := range s.Resources {
			s.eachStatement(&s.Resources[i], func(st *plan.Statement, _ formula) {
				if at := slices.Index(st.Accepts, unreachable); at >= 0 && !asked[st.From] {
					asked[st.From] = true // once
					found.Warn(st.AcceptsAt[at], "unused-accept", st.Sid+` accepts "unreachable", `+
						"but nothing asks for it", "remove the answer")
				}
			})
		}
	}
	return found
}

// eachCall visits every statement of the roles that instances carry, with what serves the instance.
func (s *scope) eachCall(visit func(document, *plan.Statement, map[string]offer)) {
	for i := range s.Resources {
		instance, ok := s.Resources[i].Body.(*plan.Instance)
		if !ok {
			continue
		}
		have := s.offers(instance)
		for _, d := range s.instanceDocuments(&s.Resources[i], instance) {
			for j := range d.body.Statements {
				visit(d, &d.body.Statements[j], have)
			}
		}
	}
}

// awaited looks at the instances that the stack waits for: the address at which they report is in
// S3. Source: CloudFormation user guide, "VPC endpoints for CloudFormation", wait conditions.
func (r *report) awaited() {
	for i := range r.Resources {
		wait := &r.Resources[i]
		if _, ok := wait.Body.(*plan.WaitCondition); !ok {
			continue
		}
		for _, id := range wait.DependsOn {
			res := r.resources[id]
			if res == nil {
				continue
			}
			instance, ok := res.Body.(*plan.Instance)
			if !ok {
				continue
			}
			if why := r.unreachable("s3", r.gate(wait), r.offers(instance)); why != "" {
				r.found.Error(wait.From, unreachable, id+" reports that it is ready through S3, but in a "+
					"network without internet "+why,
					`add a gateway endpoint: { service: s3, type: gateway, routesOf: "${SubnetId}", `+
						"existing: adopt, why: … }")
			}
		}
	}
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

// instanceDocuments gives the policies of the role that an instance carries, each under the gates of
// the instance, of the role and of its own.
func (s *scope) instanceDocuments(res *plan.Resource, instance *plan.Instance) []document {
	role := s.roleOf(instance)
	if role == nil {
		return nil
	}
	var out []document
	under := conj(s.gate(res), s.gate(role))
	for _, d := range s.documents() {
		own := d.kind == rolePolicy && d.of == role
		if own || d.kind == managedPolicy && s.attached(d.of, role) {
			d.under = conj(under, d.under)
			out = append(out, d)
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
func (r *report) reachable(d document, st *plan.Statement, have map[string]offer) {
	if st.Effect != "Allow" {
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
			r.found.Error(at, unreachable, st.Sid+" of "+d.name+" allows "+action+
				", but in a network without internet "+why,
				remedy(service, why)+", or answer with accept: { unreachable: REASON }")
		}
	}
}

// remedy says what would let the instance reach a service.
func remedy(service, why string) string {
	switch {
	case strings.Contains(why, "private DNS"):
		return "give it privateDns: ensure"
	case strings.Contains(why, "security groups"):
		return "let the instance's group out and the endpoint's group in, both with tcp: 443"
	}
	return "add an endpoint for " + service
}

// unreachable says why a service cannot be reached, or nothing. Every endpoint of the service is
// needed, at least under the gate of the statement.
func (r *report) unreachable(service string, under formula, have map[string]offer) string {
	if service == "*" {
		return "not every service has an endpoint"
	}
	reach, ok := iam.Endpoint(service)
	if !ok {
		return "no endpoint is known to serve it: " + reach.Why
	}
	for _, name := range reach.Endpoints {
		o := have[name]
		switch {
		case !o.some && o.but != "":
			return o.but
		case !o.some:
			return "the stack has no endpoint for " + name
		}
		if ok, when := r.entails(under, o.served); !ok {
			return "there is no endpoint for " + name + " when " + when
		}
	}
	return ""
}
