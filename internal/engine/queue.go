package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Request is one request of CloudFormation.
type Request struct {
	ID, Kind   string // Kind is Create, Update or Delete
	StackID    string
	LogicalID  string
	Type       string
	PhysicalID string // empty on Create
	Token      string // the function
	Number     int    // of the requests of this resource, from 0
	Timeout    time.Duration
}

// pending is a request that waits for its answer.
type pending struct {
	Request
	sent     time.Time
	puts     int
	answered chan Answer // holds the one that counts
	closed   bool        // CloudFormation does not listen any more
	success  *Answer     // the first SUCCESS, to hold others against
	by       *run        // whose answer counts
	late     bool        // somebody else worked on it when it was closed, or later
}

// event is the JSON of a request.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
func (e *Engine) event(r Request, properties, old map[string]any) json.RawMessage {
	now := time.Now().UTC()
	e.mu.Lock()
	secret := e.uuid("signature of " + r.ID)
	e.secrets = append(e.secrets, secret)
	e.mu.Unlock()
	event := map[string]any{
		"RequestType": r.Kind, "RequestId": r.ID, "StackId": r.StackID,
		"LogicalResourceId": r.LogicalID, "ResourceType": r.Type,
		// The date is seen in the wild, and is no contract (aws-solutions/qnabot-on-aws#536).
		"ResponseURL": fmt.Sprintf("https://cloudformation-custom-resource-response.example/%s?"+
			"X-Amz-Date=%s&X-Amz-Expires=7200&X-Amz-Signature=%s", r.ID,
			now.Format("20060102T150405Z"), secret),
		"ResourceProperties": r.complete(properties),
	}
	if r.Kind != "Create" {
		event["PhysicalResourceId"] = r.PhysicalID
	}
	if r.Kind == "Update" {
		event["OldResourceProperties"] = r.complete(old)
	}
	raw, err := json.Marshal(event)
	if err != nil {
		panic(err) // properties of a test that are no JSON
	}
	return raw
}

// complete adds what CloudFormation passes on with the properties.
func (r Request) complete(properties map[string]any) map[string]any {
	all := map[string]any{
		"ServiceToken": r.Token, "ServiceTimeout": fmt.Sprint(int(r.Timeout.Seconds())),
	}
	maps.Copy(all, texts(properties).(map[string]any))
	return all
}

// texts turns every scalar into a string, as CloudFormation does (pulumi-aws-native#1806; not
// documented).
func texts(v any) any {
	switch v := v.(type) {
	case nil:
		return map[string]any{}
	case map[string]any:
		all := make(map[string]any, len(v))
		for key, item := range v {
			all[key] = texts(item)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, item := range v {
			all[i] = texts(item)
		}
		return all
	case []string:
		all := make([]any, len(v))
		for i, item := range v {
			all[i] = item
		}
		return all
	}
	return fmt.Sprint(v)
}

// send puts an event into the function's queue. The queue delivers at least once, so there may be
// copies, and in any order.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
func (e *Engine) send(r Request, raw json.RawMessage) {
	begin := time.Now()
	for i, d := range e.options.Weather.Deliveries(r) {
		e.flights.Add(1)
		go func() {
			defer e.flights.Done()
			time.Sleep(d.After)
			e.attempts(r, raw, d, i, begin)
		}()
	}
}

// attempts runs an event until it succeeds. After a function error, which a timeout and a crash
// are too, it runs again after one minute and after two more, as often as the function allows. An
// event that has become too old in the queue is dropped. Throttles are not modelled: they are a
// delay.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func (e *Engine) attempts(r Request, raw json.RawMessage, d Delivery, number int,
	begin time.Time) {
	f, known := e.options.Functions[r.Token]
	if !known {
		e.Note("%s of %s goes to %s, which is no function", r.Kind, r.LogicalID, r.Token)
		return
	}
	age := f.MaxAge
	if age == 0 {
		age = 6 * time.Hour
	}
	for attempt := 0; time.Since(begin) <= age; attempt++ {
		e.Note("run %s %s of %s %s (copy %d, attempt %d)", r.Kind, r.LogicalID, short(r.StackID),
			r.PhysicalID, number, attempt)
		if err := e.attempt(f, r, raw, d, attempt); err == nil || attempt >= f.Retries {
			return
		}
		time.Sleep(time.Duration(min(attempt+1, 2)) * time.Minute)
	}
	e.Note("%s of %s is too old and dropped", r.Kind, r.LogicalID)
}

func (e *Engine) attempt(f Function, r Request, raw json.RawMessage, d Delivery, n int) error {
	if d.Dead && n == 0 {
		return errCrash
	}
	p := e.process(r.Token, f, d.Cold)
	defer e.release(r.Token, p)
	return p.serve(f, r, raw)
}

// Orphan tells whether a request of a stack was worked on after CloudFormation had its answer or
// had given up, so that it may have made something that no Delete will be sent for.
func (e *Engine) Orphan(stackID, requestID string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.requests[requestID]
	return r != nil && r.StackID == stackID && r.late
}
