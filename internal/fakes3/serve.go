package fakes3

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// ServeHTTP answers S3's REST calls with the bucket in the path, and STS.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	region, service := scope(r)
	call := callOf(r, service)
	if refusal := s.begin(call); refusal.Status != 0 {
		refuse(w, r, refusal, service)
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if call.Action == "sts:GetCallerIdentity" {
		fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">`+
			`<GetCallerIdentityResult><Arn>arn:%s:iam::%s:user/x</Arn><UserId>x</UserId>`+
			`<Account>%s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
			s.Partition, s.Account, s.Account)
		return
	}
	if refusal := s.admit(call, r, region); refusal.Status != 0 {
		refuse(w, r, refusal, service)
		return
	}
	switch call.Action {
	case "s3:ListBucket":
		fmt.Fprintf(w, `<ListBucketResult><Name>%s</Name><KeyCount>0</KeyCount><MaxKeys>1</MaxKeys>`+
			`<IsTruncated>false</IsTruncated></ListBucketResult>`, call.Bucket)
	case "s3:PutObject":
		refuse(w, r, s.write(call, r, body), service)
	default:
		s.read(w, r, call)
	}
}

func callOf(r *http.Request, service string) Call {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	c := Call{Bucket: bucket, Key: key, Anonymous: r.Header.Get("Authorization") == ""}
	switch {
	case service == "sts":
		c.Action = "sts:GetCallerIdentity"
	case key == "" && r.Method == http.MethodGet:
		c.Action = "s3:ListBucket"
	case r.Method == http.MethodHead:
		c.Action = "s3:HeadObject"
	case r.Method == http.MethodPut:
		c.Action = "s3:PutObject"
	case r.Method == http.MethodGet:
		c.Action = "s3:GetObject"
	}
	return c
}

// scope gives region and service of a signature: Credential=KEY/DATE/REGION/SERVICE/aws4_request.
func scope(r *http.Request) (region, service string) {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	parts := strings.Split(credential, "/")
	if len(parts) < 5 {
		return "", ""
	}
	return parts[2], parts[3]
}

// admit is what S3 asks before it does anything: is there the bucket, here, whose is it, who asks.
func (s *Store) admit(c Call, r *http.Request, region string) Refusal {
	bucket, known := s.buckets[c.Bucket]
	wanted := r.Header.Get("X-Amz-Expected-Bucket-Owner")
	denied := Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	switch {
	case !known:
		return Refusal{Status: http.StatusNotFound, Code: "NoSuchBucket",
			Message: "The specified bucket does not exist"}
	case c.Anonymous && (!bucket.Public || c.Action != "s3:GetObject" && c.Action != "s3:HeadObject"):
		return denied
	case c.Anonymous:
		return Refusal{}
	case bucket.Region != region:
		return Refusal{Status: http.StatusMovedPermanently, Code: "PermanentRedirect",
			Message: "The bucket must be addressed using the specified endpoint",
			Header:  http.Header{"X-Amz-Bucket-Region": {bucket.Region}}}
	case wanted == "" && s.Account != "":
		s.breached(c, "it does not say whose the bucket should be")
	case wanted != "" && wanted != bucket.Owner:
		return denied
	}
	return Refusal{}
}

func (s *Store) write(c Call, r *http.Request, body []byte) Refusal {
	sum := sha256.Sum256(body)
	checksum := base64.StdEncoding.EncodeToString(sum[:])
	_, taken := s.objects[c.Bucket+"/"+c.Key]
	switch {
	case r.Header.Get("If-None-Match") != "*":
		s.breached(c, "it would write over an object")
	case r.Header.Get("X-Amz-Checksum-Sha256") == "":
		s.breached(c, "it has no checksum")
	case r.Header.Get("X-Amz-Checksum-Sha256") != checksum:
		return Refusal{Status: http.StatusBadRequest, Code: "BadDigest",
			Message: "The SHA256 you specified did not match the calculated checksum"}
	case taken:
		return Refusal{Status: http.StatusPreconditionFailed, Code: "PreconditionFailed",
			Message: "At least one of the pre-conditions you specified did not hold"}
	}
	s.objects[c.Bucket+"/"+c.Key] = Object{Data: body, Checksum: r.Header.Get("X-Amz-Checksum-Sha256"),
		ContentType: r.Header.Get("Content-Type"), CacheControl: r.Header.Get("Cache-Control")}
	return Refusal{}
}

func (s *Store) read(w http.ResponseWriter, r *http.Request, c Call) {
	o, found := s.objects[c.Bucket+"/"+c.Key]
	if !found {
		refuse(w, r, Refusal{Status: http.StatusNotFound, Code: "NoSuchKey",
			Message: "The specified key does not exist."}, "s3")
		return
	}
	if o.Checksum != "" && r.Header.Get("X-Amz-Checksum-Mode") == "ENABLED" {
		w.Header().Set("X-Amz-Checksum-Sha256", o.Checksum)
	}
	w.Header().Set("Content-Type", o.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(o.Data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(o.Data) // the client may be gone
	}
}

// refuse writes an error as S3 and STS do, without its body where a head was asked for. No refusal is
// an empty answer.
func refuse(w http.ResponseWriter, r *http.Request, f Refusal, service string) {
	for name, values := range f.Header {
		w.Header()[name] = values
	}
	if f.Status == 0 {
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(f.Status)
	form := "<Error><Code>%s</Code><Message>%s</Message></Error>"
	if service == "sts" {
		form = "<ErrorResponse>" + form + "</ErrorResponse>"
	}
	if r.Method != http.MethodHead {
		fmt.Fprintf(w, form, f.Code, f.Message)
	}
}
