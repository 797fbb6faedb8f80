package emulator

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// holdings is what an account holds, or what a template says that it must, by kind and id. Values are
// those below, or nothing where only existence is compared.
type holdings map[string]any

type (
	principal struct {
		Path, Boundary string
		Trust          any            // of a role
		Inline         map[string]any // policies by name
		Attached       []string       // managed policies, sorted
		Tags           map[string]string
	}
	policy struct {
		Path     string
		Document any
	}
	profile struct {
		Path  string
		Roles []string
	}
	bucket struct {
		Versioned, Closed bool
		Policy            any
	}
	queue struct {
		Retention, Encrypted string
		Policy               any
	}
	eventRule struct {
		Pattern any
		Targets map[string]string // ids and ARNs
	}
	accessEntry struct {
		Username, Type string
		Groups         []string
	}
)

// tree reads JSON; what is none stays a text.
func tree(text string) any {
	var out any
	if text == "" {
		return nil
	}
	if json.Unmarshal([]byte(text), &out) != nil {
		return text
	}
	return out
}

// holdings reads the account.
func (a *account) holdings(t *testing.T) holdings {
	t.Helper()
	all := holdings{}
	for _, name := range a.inventory(t) {
		kind, _, _ := strings.Cut(name, " ")
		if !slices.Contains([]string{"role", "user", "policy", "profile", "bucket"}, kind) {
			all[name] = nil
		}
	}
	a.identities(t, all)
	a.buckets(t, all)
	a.queues(t, all)
	a.rules(t, all)
	a.clusters(t, all)
	return all
}

func (a *account) identities(t *testing.T, all holdings) {
	t.Helper()
	out := must(a.iam.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{}))(t)
	for _, r := range out.RoleDetailList {
		full := must(a.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: r.RoleName}))(t)
		p := detail(r.Path, full.Role.PermissionsBoundary, r.RolePolicyList, r.AttachedManagedPolicies, r.Tags)
		p.Trust = document(r.AssumeRolePolicyDocument)
		all["role "+*r.RoleName] = p
	}
	for _, u := range out.UserDetailList {
		full := must(a.iam.GetUser(t.Context(), &iam.GetUserInput{UserName: u.UserName}))(t)
		all["user "+*u.UserName] = detail(u.Path, full.User.PermissionsBoundary, u.UserPolicyList,
			u.AttachedManagedPolicies, u.Tags)
		keys := must(a.iam.ListAccessKeys(t.Context(), &iam.ListAccessKeysInput{UserName: u.UserName}))(t)
		for _, key := range keys.AccessKeyMetadata {
			all["key "+*key.AccessKeyId] = *u.UserName
		}
	}
	for _, p := range out.Policies {
		for _, version := range p.PolicyVersionList {
			if version.IsDefaultVersion {
				all["policy "+*p.Arn] = policy{*p.Path, document(version.Document)}
			}
		}
	}
	profiles := must(a.iam.ListInstanceProfiles(t.Context(), &iam.ListInstanceProfilesInput{}))(t)
	for _, p := range profiles.InstanceProfiles {
		is := profile{Path: *p.Path}
		for _, r := range p.Roles {
			is.Roles = append(is.Roles, *r.RoleName)
		}
		all["profile "+*p.InstanceProfileName] = is
	}
}

// document reads a policy as IAM shows it.
func document(escaped *string) any {
	text, err := url.PathUnescape(aws.ToString(escaped))
	if err != nil {
		return aws.ToString(escaped)
	}
	return tree(text)
}

func boundaryOf(b *iamtypes.AttachedPermissionsBoundary) string {
	if b == nil {
		return ""
	}
	return aws.ToString(b.PermissionsBoundaryArn)
}

func detail(path *string, boundary *iamtypes.AttachedPermissionsBoundary, inline []iamtypes.PolicyDetail,
	attached []iamtypes.AttachedPolicy, tags []iamtypes.Tag) principal {
	p := principal{Path: *path, Boundary: boundaryOf(boundary), Inline: map[string]any{},
		Tags: map[string]string{}}
	for _, one := range inline {
		p.Inline[*one.PolicyName] = document(one.PolicyDocument)
	}
	for _, one := range attached {
		p.Attached = append(p.Attached, *one.PolicyArn)
	}
	for _, tag := range tags {
		if strings.HasPrefix(*tag.Key, "aws:") {
			continue // CloudFormation's own
		}
		p.Tags[*tag.Key] = *tag.Value
	}
	slices.Sort(p.Attached)
	return p
}

func (a *account) buckets(t *testing.T, all holdings) {
	t.Helper()
	out := must(a.s3.ListBuckets(t.Context(), &s3.ListBucketsInput{}))(t)
	for _, b := range out.Buckets {
		versioning := must(a.s3.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: b.Name}))(t)
		is := bucket{Versioned: versioning.Status == "Enabled"}
		if open, err := a.s3.GetPublicAccessBlock(t.Context(), &s3.GetPublicAccessBlockInput{Bucket: b.Name}); err == nil {
			c := open.PublicAccessBlockConfiguration
			is.Closed = *c.BlockPublicAcls && *c.BlockPublicPolicy && *c.IgnorePublicAcls && *c.RestrictPublicBuckets
		}
		if held, err := a.s3.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: b.Name}); err == nil {
			is.Policy = tree(*held.Policy)
		}
		all["bucket "+*b.Name] = is
	}
}

func (a *account) queues(t *testing.T, all holdings) {
	t.Helper()
	var list struct{ QueueUrls []string }
	a.call(t, "sqs", "AmazonSQS.ListQueues", map[string]any{}, &list)
	for _, url := range list.QueueUrls {
		var is struct{ Attributes map[string]string }
		a.call(t, "sqs", "AmazonSQS.GetQueueAttributes",
			map[string]any{"QueueUrl": url, "AttributeNames": []string{"All"}}, &is)
		all["queue "+url] = queue{is.Attributes["MessageRetentionPeriod"],
			is.Attributes["SqsManagedSseEnabled"], tree(is.Attributes["Policy"])}
	}
}

func (a *account) rules(t *testing.T, all holdings) {
	t.Helper()
	var list struct {
		Rules []struct{ Name, EventPattern string }
	}
	a.call(t, "events", "AWSEvents.ListRules", map[string]any{}, &list)
	for _, r := range list.Rules {
		var of struct{ Targets []struct{ Id, Arn string } }
		a.call(t, "events", "AWSEvents.ListTargetsByRule", map[string]any{"Rule": r.Name}, &of)
		is := eventRule{tree(r.EventPattern), map[string]string{}}
		for _, target := range of.Targets {
			is.Targets[target.Id] = target.Arn
		}
		all["rule "+r.Name] = is
	}
}

func (a *account) clusters(t *testing.T, all holdings) {
	t.Helper()
	out := must(a.eks.ListClusters(t.Context(), &eks.ListClustersInput{}))(t)
	for _, cluster := range out.Clusters {
		entries := must(a.eks.ListAccessEntries(t.Context(), &eks.ListAccessEntriesInput{ClusterName: &cluster}))(t)
		for _, arn := range entries.AccessEntries {
			e := must(a.eks.DescribeAccessEntry(t.Context(), &eks.DescribeAccessEntryInput{
				ClusterName: &cluster, PrincipalArn: &arn,
			}))(t)
			all["access "+arn+"|"+cluster] = accessEntry{aws.ToString(e.AccessEntry.Username),
				aws.ToString(e.AccessEntry.Type), append([]string(nil), e.AccessEntry.KubernetesGroups...)}
		}
	}
}

// retained gives what stays of what the stack holds, by its deletion policies, when only the ids of
// keep are left in it.
func (s *stack) retained(said holdings, ids map[string]string, keep []string) holdings {
	stays := holdings{}
	for name, id := range ids {
		is := s.world.templates[s.variant].Resources[name]
		if strings.HasPrefix(is.DeletionPolicy, "Retain") && is.Type == "AWS::S3::Bucket" &&
			!slices.Contains(keep, name) {
			stays["bucket "+id] = said["bucket "+id]
		}
	}
	return stays
}
