package published

import (
	"path/filepath"
	"strings"
	"testing"
)

// escapes are the ways out of StreamNative's boundary that a reviewer would try, and, as a control,
// what clusters need: whether it is allowed, the action, and the resource, in which A is the
// account and R its region.
const escapes = `
yes sts:AssumeRole iam::A:role/StreamNative/acme-broker
no  sts:AssumeRole iam::A:role/cdk-hnb659fds-deploy-role
no  sts:AssumeRole iam::A:role/snc/Admin
no  iam:PassRole iam::A:role/acme-snc-admin
no  ssm:SendCommand ec2:R:A:instance/i-0a
no  ssm:SendCommand ssm:R::document/AWS-RunShellScript
no  ssm:StartSession ec2:R:A:instance/i-0a
no  ssm:StartAutomationExecution ssm:R:A:document/Mine
no  ssm:ResumeSession ssm:R:A:session/jane-0a
no  ssm:GetParameter ssm:R:A:parameter/prod/password
yes ssm:GetParameter ssm:R::parameter/aws/service/eks/ami
yes eks:CreateAccessEntry eks:R:A:cluster/acme-snc-1
no  eks:CreateAccessEntry eks:R:A:cluster/prod
yes eks:AssociateAccessPolicy eks:R:A:access-entry/acme-snc-1/role/A/x/0a
no  eks:AssociateAccessPolicy eks:R:A:access-entry/prod/role/A/x-snc-x/0a
no  eks:UpdateNodegroupConfig eks:R:A:nodegroup/prod/x-snc-x/0a
no  eks:UpdatePodIdentityAssociation eks:R:A:podidentityassociation/prod/a-0a
no  eks:AccessKubernetesApi eks:R:A:cluster/prod
yes ec2:RunInstances ec2:R:A:instance/*
no  ec2:ModifyInstanceAttribute ec2:R:A:instance/i-0a
no  ec2:CreateReplaceRootVolumeTask ec2:R:A:instance/i-0a
no  ec2:CreateLaunchTemplateVersion ec2:R:A:launch-template/lt-0a
no  ec2:CreateSnapshot ec2:R:A:volume/vol-0a
yes ec2:CreateSnapshot ec2:R:A:snapshot/*
no  ec2:CreateTags ec2:R:A:instance/i-0a
yes ec2:CreateTags ec2:R:A:network-interface/eni-0a
no  iam:UpdateAssumeRolePolicy iam::A:role/StreamNative/Others
no  iam:UpdateAssumeRolePolicy iam::A:role/StreamNative/StreamNativeCloudManagementRole
no  iam:PutRolePolicy iam::A:role/StreamNative/Others
no  iam:DeleteRolePermissionsBoundary iam::A:role/StreamNative/Others
no  iam:CreatePolicyVersion iam::A:policy/StreamNative/StreamNativeCloudPermissionBoundary
no  iam:CreatePolicyVersion iam::A:policy/StreamNative/StreamNativeCloudProvisionPreservePolicy
no  iam:CreatePolicyVersion iam::A:policy/StreamNative/StreamNativeCloudProvision1Policy
no  iam:CreatePolicyVersion iam::A:policy/StreamNative/StreamNativeCloudProvision2Policy
no  iam:CreatePolicyVersion iam::A:policy/StreamNative/StreamNativeCloudManagementPolicy
no  iam:CreatePolicyVersion iam::A:policy/StreamNative/StreamNativeCloudRuntimePolicy
no  iam:CreatePolicyVersion iam::A:policy/StreamNative/StreamNativeCloudLBPolicy
yes iam:CreatePolicyVersion iam::A:policy/StreamNative/acme-broker
no  iam:AttachRolePolicy iam::A:role/StreamNative/StreamNativeCloudBootstrapRole
no  iam:CreatePolicyVersion iam::A:policy/boundaries/vendors
no  iam:DeleteOpenIDConnectProvider iam::A:oidc-provider/example.com
no  iam:RemoveRoleFromInstanceProfile iam::A:instance-profile/web
no  kms:PutKeyPolicy kms:R:A:key/0a
no  kms:ScheduleKeyDeletion kms:R:A:key/0a
yes s3:GetObject s3:::x-snc-1/backup
no  s3:GetObject s3:::payroll/2026/june
no  s3:PutBucketPolicy s3:::payroll
no  dynamodb:GetItem dynamodb:R:A:table/payroll
no  ecr:PutImage ecr:R:A:repository/web
no  cognito-idp:AdminInitiateAuth cognito-idp:R:A:userpool/0a
no  lambda:UpdateFunctionCode lambda:R:A:function:web
`

// TestEscapes asks what a role that StreamNative makes with every action on everything could do
// under the boundary to what carries no tag.
func TestEscapes(t *testing.T) {
	boundary := boundaryOf(t)
	here := strings.NewReplacer(":R:A:", ":eu-west-1:111122223333:", ":R::", ":eu-west-1::",
		"::A:", "::111122223333:", "/A/", "/111122223333/")
	for _, row := range strings.Split(strings.TrimSpace(escapes), "\n") {
		f := strings.Fields(row)
		action, resource := f[1], here.Replace("arn:aws:"+f[2])
		if got := untagged(boundary, action, resource); got != (f[0] == "yes") {
			t.Errorf("%s on %s: allowed %t", action, resource, got)
		}
	}
}

func boundaryOf(t *testing.T) []Statement {
	t.Helper()
	file := filepath.Join(root, "dist", "streamnative", "access", "template.json")
	ids := map[string]string{"ExternalIds": "o-xhopj"}
	stack, err := Open(read(t, file), sample("access", ids, nil))
	if err != nil {
		t.Fatal(err)
	}
	holders, err := stack.Holders()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range holders {
		if h.ID == "StreamNativeCloudPermissionBoundary" {
			return h.Statements
		}
	}
	t.Fatal("no boundary")
	return nil
}

// untagged tells whether the statements allow an action in a request in which no key of a condition
// has a value: a negated operator holds then, and so does Null with true.
func untagged(statements []Statement, action, resource string) bool {
	allowed := false
	for i := range statements {
		s := &statements[i]
		holds := true
		for _, c := range s.Condition {
			absent := c.Operator == "Null" && c.Values[0] == "true"
			holds = holds && (absent || strings.Contains(c.Operator, "Not"))
		}
		for _, g := range s.grants() {
			if !holds || !matches(g.folded, strings.ToLower(action)) ||
				!matches(g.resource, resource) {
				continue
			}
			if s.Effect == "Deny" {
				return false
			}
			allowed = true
		}
	}
	return allowed
}
