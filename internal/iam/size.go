package iam

import "unicode"

// Limits of IAM in characters, white space not counted. They hold after substitution. Source: IAM
// User Guide, "IAM and AWS STS quotas", "IAM and AWS STS character limits".
const (
	MaxManagedPolicy  = 6144
	MaxRoleInline     = 10240 // all inline policies of a role together
	MaxGroupInline    = 5120
	MaxUserInline     = 2048
	MaxTrust          = 2048 // can be raised to 8192 by a request to AWS
	MaxSessionPolicy  = 2048
	MaxManagedPerRole = 10 // can be raised to 25
	MaxManagedPerUser = 10 // can be raised to 20
	MaxRoleName       = 64
	MaxUserName       = 64
	MaxPolicyName     = 128
	MaxPath           = 512
	MaxRoleNameAndARN = 2048
)

// MaxBucketPolicy is in bytes, white space included. Source: Amazon S3 User Guide, "Bucket
// policies".
const MaxBucketPolicy = 20 * 1024

// Size counts a policy document as IAM does: its characters without white space.
func Size(document string) int {
	n := 0
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
