package customresource

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
)

// props are the properties of the functions under test.
type props struct {
	Common
	Zone  string   `json:"Zone"`
	Deep  bool     `json:"Deep"`
	Count int      `json:"Count"`
	List  []string `json:"List"`
}

// Common stands for the contract's embedded struct.
type Common struct {
	ServiceToken   string `json:"ServiceToken"`
	ServiceTimeout string `json:"ServiceTimeout"`
}

// fake does one thing for every request type.
type fake func(context.Context, Request[props]) (Answer, error)

func (f fake) Create(ctx context.Context, r Request[props]) (Answer, error) { return f(ctx, r) }
func (f fake) Update(ctx context.Context, r Request[props]) (Answer, error) { return f(ctx, r) }
func (f fake) Delete(ctx context.Context, r Request[props]) (Answer, error) { return f(ctx, r) }

// wire is CloudFormation's end of the response URL. Each PUT takes the next behaviour: a status,
// 0 for a network error, -1 for no answer at all. After the last one, 200.
type wire struct {
	behaviours []int
	puts       []cfn.Response
	bodies     [][]byte
	taken      int // PUTs answered with 200
	at         []time.Time
	headers    http.Header
	urls       []string
}

func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	var response cfn.Response
	if err := json.Unmarshal(body, &response); err != nil {
		return nil, err
	}
	w.puts, w.bodies = append(w.puts, response), append(w.bodies, body)
	w.at, w.headers = append(w.at, time.Now()), request.Header
	w.urls = append(w.urls, request.URL.String())
	status := http.StatusOK
	if n := len(w.puts); n <= len(w.behaviours) {
		status = w.behaviours[n-1]
	}
	switch status {
	case 0:
		return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	case -1:
		<-request.Context().Done()
		return nil, request.Context().Err()
	case http.StatusOK:
		w.taken++
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("<Error/>")),
		Request: request}, nil
}

const (
	stackID = "arn:aws-cn:cloudformation:cn-north-1:123456789012:stack/Ünïcode/" +
		"0f3c9b1e-7d2a-11ef-8c11-0a58a9feac02"
	secret = "X-Amz-Signature=do-not-log-me"
)

// event builds an event as CloudFormation sends it; a nil value in changes removes a key.
func event(kind string, changes map[string]any) json.RawMessage {
	all := map[string]any{
		"RequestType": kind, "RequestId": "req-1", "StackId": stackID,
		"LogicalResourceId": "Facts", "ResourceType": "Custom::Facts",
		"ResponseURL":        "https://bucket.s3.example/key%3Aa%7Cb?" + secret,
		"ResourceProperties": map[string]any{"ServiceToken": "arn:x", "Zone": "use1-az2"},
	}
	if kind != "Create" {
		all["PhysicalResourceId"] = "old/1"
	}
	for key, value := range changes {
		if all[key] = value; value == nil {
			delete(all, key)
		}
	}
	raw, err := json.Marshal(all)
	if err != nil {
		panic(err) // of the test's own table
	}
	return raw
}

// result is what one event left behind.
type result struct {
	wire wire
	err  error
	logs string
	took time.Duration
}

func (r result) last() cfn.Response {
	if len(r.wire.puts) == 0 {
		return cfn.Response{Reason: "NO ANSWER"}
	}
	return r.wire.puts[len(r.wire.puts)-1]
}

// invoke runs one event in a bubble with virtual time.
func invoke(
	t *testing.T, f fake, raw json.RawMessage, timeout time.Duration, behaviours ...int,
) (r result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r = invokeHere(f, raw, timeout, behaviours...)
		time.Sleep(2 * time.Hour) // a function that heeds no context ends, and is not heard
	})
	return r
}

func invokeHere(f fake, raw json.RawMessage, timeout time.Duration, behaviours ...int) (r result) {
	var logs bytes.Buffer
	r.wire.behaviours = behaviours
	handler := New(func(context.Context) (Function[props], error) { return f, nil }, Options{
		Client: &http.Client{Transport: &r.wire},
		Log:    slog.New(slog.NewJSONHandler(&logs, nil)),
	})
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	begin := time.Now()
	r.err = handler.Invoke(ctx, raw)
	r.took, r.logs = time.Since(begin), logs.String()
	return r
}

func ok(_ context.Context, r Request[props]) (Answer, error) {
	return Answer{PhysicalID: "facts/" + r.Properties.Zone, Data: map[string]string{"A": "<&>"}}, nil
}

// delivered fails the test unless exactly one answer was taken, with this status and reason.
func delivered(t *testing.T, r result, status cfn.StatusType, reason string) {
	t.Helper()
	last := r.last()
	if r.err != nil || r.wire.taken != 1 || last.Status != status || !strings.Contains(last.Reason, reason) {
		t.Errorf("got %d answers, error %v, last %+v; want one %s with %q", r.wire.taken, r.err, last,
			status, reason)
	}
	if last.PhysicalResourceID == "" || len(r.wire.bodies[len(r.wire.bodies)-1]) > maxBody {
		t.Errorf("physical id %q, body of %d bytes", last.PhysicalResourceID,
			len(r.wire.bodies[len(r.wire.bodies)-1]))
	}
	if last.RequestID != "req-1" || last.StackID != stackID || last.LogicalResourceID != "Facts" {
		t.Errorf("the answer does not repeat the event's ids: %+v", last)
	}
}

func TestF01EveryRequestIsAnswered(t *testing.T) {
	for _, kind := range []string{"Create", "Update", "Delete"} {
		r := invoke(t, ok, event(kind, nil), time.Minute)
		delivered(t, r, cfn.StatusSuccess, "")
		want := map[string]string{"Delete": "old/1"}[kind]
		if want == "" {
			want = "facts/use1-az2"
		}
		if got := r.last().PhysicalResourceID; got != want {
			t.Errorf("%s: physical id %s, want %s", kind, got, want)
		}
		if got := r.wire.headers.Get("Content-Type"); got != "" {
			t.Errorf("Content-Type %q is not part of the signature", got)
		}
		if got := r.wire.urls[0]; !strings.Contains(got, "key%3Aa%7Cb?") {
			t.Errorf("the URL was rewritten: %s", got)
		}
		if !bytes.Contains(r.wire.bodies[0], []byte(`"A":"<&>"`)) {
			t.Errorf("HTML was escaped: %s", r.wire.bodies[0])
		}
	}
	failed := invoke(t, func(context.Context, Request[props]) (Answer, error) {
		return Answer{Data: map[string]string{"A": "1"}}, errors.New("VPC vpc-1\n is\tgone")
	}, event("Create", nil), time.Minute)
	delivered(t, failed, cfn.StatusFailed, "VPC vpc-1 is gone")
	if failed.last().Data != nil {
		t.Error("a failure carries data")
	}
}

func TestF02AnswersBeforeTheDeadline(t *testing.T) {
	heeds := func(ctx context.Context, r Request[props]) (Answer, error) {
		<-ctx.Done()
		return Answer{PhysicalID: "made/1"}, errors.New("vpce-1 is still pending")
	}
	bare := func(ctx context.Context, r Request[props]) (Answer, error) {
		<-ctx.Done()
		return Answer{}, ctx.Err()
	}
	ignores := func(ctx context.Context, r Request[props]) (Answer, error) {
		r.Claim("claimed/1")
		time.Sleep(time.Hour)
		return Answer{PhysicalID: "too/late"}, nil
	}
	tests := []struct {
		name       string
		f          fake
		timeout    time.Duration
		reason, id string
		before     time.Duration
	}{
		{"heeds its context", heeds, 4 * time.Minute, "still pending", "made/1", 225 * time.Second},
		{"says only that time is up", bare, time.Minute, "ran out of time", "none:", 45 * time.Second},
		{"ignores its context", ignores, 4 * time.Minute, "ran out of time", "claimed/1", 227 * time.Second},
		{"has little time", ignores, 10 * time.Second, "ran out of time", "claimed/1", 7 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, test.f, event("Create", nil), test.timeout)
			delivered(t, r, cfn.StatusFailed, test.reason)
			if !strings.HasPrefix(r.last().PhysicalResourceID, test.id) || r.took > test.before {
				t.Errorf("id %s after %v", r.last().PhysicalResourceID, r.took)
			}
		})
	}
}

func TestF03PanicsAreFailures(t *testing.T) {
	for name, f := range map[string]fake{
		"panic": func(_ context.Context, r Request[props]) (Answer, error) {
			r.Claim("half/made")
			var m map[string]int
			m["x"] = 1
			return Answer{}, nil
		},
		"goexit": func(_ context.Context, r Request[props]) (Answer, error) {
			r.Claim("half/made")
			runtime.Goexit()
			return Answer{}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := invoke(t, f, event("Create", nil), time.Minute)
			delivered(t, r, cfn.StatusFailed, "the function")
			if got := r.last().PhysicalResourceID; got != "half/made" {
				t.Errorf("the id is %s: what was made before would be lost", got)
			}
		})
	}
}

func TestF04DeliveryIsTriedAgain(t *testing.T) {
	tests := []struct {
		name       string
		behaviours []int
		puts       int
		fails      bool
	}{
		{"network errors", []int{0, 0, 200}, 3, false},
		{"a hanging server", []int{-1, -1, 200}, 3, false},
		{"5xx, 408 and 429", []int{500, 503, 408, 429, 204}, 5, false},
		{"used up", []int{403}, 1, true},
		{"not found", []int{404}, 1, true},
		{"for ever", slices.Repeat([]int{503}, 50), tries, true},
		{"for ever silent", slices.Repeat([]int{-1}, 50), tries, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, ok, event("Create", nil), time.Minute, test.behaviours...)
			if len(r.wire.puts) != test.puts || (r.err != nil) != test.fails {
				t.Errorf("%d PUTs, error %v", len(r.wire.puts), r.err)
			}
			for _, body := range r.wire.bodies {
				if !bytes.Equal(body, r.wire.bodies[0]) {
					t.Error("two tries differ")
				}
			}
		})
	}
}

func TestF04DeliveryEndsBeforeLambdaDoes(t *testing.T) {
	slow := func(ctx context.Context, _ Request[props]) (Answer, error) {
		<-ctx.Done()
		return Answer{}, ctx.Err()
	}
	r := invoke(t, slow, event("Create", nil), 20*time.Second, slices.Repeat([]int{-1}, 50)...)
	if r.err == nil || r.took >= 20*time.Second || len(r.wire.puts) < 2 {
		t.Errorf("error %v after %v and %d PUTs", r.err, r.took, len(r.wire.puts))
	}
}

func TestF05BodiesFit(t *testing.T) {
	long := strings.Repeat("<日本 \" & \x00", 2000)
	tests := []struct {
		name   string
		answer Answer
		err    error
		status cfn.StatusType
		reason string
	}{
		{"a long reason", Answer{}, errors.New(long), cfn.StatusFailed, "…"},
		{"a long reason beside data", Answer{Reason: long, Data: map[string]string{"A": "b"}}, nil,
			cfn.StatusSuccess, "…"},
		{"long data", Answer{Data: map[string]string{"A": long}}, nil, cfn.StatusFailed, "does not fit"},
		{"a long id and a long reason", Answer{PhysicalID: strings.Repeat("p", 1024)}, errors.New(long),
			cfn.StatusFailed, "…"},
		{"broken UTF-8", Answer{}, errors.New("a\xff\xfeb"), cfn.StatusFailed, "a?b"},
		{"no reason", Answer{}, errors.New(" \n"), cfn.StatusFailed, "without a reason"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
				return test.answer, test.err
			}, event("Create", nil), time.Minute)
			delivered(t, r, test.status, test.reason)
		})
	}
}

func TestF05TheLimitIsInclusive(t *testing.T) {
	for _, size := range []int{maxBody, maxBody + 1} {
		response := cfn.Response{Status: cfn.StatusFailed}
		response.Reason = strings.Repeat("r", size-len(marshal(&response))-len(`,"Reason":""`))
		full := response.Reason
		body, fits := fit(&response)
		if !fits || len(body) > maxBody || (response.Reason == full) != (size == maxBody) {
			t.Errorf("%d bytes: fits %v, %d bytes, whole reason %v", size, fits, len(body),
				response.Reason == full)
		}
	}
}

func TestF06PhysicalIDs(t *testing.T) {
	none := noneID(cfn.Event{StackID: stackID, LogicalResourceID: "Facts"})
	tests := []struct {
		kind, answered, want string
		status               cfn.StatusType
	}{
		{"Create", "", none, cfn.StatusSuccess},
		{"Create", strings.Repeat("x", 1024), strings.Repeat("x", 1024), cfn.StatusSuccess},
		{"Create", strings.Repeat("x", 1025), none, cfn.StatusFailed},
		{"Create", "vpç", none, cfn.StatusFailed},
		{"Update", "", "old/1", cfn.StatusSuccess},
		{"Update", "new/1", "new/1", cfn.StatusSuccess},
		{"Update", "a\nb", "old/1", cfn.StatusFailed},
		{"Delete", "new/1", "old/1", cfn.StatusSuccess},
	}
	for _, test := range tests {
		r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
			return Answer{PhysicalID: test.answered}, nil
		}, event(test.kind, nil), time.Minute)
		delivered(t, r, test.status, "")
		if got := r.last().PhysicalResourceID; got != test.want {
			t.Errorf("%s with %.9q: %.40s, want %.40s", test.kind, test.answered, got, test.want)
		}
	}
}

func TestF07DeleteWithoutAnIDReachesTheFunction(t *testing.T) {
	called := false
	r := invoke(t, func(_ context.Context, r Request[props]) (Answer, error) {
		called = r.PhysicalID == ""
		return Answer{}, nil
	}, event("Delete", map[string]any{"PhysicalResourceId": nil}), time.Minute)
	delivered(t, r, cfn.StatusSuccess, "")
	if !called {
		t.Error("the function was not asked to clean up")
	}
}

func TestF08IDsAreStable(t *testing.T) {
	first := invoke(t, ok, event("Create", nil), time.Minute).last()
	second := invoke(t, ok, event("Create", map[string]any{"RequestId": "req-1"}), time.Minute).last()
	if first.PhysicalResourceID != second.PhysicalResourceID {
		t.Error("two deliveries give two ids")
	}
	a := noneID(cfn.Event{StackID: "s", LogicalResourceID: "ab"})
	if b := noneID(cfn.Event{StackID: "sa", LogicalResourceID: "b"}); a == b || a == "" {
		t.Error("two resources share an id")
	}
}

func TestF10AndF24LateRequests(t *testing.T) {
	tests := []struct {
		name, kind string
		age        time.Duration
		timeout    any
		runs       bool
	}{
		{"fresh", "Create", 3 * time.Minute, "360", true},
		{"late create", "Create", 361 * time.Second, "360", false},
		{"late update", "Update", 361 * time.Second, "360", false},
		{"late delete", "Delete", 361 * time.Second, "360", true},
		{"an hour by default", "Create", 59 * time.Minute, nil, true},
		{"more than an hour", "Create", 61 * time.Minute, nil, false},
		{"an odd timeout means an hour", "Create", 30 * time.Minute, "soon", true},
		{"a clock that is ahead", "Create", -10 * time.Minute, "360", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ran := false
				signed := time.Now().Add(-test.age).UTC().Format("20060102T150405Z")
				raw := event(test.kind, map[string]any{
					"ResponseURL":        "https://b.example/k?X-Amz-Date=" + signed + "&X-Amz-Expires=7200",
					"ResourceProperties": map[string]any{"ServiceTimeout": test.timeout},
				})
				r := invokeHere(func(context.Context, Request[props]) (Answer, error) {
					ran = true
					return Answer{}, nil
				}, raw, time.Minute)
				if ran != test.runs {
					t.Errorf("the function ran: %v", ran)
				}
				status := map[bool]cfn.StatusType{true: cfn.StatusSuccess, false: cfn.StatusFailed}
				delivered(t, r, status[test.runs], "")
			})
		})
	}
}

func TestF12FailedUpdates(t *testing.T) {
	for made, want := range map[string]string{"": "old/1", "new/2": "new/2"} {
		r := invoke(t, func(_ context.Context, r Request[props]) (Answer, error) {
			if made != "" {
				r.Claim(made)
			}
			return Answer{}, errors.New("no")
		}, event("Update", nil), time.Minute)
		delivered(t, r, cfn.StatusFailed, "no")
		if got := r.last().PhysicalResourceID; got != want {
			t.Errorf("having made %q, the id is %s, want %s", made, got, want)
		}
	}
}

func TestF16AndF17OneAnswerAndNoZombie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stopped atomic.Bool
		r := invokeHere(func(ctx context.Context, _ Request[props]) (Answer, error) {
			time.Sleep(time.Minute) // frozen past the answer
			stopped.Store(ctx.Err() != nil)
			return Answer{PhysicalID: "zombie"}, nil
		}, event("Create", nil), 30*time.Second)
		delivered(t, r, cfn.StatusFailed, "ran out of time")
		time.Sleep(time.Hour)
		if len(r.wire.puts) != 1 || !stopped.Load() {
			t.Errorf("%d PUTs; its context had ended: %v", len(r.wire.puts), stopped.Load())
		}
	})
}

func TestF18DataMustBeStrings(t *testing.T) {
	for _, data := range []any{make(chan int), map[string]any{"A": 1}, []string{"a"}, "text"} {
		r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
			return Answer{Data: data}, nil
		}, event("Create", nil), time.Minute)
		delivered(t, r, cfn.StatusFailed, "data")
	}
}

func TestF19Properties(t *testing.T) {
	tests := []struct {
		name   string
		given  map[string]any
		reason string // of a failure
		want   props
	}{
		{"strings", map[string]any{"Zone": "z", "Deep": "true", "Count": "-7", "List": []any{"a", "b"}},
			"", props{Zone: "z", Deep: true, Count: -7, List: []string{"a", "b"}}},
		{"typed", map[string]any{"Zone": 12345678901234567, "Deep": false, "Count": 3, "List": []any{true}},
			"", props{Zone: "12345678901234567", Count: 3, List: []string{"true"}}},
		{"missing and null", map[string]any{"Zone": nil}, "", props{}},
		{"embedded", map[string]any{"ServiceTimeout": "60"}, "", props{Common: Common{ServiceTimeout: "60"}}},
		{"unknown keys, all named", map[string]any{"zone": "z", "Zzz": "1"}, `"Zzz" is not known to ` +
			`this function; property "zone"`, props{}},
		{"a list for a string", map[string]any{"Zone": []any{"a"}}, "Zone must be a single value", props{}},
		{"a string for a list", map[string]any{"List": "a,b"}, "List must be a list", props{}},
		{"a list in a list", map[string]any{"List": []any{"a", []any{}}}, "List item 2 must be", props{}},
		{"yes", map[string]any{"Deep": "yes"}, `Deep must be "true" or "false"`, props{}},
		{"1e3", map[string]any{"Count": "1e3"}, "Count must be a whole number", props{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got props
			record := func(_ context.Context, r Request[props]) (Answer, error) {
				got = r.Properties
				return Answer{}, nil
			}
			raw := map[string]any{"ResourceProperties": test.given}
			r := invoke(t, record, event("Create", raw), time.Minute)
			if test.reason != "" {
				delivered(t, r, cfn.StatusFailed, test.reason)
				delivered(t, invoke(t, record, event("Delete", raw), time.Minute), cfn.StatusSuccess, "")
				raw = map[string]any{"OldResourceProperties": test.given}
				delivered(t, invoke(t, record, event("Update", raw), time.Minute), cfn.StatusSuccess, "")
				return
			}
			delivered(t, r, cfn.StatusSuccess, "")
			a, b := asJSON(t, got), asJSON(t, test.want)
			if a != b {
				t.Errorf("got %s, want %s", a, b)
			}
		})
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestF20LogsKeepSecrets(t *testing.T) {
	for _, behaviours := range [][]int{{0, 200}, {403}, {-1, 200}, {307}} {
		r := invoke(t, ok, event("Create", nil), time.Minute, behaviours...)
		if strings.Contains(r.logs, "do-not-log-me") {
			t.Errorf("the logs hold the signature: %s", r.logs)
		}
		if r.err != nil && strings.Contains(r.err.Error(), "do-not-log-me") {
			t.Errorf("the error holds the signature: %v", r.err)
		}
		for line := range strings.Lines(r.logs) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatal(err)
			}
			if fields["requestId"] != "req-1" || fields["logicalId"] != "Facts" {
				t.Errorf("a line without its request: %s", line)
			}
		}
	}
}

func TestF20NoEcho(t *testing.T) {
	r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
		return Answer{NoEcho: true, Data: map[string]string{"Key": "hidden-value"}}, nil
	}, event("Create", nil), time.Minute)
	if !r.last().NoEcho || strings.Contains(r.logs, "hidden-value") {
		t.Errorf("NoEcho %v, logs %s", r.last().NoEcho, r.logs)
	}
}

func TestF21CloudFormationStopsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signed := time.Now().Add(-100 * time.Second)
		r := invokeHere(func(ctx context.Context, _ Request[props]) (Answer, error) {
			<-ctx.Done()
			return Answer{}, ctx.Err()
		}, event("Create", map[string]any{
			"ResponseURL":        "https://b.example/k?x-amz-date=" + signed.UTC().Format("20060102T150405Z"),
			"ResourceProperties": map[string]any{"ServiceTimeout": "140"},
		}), 15*time.Minute)
		delivered(t, r, cfn.StatusFailed, "ran out of time")
		if r.took >= 40*time.Second {
			t.Errorf("answered after %v, when CloudFormation had stopped waiting", r.took)
		}
	})
}

func TestF22MalformedEvents(t *testing.T) {
	tests := []struct {
		name     string
		changes  map[string]any
		answered bool
	}{
		{"unknown type", map[string]any{"RequestType": "Read"}, true},
		{"a type of the wrong kind", map[string]any{"RequestType": 7}, true},
		{"properties that are a list", map[string]any{"ResourceProperties": []string{"x"}}, true},
		{"an update without an id", map[string]any{"RequestType": "Update"}, true},
		{"no URL", map[string]any{"ResponseURL": nil}, false},
		{"a file URL", map[string]any{"ResponseURL": "file:///etc/passwd"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, ok, event("Create", test.changes), time.Minute)
			if !test.answered {
				if r.err == nil || len(r.wire.puts) != 0 {
					t.Errorf("error %v, %d PUTs", r.err, len(r.wire.puts))
				}
				return
			}
			delivered(t, r, cfn.StatusFailed, "")
		})
	}
	for _, raw := range []string{"", "null", "[]", `"x"`, "{}"} {
		if r := invoke(t, ok, json.RawMessage(raw), time.Minute); r.err == nil {
			t.Errorf("%q is no event, and gives no error", raw)
		}
	}
}

func TestStartUpFailureIsAnsweredAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w wire
		starts := 0
		handler := New(func(context.Context) (Function[props], error) {
			switch starts++; starts {
			case 1:
				return nil, errors.New("no region is set")
			case 2:
				panic("odd")
			}
			return fake(ok), nil
		}, Options{Client: &http.Client{Transport: &w}, Log: slog.New(slog.DiscardHandler)})
		for range 4 {
			if err := handler.Invoke(t.Context(), event("Create", nil)); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, put := range w.puts {
			got = append(got, string(put.Status)+" "+put.Reason)
		}
		want := []string{"FAILED the function could not start: no region is set",
			"FAILED the function could not start: panic: odd", "SUCCESS ", "SUCCESS "}
		if !slices.Equal(got, want) || starts != 3 {
			t.Errorf("%d starts, answers %q", starts, got)
		}
	})
}

func TestStack(t *testing.T) {
	want := Stack{"aws-cn", "cn-north-1", "123456789012", "Ünïcode", "0f3c9b1e-7d2a-11ef-8c11-0a58a9feac02"}
	if got := (Request[props]{StackID: stackID}).Stack(); got != want {
		t.Errorf("got %+v", got)
	}
	for _, odd := range []string{"", "x", ":::::", "arn:aws:cloudformation"} {
		if got := (Request[props]{StackID: odd}).Stack(); got.UUID != "" {
			t.Errorf("%q gives %+v", odd, got)
		}
	}
}

// TestNoSDK keeps the runtime itself free of the AWS SDK.
func TestNoSDK(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("github.com/aws/"+"aws-sdk-go-v2")) {
			t.Errorf("%s imports the SDK", file)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(event("Create", nil)))
	f.Add([]byte(`{"RequestType":1,"ResponseURL":"https://a/b"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := parse(raw)
		body, response := encode(e, outcome{err: err}, "")
		if err != nil && response.Status != cfn.StatusFailed {
			t.Errorf("a malformed event is answered with %s", response.Status)
		}
		if len(body) > maxBody && len(e.StackID)+len(e.RequestID)+len(e.LogicalResourceID) < 300 &&
			len(e.PhysicalResourceID) <= maxID {
			t.Errorf("%d bytes", len(body))
		}
		_, _ = expiry(e)
		_ = usable(e.ResponseURL)
	})
}

func FuzzFit(f *testing.F) {
	f.Add("reason", "id")
	f.Add(strings.Repeat("\u2028\x01<", 3000), strings.Repeat("i", 900))
	f.Fuzz(func(t *testing.T, reason, id string) {
		e := cfn.Event{RequestID: "r", StackID: "s", LogicalResourceID: "l"}
		body, response := encode(e, outcome{Answer{PhysicalID: id}, errors.New(reason)}, "")
		var back cfn.Response
		if err := json.Unmarshal(body, &back); err != nil || len(body) > maxBody {
			t.Fatalf("%d bytes, %v", len(body), err)
		}
		if back.Reason != response.Reason || back.Reason == "" || back.PhysicalResourceID == "" {
			t.Errorf("reason %q, id %q", back.Reason, back.PhysicalResourceID)
		}
		if _, err := url.Parse(e.ResponseURL); err != nil {
			t.Fatal(err)
		}
	})
}
