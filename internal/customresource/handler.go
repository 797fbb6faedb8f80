// Package customresource runs functions behind CloudFormation custom resources: it decodes the
// event, calls Create, Update or Delete, and answers exactly once, in time, whatever happens.
//
// It uses aws-lambda-go's event and response types but not its wrapper, which has no deadline, one
// unbounded PUT and re-raises panics, so that Lambda runs the event again after the stack has
// already rolled back. Nothing here knows the AWS SDK.
package customresource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"
)

// Function is what a custom resource does. P is its properties: a struct of strings, booleans,
// integers and lists of strings with JSON names.
//
// The context ends early enough to answer. An Answer counts beside an error too: its PhysicalID is
// what CloudFormation deletes on rollback. Every method may be called again with the same request.
type Function[P any] interface {
	Create(context.Context, Request[P]) (Answer, error)
	Update(context.Context, Request[P]) (Answer, error)
	Delete(context.Context, Request[P]) (Answer, error)
}

// Answer is what a function found or made.
type Answer struct {
	PhysicalID string // empty: the claimed one, else the event's, else one made from the logical id
	Data       any    // a struct or map whose JSON is an object of strings; becomes Fn::GetAtt
	Reason     string // shown beside SUCCESS in the log; an error's text takes its place
	NoEcho     bool   // masks Data in CloudFormation's answers
}

// Options are the edges of a Handler. The zero value is right in Lambda.
type Options struct {
	Reserve time.Duration // kept at the end of the run to answer in; 0 means 15 s
	Grace   time.Duration // of Reserve: what a stopped function gets to say why; 0 means 2 s
	Client  *http.Client  // sends the answer; nil means one of its own
	Log     *slog.Logger  // nil means JSON lines on standard output
}

// Handler answers the events of one custom resource type.
type Handler[P any] struct {
	build   func(context.Context) (Function[P], error)
	options Options
	mu      sync.Mutex
	built   Function[P]
}

// Start runs a function in Lambda; it does not return. build makes the function once per process.
// Its error does not end the process, since then nobody would answer: it becomes the reason of the
// first FAILED, and the next event builds anew.
func Start[P any](build func(context.Context) (Function[P], error)) {
	handler := New(build, Options{})
	if _, err := handler.function(context.Background()); err != nil {
		handler.options.Log.Error("the function could not start", "error", err.Error())
	}
	lambda.Start(handler.Invoke)
}

// New gives a handler whose Invoke is called for every event.
func New[P any](build func(context.Context) (Function[P], error), options Options) *Handler[P] {
	if options.Reserve == 0 {
		options.Reserve = 15 * time.Second
	}
	if options.Grace == 0 {
		options.Grace = 2 * time.Second
	}
	if options.Client == nil {
		options.Client = &http.Client{}
	}
	if options.Log == nil {
		options.Log = slog.New(slog.NewJSONHandler(os.Stdout, nil))
	}
	return &Handler[P]{build: build, options: options}
}

// Invoke handles one event. It gives an error only when no answer could be delivered: after an
// answer, an error would make Lambda run the event again, possibly long after the rollback.
func (h *Handler[P]) Invoke(ctx context.Context, raw json.RawMessage) error {
	event, problem := parse(raw)
	log := h.options.Log.With("requestId", event.RequestID, "logicalId", event.LogicalResourceID,
		"type", string(event.RequestType))
	if err := usable(event.ResponseURL); err != nil {
		log.Error("the event cannot be answered", "error", err.Error())
		return err
	}
	begin := time.Now()
	log.Info("request", "resourceType", event.ResourceType, "stackId", event.StackID,
		"physicalId", event.PhysicalResourceID)
	claimed := &claim{}
	done := outcome{err: problem}
	if problem == nil {
		done = h.run(ctx, event, claimed, log)
	}
	body, response := encode(event, done, claimed.get())
	log.Info("answer", "status", string(response.Status), "physicalId", response.PhysicalResourceID,
		"reason", response.Reason, "milliseconds", time.Since(begin).Milliseconds())
	if err := deliver(ctx, h.options.Client, event.ResponseURL, body, log); err != nil {
		log.Error("the answer could not be delivered", "error", err.Error())
		return err
	}
	return nil
}

type outcome struct {
	answer Answer
	err    error
}

var (
	errLate   = errors.New("the request came after CloudFormation had stopped waiting for it")
	errGoexit = errors.New("the function ended without a result; see its log")
)

// run calls the function in a goroutine of its own and waits for it, but not longer than there is
// time to answer. Only this goroutine answers, so a function that comes back later is not heard.
func (h *Handler[P]) run(
	ctx context.Context, event cfn.Event, claimed *claim, log *slog.Logger,
) outcome {
	stop, err := h.stop(ctx, event)
	if err != nil {
		return outcome{err: err}
	}
	work, cancel := context.WithDeadline(ctx, stop)
	defer cancel()
	result := make(chan outcome, 1)
	go func() {
		done := outcome{err: errGoexit}
		defer func() {
			if p := recover(); p != nil {
				log.Error("panic", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
				done = outcome{err: fmt.Errorf("the function has a defect (%v): "+
					"give its log to the vendor, then try again", p)}
			}
			result <- done
		}()
		done = h.dispatch(work, event, claimed, log)
	}()
	select {
	case done := <-result:
		return done
	case <-work.Done():
	}
	late := fmt.Errorf("the function ran out of time (%s); see its log, then try again",
		event.RequestType)
	select {
	case done := <-result:
		if done.err == nil || !bareContextError(done.err) {
			return done
		}
		return outcome{answer: done.answer, err: late}
	case <-time.After(h.options.Grace):
		return outcome{err: late}
	}
}

// bareContextError tells whether an error says no more than that time is up.
func bareContextError(err error) bool {
	return err == context.DeadlineExceeded || err == context.Canceled
}

// stop gives the moment at which the function must stop: Reserve before the earlier of Lambda's
// deadline and CloudFormation's; without either, after the longest run that Lambda knows.
func (h *Handler[P]) stop(ctx context.Context, event cfn.Event) (time.Time, error) {
	end, bounded := ctx.Deadline()
	if expiry, known := expiry(event); known {
		late := !time.Now().Before(expiry)
		if late && event.RequestType != cfn.RequestDelete {
			return time.Time{}, errLate
		}
		if !late && (!bounded || expiry.Before(end)) {
			end, bounded = expiry, true
		}
	}
	if !bounded {
		return time.Now().Add(15 * time.Minute), nil
	}
	return end.Add(-min(h.options.Reserve, time.Until(end)/2)), nil
}

func (h *Handler[P]) dispatch(
	ctx context.Context, event cfn.Event, claimed *claim, log *slog.Logger,
) outcome {
	function, err := h.function(ctx)
	if err != nil {
		return outcome{err: fmt.Errorf("the function could not start: %w", err)}
	}
	request := Request[P]{
		Type: event.RequestType, StackID: event.StackID, RequestID: event.RequestID,
		LogicalID: event.LogicalResourceID, PhysicalID: event.PhysicalResourceID,
		Sent: sent(event), Log: log, claimed: claimed,
	}
	_ = decode(event.OldResourceProperties, &request.Old) // another release wrote them
	err = decode(event.ResourceProperties, &request.Properties)
	call := function.Delete
	if event.RequestType != cfn.RequestDelete {
		if err != nil {
			return outcome{err: err}
		}
		call = function.Create
		if event.RequestType == cfn.RequestUpdate {
			call = function.Update
		}
	}
	answer, err := call(ctx, request)
	return outcome{answer, err}
}

// function builds the function, or gives the one that was built.
func (h *Handler[P]) function(ctx context.Context) (function Function[P], err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if h.built == nil {
		built, err := h.build(ctx)
		if err != nil {
			return nil, err
		}
		h.built = built
	}
	return h.built, nil
}
