package engine

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Process is one execution environment of a function. It serves one event at a time and stays for
// the next one, unless it crashes or runs out of time.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
type Process struct {
	engine *Engine
	invoke Invoke
	died   chan struct{}
	once   sync.Once
	mu     sync.Mutex
	run    *run // nil while frozen
}

// run is one event in a process.
type run struct {
	request  Request
	puts     int
	answered bool // an answer was taken and the function knows
	taken    int
	failed   bool // the weather was against a PUT
	calls    int  // of AWS
	begun    time.Time
	deadline time.Time
}

var (
	errDead  = errors.New("the process is dead")
	errLost  = errors.New("connection reset by peer")
	errCrash = errors.New("Runtime.ExitError")
)

// Crash ends the process where it stands: nothing that it still does leaves it.
func (p *Process) Crash() {
	p.once.Do(func() {
		p.engine.Note("the process crashes")
		close(p.died)
	})
}

// Dead tells whether the process has crashed.
func (p *Process) Dead() bool {
	select {
	case <-p.died:
		return true
	default:
		return false
	}
}

// Request gives the request that the process works on; ok is false while it is frozen.
func (p *Process) Request() (r Request, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run == nil {
		return r, false
	}
	return p.run.request, true
}

// Doer sends requests, as http.Client does and the AWS SDK's clients want it.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Caller is the process's way to AWS. Calls outside of a run, without a deadline or after the
// answer was sent are breaches of I9, and too many of them are one of I14.
func (p *Process) Caller(inner Doer) Doer {
	return doer(func(request *http.Request) (*http.Response, error) {
		if p.Dead() || !p.mayCall(request.Context()) {
			return nil, errDead
		}
		response, err := inner.Do(request)
		if p.Dead() {
			return nil, errDead
		}
		return response, err
	})
}

// mayCall holds a call against the invariants; a frozen process calls nobody.
func (p *Process) mayCall(ctx context.Context) bool {
	p.mu.Lock()
	run := p.run
	if run != nil {
		run.calls++
	}
	p.mu.Unlock()
	_, bounded := ctx.Deadline()
	switch most := p.engine.options.MaxCalls; {
	case run == nil:
		p.engine.Fault("I9: a call of AWS outside of a run")
		return false
	case !bounded:
		p.engine.Fault("I9: a call of AWS without a deadline")
	case run.puts > 0:
		p.engine.Fault("I9: a call of AWS after the answer to %s was sent", run.request.Kind)
	case most > 0 && run.calls == most+1:
		p.engine.Fault("I14: %s %s makes more than %d calls", run.request.Kind,
			run.request.LogicalID, most)
	}
	return true
}

// Client is what the process sends its answers with.
func (p *Process) Client() *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		p.mu.Lock()
		run := p.run
		p.mu.Unlock()
		if run == nil || p.Dead() {
			return nil, errDead
		}
		return p.engine.put(p, run, r)
	})}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }

// serve runs one event to its end, to the function's timeout, or to the crash of the process, and
// gives the function error that Lambda sees. A run that timed out leaves no process behind.
func (p *Process) serve(f Function, request Request, raw json.RawMessage) error {
	this := &run{request: request, begun: time.Now(), deadline: time.Now().Add(f.Timeout)}
	p.mu.Lock()
	p.run = this
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), f.Timeout)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		err := errCrash
		defer func() {
			if recover() != nil { // Lambda's runtime reports the panic and exits
				p.Crash()
			}
			done <- err
		}()
		err = p.invoke(ctx, raw)
	}()
	var err error
	select {
	case err = <-done:
	case <-p.died:
		err = errCrash
	case <-time.After(f.Timeout):
		p.engine.Fault("I1: the run of %s %s timed out", request.Kind, request.LogicalID)
		p.Crash()
		err = context.DeadlineExceeded
	}
	p.mu.Lock()
	p.run = nil
	p.mu.Unlock()
	p.engine.ended(p, this, err)
	return err
}

// ended notes a run whose request was closed without it, and holds one that came back by itself
// against I1.
func (e *Engine) ended(p *Process, this *run, err error) {
	e.mu.Lock()
	if request := e.requests[this.request.ID]; request.closed && request.by != this {
		request.late = true
	}
	e.mu.Unlock()
	switch {
	case p.Dead():
	case err == nil && this.taken == 0:
		e.Fault("I1: %s %s was not answered and the run succeeded", this.request.Kind,
			this.request.LogicalID)
	case err != nil && this.answered:
		e.Fault("I1: %s %s was answered and Lambda is told to run it again", this.request.Kind,
			this.request.LogicalID)
	case err != nil && !this.failed:
		e.Fault("I1: %s %s was not answered although nothing was in the way: %v",
			this.request.Kind, this.request.LogicalID, err)
	}
}

// process gives a process for an event: an idle one, or a new one.
func (e *Engine) process(token string, f Function, cold bool) *Process {
	e.mu.Lock()
	if idle := e.idle[token]; len(idle) > 0 && !cold {
		p := idle[len(idle)-1]
		e.idle[token] = idle[:len(idle)-1]
		e.mu.Unlock()
		return p
	}
	e.mu.Unlock()
	p := &Process{engine: e, died: make(chan struct{})}
	p.invoke = f.Start(p)
	return p
}

func (e *Engine) release(token string, p *Process) {
	if p.Dead() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.idle[token] = append(e.idle[token], p)
}
