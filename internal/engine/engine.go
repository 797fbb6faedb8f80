// Package engine does with custom resources what CloudFormation and Lambda's asynchronous queue do:
// it sends Create, Update and Delete events of stacks, more than once where the queue may, takes
// one answer for each, and rolls back. It is for tests, and runs in the virtual time of
// testing/synctest.
//
// It is as unkind as the services may be. What it does beyond one plain event is asked of a
// Weather, so that a test decides it. Every rule names its source; a rule marked "not verified" is
// what the services are believed to do, and a test may have it both ways.
package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Invoke is what a function's process does with one event.
type Invoke func(context.Context, json.RawMessage) error

// Function is a Lambda function behind a ServiceToken.
type Function struct {
	Timeout time.Duration // of one run
	Retries int           // MaximumRetryAttempts
	MaxAge  time.Duration // MaximumEventAge; 0 means six hours
	// Start runs once in every new process: what main does before it waits for events.
	Start func(*Process) Invoke
}

// Weather decides what happens to events and answers beside the usual. It is called by several
// goroutines.
type Weather interface {
	// Deliveries gives the copies of an event that arrive; without any, the event is lost.
	Deliveries(Request) []Delivery
	// Put decides about the n-th PUT of an answer to a request, from 0.
	Put(request Request, n int) Put
}

// Delivery is one copy of an event on its way.
type Delivery struct {
	After time.Duration // until it arrives
	Cold  bool          // it gets a process of its own
	Dead  bool          // the process does not even start: a function error before the first line
}

// Put is what happens to one PUT to the response URL.
type Put int

// What may happen to a PUT. Only Take and LoseAnswer hand the answer over.
const (
	Take Put = iota
	LoseAnswer
	Reset
	Hang
	Refuse  // 403: the URL has expired or is used up
	Break   // 500
	Busy    // 503
	TooMany // 429
)

// Fair is the weather in which everything happens once and at once.
type Fair struct{}

// Deliveries lets one copy arrive.
func (Fair) Deliveries(Request) []Delivery { return []Delivery{{}} }

// Put takes the answer.
func (Fair) Put(Request, int) Put { return Take }

// Options are an engine's surroundings.
type Options struct {
	Seed      uint64
	Account   string
	Region    string
	Weather   Weather             // nil means Fair
	Functions map[string]Function // by ServiceToken
	// Reserve is the time that a run must still have when it sends its first answer (I15), and
	// MaxCalls how many calls of AWS it may make (I14); 0 means that nobody looks.
	Reserve  time.Duration
	MaxCalls int
	// Same tells whether two successful answers to one request agree (I6); nil means that id and
	// data must be equal.
	Same func(a, b Answer) bool
	// RollbackWithOld has the Update of a rollback name the old physical id; without it, the id
	// that the failed Update left. Not verified which one CloudFormation sends.
	RollbackWithOld bool
	// CancelOthers has a failure cancel the creation of other resources in progress, whose answers
	// nobody waits for then. Seen as "Resource creation cancelled"; not verified for custom ones.
	CancelOthers bool
}

// Engine runs stacks.
type Engine struct {
	options  Options
	begin    time.Time
	flights  sync.WaitGroup // deliveries on their way or running
	mu       sync.Mutex
	requests map[string]*pending // by RequestId
	idle     map[string][]*Process
	answers  []Answer
	faults   []string
	trace    []string
	secrets  []string
}

// New gives an engine without stacks. It must be made in the bubble in which it runs.
func New(options Options) *Engine {
	if options.Weather == nil {
		options.Weather = Fair{}
	}
	if options.Same == nil {
		options.Same = same
	}
	return &Engine{
		options: options, begin: time.Now(), requests: map[string]*pending{},
		idle: map[string][]*Process{},
	}
}

// Settle waits until no event is on its way and no run goes on, late duplicates included.
func (e *Engine) Settle() { e.flights.Wait() }

// Faults lists what runs did against the protocol, each beginning with the invariant: "I1: ...".
func (e *Engine) Faults() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.faults...)
}

// Answers lists the answers that were handed over, in order, the ones that came too late too.
func (e *Engine) Answers() []Answer {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Answer(nil), e.answers...)
}

// Secrets lists parts of response URLs that may stand in no log.
func (e *Engine) Secrets() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.secrets...)
}

// Trace tells what happened, a line for each step with its virtual time.
func (e *Engine) Trace() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.trace, "\n")
}

// Note adds a line to the trace.
func (e *Engine) Note(format string, values ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.note(format, values...)
}

func (e *Engine) note(format string, values ...any) {
	at := time.Since(e.begin).Round(time.Millisecond)
	e.trace = append(e.trace, fmt.Sprintf("%10s  ", at)+fmt.Sprintf(format, values...))
}

// Fault records a breach of an invariant.
func (e *Engine) Fault(format string, values ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fault(format, values...)
}

func (e *Engine) fault(format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	e.faults = append(e.faults, text)
	e.note("BREACH %s", text)
}

// uuid gives the identifier that belongs to a name: stacks and requests are never numbered twice,
// and the same story has the same ones, in whatever order its goroutines come to ask.
func (e *Engine) uuid(name string) string {
	sum := sha256.Sum256(fmt.Append(nil, e.options.Seed, " ", name))
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
