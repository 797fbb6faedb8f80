package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"byocfn/internal/artifact"
	"byocfn/internal/contract"
	"byocfn/internal/fakes3"
	"byocfn/internal/publish"
)

// vendor is the account of the scripts' credentials.
const vendor = "111122223333"

// s3Key is where a script keeps its S3.
type s3Key struct{}

// serveS3 gives a script an S3 of its own at $S3, and credentials for it.
func serveS3(env *testscript.Env) {
	fake := &fakes3.Store{Account: vendor, Partition: "aws"}
	server := httptest.NewServer(fake)
	env.Defer(server.Close)
	env.Values[s3Key{}] = fake
	for name, value := range map[string]string{"S3": server.URL, "NO_PROXY": "127.0.0.1",
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example",
		"AWS_EC2_METADATA_DISABLED": "true"} {
		env.Setenv(name, value)
	}
}

func s3Of(ts *testscript.TestScript) *fakes3.Store {
	fake, _ := ts.Value(s3Key{}).(*fakes3.Store)
	return fake
}

// putZips writes the zips of the manifest in functions/: each holds its function's name.
func putZips(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: zips")
	}
	for _, f := range contract.Functions() {
		name := filepath.Join("functions", artifact.SHA256([]byte(f.Name))+".zip")
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(f.Name), 0o666))
	}
}

// makeBucket NAME REGION [private] makes a bucket, or makes it anew.
func makeBucket(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: bucket NAME REGION [private]")
	}
	s3Of(ts).Make(args[0], fakes3.Bucket{Region: args[1], Owner: vendor, Public: len(args) == 2})
}

// stored BUCKET/KEY FILE holds that an object has the bytes of a file; ! stored PREFIX that nothing is
// there.
func stored(ts *testscript.TestScript, neg bool, args []string) {
	if neg && len(args) == 1 {
		for _, name := range s3Of(ts).Names() {
			if strings.HasPrefix(name, args[0]) {
				ts.Fatalf("%s is there", name)
			}
		}
		return
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: stored BUCKET/KEY FILE, or ! stored PREFIX")
	}
	bucket, key, _ := strings.Cut(args[0], "/")
	o, ok := s3Of(ts).Get(bucket, key)
	data, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	if !ok || !bytes.Equal(o.Data, data) {
		ts.Fatalf("%s is there: %v, and has not the bytes of %s", args[0], ok, args[1])
	}
}

// spoil BUCKET/KEY puts other bytes there.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: spoil BUCKET/KEY")
	}
	bucket, key, _ := strings.Cut(args[0], "/")
	s3Of(ts).Put(bucket, key, fakes3.Object{Data: []byte("other bytes")})
}

// TestPublishInterrupted: a run that is interrupted before it sends anything says no more than that,
// and a sender that dies without a result is an error.
func TestPublishInterrupted(t *testing.T) {
	var words bytes.Buffer
	a := &app{stdio: quiet(), format: formatText}
	a.err = &words
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, diags := a.send(ctx, publish.Request{}); len(diags) != 1 || diags[0].ID != "interrupted" {
		t.Errorf("%+v", diags)
	}
	for _, said := range []string{"", "{", `{"Progress":{"Step":"looked at","Done":1,"Of":1}}`} {
		result, err := a.events(strings.NewReader(said))
		if result != nil || (err != nil) != (said == "{") {
			t.Errorf("%q: %v, %v", said, result, err)
		}
	}
	if words.String() != "looked at 1 of 1 object\n" {
		t.Error(words.String())
	}
}
