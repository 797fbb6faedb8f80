package histories

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"math"
	"net/http"
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
	start func(*engine.Process, script, *bytes.Buffer) engine.Invoke
}

func subjects() []subject { return []subject{{"byocfn", ours}, {"cfn.LambdaWrap", wrapped}} }

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

func ours(p *engine.Process, do script, logs *bytes.Buffer) engine.Invoke {
	return customresource.New(
		func(context.Context) (customresource.Function[plain], error) { return scripted{do}, nil },
		customresource.Options{Client: p.Client(), Log: slog.New(slog.NewJSONHandler(logs, nil))},
	).Invoke
}

// wrapped is aws-lambda-go's wrapper around the same script. It knows no client of its own, so
// these tests take the place of the default one, and never run beside each other.
func wrapped(p *engine.Process, do script, logs *bytes.Buffer) engine.Invoke {
	http.DefaultClient = p.Client()
	log.SetOutput(logs)
	handle := cfn.LambdaWrap(func(ctx context.Context, event cfn.Event) (
		string, map[string]any, error,
	) {
		id, data, err := do(ctx, string(event.RequestType), func(string) {})
		all, _ := data.(map[string]any)
		return id, all, err
	})
	return func(ctx context.Context, raw json.RawMessage) error {
		var event cfn.Event
		if err := json.Unmarshal(raw, &event); err != nil {
			return err
		}
		_, err := handle(ctx, event)
		if err != nil {
			fmt.Fprintln(logs, err) // as Lambda does
		}
		return err
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
	logs    bytes.Buffer
	mu      sync.Mutex
	runs    []string
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

func scenes() []scene {
	return []scene{
		{"F1", "a function that heeds nothing is answered for", func(s *stage) string {
			s.begin(sky{}, func(context.Context, string, func(string)) (string, any, error) {
				time.Sleep(10 * time.Hour)
				return "", nil, nil
			})
			return s.want("FAILED", "time")
		}, true},
		{"F2", "a function that waits for its context is answered for", func(s *stage) string {
			s.begin(sky{}, func(ctx context.Context, _ string, _ func(string)) (string, any, error) {
				<-ctx.Done()
				return "", nil, ctx.Err()
			})
			return s.want("FAILED", "time")
		}, true},
		{"F3", "a panic is answered once and not run again", func(s *stage) string {
			s.begin(sky{}, func(_ context.Context, kind string, _ func(string)) (string, any, error) {
				if kind == "Create" {
					panic("odd")
				}
				return "", nil, nil
			})
			broken := s.want("FAILED", "")
			if n := strings.Count(strings.Join(s.runs, " "), "Create"); broken == "" && n != 1 {
				return fmt.Sprintf("Create ran %d times", n)
			}
			return broken
		}, true},
		{"F4", "an answer that is lost on its way is sent again", func(s *stage) string {
			puts := []engine.Put{engine.Reset, engine.Busy, engine.Hang, engine.Break, engine.Take}
			s.begin(sky{put: func(r engine.Request, n int) engine.Put {
				return puts[min(n, len(puts)-1)]
			}}, good)
			broken := s.want("SUCCESS", "")
			if len(s.runs) != 1 {
				return fmt.Sprintf("the function ran %d times; %s", len(s.runs), broken)
			}
			return broken
		}, true},
		{"F5", "a long reason is cut", func(s *stage) string {
			s.begin(sky{}, func(context.Context, string, func(string)) (string, any, error) {
				return "", nil, errors.New(strings.Repeat("<é&>", 1300))
			})
			return s.want("FAILED", "<é&>")
		}, true},
		{"F5", "data that is too large is a failure with a reason", func(s *stage) string {
			s.begin(sky{}, func(context.Context, string, func(string)) (string, any, error) {
				return "thing/1", map[string]any{"A": strings.Repeat("x", 5000)}, nil
			})
			return s.want("FAILED", "data")
		}, true},
		{"F6", "an impossible id is not answered with", func(s *stage) string {
			s.begin(sky{}, func(context.Context, string, func(string)) (string, any, error) {
				return strings.Repeat("i", 1025), nil, nil
			})
			return s.want("FAILED", "physical id")
		}, true},
		{"F7", "a failed Create and its Delete speak of one id, which is not empty", failedID, false},
		{"F8", "an Update without an id keeps the event's", func(s *stage) string {
			s.begin(sky{}, func(_ context.Context, kind string, _ func(string)) (string, any, error) {
				if kind == "Update" {
					return "", nil, nil
				}
				return "thing/1", nil, nil
			})
			s.stack.Create(resource("a"))
			s.stack.Update(resource("b"))
			s.engine.Settle()
			if state, _ := s.stack.State("Thing"); state.PhysicalID != "thing/1" {
				return "the id became " + state.PhysicalID
			}
			return strings.Join(s.engine.Faults(), "; ")
		}, false},
		{"F9", "copies of an event get the same answer", func(s *stage) string {
			s.begin(sky{deliver: func(engine.Request) []engine.Delivery {
				return []engine.Delivery{{}, {Cold: true}, {After: 5 * time.Second}}
			}}, good)
			return s.want("SUCCESS", "")
		}, false},
		{"F10", "a Create that arrives after the rollback does not run", func(s *stage) string {
			s.begin(sky{deliver: func(r engine.Request) []engine.Delivery {
				if r.Kind == "Create" {
					return []engine.Delivery{{After: 2 * time.Hour}}
				}
				return []engine.Delivery{{}}
			}}, good)
			s.create()
			if last := s.runs[len(s.runs)-1]; last != "Delete" {
				return "the " + last + " ran"
			}
			return strings.Join(s.engine.Faults(), "; ")
		}, true},
		{"F12", "a failed Update names the id that the function names", func(s *stage) string {
			return failedUpdate(s, func(claim func(string)) (string, any, error) {
				return "thing/2", nil, errors.New("half way")
			})
		}, false},
		{"F12", "a panic after making something names its id", func(s *stage) string {
			return failedUpdate(s, func(claim func(string)) (string, any, error) {
				claim("thing/2")
				panic("half way")
			})
		}, true},
		{"F16", "a function that comes back late is not heard", func(s *stage) string {
			s.begin(sky{}, func(ctx context.Context, _ string, _ func(string)) (string, any, error) {
				time.Sleep(59*time.Second + 900*time.Millisecond)
				return "late", nil, nil
			})
			_, broken := s.create()
			return broken
		}, false},
		{"F17", "a function left over does not disturb the next event", leftOver, true},
		{"F18", "data that is no JSON is a failure with a reason", func(s *stage) string {
			s.begin(sky{}, func(context.Context, string, func(string)) (string, any, error) {
				return "thing/1", map[string]any{"A": math.NaN()}, nil
			})
			return s.want("FAILED", "JSON")
		}, true},
		{"F19", "a property that nobody knows is a failure", func(s *stage) string {
			s.begin(sky{}, good)
			answer, _ := s.engine.Inject(injected("Create"), map[string]any{"Txet": "a"},
				func(map[string]any) {})
			if answer.Status != "FAILED" || !strings.Contains(answer.Reason, "Txet") {
				return "answered " + answer.Status
			}
			return ""
		}, true},
		{"F20", "no log holds a response URL", func(s *stage) string {
			s.begin(sky{put: func(_ engine.Request, n int) engine.Put {
				return []engine.Put{engine.Reset, engine.Refuse}[min(n, 1)]
			}}, good)
			s.create()
			for _, secret := range s.engine.Secrets() {
				if strings.Contains(s.logs.String(), secret) {
					return "a signature is in the log"
				}
			}
			return ""
		}, true},
		{"F22", "an event of an unknown type is answered", func(s *stage) string {
			return malformed(s, "RequestType", "Rename")
		}, true},
		{"F22", "an event with an id that is no text is answered", func(s *stage) string {
			return malformed(s, "ResourceType", map[string]any{"a": 1})
		}, true},
		{"F24", "a Delete runs even when its URL has expired", func(s *stage) string {
			s.begin(sky{deliver: func(r engine.Request) []engine.Delivery {
				if r.Kind == "Delete" && r.Number == 1 {
					return []engine.Delivery{{After: 2 * time.Hour}}
				}
				return []engine.Delivery{{}}
			}}, good)
			s.stack.Create(resource("a"))
			s.stack.Delete()
			s.engine.Settle()
			if last := s.runs[len(s.runs)-1]; last != "Delete" {
				return "the Delete did not run"
			}
			return ""
		}, false},
	}
}

func injected(kind string) engine.Request {
	return engine.Request{Kind: kind, StackID: "arn:aws:cloudformation:eu-north-1:1:stack/a/b",
		LogicalID: "Thing", Type: "Custom::Thing", Token: "arn:f", Timeout: 120 * time.Second}
}

func malformed(s *stage, key string, value any) string {
	s.begin(sky{}, good)
	answer, ok := s.engine.Inject(injected("Create"), nil,
		func(event map[string]any) { event[key] = value })
	s.engine.Settle()
	if !ok || answer.Status != "FAILED" {
		return fmt.Sprintf("answered %q", answer.Status)
	}
	return ""
}

func failedID(s *stage) string {
	s.begin(sky{deliver: func(engine.Request) []engine.Delivery {
		return []engine.Delivery{{}, {After: 3 * time.Second}}
	}}, func(_ context.Context, kind string, _ func(string)) (string, any, error) {
		if kind == "Create" {
			return "", nil, errors.New("no")
		}
		return "", nil, nil
	})
	_, broken := s.create()
	ids := map[string]bool{}
	for _, answer := range s.engine.Answers() {
		ids[answer.PhysicalResourceID] = true
	}
	if len(ids) != 1 || ids[""] || s.stack.Status != engine.RolledBack {
		return fmt.Sprintf("ids %v, %s", ids, s.stack.Status)
	}
	return broken
}

func failedUpdate(s *stage, fail func(claim func(string)) (string, any, error)) string {
	updates := 0
	s.begin(sky{}, func(_ context.Context, kind string, claim func(string)) (string, any, error) {
		if kind == "Delete" {
			return "", nil, nil
		}
		if kind == "Update" {
			if updates++; updates == 1 {
				return fail(claim)
			}
		}
		return "thing/1", nil, nil
	})
	s.stack.Create(resource("a"))
	s.stack.Update(resource("b"))
	s.engine.Settle()
	for _, answer := range s.engine.Answers() {
		if answer.Request.Kind == "Delete" && answer.PhysicalResourceID == "thing/2" {
			return strings.Join(s.engine.Faults(), "; ")
		}
	}
	return "what the Update had made was not deleted"
}

// leftOver lets a function sleep past its answer; the process serves the next event meanwhile.
func leftOver(s *stage) string {
	s.begin(sky{}, func(_ context.Context, kind string, _ func(string)) (string, any, error) {
		if kind == "Create" {
			time.Sleep(62 * time.Second)
			return "zombie", nil, nil
		}
		time.Sleep(20 * time.Second)
		return "", nil, nil
	})
	_, broken := s.create()
	for _, answer := range s.engine.Answers() {
		if answer.PhysicalResourceID == "zombie" {
			return "the function that was given up answered"
		}
	}
	if len(s.runs) != 2 {
		return fmt.Sprintf("%d runs; %s", len(s.runs), broken)
	}
	return broken
}

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
