package engine

import (
	"encoding/json"
	"io"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// Answer is what a function answered to a request.
type Answer struct {
	Request Request   `json:"-"`
	Begun   time.Time `json:"-"` // the run that answered
	At      time.Time `json:"-"`
	Counts  bool      `json:"-"` // CloudFormation took this one; the others came later

	Status             string
	Reason             string
	PhysicalResourceID string `json:"PhysicalResourceId"`
	RequestID          string `json:"RequestId"`
	StackID            string `json:"StackId"`
	LogicalResourceID  string `json:"LogicalResourceId"`
	NoEcho             bool
	Data               map[string]any
}

// Limits of an answer.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
const (
	maxBody = 4096 // bytes, inclusive (awsdocs/aws-cloudformation-user-guide#262)
	maxID   = 1024
)

// put is CloudFormation's end of the response URL. Which of several answers counts is not
// documented; here the first one does, and S3 takes the others without a word.
func (e *Engine) put(p *Process, this *run, r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	request, known := e.requests[path.Base(r.URL.Path)]
	n := 0
	if known {
		n = request.puts
		request.puts++
	}
	e.mu.Unlock()
	if !known || r.Method != http.MethodPut {
		return reply(r, http.StatusForbidden), nil
	}
	if this.puts++; this.puts == 1 && time.Until(this.deadline) < e.options.Reserve {
		e.Fault("I15: %s %s has %v left to answer", request.Kind, request.LogicalID,
			time.Until(this.deadline))
	}
	switch put := e.options.Weather.Put(request.Request, n); put {
	case Take, LoseAnswer:
		e.take(request, this, body)
		if put == LoseAnswer {
			this.failed = true
			return nil, errLost
		}
		this.answered = true
		return reply(r, http.StatusOK), nil
	case Hang:
		this.failed = true
		select {
		case <-r.Context().Done():
		case <-p.died:
		}
		return nil, errLost
	case Refuse, Break, Busy, TooMany:
		this.failed = true
		return reply(r, map[Put]int{Refuse: 403, Break: 500, Busy: 503, TooMany: 429}[put]), nil
	}
	this.failed = true
	return nil, errLost
}

func reply(r *http.Request, status int) *http.Response {
	return &http.Response{
		StatusCode: status, Request: r, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader("")),
	}
}

// take reads an answer, holds it against I1, I2 and I6, and hands the first one over.
func (e *Engine) take(request *pending, this *run, body []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if this.taken++; this.taken > 1 && this.answered {
		e.fault("I1: two answers to %s %s", request.Kind, request.LogicalID)
	}
	answer := e.read(request, body)
	answer.Begun = this.begun
	if answer.Status == "SUCCESS" {
		if first := request.success; first == nil {
			request.success = &answer
		} else if !e.options.Same(*first, answer) {
			e.fault("I6: %s %s was answered with %s %v, then with %s %v", request.Kind,
				request.LogicalID, first.PhysicalResourceID, first.Data,
				answer.PhysicalResourceID, answer.Data)
		}
	}
	answer.Counts = !request.closed
	e.answers = append(e.answers, answer)
	word := "answer"
	if request.closed {
		word = "late answer"
	}
	e.note("%s %s %s: %s %s %s", word, request.Kind, request.LogicalID, answer.Status,
		answer.PhysicalResourceID, answer.Reason)
	if !request.closed {
		request.closed, request.by = true, this
		request.answered <- answer
	}
}

// read holds an answer against the rules of crpg-ref-responses. What CloudFormation does with a
// bad one is known from its messages alone: "Response object is too long", "Invalid
// PhysicalResourceId"; it counts as FAILED and the id is made up (remind101/empire#918).
func (e *Engine) read(request *pending, body []byte) Answer {
	answer := Answer{}
	if err := json.Unmarshal(body, &answer); err != nil {
		e.fault("I2: the answer to %s is not JSON: %v", request.Kind, err)
		answer.Status = "FAILED"
	}
	answer.Request, answer.At = request.Request, time.Now()
	bad := ""
	switch id := answer.PhysicalResourceID; {
	case len(body) > maxBody:
		bad = "Response object is too long"
	case !utf8.Valid(body):
		bad = "the answer is not UTF-8"
	case answer.Status != "SUCCESS" && answer.Status != "FAILED":
		bad = "Status is neither SUCCESS nor FAILED"
	case answer.RequestID != request.ID, answer.StackID != request.StackID,
		answer.LogicalResourceID != request.LogicalID:
		bad = "the ids are not those of the event"
	case id == "" || len(id) > maxID:
		bad = "Invalid PhysicalResourceId"
	case answer.Status == "FAILED" && answer.Reason == "":
		bad = "FAILED without a reason"
	}
	if bad != "" {
		e.fault("I2: %s %s: %s (%d bytes)", request.Kind, request.LogicalID, bad, len(body))
		answer.Status, answer.Reason, answer.Data = "FAILED", bad, nil
		answer.PhysicalResourceID = ""
	}
	if request.Kind == "Delete" && answer.PhysicalResourceID != request.PhysicalID {
		e.fault("I8: Delete of %s answers with the id %s", request.PhysicalID,
			answer.PhysicalResourceID)
	}
	return answer
}

// same tells whether two successful answers to one request agree.
func same(a, b Answer) bool {
	return a.PhysicalResourceID == b.PhysicalResourceID && reflect.DeepEqual(a.Data, b.Data)
}
