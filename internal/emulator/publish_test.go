package emulator

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"byocfn/internal/artifact"
	"byocfn/internal/plan"
	"byocfn/internal/publish"
	"byocfn/internal/publish/store"
)

// TestPublish publishes to an S3 that knows conditional writes, checksums and who may read, gives the
// bucket the policy that the warning asks for, and has CloudFormation read a template at the address
// that the list gives.
func TestPublish(t *testing.T) {
	w := &world{url: start(t, map[string][]string{})}
	a := w.inRegion("111122229999", region)
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": a.id, "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull} {
		t.Setenv(name, value)
	}
	dir := filepath.Join(root, "dist")
	template := publish.Template{Dir: "e6data/cluster", Plan: &plan.Plan{Stack: "cluster",
		Regions: []string{region}, Product: plan.Product{Name: "e6data", Release: "1.0.0", Bucket: "e6-byoc",
			Prefix: "byoc/"}}}
	for _, name := range []string{"template.yaml", "README.md"} {
		name = template.Dir + "/" + name
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		template.Files = append(template.Files, artifact.File{Name: name, Data: data})
	}
	objects, diags := publish.List([]publish.Template{template}, publish.Choice{Endpoint: w.url})
	if len(diags) > 0 || len(objects) != 2 {
		t.Fatal(objects, diags)
	}
	for i := range objects {
		objects[i].File = filepath.Join(dir, objects[i].File)
	}
	a.bucket(t, objects[0].Bucket)
	request := publish.Request{Objects: objects, Endpoint: w.url, BucketOwner: a.id, Timeout: time.Minute}
	first := store.Run(t.Context(), request, store.Options{})
	if len(first.Diags) != 1 || first.Diags[0].ID != "not-public" || first.Buckets[0].Uploaded != 2 {
		t.Fatalf("%+v", first)
	}
	a.open(t, objects[0].Bucket, regexp.MustCompile(`\{.*\}`).FindString(first.Diags[0].Hint))
	second := store.Run(t.Context(), request, store.Options{})
	if len(second.Diags) > 0 || len(second.Buckets) != 1 || second.Buckets[0].Uploaded != 0 {
		t.Fatalf("%+v", second)
	}
	read, err := a.cfn.GetTemplateSummary(t.Context(),
		&cloudformation.GetTemplateSummaryInput{TemplateURL: &objects[0].URL})
	if err != nil || len(read.Parameters) == 0 {
		t.Errorf("%s: %+v, %v", objects[0].URL, read, err)
	}
	a.put(t, objects[0].Bucket, objects[0].Key, []byte("other bytes"))
	result := store.Run(t.Context(), request, store.Options{})
	if len(result.Diags) != 1 || result.Diags[0].ID != "release-taken" ||
		result.Diags[0].At.File != publish.Place(objects[0]) {
		t.Errorf("%+v", result.Diags)
	}
}

// open gives a bucket a policy of one statement, and lets it have one that is public.
func (a *account) open(t *testing.T, bucket, statement string) {
	t.Helper()
	_, err := a.s3.DeletePublicAccessBlock(t.Context(), &s3.DeletePublicAccessBlockInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[` + statement + `]}`
	if _, err := a.s3.PutBucketPolicy(t.Context(),
		&s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy}); err != nil {
		t.Fatal(err)
	}
}
