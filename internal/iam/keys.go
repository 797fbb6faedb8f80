package iam

import (
	"slices"
	"strings"
)

// globalKeys are the condition keys that belong to no service, lower case. The three tag keys
// among them hold only for actions and types which list them. Source: IAM User Guide, "AWS global
// condition context keys".
func globalKeys() []string {
	return []string{
		"aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaAWSMCP", "aws:CalledViaFirst",
		"aws:CalledViaLast", "aws:ChatbotSourceArn", "aws:CurrentTime",
		"aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc", "aws:EpochTime",
		"aws:FederatedProvider", "aws:IsMcpServiceAction", "aws:MultiFactorAuthAge",
		"aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn",
		"aws:PrincipalIsAWSService", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
		"aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:PrincipalTag/",
		"aws:PrincipalType", "aws:Referer", "aws:RequestTag/", "aws:RequestedRegion",
		"aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:ResourceTag/",
		"aws:SecureTransport", "aws:SignInSessionArn", "aws:SourceAccount", "aws:SourceArn",
		"aws:SourceIdentity", "aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths",
		"aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce", "aws:TagKeys",
		"aws:TokenIssueTime", "aws:UserAgent", "aws:ViaAWSMCPService", "aws:ViaAWSService",
		"aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:VpcSourceIp", "aws:userid",
		"aws:username",
	}
}

// sessionKeys are keys of services which a role's session carries into requests to any service.
// Source: Service Authorization Reference and the guides of EC2, Lambda, ECS, Glue and Systems
// Manager.
func sessionKeys() []string {
	return []string{
		"ec2:RoleDelivery", "ec2:SourceInstanceARN", "lambda:SourceFunctionArn",
		"ecs:SourceTaskArn", "glue:CredentialIssuingService", "glue:RoleAssumedBy",
		"ssm:SourceInstanceARN", "identitystore:UserId", "identitystore:IdentityStoreId",
		"sts:SourceIdentity",
	}
}

// knownGlobalKey tells whether an aws: key exists; those with a slash need a name behind it.
func knownGlobalKey(key string) bool {
	return slices.ContainsFunc(globalKeys(), func(known string) bool { return keyFits(known, key) })
}

// keyFits compares a key of a statement with one of the facts, letter case ignored. The facts
// write aws:ResourceTag/${TagKey}, s3:ExistingObjectTag/<key> and ssm:resourceTag/tag-key for keys
// that end in a name.
func keyFits(known, key string) bool {
	head, tail, slash := strings.Cut(known, "/")
	named := strings.HasPrefix(tail, "${") || strings.HasPrefix(tail, "<") ||
		tail == "tag-key" || tail == ""
	if slash && named {
		return len(key) > len(head)+1 && strings.EqualFold(key[:len(head)+1], head+"/")
	}
	return strings.EqualFold(known, key)
}

func anyKeyFits(known []string, key string) bool {
	return slices.ContainsFunc(known, func(k string) bool { return keyFits(k, key) })
}

// tagKey tells whether a key is one of the three global ones that only some actions know.
func tagKey(key string) bool {
	lower := strings.ToLower(key)
	return lower == "aws:tagkeys" || strings.HasPrefix(lower, "aws:requesttag/") ||
		strings.HasPrefix(lower, "aws:resourcetag/")
}

func onResourceTag(key string) bool {
	return strings.Contains(strings.ToLower(key), ":resourcetag/")
}

const (
	requestTag  = "aws:RequestTag/x"
	resourceTag = "aws:ResourceTag/x"
)

// useKnows tells whether a request of the action for this type of resource carries the key. Keys
// stand with the action, with the pair, or with the type. EC2 lists pairs in full, so its types
// add nothing; elsewhere a pair that knows aws:RequestTag is something being made, which has no
// tags yet.
func (f *Facts) useKnows(a *Action, u Use, key string) bool {
	if anyKeyFits(a.Keys, key) && !(onResourceTag(key) && u.makes(a)) || anyKeyFits(u.Keys, key) {
		return true
	}
	if a.Service == "ec2" && len(u.Keys) > 0 || onResourceTag(key) && u.makes(a) {
		return false
	}
	s, _ := f.Service(a.Service)
	t, _ := s.Type(u.Type)
	return anyKeyFits(t.Keys, key)
}

// makes tells whether the action makes resources of this type: it may tag them, and knows no tags
// that they already have.
func (u Use) makes(a *Action) bool {
	return a.Level != Tagging && anyKeyFits(u.Keys, requestTag) && !anyKeyFits(u.Keys, resourceTag)
}
