package histories

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"byocfn/internal/engine"
)

// scenes are the failures of the catalogue in which the runtime has a part.
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
			if n := strings.Count(strings.Join(s.ran(), " "), "Create"); broken == "" && n != 1 {
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
			if len(s.ran()) != 1 {
				return fmt.Sprintf("the function ran %d times; %s", len(s.ran()), broken)
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
			if last := s.ran()[len(s.ran())-1]; last != "Delete" {
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
			if last := s.ran()[len(s.ran())-1]; last != "Delete" {
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
	if len(s.ran()) != 2 {
		return fmt.Sprintf("%d runs; %s", len(s.ran()), broken)
	}
	return broken
}
