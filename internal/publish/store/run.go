package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"byocfn/internal/artifact"
	"byocfn/internal/diag"
	"byocfn/internal/publish"
)

// Options is what a run takes besides its request.
type Options struct {
	Report  func(publish.Progress) // called by one goroutine at a time; nil for nobody
	Backoff time.Duration          // the longest wait before a call is tried again; 0: the SDK's
}

// Run looks at all objects of all buckets, and only where nothing contradicts writes those that are
// missing, a stage after the other; then it reads back what it wrote. A second run goes on where a
// first one ended. Whatever goes wrong is in the result, for all buckets at once.
func Run(ctx context.Context, request publish.Request, options Options) publish.Result {
	ctx, cancel := context.WithTimeout(ctx, request.Timeout)
	defer cancel()
	r := &run{Request: request, Options: options}
	for _, step := range r.steps() {
		step(ctx)
		if r.diags = append(r.diags, r.failures.List()...); ctx.Err() != nil {
			r.interrupted(ctx)
		}
		if r.diags.HasErrors() {
			break
		}
	}
	return publish.Result{Diags: r.diags, Buckets: r.counts}
}

// run is one request on its way.
type run struct {
	publish.Request
	Options
	bodies  map[string][]byte // by File
	aws     *clients
	found   []publish.Found // one for each object
	counts  []publish.Count
	written []bool // by this run, one for each object

	uploaded func(publish.Object) // counts, over all stages

	lock     sync.Mutex
	failures publish.Failures
	broken   map[string]bool // buckets in which a write failed
	diags    diag.List
}

func (r *run) steps() []func(context.Context) {
	if len(r.Objects) == 0 {
		return nil
	}
	steps := []func(context.Context){r.read, r.connect, r.lookAtBuckets, r.lookAtObjects}
	if r.DryRun {
		return steps
	}
	for _, stage := range publish.Stages() {
		steps = append(steps, func(ctx context.Context) { r.upload(ctx, stage) })
	}
	steps = append(steps, r.readBack)
	if !r.Private {
		steps = append(steps, r.readAsCustomer)
	}
	return steps
}

// read loads each file once, and holds it against its digest: what was compiled is what is sent,
// whatever happens to the file meanwhile.
func (r *run) read(context.Context) {
	r.bodies = map[string][]byte{}
	for _, o := range r.Objects {
		if _, known := r.bodies[o.File]; known {
			continue
		}
		data, err := os.ReadFile(o.File)
		if err == nil && artifact.SHA256(data) != o.SHA256 {
			err = errors.New("the file has changed since it was compiled")
		}
		if err != nil {
			r.diags.Error(diag.Range{File: o.File}, "cannot-read", err.Error(),
				"run byocfn synth, review and commit dist/, then publish")
		}
		r.bodies[o.File] = data
	}
}

func (r *run) connect(ctx context.Context) {
	var diags diag.List
	r.aws, diags = connect(ctx, r.Request, r.Backoff)
	r.diags = append(r.diags, diags...)
}

// lookAtBuckets asks each bucket for one object of its list: an answer that S3 gives with its reason,
// which it does not where it is asked for an object's head.
func (r *run) lookAtBuckets(ctx context.Context) {
	var buckets []publish.Object
	seen := map[string]bool{}
	for _, o := range r.Objects {
		if !seen[o.Bucket] {
			seen[o.Bucket] = true
			buckets = append(buckets, publish.Object{Bucket: o.Bucket, Region: o.Region})
		}
	}
	each(ctx, workers, len(buckets), func(i int) {
		if err := r.aws.open(ctx, buckets[i]); err != nil {
			r.fail(ctx, buckets[i], err)
		}
	})
}

func (r *run) lookAtObjects(ctx context.Context) {
	r.found = make([]publish.Found, len(r.Objects))
	r.written = make([]bool, len(r.Objects))
	r.look(ctx, "looked at", all(len(r.Objects)))
	if len(r.failures.List()) > 0 || ctx.Err() != nil {
		return
	}
	r.counts = publish.Counts(r.Objects, r.found)
	r.diags = append(r.diags, publish.Conflicts(r.Objects, r.found)...)
}

func (r *run) look(ctx context.Context, step string, which []int) {
	progress := r.progress(step, which, false)
	each(ctx, workers, len(which), func(i int) {
		o := r.Objects[which[i]]
		found, err := r.aws.look(ctx, o)
		if err != nil {
			r.fail(ctx, o, err)
			return
		}
		r.found[which[i]] = found
		progress(o)
	})
}

// upload writes what one stage lacks. A bucket that refuses one object would refuse the others.
func (r *run) upload(ctx context.Context, stage publish.Stage) {
	which := r.indexes(func(i int) bool {
		return r.Objects[i].Stage == stage && !r.found[i].Exists
	})
	if r.uploaded == nil {
		missing := r.indexes(func(i int) bool { return !r.found[i].Exists })
		r.uploaded = r.progress("uploaded", missing, true)
	}
	hands := workers
	if stage == publish.Functions {
		hands = carriers
	}
	each(ctx, hands, len(which), func(i int) {
		o := r.Objects[which[i]]
		if r.isBroken(o.Bucket) {
			return
		}
		written, err := r.aws.put(ctx, o, r.bodies[o.File])
		if err != nil {
			r.fail(ctx, o, err)
			return
		}
		r.written[which[i]] = written
		r.uploaded(o)
	})
	for i := range r.counts {
		bucket := r.counts[i].Bucket
		r.counts[i].Uploaded = len(r.indexes(func(i int) bool {
			return r.written[i] && r.Objects[i].Bucket == bucket
		}))
	}
}

// readBack holds the digests that S3 tells of what was written against what was sent.
func (r *run) readBack(ctx context.Context) {
	which := r.indexes(func(i int) bool { return r.written[i] })
	r.look(ctx, "read back", which)
	if ctx.Err() != nil {
		return
	}
	for _, i := range which {
		if o := r.Objects[i]; !r.found[i].Is(o) {
			r.note(o, publish.Failure{ID: "not-what-was-sent",
				Summary: "the object does not have the bytes that were sent",
				Hint:    "find out who else writes to this bucket"})
		}
	}
}

func (r *run) indexes(take func(i int) bool) []int {
	return slices.DeleteFunc(all(len(r.Objects)), func(i int) bool { return !take(i) })
}

func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// fail notes an error; what a cancelled context leaves behind is no news.
func (r *run) fail(ctx context.Context, o publish.Object, err error) {
	if ctx.Err() == nil {
		r.note(o, r.aws.explain(err, o))
	}
}

func (r *run) note(o publish.Object, why publish.Failure) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.broken == nil {
		r.broken = map[string]bool{}
	}
	r.broken[o.Bucket] = true
	r.failures.Add(o, why)
}

func (r *run) isBroken(bucket string) bool {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.broken[bucket]
}

// interrupted says how far the run came.
func (r *run) interrupted(ctx context.Context) {
	uploaded, missing := 0, 0
	for _, c := range r.counts {
		uploaded, missing = uploaded+c.Uploaded, missing+c.Missing
	}
	what := "interrupted"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		what = "not done within " + r.Timeout.String()
	}
	if uploaded == 0 {
		what += "; nothing was written"
	} else {
		what += fmt.Sprintf("; %d of %d objects were written", uploaded, missing)
	}
	r.diags.Error(diag.Range{File: "publish"}, "interrupted", what,
		"run the same command again: it writes what is missing")
}

// progress gives a function that counts objects, or also their bytes, and tells of every tenth.
func (r *run) progress(step string, which []int, inBytes bool) func(publish.Object) {
	var lock sync.Mutex
	p := publish.Progress{Step: step, Of: len(which)}
	for _, i := range which {
		if inBytes {
			p.OfBytes += r.Objects[i].Size
		}
	}
	tenths := func() [2]int64 {
		return [2]int64{int64(p.Done * 10 / p.Of), p.Bytes * 10 / max(p.OfBytes, 1)}
	}
	return func(o publish.Object) {
		lock.Lock()
		defer lock.Unlock()
		before := tenths()
		p.Done++
		if inBytes {
			p.Bytes += o.Size
		}
		if r.Report != nil && tenths() != before {
			r.Report(p)
		}
	}
}

// How many calls wait for an answer at once: those that send little, and those that send a zip, which
// share the line and must each be done in tryTime.
const (
	workers  = 64
	carriers = 12
)

// each calls do for 0 to n-1, many at once, until the context ends.
func each(ctx context.Context, workers, n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}
