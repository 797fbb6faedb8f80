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

// TestActivated: a customer must activate the types that are not AWS's own before the launch.
func TestActivated(t *testing.T) {
	raw := func(kind string) plan.Resource { return plan.Resource{Body: &plan.Raw{Type: kind}} }
	p := &plan.Plan{Resources: []plan.Resource{raw("AWS::SQS::Queue"), raw("Custom::Squid"), {Body: &plan.User{}}}}
	page := func() string {
		w := &page{}
		activated(w, p)
		return w.String()
	}
	if got := page(); got != "" {
		t.Errorf("nothing to activate: %s", got)
	}
	p.Resources = append(p.Resources, raw("Kelp::Sea::Weed"), raw("Kelp::Sea::Weed"), raw("Tide::Sea::Wave"))
	if got := page(); !strings.Contains(got, "activate `Kelp::Sea::Weed`, `Tide::Sea::Wave` in the registry") {
		t.Error(got)
	}
}

// TestFollowed: what a gate says already is not said again as one of several.
func TestFollowed(t *testing.T) {
	on := func(atom string) []plan.Literal { return []plan.Literal{{Atom: atom}} }
	p := &plan.Plan{Parameters: []plan.Parameter{{Name: "Ebb", Kind: "switch"}, {Name: "Flow", Kind: "switch"}},
		Conditions: []plan.Condition{{Name: "Any", AnyOf: [][]plan.Literal{on("Ebb"), on("Flow")}}}}
	for want, gates := range map[string][][]plan.Literal{
		"Ebb is on":               {on("Any"), on("Ebb")},
		"Ebb is on or Flow is on": {on("Any")},
		"(Ebb is on or Flow is on) and Ebb is off": {on("Any"), {{Atom: "Ebb", Not: true}}},
	} {
		if got := when(p, gates...); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
