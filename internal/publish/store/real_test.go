package store

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"byocfn/internal/publish"
)

// TestOtherStore publishes to an S3 that others wrote. It knows conditional writes and no checksums, so
// what is there is told by its bytes.
func TestOtherStore(t *testing.T) {
	credentials(t)
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	defer server.Close()
	request := sample(t, server.URL)
	request.Private, request.BucketOwner = false, "" // it lets everybody read, and has no owners
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, diags := connect(ctx, request, time.Millisecond)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, b := range buckets(request) {
		if _, err := c.inRegion["us-east-1"].CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &b}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{len(request.Objects), 0} {
		result := Run(ctx, request, Options{})
		if len(result.Diags) > 0 || uploaded(result) != want {
			t.Fatalf("%d uploaded, not %d; %v", uploaded(result), want, result.Diags)
		}
	}
	// Two publishers of other bytes: the first one that writes a key wins it.
	o := request.Objects[0]
	if written, err := c.put(ctx, o, []byte("x")); written || err != nil {
		t.Errorf("the same digest is there: %v %v", written, err)
	}
	o.SHA256 = strings.Repeat("0", 64)
	if written, err := c.put(ctx, o, []byte("x")); written || err == nil {
		t.Error("an object was written over")
	}
	request.Objects = slices.Clone(request.Objects)
	change(t, &request, 3)
	result := Run(ctx, request, Options{})
	expect(t, result.Diags, publish.Place(request.Objects[3])+" release-taken")
}
