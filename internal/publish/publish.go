// Package publish says what goes where when a vendor publishes: which object of which bucket has
// which bytes, in which order, and what a bucket that already holds some of them means. It reads and
// sends nothing; package store below it does.
package publish

import (
	"time"

	"byocfn/internal/diag"
)

// Stage orders the writing: nothing is there before what it leads to. All buckets finish a stage
// before any begins the next, because a page leads to the templates of every region.
type Stage int

// The stages.
const (
	Functions Stage = iota // zips, which templates name
	Templates              // templates, and what the page leads to
	Pages                  // README.md and launch.json
)

// Stages gives all of them, in order.
func Stages() []Stage { return []Stage{Functions, Templates, Pages} }

// Object is one object as it will be in one bucket.
type Object struct {
	Bucket, Region, Key string
	URL                 string // where a customer reads it
	File                string // slash-separated: below dist/, or below the folder of the zips
	SHA256              string // in hexadecimal digits
	Size                int64
	ContentType         string
	Release             string // of the product; empty for a zip, which no release owns
	Stage               Stage
	Probe               bool // stands for its kind when the bucket is read as customers do
}

// CacheControl is that of every object: what stands under a key never changes.
const CacheControl = "public, max-age=31536000, immutable"

// Request is what the program that publishes is asked, as one line of JSON on its standard input. It
// goes on while the input stays open.
type Request struct {
	Objects     []Object // File is a path of this machine here
	DryRun      bool     // look, and write nothing
	Private     bool     // do not try to read as customers do
	Endpoint    string   // of a store that speaks S3; empty for AWS
	BucketOwner string   // account of the buckets; empty: that of the credentials, where AWS is asked
	Timeout     time.Duration
}

// Event is a line of JSON on the program's standard output; the last one has the result.
type Event struct {
	Progress *Progress `json:",omitempty"`
	Result   *Result   `json:",omitempty"`
}

// Progress tells how far a step is.
type Progress struct {
	Step           string // looked at, uploaded, read back
	Done, Of       int    // objects
	Bytes, OfBytes int64  // of what is uploaded
}

// Result is what became of a request.
type Result struct {
	Diags   diag.List
	Buckets []Count // in the order of the request; empty where the buckets could not be looked at
}

// Count is the state of one bucket.
type Count struct {
	Bucket   string `json:"bucket"`
	Region   string `json:"region"`
	Objects  int    `json:"objects"`
	Missing  int    `json:"missing"`  // when the run began
	Bytes    int64  `json:"bytes"`    // of what was missing
	Uploaded int    `json:"uploaded"` // by this run
}

// Found is what stands under a key. The zero value is nothing.
type Found struct {
	Exists bool
	SHA256 string // in hexadecimal digits
}

// Is tells whether what was found is the object.
func (f Found) Is(o Object) bool { return f.Exists && f.SHA256 == o.SHA256 }

// Counts says of each bucket what it lacks. Found belongs to objects, one by one.
func Counts(objects []Object, found []Found) []Count {
	var out []Count
	index := map[string]int{}
	for i, o := range objects {
		n, known := index[o.Bucket]
		if !known {
			n = len(out)
			index[o.Bucket] = n
			out = append(out, Count{Bucket: o.Bucket, Region: o.Region})
		}
		out[n].Objects++
		if !found[i].Exists {
			out[n].Missing++
			out[n].Bytes += o.Size
		}
	}
	return out
}

// Conflicts finds objects that stand there with other bytes. Customers hold their addresses and
// digests, so nothing is ever written over; one diagnostic speaks for all objects of a bucket.
func Conflicts(objects []Object, found []Found) diag.List {
	var all Failures
	for i, o := range objects {
		if f := found[i]; f.Exists && !f.Is(o) {
			all.Add(o, conflict(o))
		}
	}
	return all.List()
}

func conflict(o Object) Failure {
	if o.Release == "" {
		return Failure{"not-our-zip", "the object is not the zip that its name says",
			"find out who wrote it, delete it, and publish again; stacks refuse such code"}
	}
	return Failure{"release-taken", "release " + o.Release + " was published with other bytes",
		"raise release in product.yaml, run byocfn synth, review and commit dist/, then publish"}
}

// Raced is the failure of an object that somebody else wrote, with other bytes, after this run had
// looked.
func Raced(o Object) Failure {
	f := conflict(o)
	f.Summary += " while this run was publishing"
	return f
}
