package publish

import (
	"cmp"
	"fmt"

	"byocfn/internal/diag"
)

// Failure says what went wrong with an object or a bucket, in the words of a diagnostic.
type Failure struct{ ID, Summary, Hint string }

// Failures collects what went wrong, so that a mistake of a whole bucket is told once. The zero value
// is empty.
type Failures struct {
	rows  []failed
	index map[failedKey]int
}

type failedKey struct {
	bucket  string
	failure Failure
}

type failed struct {
	failedKey
	first Object
	count int
}

// Add notes the failure of an object; one without key stands for its bucket.
func (f *Failures) Add(o Object, why Failure) {
	key := failedKey{o.Bucket, why}
	if n, known := f.index[key]; known {
		row := &f.rows[n]
		row.count++
		if before(o, row.first) {
			row.first = o
		}
		return
	}
	if f.index == nil {
		f.index = map[failedKey]int{}
	}
	f.index[key] = len(f.rows)
	f.rows = append(f.rows, failed{key, o, 1})
}

// before orders objects as they are written: failures come in any order, and one is named.
func before(a, b Object) bool {
	return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Key, b.Key)) < 0
}

// List gives an error for each bucket and failure.
func (f *Failures) List() (diags diag.List) {
	for _, row := range f.rows {
		summary := row.failure.Summary
		if more := row.count - 1; more > 0 {
			summary += fmt.Sprintf("; %d more of this bucket likewise", more)
		}
		diags.Error(diag.Range{File: Place(row.first)}, row.failure.ID, summary, row.failure.Hint)
	}
	return diags
}

// Place names an object, or a bucket where it has no key, as people do.
func Place(o Object) string {
	if o.Key == "" {
		return "s3://" + o.Bucket
	}
	return "s3://" + o.Bucket + "/" + o.Key
}
