package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"byocfn/internal/diag"
	"byocfn/internal/launch"
	"byocfn/internal/publish"
)

// How long one try of a call may take: as a whole, with the largest zip over a slow line, and until
// the answer begins once everything is sent.
const (
	tryTime    = 5 * time.Minute
	answerTime = time.Minute
	tries      = 6
)

// clients is AWS as one account sees it.
type clients struct {
	config   aws.Config
	endpoint string
	owner    *string // of the buckets; nil where nobody can tell
	inRegion map[string]*s3.Client
}

// connect finds credentials where the SDK does, and asks whose they are: with the account, a bucket
// that somebody else made under our name is refused. Source: S3 User Guide, "Verifying bucket
// ownership with bucket owner condition".
func connect(ctx context.Context, request publish.Request,
	backoff time.Duration) (*clients, diag.List) {
	c := &clients{endpoint: request.Endpoint, inRegion: map[string]*s3.Client{}}
	if request.BucketOwner != "" {
		c.owner = &request.BucketOwner
	}
	region := request.Objects[0].Region
	var err error
	c.config, err = config.LoadDefaultConfig(ctx, config.WithRegion(region),
		config.WithHTTPClient(client()),
		config.WithRetryer(func() aws.Retryer { return retryer(backoff) }))
	if err == nil {
		_, err = c.config.Credentials.Retrieve(ctx)
	}
	if err != nil {
		return c, credentialsFailed(noCredentials(err))
	}
	for _, o := range request.Objects {
		if c.inRegion[o.Region] == nil {
			c.inRegion[o.Region] = c.client(o.Region)
		}
	}
	if c.endpoint != "" || c.owner != nil {
		return c, nil
	}
	me, err := sts.NewFromConfig(c.config).GetCallerIdentity(ctx, nil)
	if err != nil {
		return c, credentialsFailed(c.explain(err, publish.Object{Region: region}))
	}
	c.owner = me.Account
	return c, checkPartition(aws.ToString(me.Arn), region)
}

func credentialsFailed(why publish.Failure) (diags diag.List) {
	diags.Error(diag.Range{File: "credentials"}, why.ID, why.Summary, why.Hint)
	return diags
}

// checkPartition holds whose the credentials are, arn:PARTITION:…, against a region.
func checkPartition(arn, region string) diag.List {
	parts := strings.SplitN(arn, ":", 3)
	want, _ := launch.PartitionOf(region)
	if len(parts) < 3 || parts[1] == want.Name {
		return nil
	}
	return credentialsFailed(publish.Failure{ID: "other-partition",
		Summary: fmt.Sprintf("the credentials are of %s, and %s is of %s", parts[1], region, want.Name),
		Hint:    "take credentials of " + want.Name + ", or choose other regions with --region"})
}

func client() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTimeout(tryTime).
		WithTransportOptions(func(t *http.Transport) {
			t.ResponseHeaderTimeout = answerTime
			t.MaxIdleConnsPerHost = workers
		})
}

// retryer adds to the SDK's reasons for another try those that S3 gives where two write one key.
// Source: S3 API Reference, PutObject, If-None-Match.
func retryer(backoff time.Duration) aws.Retryer {
	standard := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = tries
		if backoff > 0 {
			o.MaxBackoff = backoff
		}
	})
	return retry.AddWithErrorCodes(standard, "ConditionalRequestConflict", "OperationAborted")
}

func (c *clients) client(region string) *s3.Client {
	return s3.NewFromConfig(c.config, func(o *s3.Options) {
		o.Region = region
		o.DisableLogOutputChecksumValidationSkipped = true
		if c.endpoint != "" {
			o.BaseEndpoint, o.UsePathStyle = &c.endpoint, true
		}
	})
}

// open tells whether the bucket of an object is there, ours, and in its region.
func (c *clients) open(ctx context.Context, o publish.Object) error {
	_, err := c.inRegion[o.Region].ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &o.Bucket, MaxKeys: aws.Int32(1), ExpectedBucketOwner: c.owner,
	})
	return err
}

// look finds what stands under a key. The digest is S3's own where the object was written with one,
// and otherwise that of the bytes.
func (c *clients) look(ctx context.Context, o publish.Object) (publish.Found, error) {
	s := c.inRegion[o.Region]
	head, err := s.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &o.Bucket, Key: &o.Key,
		ExpectedBucketOwner: c.owner, ChecksumMode: types.ChecksumModeEnabled})
	if statusOf(err) == http.StatusNotFound {
		return publish.Found{}, nil
	}
	if err != nil {
		if why := c.open(ctx, o); why != nil { // what a head cannot say
			err = why
		}
		return publish.Found{}, err
	}
	found := publish.Found{Exists: true}
	if aws.ToInt64(head.ContentLength) != o.Size {
		return found, nil
	}
	sum, err := base64.StdEncoding.DecodeString(aws.ToString(head.ChecksumSHA256))
	if err != nil || len(sum) != sha256.Size { // none, or one of parts
		if sum, err = c.digest(ctx, o); err != nil {
			return publish.Found{}, err
		}
	}
	found.SHA256 = hex.EncodeToString(sum)
	return found, nil
}

func (c *clients) digest(ctx context.Context, o publish.Object) ([]byte, error) {
	got, err := c.inRegion[o.Region].GetObject(ctx, &s3.GetObjectInput{Bucket: &o.Bucket, Key: &o.Key,
		ExpectedBucketOwner: c.owner})
	if err != nil {
		return nil, err
	}
	defer func() { _ = got.Body.Close() }() // only read
	hash := sha256.New()
	if _, err := io.Copy(hash, got.Body); err != nil {
		return nil, err
	}
	return hash.Sum(nil), nil
}

// put writes an object where nothing stands, and tells whether it did: the same bytes may have come
// from another run, or from a try whose answer was lost.
func (c *clients) put(ctx context.Context, o publish.Object, body []byte) (bool, error) {
	sum, err := hex.DecodeString(o.SHA256)
	if err != nil {
		return false, err
	}
	_, err = c.inRegion[o.Region].PutObject(ctx, &s3.PutObjectInput{Bucket: &o.Bucket, Key: &o.Key,
		Body: bytes.NewReader(body), ContentLength: aws.Int64(int64(len(body))),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum)),
		IfNoneMatch:    aws.String("*"), ExpectedBucketOwner: c.owner,
		ContentType: &o.ContentType, CacheControl: aws.String(publish.CacheControl)})
	if statusOf(err) != http.StatusPreconditionFailed {
		return err == nil, err
	}
	found, err := c.look(ctx, o)
	if err == nil && !found.Is(o) {
		err = racedError{o}
	}
	return false, err
}
