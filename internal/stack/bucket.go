package stack

import (
	"github.com/awslabs/goformation/v7/cloudformation/s3"

	"byocfn/internal/plan"
)

// bucket writes its defences out although AWS applies most of them by itself: a reviewer should
// read them, and a drift check should see them changed.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
func bucket(t *tickets, b *plan.Bucket) draft {
	r := &s3.Bucket{
		BucketName:       t.maybe(b.Name),
		BucketEncryption: encryption(t, b),
		OwnershipControls: &s3.Bucket_OwnershipControls{
			Rules: []s3.Bucket_OwnershipControlsRule{{ObjectOwnership: new("BucketOwnerEnforced")}},
		},
		PublicAccessBlockConfiguration: &s3.Bucket_PublicAccessBlockConfiguration{
			BlockPublicAcls:       new(true),
			BlockPublicPolicy:     new(true),
			IgnorePublicAcls:      new(true),
			RestrictPublicBuckets: new(true),
		},
		Tags: tagList(t, b.Tags),
	}
	d := draft{typed: r, edits: tagComments("Tags", b.Tags)}
	if b.Versions {
		r.VersioningConfiguration = &s3.Bucket_VersioningConfiguration{Status: "Enabled"}
	}
	lifecycle(b, r, &d)
	if b.LogPrefix != "" {
		r.LoggingConfiguration = &s3.Bucket_LoggingConfiguration{
			DestinationBucketName: t.maybe(b.LogTo), LogFilePrefix: new(b.LogPrefix)}
		d.edits = append(d.edits, edit{path: "LoggingConfiguration", comment: b.LogComment})
	}
	return d
}

func encryption(t *tickets, b *plan.Bucket) *s3.Bucket_BucketEncryption {
	rule := s3.Bucket_ServerSideEncryptionRule{
		ServerSideEncryptionByDefault: &s3.Bucket_ServerSideEncryptionByDefault{SSEAlgorithm: "AES256"},
	}
	if b.Key != nil {
		rule.ServerSideEncryptionByDefault.SSEAlgorithm = "aws:kms"
		rule.ServerSideEncryptionByDefault.KMSMasterKeyID = t.maybe(b.Key)
	}
	if b.Algorithm != nil {
		rule.ServerSideEncryptionByDefault.SSEAlgorithm = t.text("algorithm", b.Algorithm)
	}
	if b.BucketKey {
		rule.BucketKeyEnabled = new(true)
	}
	return &s3.Bucket_BucketEncryption{
		ServerSideEncryptionConfiguration: []s3.Bucket_ServerSideEncryptionRule{rule}}
}

// lifecycle adds the rules that remove what nobody needs any more.
func lifecycle(b *plan.Bucket, r *s3.Bucket, d *draft) {
	var rules []s3.Bucket_Rule
	if b.Unfinished > 0 {
		rules = append(rules, s3.Bucket_Rule{
			Id:     new("AbortUnfinishedUploads"),
			Status: "Enabled",
			AbortIncompleteMultipartUpload: &s3.Bucket_AbortIncompleteMultipartUpload{
				DaysAfterInitiation: b.Unfinished,
			},
		})
		d.edits = append(d.edits, edit{
			path:    "LifecycleConfiguration/Rules/0",
			comment: "Parts of uploads that were never finished",
		})
	}
	for _, e := range b.Expire {
		rule := s3.Bucket_Rule{Id: new("Expire " + e.Prefix), Status: "Enabled", Prefix: new(e.Prefix),
			ExpirationInDays: new(e.Days)}
		if b.Versions {
			rule.NoncurrentVersionExpiration = &s3.Bucket_NoncurrentVersionExpiration{NoncurrentDays: 1}
		}
		rules = append(rules, rule)
	}
	if len(rules) > 0 {
		r.LifecycleConfiguration = &s3.Bucket_LifecycleConfiguration{Rules: rules}
	}
}

func bucketPolicy(t *tickets, p *plan.BucketPolicy) (draft, error) {
	policy, err := document(p.Policy)
	return draft{typed: &s3.BucketPolicy{
		Bucket:         t.text("bucket", p.Bucket),
		PolicyDocument: t.text("policy", policy),
	}}, err
}
