package spec

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// form is what a text must look like, and how to say so.
type form struct {
	is   *regexp.Regexp
	id   string // of the diagnostic
	what string // after "is no "
	hint string
}

// The forms of names and texts of the language.
var (
	productForm = form{regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`), "bad-name",
		"name of a product", "use lower-case letters, digits and hyphens, at most 31: acme-lake"}
	releaseForm = form{regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`),
		"bad-release", "version", "write three numbers, such as 1.0.0 or 1.0.0-rc.1"}
	factForm = form{regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`), "bad-name",
		"name of a fact", "use letters and digits, such as vendorAccount"}
	// The name of a regional bucket is BUCKET-REGION of at most 63 characters; 46 leave room for
	// any region. Dots would break the certificate of BUCKET.s3.REGION.amazonaws.com.
	// Source: S3 user guide, bucketnamingrules.
	bucketForm = form{regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,44}[a-z0-9])?$`), "bad-bucket",
		"beginning of a bucket's name",
		"use lower-case letters, digits and hyphens, at most 46: the region follows"}
	prefixForm = form{regexp.MustCompile(`^([A-Za-z0-9_-][A-Za-z0-9._-]*/)+$`), "bad-prefix",
		"folder", "write it as in releases/byoc/ with a slash at the end and none before"}
	// Source: IAM API reference, Tag; EC2 and S3 take these characters as well.
	tagForm = form{regexp.MustCompile(`^[\p{L}\p{Zs}\p{N}_.:/=+@-]*$`), "bad-tag",
		"text of a tag", "use letters, digits, spaces and any of _.:/=+-@"}
)

// check reports a text that does not have the form. An absent text was reported where it is missing.
func (f form) check(w Word, diags *diag.List) {
	if w.Value != "" && !f.is.MatchString(w.Value) {
		diags.Error(w.At, f.id, `"`+w.Value+`" is no `+f.what, f.hint)
	}
}

// CheckProductName gives an error that says what a product may be called, or nil.
func CheckProductName(name string) error {
	if productForm.is.MatchString(name) {
		return nil
	}
	return fmt.Errorf("%q is no %s: %s", name, productForm.what, productForm.hint)
}

func checkProduct(root *source.Node, p *Product, diags *diag.List) {
	productForm.check(p.Product, diags)
	releaseForm.check(p.Release, diags)
	checkAddress(p.Docs, diags)
	bucketForm.check(p.Publish.Bucket, diags)
	checkReserved(p.Publish.Bucket, diags)
	prefixForm.check(p.Publish.Prefix, diags)
	checkTags(p.Tags, diags)
	checkFactTable(p.Facts, diags)
	checkRegions(root.Get("regions"), p.Regions, diags)
}

func checkAddress(w Word, diags *diag.List) {
	if w.Value == "" {
		return
	}
	u, err := url.Parse(w.Value)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		strings.ContainsAny(w.Value, " <>\"") {
		diags.Error(w.At, "bad-address", `"`+w.Value+`" is no https address`,
			"write it as in https://docs.example.com/byoc")
	}
}

// reservedBuckets are beginnings of names that S3 keeps. Source: S3 user guide, bucketnamingrules.
var reservedBuckets = []string{"xn--", "sthree-", "amzn-s3-demo-"}

func checkReserved(w Word, diags *diag.List) {
	for _, begin := range reservedBuckets {
		if strings.HasPrefix(w.Value, begin) {
			diags.Error(w.At, "bad-bucket", "S3 keeps names that begin with "+begin,
				"choose another name")
		}
	}
}

// What a tag may hold, in characters, and how many tags of 50 a product may set: the customer's own
// and those of the compiler need room. Source: IAM, EC2 and S3 user guides, tagging.
const (
	maxTagKey   = 128
	maxTagValue = 256
	maxTags     = 40
)

// checkTags checks tags that IAM, EC2 and S3 must all take.
func checkTags(tags Keyed[Text], diags *diag.List) {
	first := map[string]diag.Range{} // IAM takes keys that differ in case only for the same
	for i, tag := range tags {
		key := strings.ToLower(tag.Name.Value)
		tagForm.check(tag.Name, diags)
		if before, twice := first[key]; twice {
			diags.Error(tag.Name.At, "duplicate-tag", "the tag "+tag.Name.Value+" is here twice",
				"IAM ignores case in keys: keep one", diag.Note{Text: "the first one", At: before})
		}
		first[key] = tag.Name.At
		switch {
		case strings.HasPrefix(key, "aws:"):
			diags.Error(tag.Name.At, "bad-tag", "keys that begin with aws: belong to AWS",
				"choose another key")
		case utf8.RuneCountInString(key) > maxTagKey:
			diags.Error(tag.Name.At, "bad-tag", "the key of a tag has at most 128 characters",
				"shorten it")
		}
		checkTagValue(tag.Value, diags)
		if i == maxTags {
			diags.Error(tag.Name.At, "too-many-tags", "there are more than "+strconv.Itoa(maxTags)+
				" tags", "AWS takes 50; the customer's own need room")
		}
	}
}

// checkRegion refuses what cannot be a region. A name that could be one, but is not known, may be of
// a region that AWS has opened since.
func checkRegion(w Word, diags *diag.List) {
	if w.Value == "" || slices.Contains(cfn.Regions(), w.Value) {
		return
	}
	near := diag.DidYouMean(w.Value, cfn.Regions())
	if cfn.ValidRegion(w.Value) {
		diags.Warn(w.At, "unknown-region", `no AWS region "`+w.Value+`" is known`,
			strings.TrimPrefix(near+" If AWS has opened it since, this warning can stay", " "))
		return
	}
	if near == "" {
		near = "write it as in us-east-1"
	}
	diags.Error(w.At, "unknown-region", `"`+w.Value+`" is no AWS region`, near)
}

func checkTagValue(t Text, diags *diag.List) {
	size := 0
	for _, p := range t.Parts {
		tagForm.check(Word{Value: p.Literal, At: t.At}, diags)
		size += utf8.RuneCountInString(p.Literal)
	}
	if size > maxTagValue {
		diags.Error(t.At, "bad-tag", "the value of a tag has at most 256 characters", "shorten it")
	}
}

func checkFactTable(facts Keyed[Fact], diags *diag.List) {
	for _, f := range facts {
		factForm.check(f.Name, diags)
		if f.Value.IsList && len(f.Value.Values) == 0 {
			diags.Error(f.Value.At, "empty-list", f.Name.Value+" is an empty list",
				"write at least one item")
		}
	}
}

// checkRegions checks names, and that a fact is a list in every region or in none: a reference to
// it becomes one piece of template for all of them.
func checkRegions(n *source.Node, regions Regions, diags *diag.List) {
	if n != nil && n.Kind == source.Mapping && len(n.Entries) == 0 {
		diags.Error(n.At, "empty-list", "regions is empty",
			"name the regions in which the product is offered")
	}
	first := map[string]Fact{}
	for _, r := range regions {
		checkRegion(r.Name, diags)
		checkFactTable(r.Facts, diags)
		for _, f := range r.Facts {
			before, known := first[f.Name.Value]
			if !known {
				first[f.Name.Value] = f.Value
			} else if before.IsList != f.Value.IsList {
				diags.Error(f.Value.At, "mixed-fact",
					f.Name.Value+" is a list in one region and a text in another",
					"write a list in every region, or in none",
					diag.Note{Text: "here it is different", At: before.At})
			}
		}
	}
}
