package store

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"byocfn/internal/publish"
)

// racedError says that an object appeared, with other bytes, after this run had looked.
type racedError struct{ object publish.Object }

func (e racedError) Error() string { return publish.Raced(e.object).Summary }

// reason is what a vendor reads where AWS answers with one of the codes. In the texts, BUCKET, REGION,
// OWNER and CODE stand for what they say.
type reason struct {
	codes             []string
	id, summary, hint string
}

// reasons is the table of what AWS answers; where a head is asked for, the status is all that it says.
// Source: S3 API Reference, "Error responses"; STS API Reference, "Common errors".
func reasons() []reason {
	return []reason{
		{[]string{"NoSuchBucket", "404"}, "no-bucket", "there is no such bucket",
			"make it: aws s3 mb s3://BUCKET --region REGION; or leave REGION out with --region"},
		{[]string{"AccessDenied", "AllAccessDisabled", "AccessDeniedException"}, "access-denied",
			"access denied: SAID", "either the bucket is not OWNER's (--bucket-owner ID says whose it " +
				"is), or s3:ListBucket, s3:GetObject or s3:PutObject is missing; README.md has the policy"},
		{[]string{"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"},
			"expired", "the credentials have expired", "log in again and run the same command again"},
		{[]string{"RequestTimeTooSkewed", "RequestInTheFuture"}, "wrong-clock",
			"the clock of this machine is wrong: SAID", "set the clock; S3 bears 15 minutes"},
		{[]string{"InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException",
			"InvalidToken", "SignatureDoesNotMatch", "AuthFailure", "InvalidSecurity"},
			"bad-credentials", "REGION does not know these credentials: CODE",
			"take credentials of the region's partition; the region may also be one that the account " +
				"has to enable first"},
		{[]string{"NotImplemented"}, "not-implemented",
			"the store cannot do what publishing needs: SAID",
			"it must know If-None-Match and x-amz-checksum-sha256"},
		{[]string{"BadDigest", "XAmzContentChecksumMismatch", "InvalidDigest"}, "damaged",
			"what arrived is not what was sent: CODE", "run the same command again"},
		{[]string{"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded",
			"ServiceUnavailable", "InternalError", "RequestTimeout", "ConditionalRequestConflict",
			"OperationAborted"}, "busy", "S3 did not do it, however often it was asked: CODE",
			"run the same command again later: it writes what is missing"},
	}
}

// explain says what an error means and what to do about it.
func (c *clients) explain(err error, o publish.Object) publish.Failure {
	var raced racedError
	if errors.As(err, &raced) {
		return publish.Raced(raced.object)
	}
	if home := homeOf(err); home != "" && home != o.Region {
		return publish.Failure{ID: "bucket-elsewhere",
			Summary: "the bucket is in " + home + " and not in " + o.Region,
			Hint: "CloudFormation takes a function's code from the stack's own region only: delete " +
				"the bucket and make it again in " + o.Region}
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return unreachable(err)
	}
	code, status := api.ErrorCode(), statusOf(err)
	for _, r := range reasons() {
		if slices.Contains(r.codes, code) || slices.Contains(r.codes, fmt.Sprint(status)) {
			return c.fill(r, code, said(api), o)
		}
	}
	r := reason{id: "s3-failed", summary: "S3 refused: CODE: SAID"}
	switch {
	case status >= http.StatusInternalServerError:
		r = reasons()[len(reasons())-1]
	case status == http.StatusForbidden:
		r = reasons()[1]
	}
	return c.fill(r, code, said(api), o)
}

func said(api smithy.APIError) string {
	if api.ErrorMessage() == "" {
		return api.ErrorCode()
	}
	return strings.TrimSuffix(api.ErrorMessage(), ".")
}

func (c *clients) fill(r reason, code, said string, o publish.Object) publish.Failure {
	owner := "the account that you mean"
	if c.owner != nil {
		owner = "account " + *c.owner
	}
	words := strings.NewReplacer("BUCKET", o.Bucket, "REGION", o.Region, "OWNER", owner, "CODE", code,
		"SAID", said)
	return publish.Failure{ID: r.id, Summary: words.Replace(r.summary), Hint: words.Replace(r.hint)}
}

// unreachable is for errors that no service gave.
func unreachable(err error) publish.Failure {
	f := publish.Failure{ID: "no-connection", Summary: "no answer: " + err.Error(),
		Hint: "look at the network, at proxies and at --endpoint; then run the same command again"}
	var dial *net.OpError
	var dns *net.DNSError
	var address *url.Error
	switch {
	case errors.As(err, &dns):
		f.Summary = "no address is known of " + dns.Name
	case errors.As(err, &dial):
		f.Summary = "no connection: " + dial.Error()
	case errors.As(err, &address):
		f.Summary = "no answer: " + address.Err.Error()
	}
	return f
}

// noCredentials is for what goes wrong before AWS is asked.
func noCredentials(err error) publish.Failure {
	cause := lastOf(err)
	if strings.Contains(cause, "EC2 IMDS") { // where the SDK looks last
		cause = "neither the environment nor a profile nor this machine has any"
	}
	return publish.Failure{ID: "no-credentials", Summary: "there are no credentials: " + cause,
		Hint: "log in (aws sso login, aws configure), or set AWS_PROFILE; a program takes a role"}
}

// lastOf gives the words of the innermost error: the SDK wraps each several times.
func lastOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

func statusOf(err error) int {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// homeOf gives the region that S3 names where a bucket was asked for in another one: with a redirect,
// or with a signature that is for the wrong region. Source: S3 User Guide, "Request routing".
func homeOf(err error) string {
	var response *awshttp.ResponseError
	if !errors.As(err, &response) || response.Response == nil {
		return ""
	}
	switch response.HTTPStatusCode() {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest:
		return response.Response.Header.Get("X-Amz-Bucket-Region")
	}
	return ""
}
