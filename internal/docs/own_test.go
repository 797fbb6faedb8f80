package docs

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// TestOwnBucket: a customer can make a bucket as the stack would, and knows what a later change does.
func TestOwnBucket(t *testing.T) {
	bucket := &plan.Bucket{Versions: true, Unfinished: 1, Key: cfn.Ref("KeyArn"), BucketKey: true,
		Expire: []plan.Expiry{{Prefix: "old/", Days: 30}}, LogPrefix: "logs/",
		LogTo: cfn.If("HasLogs", cfn.Ref("Logs"), cfn.NoValue())}
	p := &plan.Plan{
		Parameters: []plan.Parameter{{Name: "Own"}, {Name: "Logs"}},
		Conditions: []plan.Condition{{Name: "HasLogs", Literals: []plan.Literal{{Atom: "Logs"}}}},
		Resources: []plan.Resource{{ID: "Files", Keep: plan.KeepData, Body: bucket, Extra: cfn.Map{
			{Key: "AccelerateConfiguration", Value: cfn.Map{{Key: "Status", Value: cfn.String("Enabled")}}}}}},
		Instead: []plan.Instead{{Noun: "bucket", ID: "Files", Parameter: "Own"}},
	}
	page := func() string { return string(broughtOwn(p)[0].Data) }
	for _, want := range []string{"all four settings", "bucket owner enforced",
		"AWS KMS with the key `${KeyArn}`, with a bucket key", "Versioning: enabled", "after 1 day.",
		"begins with `old/` expires after 30 days, and its old versions a day later.",
		"into `${Logs}` when Logs is given, otherwise into the bucket itself, under `logs/`",
		"`AccelerateConfiguration`: `Status: Enabled`", "stays in your account with its files"} {
		if !strings.Contains(page(), want) {
			t.Errorf("no %q in\n%s", want, page())
		}
	}
	*bucket, p.Resources[0].Keep = plan.Bucket{}, plan.KeepNothing
	for _, want := range []string{"AES-256 with keys of S3.", "Versioning: not enabled",
		"is deleted; while it holds files, that fails"} {
		if !strings.Contains(page(), want) {
			t.Errorf("no %q in\n%s", want, page())
		}
	}
	if strings.Contains(page(), "Lifecycle") || strings.Contains(page(), "Access logs") {
		t.Errorf("a bucket without them has them:\n%s", page())
	}
}
