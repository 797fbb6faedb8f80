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
		BucketName: t.maybe(b.Name),
		BucketEncryption: &s3.Bucket_BucketEncryption{
			ServerSideEncryptionConfiguration: []s3.Bucket_ServerSideEncryptionRule{{
				ServerSideEncryptionByDefault: &s3.Bucket_ServerSideEncryptionByDefault{
					SSEAlgorithm: "AES256",
				},
			}},
		},
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
	if b.Unfinished > 0 {
		r.LifecycleConfiguration = &s3.Bucket_LifecycleConfiguration{Rules: []s3.Bucket_Rule{{
			Id:     new("AbortUnfinishedUploads"),
			Status: "Enabled",
			AbortIncompleteMultipartUpload: &s3.Bucket_AbortIncompleteMultipartUpload{
				DaysAfterInitiation: b.Unfinished,
			},
		}}}
		d.edits = append(d.edits, edit{
			path:    "LifecycleConfiguration/Rules/0",
			comment: "Parts of uploads that were never finished",
		})
	}
	return d
}

func bucketPolicy(t *tickets, p *plan.BucketPolicy) (draft, error) {
	policy, err := document(p.Policy)
	return draft{typed: &s3.BucketPolicy{
		Bucket:         t.text("bucket", p.Bucket),
		PolicyDocument: t.text("policy", policy),
	}}, err
}
