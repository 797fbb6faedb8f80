package histories

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/customresource"
	"byocfn/internal/engine"

	"github.com/aws/aws-lambda-go/cfn"
)

// script is what a function under test does. It names the id of what it makes with claim.
type script func(ctx context.Context, kind string, claim func(string)) (string, any, error)

// subject is a runtime of custom resources: it turns a script into what a process does.
type subject struct {
	name  string
	start func(*engine.Process, script, io.Writer) engine.Invoke
	via   *post // takes the place of the default client
}

func subjects() []subject {
	via := &post{}
	return []subject{{"byocfn", ours, nil}, {"cfn.LambdaWrap", wrapped(via), via}}
}

type plain struct {
	Text  string   `json:"Text"`
	Flag  bool     `json:"Flag"`
	Count int      `json:"Count"`
	List  []string `json:"List"`
}

type scripted struct{ do script }

func (s scripted) call(ctx context.Context, r customresource.Request[plain]) (
	customresource.Answer, error,
) {
	id, data, err := s.do(ctx, string(r.Type), r.Claim)
	return customresource.Answer{PhysicalID: id, Data: data}, err
}

func (s scripted) Create(c context.Context, r customresource.Request[plain]) (
	customresource.Answer, error,
) {
	return s.call(c, r)
}

func (s scripted) Update(c context.Context, r customresource.Request[plain]) (
	customresource.Answer, error,
) {
	return s.call(c, r)
}

func (s scripted) Delete(c context.Context, r customresource.Request[plain]) (
	customresource.Answer, error,
) {
	return s.call(c, r)
}

func ours(p *engine.Process, do script, logs io.Writer) engine.Invoke {
	return customresource.New(
		func(context.Context) (customresource.Function[plain], error) { return scripted{do}, nil },
		customresource.Options{Client: p.Client(), Log: slog.New(slog.NewJSONHandler(logs, nil))},
	).Invoke
}

// wrapped is aws-lambda-go's wrapper around the same script.
func wrapped(via *post) func(*engine.Process, script, io.Writer) engine.Invoke {
	return func(p *engine.Process, do script, logs io.Writer) engine.Invoke {
		return lambdaWrap(p, via, logs, func(ctx context.Context, event cfn.Event) (
			string, map[string]any, error,
		) {
			id, data, err := do(ctx, string(event.RequestType), func(string) {})
			all, _ := data.(map[string]any)
			return id, all, err
		})
	}
}

// scene is one failure of section F in which a runtime may break something. It gives what broke.
type scene struct {
	id, name string
	play     func(*stage) string
	wrap     bool // LambdaWrap is expected to break here
}

// stage is a stack with one resource whose function runs a script.
type stage struct {
	subject subject
	engine  *engine.Engine
	stack   *engine.Stack
	logs    safeBuffer
	mu      sync.Mutex
	runs    []string
}

// ran lists the kinds of requests that the function worked on.
func (s *stage) ran() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.runs)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// sky is weather from two functions.
type sky struct {
	deliver func(engine.Request) []engine.Delivery
	put     func(engine.Request, int) engine.Put
}

func (s sky) Deliveries(r engine.Request) []engine.Delivery {
	if s.deliver == nil {
		return []engine.Delivery{{}}
	}
	return s.deliver(r)
}

func (s sky) Put(r engine.Request, n int) engine.Put {
	if s.put == nil {
		return engine.Take
	}
	return s.put(r, n)
}

func (s *stage) begin(weather sky, do script) {
	s.engine = engine.New(engine.Options{Seed: 7, Account: account, Region: region, Weather: weather,
		Functions: map[string]engine.Function{"arn:f": {
			Timeout: 60 * time.Second, Retries: 2, Start: func(p *engine.Process) engine.Invoke {
				return s.subject.start(p, func(ctx context.Context, kind string, claim func(string)) (
					string, any, error,
				) {
					s.mu.Lock()
					s.runs = append(s.runs, kind)
					s.mu.Unlock()
					return do(ctx, kind, claim)
				}, &s.logs)
			}}}})
	s.stack = s.engine.Stack("scene")
}

func resource(text string) []engine.Resource {
	return []engine.Resource{{LogicalID: "Thing", Type: "Custom::Thing", Token: "arn:f",
		Timeout: 120, Properties: map[string]any{"Text": text, "Flag": true, "Count": 5}}}
}

// create makes the stack, waits for everything late, and gives the first answer and what broke.
func (s *stage) create() (first engine.Answer, broken string) {
	s.stack.Create(resource("a"))
	s.engine.Settle()
	return s.first()
}

func (s *stage) first() (first engine.Answer, broken string) {
	broken = strings.Join(s.engine.Faults(), "; ")
	if all := s.engine.Answers(); len(all) > 0 && all[0].Counts {
		return all[0], broken
	}
	return first, "no answer in time; " + broken
}

// want holds the counted answer to the Create against a status and a part of its reason.
func (s *stage) want(status, reason string) string {
	answer, broken := s.create()
	if broken == "" && (answer.Status != status || !strings.Contains(answer.Reason, reason)) {
		return fmt.Sprintf("answered %s %q", answer.Status, answer.Reason)
	}
	return broken
}

func good(context.Context, string, func(string)) (string, any, error) { return "thing/1", nil, nil }

// TestRuntime plays every failure that a runtime must survive, with ours and with aws-lambda-go's,
// and holds the table of what each breaks. The other failures of the catalogue are the functions'
// (F7, F9, F11, F13: the histories here) or the template's (F14, F15, F21, F23: TestTemplate).
func TestRuntime(t *testing.T) {
	client, output := http.DefaultClient, log.Writer()
	defer func() { http.DefaultClient = client; log.SetOutput(output) }()
	var table strings.Builder
	for _, scene := range scenes() {
		fmt.Fprintf(&table, "\n%-4s %-65s", scene.id, scene.name)
		for _, subject := range subjects() {
			broken := ""
			synctest.Test(t, func(*testing.T) {
				s := &stage{subject: subject}
				if subject.via != nil {
					http.DefaultClient = &http.Client{Transport: subject.via}
				}
				broken = scene.play(s)
				time.Sleep(11 * time.Hour) // what heeds nothing ends
			})
			if want := subject.name != "byocfn" && scene.wrap; want != (broken != "") {
				t.Errorf("%s, %s: %s breaks %q", scene.id, scene.name, subject.name, broken)
			}
			verdict := "holds"
			if broken != "" {
				verdict = "BREAKS: " + cut(broken, 90)
			}
			fmt.Fprintf(&table, "  %s: %s", subject.name, verdict)
		}
	}
	t.Log(table.String())
}

func cut(text string, length int) string {
	if len(text) > length {
		return text[:length] + "…"
	}
	return text
}
