package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/launch"
	"byocfn/internal/publish"
)

// readAsCustomer reads one template and one zip of each bucket without credentials, at the address
// that the links name.
func (r *run) readAsCustomer(ctx context.Context) {
	which := r.indexes(func(i int) bool { return r.Objects[i].Probe })
	problems := make([]string, len(which))
	web := client()
	each(ctx, workers, len(which), func(i int) { problems[i] = visit(ctx, web, r.Objects[which[i]]) })
	if ctx.Err() != nil {
		return
	}
	seen := map[string]bool{}
	for i, problem := range problems {
		o := r.Objects[which[i]]
		if problem == "" || seen[o.Bucket] {
			continue
		}
		seen[o.Bucket] = true
		r.diags.Warn(diag.Range{File: publish.Place(o)}, "not-public",
			"customers cannot read "+o.URL+": "+problem,
			"let the bucket have public policies, and add to its policy "+statement(o)+
				"; or say --private where customers get access otherwise")
	}
}

// visit gives what is wrong with an object as everybody sees it, or nothing.
func visit(ctx context.Context, web httpDoer, o publish.Object) string {
	method := http.MethodGet
	if o.Stage == publish.Functions {
		method = http.MethodHead // its digest was read back, and it is large
	}
	request, err := http.NewRequestWithContext(ctx, method, o.URL, nil)
	if err != nil {
		return err.Error()
	}
	response, err := web.Do(request)
	if err != nil {
		return unreachable(err).Summary
	}
	defer func() { _ = response.Body.Close() }() // only read
	if response.StatusCode != http.StatusOK {
		return "S3 answers " + response.Status
	}
	if method == http.MethodHead {
		if response.ContentLength != o.Size {
			return fmt.Sprintf("it has %d bytes, not %d", response.ContentLength, o.Size)
		}
		return ""
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, response.Body); err != nil {
		return err.Error()
	}
	if hex.EncodeToString(hash.Sum(nil)) != o.SHA256 {
		return "it has other bytes"
	}
	return ""
}

type httpDoer interface {
	Do(*http.Request) (*http.Response, error)
}

// statement is what a bucket's policy needs: everybody reads objects below the prefix, nobody lists
// them.
func statement(o publish.Object) string {
	partition, _ := launch.PartitionOf(o.Region)
	prefix, _, _ := strings.Cut(o.Key, "/lambda/")
	if o.Release != "" {
		prefix, _, _ = strings.Cut(o.Key, "/"+o.Release+"/")
	}
	return fmt.Sprintf(`{"Sid":"Customers","Effect":"Allow","Principal":"*","Action":"s3:GetObject",`+
		`"Resource":"arn:%s:s3:::%s/%s/*"}`, partition.Name, o.Bucket, prefix)
}
