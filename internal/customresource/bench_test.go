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
	"strings"
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

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
