package iam

import (
	"slices"
	"strings"
	"sync"
)

// Widening gives the entries of Action by which the holder of a statement can get permissions that
// no statement names, or give them away; documents mark them. An action counts where the statement
// can allow it at all: on one of the resources, by conditions that it knows. What iam:PassRole is
// needed for, such as ec2:RunInstances with a profile, is not marked: iam:PassRole is.
// Sources: Rhino Security Labs, "AWS IAM Privilege Escalation: Methods and Mitigation"; the paths of
// pathfinding.cloud (Datadog), its classes self-escalation, principal-access and existing-passrole;
// PMapper (NCC Group); the access level Permissions management of the Service Authorization
// Reference for what gives away.
func Widening(f *Facts, s Statement) []string {
	if s.Kind != Identity || s.Effect == "Deny" {
		return nil
	}
	var out []string
	c := &check{facts: f, s: s}
	for _, pattern := range s.Actions {
		if wideningBy(pattern, c.widens) {
			out = append(out, pattern)
		}
	}
	return out
}

// MayWiden tells whether any of the actions can widen rights on some resource.
func MayWiden(actions []string) bool {
	return slices.ContainsFunc(actions, func(pattern string) bool {
		return wideningBy(pattern, func(string) bool { return true })
	})
}

// wideningBy looks for an action of the list that the pattern stands for and that satisfies.
func wideningBy(pattern string, satisfies func(name string) bool) bool {
	service, short, _ := strings.Cut(pattern, ":")
	names := wideningNames()[strings.ToLower(service)]
	if pattern == "*" {
		service, short, names = "iam", pattern, wideningNames()["iam"]
	}
	before := literalHead(short)
	return slices.ContainsFunc(names, func(name string) bool {
		switch {
		case len(name) < len(before) || !strings.EqualFold(name[:len(before)], before):
			return false
		case len(before) < len(short) &&
			!overlap(glyphs(strings.ToLower(short)), letters(strings.ToLower(name))):
			return false
		}
		return (len(before) < len(short) || len(name) == len(short)) && satisfies(service+":"+name)
	})
}

// widens tells whether the statement can allow an action on something that is there already.
func (c *check) widens(name string) bool {
	a, ok := c.facts.Action(name)
	if !ok || strings.EqualFold(name, "kms:CreateGrant") && c.grantsOnlyServices() {
		return false
	}
	required := slices.ContainsFunc(a.Uses, func(u Use) bool { return u.Required })
	for _, r := range c.s.Resources {
		if len(a.Uses) == 0 && c.fits(a, r) {
			return true
		}
		for u := range c.typesHit(a, r) {
			if u.Required == required && !u.makes(a) && c.knowsConditions(a, u) {
				return true
			}
		}
	}
	return false
}

// grantsOnlyServices: such grants are made by a service of AWS for itself. Source: KMS Developer
// Guide, "kms:GrantIsForAWSResource".
func (c *check) grantsOnlyServices() bool {
	cond, ok := c.condition("kms:GrantIsForAWSResource")
	return ok && cond.Operator == "Bool" && !isFalse(cond.Values)
}

// knowsConditions tells whether no condition demands a key that requests for this type never carry.
func (c *check) knowsConditions(a *Action, u Use) bool {
	return !slices.ContainsFunc(c.s.Conditions, func(cond Condition) bool {
		global := knownGlobalKey(cond.Key) && !tagKey(cond.Key) || anyKeyFits(sessionKeys(), cond.Key)
		return cond.demands() && !global && !c.facts.useKnows(a, u, cond.Key)
	})
}

// wideningNames gives the actions of wideningLists by their services.
var wideningNames = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, full := range strings.Fields(wideningLists) {
		service, name, _ := strings.Cut(full, ":")
		out[service] = append(out[service], name)
	}
	return out
})

// wideningLists: what changes permissions, or takes away what denies or limits them; what makes
// credentials of another principal, or becomes one; what runs code under a role that somebody else
// has passed; and what lets others in.
const wideningLists = `
	iam:AddUserToGroup iam:AttachGroupPolicy iam:AttachRolePolicy iam:AttachUserPolicy
	iam:CreatePolicyVersion iam:DeleteGroupPolicy iam:DeleteRolePermissionsBoundary
	iam:DeleteRolePolicy iam:DeleteUserPermissionsBoundary iam:DeleteUserPolicy
	iam:DetachGroupPolicy iam:DetachRolePolicy iam:DetachUserPolicy iam:PutGroupPolicy
	iam:PutRolePermissionsBoundary iam:PutRolePolicy iam:PutUserPermissionsBoundary
	iam:PutUserPolicy iam:RemoveUserFromGroup iam:SetDefaultPolicyVersion

	iam:CreateAccessKey iam:CreateLoginProfile iam:CreateServiceSpecificCredential iam:PassRole
	iam:ResetServiceSpecificCredential iam:UpdateAssumeRolePolicy iam:UpdateLoginProfile
	iam:UpdateSAMLProvider iam:UploadSSHPublicKey iam:UploadSigningCertificate
	sts:AssumeRole sts:AssumeRoot

	apprunner:UpdateService bedrock-agentcore:InvokeCodeInterpreter
	cloudformation:ExecuteChangeSet cloudformation:UpdateStack
	codebuild:StartBuild codebuild:StartBuildBatch
	ec2-instance-connect:SendSSHPublicKey ec2-instance-connect:SendSerialConsoleSSHPublicKey
	ec2:CreateLaunchTemplateVersion ec2:CreateReplaceRootVolumeTask ec2:ModifyInstanceAttribute
	ecs:ExecuteCommand glue:UpdateDevEndpoint
	lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration
	sagemaker:CreatePresignedDomainUrl sagemaker:CreatePresignedNotebookInstanceUrl
	sagemaker:UpdateNotebookInstance
	ssm:CreateAssociation ssm:ResumeSession ssm:SendCommand ssm:StartSession ssm:UpdateAssociation

	ecr:SetRepositoryPolicy eks:AssociateAccessPolicy eks:CreateAccessEntry
	eks:UpdateAccessEntry kms:CreateGrant kms:PutKeyPolicy lambda:AddPermission
	s3:PutAccessPointPolicy s3:PutBucketAcl s3:PutBucketPolicy s3tables:PutTableBucketPolicy
	s3tables:PutTablePolicy secretsmanager:PutResourcePolicy sns:AddPermission sqs:AddPermission
`
