package store

import (
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"byocfn/internal/fakes3"
	"byocfn/internal/publish"
)

// TestRefused is what a run ends with before it wrote anything.
func TestRefused(t *testing.T) {
	other := func(fake *fakes3.Store, o publish.Object, checksum string) {
		fake.Put(o.Bucket, o.Key, fakes3.Object{Data: []byte(strings.Repeat("y", int(o.Size))),
			Checksum: checksum})
	}
	both := func(id string) []string { return []string{"s3://b-eu-west-1 " + id, "s3://b-us-east-1 " + id} }
	answer := func(status int, code string) func(*fakes3.Store, *publish.Request) {
		return func(fake *fakes3.Store, _ *publish.Request) {
			fake.Fault = func(fakes3.Call) fakes3.Refusal {
				return fakes3.Refusal{Status: status, Code: code, Message: "So it is."}
			}
		}
	}
	for name, c := range map[string]struct {
		given func(*fakes3.Store, *publish.Request)
		want  []string
	}{
		"other bytes": {func(fake *fakes3.Store, r *publish.Request) { other(fake, r.Objects[3], "") },
			[]string{"s3://b-eu-west-1/a+b/1.2.0/agent/template.yaml release-taken"}},
		"another length": {func(fake *fakes3.Store, r *publish.Request) {
			fake.Put("b-us-east-1", r.Objects[4].Key, fakes3.Object{})
		}, []string{"s3://b-us-east-1/a+b/1.2.0/agent/README.md release-taken"}},
		"two others of one bucket": {func(fake *fakes3.Store, r *publish.Request) {
			other(fake, r.Objects[2], "")
			other(fake, r.Objects[4], "")
		}, []string{"s3://b-us-east-1/a+b/1.2.0/agent/template.yaml release-taken"}},
		"a checksum of parts": {func(fake *fakes3.Store, r *publish.Request) {
			other(fake, r.Objects[3], "AAAA-2")
		}, []string{"s3://b-eu-west-1/a+b/1.2.0/agent/template.yaml release-taken"}},
		"another zip": {func(fake *fakes3.Store, r *publish.Request) { other(fake, r.Objects[0], "") },
			[]string{"s3://b-us-east-1/a+b/lambda/0.zip not-our-zip"}},
		"no bucket": {func(_ *fakes3.Store, r *publish.Request) {
			for i := range r.Objects {
				r.Objects[i].Bucket = "absent-" + r.Objects[i].Region
			}
		}, []string{"s3://absent-eu-west-1 no-bucket", "s3://absent-us-east-1 no-bucket"}},
		"somebody else's bucket": {func(fake *fakes3.Store, _ *publish.Request) {
			fake.Make("b-eu-west-1", fakes3.Bucket{Region: "eu-west-1", Owner: "999999999999", Public: true})
		}, []string{"s3://b-eu-west-1 access-denied"}},
		"bucket in another region": {func(fake *fakes3.Store, _ *publish.Request) {
			fake.Make("b-eu-west-1", fakes3.Bucket{Region: "us-west-2", Owner: account})
		}, []string{"s3://b-eu-west-1 bucket-elsewhere"}},
		"forbidden":       {answer(403, "AccessDenied"), both("access-denied")},
		"expired":         {answer(400, "ExpiredToken"), both("expired")},
		"clock":           {answer(403, "RequestTimeTooSkewed"), both("wrong-clock")},
		"unknown key":     {answer(403, "InvalidAccessKeyId"), both("bad-credentials")},
		"wrong secret":    {answer(403, "SignatureDoesNotMatch"), both("bad-credentials")},
		"always busy":     {answer(503, "SlowDown"), both("busy")},
		"server is wrong": {answer(500, "Odd"), both("busy")},
		"anything else":   {answer(418, "Teapot"), both("s3-failed")},
		"a head is forbidden": {func(fake *fakes3.Store, _ *publish.Request) {
			fake.Fault = func(c fakes3.Call) fakes3.Refusal {
				if c.Action == "s3:HeadObject" && c.Bucket == "b-us-east-1" {
					return fakes3.Refusal{Status: 403}
				}
				return fakes3.Refusal{}
			}
		}, []string{"s3://b-us-east-1/a+b/lambda/0.zip access-denied"}},
		"expired on the way": {func(fake *fakes3.Store, _ *publish.Request) {
			var heads atomic.Int64
			fake.Fault = func(c fakes3.Call) fakes3.Refusal {
				switch {
				case c.Action == "s3:HeadObject":
					heads.Add(1)
					return fakes3.Refusal{Status: 400}
				case heads.Load() > 0:
					return fakes3.Refusal{Status: 400, Code: "ExpiredToken"}
				}
				return fakes3.Refusal{}
			}
		}, []string{"s3://b-eu-west-1/a+b/lambda/0.zip expired", "s3://b-us-east-1/a+b/lambda/0.zip expired"}},
		"nobody listens": {func(_ *fakes3.Store, r *publish.Request) {
			r.Endpoint = "http://127.0.0.1:1"
		}, both("no-connection")},
		"no such file": {func(_ *fakes3.Store, r *publish.Request) { r.Objects[0].File = "absent" },
			[]string{"absent cannot-read"}},
		"changed file": {func(_ *fakes3.Store, r *publish.Request) { r.Objects[0].File = os.DevNull },
			[]string{os.DevNull + " cannot-read"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake, request := world(t)
			c.given(fake, &request)
			before := fake.Names()
			result := run1(t, request)
			expect(t, result.Diags, c.want...)
			if after := fake.Names(); !slices.Equal(before, after) {
				t.Errorf("written: %v", after)
			}
			for _, d := range result.Diags {
				if d.Hint == "" && d.ID != "s3-failed" || strings.ContainsAny(d.Summary+d.Hint, "\n") {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}

// TestCredentials is what is said before any bucket is asked. STS and S3 are at addresses that the SDK
// takes from the environment, as with AWS itself.
func TestCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		given func(*testing.T, *fakes3.Store)
		want  []string
	}{
		"well": {func(*testing.T, *fakes3.Store) {}, nil},
		"none": {func(t *testing.T, _ *fakes3.Store) { t.Setenv("AWS_ACCESS_KEY_ID", "") },
			[]string{"credentials no-credentials"}},
		"no such profile": {func(t *testing.T, _ *fakes3.Store) { t.Setenv("AWS_PROFILE", "absent") },
			[]string{"credentials no-credentials"}},
		"of China": {func(_ *testing.T, f *fakes3.Store) { f.Partition = "aws-cn" },
			[]string{"credentials other-partition"}},
		"unknown": {func(_ *testing.T, f *fakes3.Store) {
			f.Fault = func(fakes3.Call) fakes3.Refusal {
				return fakes3.Refusal{Status: 403, Code: "InvalidClientTokenId"}
			}
		}, []string{"credentials bad-credentials"}},
		"of somebody else": {func(_ *testing.T, f *fakes3.Store) { f.Account = "999999999999" },
			[]string{"s3://b-eu-west-1 access-denied", "s3://b-us-east-1 access-denied"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake, request := world(t)
			t.Setenv("AWS_ENDPOINT_URL", request.Endpoint)
			request.Endpoint, request.BucketOwner = "", ""
			c.given(t, fake)
			expect(t, run1(t, request).Diags, c.want...)
			if (len(fake.Names()) == 6) != (c.want == nil) {
				t.Errorf("written: %v", fake.Names())
			}
		})
	}
}
