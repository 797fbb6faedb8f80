package proof

import (
	"testing"

	"byocfn/internal/cfn"
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
	return res(id, condition, &plan.InterfaceEndpoint{
		Service: cfn.Sub("com.amazonaws.${AWS::Region}." + service)})
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
			"unreachable: statement A of policy In of Role allows sqs:SendMessage, but in a network" +
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
		t.Run(name, func(t *testing.T) { expect(t, Reachability(c.p), c.want...) })
	}
	open := isolated(doc(allow("A", "", "sqs:X")))
	open.Isolated = false
	expect(t, Reachability(open))
}
