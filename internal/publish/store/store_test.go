package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"byocfn/internal/artifact"
	"byocfn/internal/diag"
	"byocfn/internal/fakes3"
	"byocfn/internal/publish"
)

const account = "111122223333"

// credentials makes the SDK find these, and nothing of the machine's own.
func credentials(t *testing.T) {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY": "example", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1"} {
		t.Setenv(name, value)
	}
}

// sample is three objects for each of two buckets; the second one's are in eu-west-1.
func sample(t *testing.T, endpoint string) publish.Request {
	t.Helper()
	request := publish.Request{Endpoint: endpoint, BucketOwner: account, Private: true,
		Timeout: time.Minute}
	dir := t.TempDir()
	for stage, name := range []string{"lambda/0.zip", "1.2.0/agent/template.yaml", "1.2.0/agent/README.md"} {
		file := filepath.Join(dir, filepath.Base(name))
		data := []byte("the bytes of " + name)
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			o := publish.Object{Bucket: "b-" + region, Region: region, Key: "a+b/" + name, File: file,
				SHA256: artifact.SHA256(data), Size: int64(len(data)), Stage: publish.Stage(stage),
				ContentType: "text/plain", Probe: stage < 2}
			o.URL = endpoint + "/" + o.Bucket + "/a%2Bb/" + name
			if stage > 0 {
				o.Release = "1.2.0"
			}
			request.Objects = append(request.Objects, o)
		}
	}
	return request
}

// change gives one object other bytes of the same length.
func change(t *testing.T, request *publish.Request, i int) {
	t.Helper()
	o := &request.Objects[i]
	data := []byte(strings.Repeat("x", int(o.Size)))
	o.File, o.SHA256 = filepath.Join(t.TempDir(), "changed"), artifact.SHA256(data)
	if err := os.WriteFile(o.File, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func buckets(request publish.Request) (out []string) {
	for _, o := range request.Objects {
		if !slices.Contains(out, o.Bucket) {
			out = append(out, o.Bucket)
		}
	}
	return out
}

func uploaded(result publish.Result) (n int) {
	for _, c := range result.Buckets {
		n += c.Uploaded
	}
	return n
}

// expect holds the places and ids of diagnostics.
func expect(t *testing.T, diags diag.List, want ...string) {
	t.Helper()
	var got []string
	for _, d := range diags.Sorted() {
		got = append(got, d.At.File+" "+d.ID)
	}
	if slices.Sort(got); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s\n%+v", strings.Join(got, "\n"), strings.Join(want, "\n"), diags)
	}
}

// world is a fake S3 with the buckets of the sample.
func world(t *testing.T) (*fakes3.Store, publish.Request) {
	t.Helper()
	credentials(t)
	fake := &fakes3.Store{Account: account, Partition: "aws"}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		fake.Make("b-"+region, fakes3.Bucket{Region: region, Owner: account, Public: true})
	}
	t.Cleanup(func() {
		if breaches := fake.Breaches(); len(breaches) > 0 {
			t.Error(breaches)
		}
	})
	return fake, sample(t, server.URL)
}

func run1(t *testing.T, request publish.Request) publish.Result {
	t.Helper()
	return Run(t.Context(), request, Options{Backoff: time.Millisecond})
}

func TestPublish(t *testing.T) {
	fake, request := world(t)
	request.Private, request.DryRun = false, true
	result := run1(t, request)
	expect(t, result.Diags)
	if want := (publish.Count{Bucket: "b-us-east-1", Region: "us-east-1", Objects: 3, Missing: 3,
		Bytes: 25 + 38 + 34}); len(result.Buckets) != 2 || result.Buckets[0] != want {
		t.Errorf("dry run: %+v", result.Buckets)
	}
	if names := fake.Names(); len(names) > 0 {
		t.Errorf("a dry run wrote %v", names)
	}
	request.DryRun = false
	fake.Calls()
	result = run1(t, request)
	expect(t, result.Diags)
	if uploaded(result) != 6 {
		t.Errorf("%+v", result.Buckets)
	}
	ordered(t, fake.Calls())
	for _, o := range request.Objects {
		is, _ := fake.Get(o.Bucket, o.Key)
		if artifact.SHA256(is.Data) != o.SHA256 || is.ContentType != o.ContentType ||
			is.CacheControl != publish.CacheControl {
			t.Errorf("%s: %+v", publish.Place(o), is)
		}
	}
	if result = run1(t, request); uploaded(result) != 0 || len(result.Diags) > 0 {
		t.Errorf("a second run: %+v", result)
	}
	for _, c := range fake.Calls() {
		if c.Action == "s3:PutObject" || c.Action == "s3:GetObject" && !c.Anonymous {
			t.Errorf("a second run calls %s", c)
		}
	}
}

// ordered holds the journal of a whole run: everything is looked at before anything is written, stages
// do not mix, and customers' reads come last.
func ordered(t *testing.T, calls []fakes3.Call) {
	t.Helper()
	rank := func(c fakes3.Call) int {
		switch {
		case c.Anonymous:
			return 6
		case c.Action == "s3:ListBucket":
			return 0
		case c.Action == "s3:PutObject":
			return 2 + slices.Index([]string{"0.zip", "template.yaml", "README.md"}, filepath.Base(c.Key))
		}
		return 1
	}
	last, written := 0, false
	for _, c := range calls {
		r := rank(c)
		written = written || c.Action == "s3:PutObject"
		if r == 1 && written {
			r = 5 // read back
		}
		if r < last {
			t.Errorf("%s comes too late", c)
		}
		last = r
	}
	if last != 6 {
		t.Errorf("nobody read as customers do: %v", calls)
	}
}

// TestReadmePolicies holds the policies of README.md against what a run calls, and against the
// statement that a warning names.
func TestReadmePolicies(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	type policy struct {
		Statement []struct {
			Sid, Effect      string
			Action, Resource any
		}
	}
	granted, customers := map[string]bool{}, ""
	for _, block := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(readme, -1) {
		var p policy
		if err := json.Unmarshal(block[1], &p); err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Statement {
			if s.Sid == "Customers" {
				customers = string(block[1])
				continue
			}
			if s.Effect != "Allow" {
				continue
			}
			for _, action := range regexp.MustCompile(`s3:\w+`).FindAllString(fmt.Sprint(s.Action), -1) {
				granted[action] = true
			}
		}
	}
	fake, request := world(t)
	expect(t, run1(t, request).Diags)
	needed := map[string]bool{}
	for _, c := range fake.Calls() {
		needed[strings.Replace(c.Action, "Head", "Get", 1)] = true // S3 User Guide, "Required permissions"
	}
	if !maps.Equal(granted, needed) {
		t.Errorf("README.md grants %v, a run needs %v", granted, needed)
	}
	plain := func(s string) string { return strings.Join(strings.Fields(s), "") }
	said := statement(publish.Object{Bucket: "example-collector-us-east-1", Region: "us-east-1",
		Key: "collector/1.0.0/reader/template.yaml", Release: "1.0.0"})
	if !strings.Contains(plain(customers), plain(said)) {
		t.Errorf("a warning says %s, README.md has %s", said, customers)
	}
}
