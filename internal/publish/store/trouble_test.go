package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"byocfn/internal/fakes3"
	"byocfn/internal/publish"
)

// TestTriedAgain: S3 is busy at first, or an answer is lost; each call is done all the same.
func TestTriedAgain(t *testing.T) {
	fake, request := world(t)
	var lock sync.Mutex
	seen := map[string]int{}
	fake.Fault = func(c fakes3.Call) fakes3.Refusal {
		lock.Lock()
		defer lock.Unlock()
		seen[c.String()]++
		codes := []string{"SlowDown", "ServiceUnavailable", "ConditionalRequestConflict"}
		statuses := []int{503, 503, 409}
		if n := seen[c.String()] - 1; n < 3 && c.Action == "s3:PutObject" || n < 2 {
			return fakes3.Refusal{Status: statuses[n], Code: codes[n]}
		}
		return fakes3.Refusal{}
	}
	result := run1(t, request)
	expect(t, result.Diags)
	if uploaded(result) != 6 {
		t.Errorf("%+v", result.Buckets)
	}
}

// TestInterrupted stops a run at each of its writes, and lets a second run go on.
func TestInterrupted(t *testing.T) {
	for n := range int64(6) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			fake, request := world(t)
			ctx, cancel := context.WithCancel(t.Context())
			var puts atomic.Int64
			fake.Fault = func(c fakes3.Call) fakes3.Refusal {
				if c.Action == "s3:PutObject" && puts.Add(1) > n {
					cancel()
					return fakes3.Refusal{Status: 503, Code: "SlowDown"}
				}
				return fakes3.Refusal{}
			}
			first := Run(ctx, request, Options{})
			expect(t, first.Diags, "publish interrupted")
			there := len(fake.Names()) // a write whose answer nobody heard may still arrive
			if there > int(n) || there < uploaded(first) {
				t.Errorf("%d objects are there, %d known of", there, uploaded(first))
			}
			fake.Fault = nil
			second := run1(t, request)
			expect(t, second.Diags)
			if uploaded(second) > 6-there || len(fake.Names()) != 6 {
				t.Errorf("%d after %d: %v", uploaded(second), there, fake.Names())
			}
		})
	}
}

func TestTooSlow(t *testing.T) {
	fake, request := world(t)
	request.Timeout = 50 * time.Millisecond
	fake.Fault = func(fakes3.Call) fakes3.Refusal {
		time.Sleep(100 * time.Millisecond)
		return fakes3.Refusal{}
	}
	result := run1(t, request)
	expect(t, result.Diags, "publish interrupted")
	if d := result.Diags; len(d) == 1 && d[0].Summary != "not done within 50ms; nothing was written" {
		t.Error(d[0].Summary)
	}
}

// TestRaced lets somebody write between the look and the write: the same bytes do no harm, others are
// an error, and later stages stay away.
func TestRaced(t *testing.T) {
	for _, same := range []bool{true, false} {
		fake, request := world(t)
		o := request.Objects[2]
		data, err := os.ReadFile(o.File)
		if err != nil {
			t.Fatal(err)
		}
		if !same {
			data[0]++
		}
		fake.Fault = func(c fakes3.Call) fakes3.Refusal {
			if c.Action == "s3:PutObject" && c.Bucket == o.Bucket && c.Key == o.Key {
				fake.Put(o.Bucket, o.Key, fakes3.Object{Data: data})
			}
			return fakes3.Refusal{}
		}
		result := run1(t, request)
		if same {
			expect(t, result.Diags)
			if uploaded(result) != 5 {
				t.Errorf("%+v", result)
			}
			continue
		}
		expect(t, result.Diags, publish.Place(o)+" release-taken")
		if names := fake.Names(); len(names) != 4 {
			t.Errorf("the pages of a broken release are there: %v", names)
		}
	}
}

// TestTwoPublishers run at once: together they write everything once.
func TestTwoPublishers(t *testing.T) {
	fake, request := world(t)
	var wg sync.WaitGroup
	var total atomic.Int64
	for range 2 {
		wg.Go(func() {
			result := run1(t, request)
			expect(t, result.Diags)
			total.Add(int64(uploaded(result)))
		})
	}
	wg.Wait()
	if total.Load() != 6 || len(fake.Names()) != 6 {
		t.Errorf("%d written, %v there", total.Load(), fake.Names())
	}
}

// TestWriteRefused: a bucket that may be read and not written is told of once, and nothing of a later
// stage is written anywhere.
func TestWriteRefused(t *testing.T) {
	fake, request := world(t)
	fake.Fault = func(c fakes3.Call) fakes3.Refusal {
		if c.Action == "s3:PutObject" && c.Bucket == "b-eu-west-1" {
			return fakes3.Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "no"}
		}
		return fakes3.Refusal{}
	}
	result := run1(t, request)
	expect(t, result.Diags, "s3://b-eu-west-1/a+b/lambda/0.zip access-denied")
	if names := fake.Names(); len(names) != 1 {
		t.Errorf("%v", names)
	}
}

func TestAsCustomer(t *testing.T) {
	fake, request := world(t)
	request.Private = false
	fake.Make("b-eu-west-1", fakes3.Bucket{Region: "eu-west-1", Owner: account})
	result := run1(t, request)
	expect(t, result.Diags, "s3://b-eu-west-1/a+b/lambda/0.zip not-public")
	want := `add to its policy {"Sid":"Customers","Effect":"Allow","Principal":"*",` +
		`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b-eu-west-1/a+b/*"};`
	if len(result.Diags) == 1 && !strings.Contains(result.Diags[0].Hint, want) {
		t.Error(result.Diags[0].Hint)
	}
	fake.Make("b-eu-west-1", fakes3.Bucket{Region: "eu-west-1", Owner: account, Public: true})
	fake.Fault = func(c fakes3.Call) fakes3.Refusal {
		if c.Anonymous && c.Action == "s3:GetObject" {
			return fakes3.Refusal{Status: http.StatusMovedPermanently}
		}
		return fakes3.Refusal{}
	}
	expect(t, run1(t, request).Diags, "s3://b-eu-west-1/a+b/1.2.0/agent/template.yaml not-public",
		"s3://b-us-east-1/a+b/1.2.0/agent/template.yaml not-public")
}

// TestServe: a request on a line, events on lines, and an end of the input that stops everything.
func TestServe(t *testing.T) {
	fake, request := world(t)
	line, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	open, stay := io.Pipe() // it stays open, as the one of byocfn does
	defer func() { _ = stay.Close() }()
	var out bytes.Buffer
	if err := Serve(t.Context(), io.MultiReader(bytes.NewReader(line), open), &out); err != nil {
		t.Fatal(err)
	}
	var last publish.Event
	for input := json.NewDecoder(&out); ; {
		var event publish.Event
		if err := input.Decode(&event); err == io.EOF {
			break
		} else if err != nil || last.Result != nil {
			t.Fatal(err, last)
		}
		last = event
	}
	if last.Result == nil || uploaded(*last.Result) != 6 || len(last.Result.Diags) > 0 {
		t.Errorf("%+v", last)
	}
	fake.Calls()
	out.Reset()
	fake.Fault = func(fakes3.Call) fakes3.Refusal {
		time.Sleep(200 * time.Millisecond) // the end of the input is seen by then
		return fakes3.Refusal{}
	}
	if err := Serve(t.Context(), bytes.NewReader(line), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"interrupted"`) {
		t.Error(out.String())
	}
	for _, c := range fake.Calls() {
		if c.Action == "s3:PutObject" {
			t.Errorf("%s for nobody", c)
		}
	}
	if err := Serve(t.Context(), strings.NewReader("{"), &out); err == nil {
		t.Error("half a request is none")
	}
}

// TestNobodyListens: where nobody reads what happens, nothing more does.
func TestNobodyListens(t *testing.T) {
	_, request := world(t)
	line, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	open, stay := io.Pipe()
	defer func() { _ = stay.Close() }()
	broken := errors.New("broken pipe")
	deaf := writer(func([]byte) (int, error) { return 0, broken })
	err = Serve(t.Context(), io.MultiReader(bytes.NewReader(line), open), deaf)
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// TestBrokenBucketIsLeft: a bucket that refuses the first of many writes is not asked for all others.
func TestBrokenBucketIsLeft(t *testing.T) {
	fake, request := world(t)
	for i := range 500 {
		o := request.Objects[2]
		o.Key += fmt.Sprint(i)
		request.Objects = append(request.Objects, o)
	}
	fake.Fault = func(c fakes3.Call) fakes3.Refusal {
		if c.Action == "s3:PutObject" && strings.Contains(c.Key, "template") {
			return fakes3.Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: "no"}
		}
		return fakes3.Refusal{}
	}
	result := run1(t, request)
	puts := 0
	for _, c := range fake.Calls() {
		if c.Action == "s3:PutObject" {
			puts++
		}
	}
	if len(result.Diags) != 2 || puts > 300 {
		t.Errorf("%d writes; %+v", puts, result.Diags)
	}
}

// TestCustomersGetSomethingElse: what stands between S3 and everybody else may answer otherwise.
func TestCustomersGetSomethingElse(t *testing.T) {
	for longer, want := range map[string]string{"": "template.yaml not-public", "x": "0.zip not-public"} {
		fake, request := world(t)
		request.Private = false
		fake.Fault = func(c fakes3.Call) fakes3.Refusal {
			if o, ok := fake.Get(c.Bucket, c.Key); ok && c.Anonymous {
				o.Data = []byte(strings.Repeat("?", len(o.Data)) + longer)
				fake.Put(c.Bucket, c.Key, o)
			}
			return fakes3.Refusal{}
		}
		diags := run1(t, request).Diags
		if len(diags) != 2 || !strings.HasSuffix(diags[0].At.File+" "+diags[0].ID, want) {
			t.Errorf("%q: %+v", longer, diags)
		}
	}
}
