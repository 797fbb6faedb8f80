package proof

import (
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// isolated is an instance with its role, and whatever else.
func isolated(inline plan.Document, more ...plan.Resource) *plan.Plan {
	p := gated(append([]plan.Resource{
		res("Box", "", &plan.Instance{LaunchTemplate: "Form"}),
		res("Form", "", &plan.LaunchTemplate{Profile: cfn.Ref("Profile")}),
		res("Profile", "", &plan.InstanceProfile{Role: cfn.Ref("Role")}),
		res("Role", "", &plan.Role{Policies: []plan.InlinePolicy{{Name: "In", Policy: inline}}}),
		res("Other", "", &plan.Role{Policies: []plan.InlinePolicy{{Name: "Out",
			Policy: doc(allow("Elsewhere", "", "sqs:*"))}}}),
	}, more...)...)
	p.Isolated = true
	return p
}

func allow(sid, gate string, actions ...string) plan.Statement {
	return plan.Statement{Sid: sid, Gate: gate, Effect: "Allow", Actions: actions}
}

func endpoint(id, condition, service string) plan.Resource {
	return res(id, condition, &plan.InterfaceEndpoint{PrivateDNS: cfn.Bool(true),
		Service: cfn.Sub("com.amazonaws.${AWS::Region}." + service)})
}

// group is a security group of the plan with one rule each way; a nil rule is the one that leads
// nowhere.
func group(id string, in, out *plan.GroupPermission) plan.Resource {
	body := &plan.SecurityGroup{Egress: []plan.GroupPermission{{Protocol: "-1", CIDR: cfn.String("127.0.0.1/32")}}}
	if in != nil {
		body.Ingress = []plan.GroupPermission{*in}
	}
	if out != nil {
		body.Egress = []plan.GroupPermission{*out}
	}
	return res(id, "", body)
}

// TestNetworkReach: an endpoint that stands there serves only whom its name and its groups let in.
func TestNetworkReach(t *testing.T) {
	gid := func(id string) cfn.Value { return cfn.GetAtt(id, "GroupId") }
	tcp := func(from, to int, peer cfn.Value) *plan.GroupPermission {
		return &plan.GroupPermission{Protocol: "tcp", FromPort: from, ToPort: to, Group: peer}
	}
	all := &plan.GroupPermission{Protocol: "-1", CIDR: cfn.String("10.0.0.0/8")}
	raw := res("Free", "", &plan.Raw{Type: "AWS::EC2::SecurityGroupIngress",
		Properties: cfn.Map{prop("GroupId", gid("Door"))}})
	changed := group("Door", nil, nil)
	changed.Extra = cfn.Map{prop("SecurityGroupIngress", cfn.List{})}
	const closed = "unreachable: the security groups let nothing from the instance reach the endpoint Q"
	cases := map[string]struct {
		more []plan.Resource
		want []string
	}{
		"open": {[]plan.Resource{group("Crew", nil, all), group("Door", all, nil)}, nil},
		"by group": {[]plan.Resource{group("Crew", nil, tcp(443, 443, gid("Door"))),
			group("Door", tcp(1, 500, gid("Crew")), nil)}, nil},
		"nothing out": {[]plan.Resource{group("Crew", all, nil), group("Door", all, nil)}, []string{closed}},
		"nothing in":  {[]plan.Resource{group("Crew", all, all), group("Door", nil, all)}, []string{closed}},
		"another port": {[]plan.Resource{group("Crew", nil, all),
			group("Door", tcp(80, 442, gid("Crew")), nil)}, []string{closed}},
		"another group": {[]plan.Resource{group("Crew", nil, all), group("Door", tcp(443, 443, gid("Door")), nil)},
			[]string{closed}},
		"a rule apart": {[]plan.Resource{group("Crew", nil, all), group("Door", nil, nil), res("Rule", "Siren",
			&plan.GroupRule{Of: gid("Door"), Rule: *tcp(443, 443, gid("Crew"))})}, nil},
		"a rule apart for another": {[]plan.Resource{group("Crew", nil, all), group("Door", nil, nil),
			res("Rule", "", &plan.GroupRule{Of: gid("Crew"), Rule: *tcp(443, 443, gid("Crew"))})}, []string{closed}},
		"a raw rule":      {[]plan.Resource{group("Crew", nil, all), group("Door", nil, nil), raw}, nil},
		"own properties":  {[]plan.Resource{group("Crew", nil, all), changed}, nil},
		"a group outside": {[]plan.Resource{group("Crew", nil, all)}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := isolated(doc(allow("A", "", "sqs:X")), append(c.more, res("Q", "", &plan.InterfaceEndpoint{
				Service: cfn.Sub("com.amazonaws.${AWS::Region}.sqs"), PrivateDNS: cfn.Bool(true),
				SecurityGroups: []cfn.Value{gid("Door")}}))...)
			p.Resources[0].Body.(*plan.Instance).SecurityGroups = []cfn.Value{gid("Crew")}
			expect(t, on(checkReachability, p), c.want...)
		})
	}
}

func TestPrivateNames(t *testing.T) {
	quiet := res("Q", "", &plan.InterfaceEndpoint{Service: cfn.String("com.amazonaws.us-west-2.sqs")})
	names := func(ids ...cfn.Value) plan.Resource {
		return res("Names", "", &plan.Custom{Type: "Custom::EndpointNames",
			Properties: cfn.Map{prop("EndpointIds", cfn.Values(ids...))}})
	}
	told := res("Q", "", &plan.InterfaceEndpoint{Service: cfn.String("com.amazonaws.us-west-2.sqs"),
		PrivateDNS: cfn.GetAtt("Look", "PrivateDnsQ")})
	own := quiet
	own.Extra = cfn.Map{prop("PrivateDnsEnabled", cfn.Bool(true))}
	raw := func(properties ...cfn.Entry) plan.Resource {
		return res("Q", "", &plan.Raw{Type: "AWS::EC2::VPCEndpoint", Properties: append(cfn.Map{
			prop("ServiceName", cfn.String("com.amazonaws.us-west-2.sqs"))}, properties...)})
	}
	interfaceType := prop("VpcEndpointType", cfn.String("Interface"))
	const unnamed = "unreachable: the endpoint Q has no private DNS"
	for name, c := range map[string]struct {
		more []plan.Resource
		want []string
	}{
		"none":                          {[]plan.Resource{quiet}, []string{unnamed}},
		"perhaps":                       {[]plan.Resource{told}, []string{unnamed}},
		"perhaps, else by the function": {[]plan.Resource{told, names(cfn.Ref("Q"))}, nil},
		"by the function":               {[]plan.Resource{quiet, names(cfn.If("Siren", cfn.Ref("Q"), cfn.NoValue()))}, nil},
		"of another":                    {[]plan.Resource{quiet, names(cfn.Ref("Box"))}, []string{unnamed}},
		"own property":                  {[]plan.Resource{own}, nil},
		"raw":                           {[]plan.Resource{raw(interfaceType)}, []string{unnamed}},
		"raw and named":                 {[]plan.Resource{raw(interfaceType, prop("PrivateDnsEnabled", cfn.Bool(true)))}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, on(checkReachability, isolated(doc(allow("A", "", "sqs:X")), c.more...)), c.want...)
		})
	}
}

func TestAwaited(t *testing.T) {
	wait := res("Wait", "", &plan.WaitCondition{})
	wait.DependsOn = []string{"Box"}
	gateway := res("S3", "", &plan.Custom{Type: "Custom::GatewayEndpoint",
		Properties: cfn.Map{prop("Service", cfn.String("s3"))}})
	sometimes := gateway
	sometimes.Condition = "Siren"
	expect(t, on(checkReachability, isolated(doc(), wait)), "unreachable: Box reports that it is ready through S3")
	expect(t, on(checkReachability, isolated(doc(), wait, sometimes)), "unreachable: when not Siren")
	expect(t, on(checkReachability, isolated(doc(), wait, gateway)))
}

// TestUnusedAccepts: an answer is needed where one variant asks; the statement is the same in all.
func TestUnusedAccepts(t *testing.T) {
	known := allow("Known", "", "sqs:X")
	known.From.File, known.Accepts, known.AcceptsAt = "f", []string{"unreachable"}, make([]diag.Range, 1)
	open := isolated(doc(known))
	open.Isolated = false
	closed, served := isolated(doc(known)), isolated(doc(known), endpoint("Q", "", "sqs"))
	expect(t, UnusedAccepts([]*plan.Plan{open, closed, served}))
	expect(t, UnusedAccepts([]*plan.Plan{open, served}), "unused-accept: Known")
	expect(t, UnusedAccepts([]*plan.Plan{open}), "unused-accept: Known")
}

func TestReachability(t *testing.T) {
	gateway := res("S3", "", &plan.Custom{Type: "Custom::GatewayEndpoint",
		Properties: cfn.Map{prop("Service", cfn.String("s3"))}})
	accepted := allow("Known", "", "sqs:SendMessage")
	accepted.Accepts = []string{"broad-actions", "unreachable"}
	deny := allow("Never", "", "sqs:*")
	deny.Effect = "Deny"
	managed := res("Shared", "", &plan.ManagedPolicy{Roles: plan.Holders{List: []cfn.Value{cfn.Ref("Role")}},
		Policy: doc(allow("Ask", "", "SQS:SendMessage"))})
	cases := map[string]struct {
		p    *plan.Plan
		want []string
	}{
		"served": {isolated(doc(allow("A", "", "sqs:SendMessage", "s3:Get*")), gateway,
			endpoint("Q", "", "sqs")), nil},
		"none": {isolated(doc(allow("A", "", "sqs:SendMessage", "sqs:PurgeQueue"))), []string{
			"unreachable: A of policy In of Role allows sqs:SendMessage, but in a network" +
				" without internet the stack has no endpoint for sqs"}},
		"by a managed policy": {isolated(doc(), managed),
			[]string{"unreachable: Ask of Shared"}},
		"only with the switch": {isolated(doc(allow("A", "", "sqs:X")), endpoint("Q", "Siren", "sqs")),
			[]string{"unreachable: when not Siren"}},
		"under the same switch": {isolated(doc(allow("A", "Siren", "sqs:X")), endpoint("Q", "Siren", "sqs")), nil},
		"by either of two": {isolated(doc(allow("A", "", "sqs:X")), endpoint("Q", "Siren", "sqs"),
			endpoint("P", "NotSiren", "sqs")), nil},
		"global": {isolated(doc(allow("A", "", "iam:CreateRole"))),
			[]string{"unreachable: no endpoint is known to serve it: IAM is"}},
		"never called": {isolated(doc(allow("A", "", "iam:passrole", "iam:CreateServiceLinkedRole"))), nil},
		"everything": {isolated(doc(allow("A", "", "*"))),
			[]string{"unreachable: not every service"}},
		"accepted": {isolated(doc(accepted)), nil},
		"denied":   {isolated(doc(deny)), nil},
		"needs three": {isolated(doc(allow("A", "", "ecr:*")), gateway, endpoint("E", "", "ecr.api")),
			[]string{"unreachable: ecr.dkr"}},
		"unknown": {isolated(doc(allow("A", "", "tide:Rise"))),
			[]string{"unreachable: not known"}},
		"a vendor's service": {isolated(doc(allow("A", "", "sqs:X")), endpoint("V", "", "vpce-svc-1")),
			[]string{"unreachable: sqs"}},
		"raw endpoint": {isolated(doc(allow("A", "", "sqs:X")), res("Q", "", &plan.Raw{
			Type:       "AWS::EC2::VPCEndpoint",
			Properties: cfn.Map{prop("ServiceName", cfn.String("com.amazonaws.us-west-2.sqs"))}})), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { expect(t, on(checkReachability, c.p), c.want...) })
	}
	open := isolated(doc(allow("A", "", "sqs:X")))
	open.Isolated = false
	expect(t, on(checkReachability, open))
}
