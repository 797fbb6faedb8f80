package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// event is what a function is sent.
type event struct {
	RequestType, RequestID, ResponseURL, StackID, LogicalResourceID, PhysicalResourceID string
	ResourceProperties, OldResourceProperties                                           map[string]any
}

// stage is a stack whose function answers with STATUS ID for each event, in turn; "" for none and
// an error, "-" for none and no error.
type stage struct {
	engine  *Engine
	stack   *Stack
	answers map[string][]string // by logical id
	mu      sync.Mutex
	seen    []string
	last    event
}

func newStage(o Options, f Function, answers map[string][]string) *stage {
	s := &stage{answers: answers}
	f.Start = func(p *Process) Invoke {
		return func(ctx context.Context, raw json.RawMessage) error {
			return s.run(ctx, p.Client(), raw)
		}
	}
	f.Timeout = time.Minute
	o.Functions = map[string]Function{"f": f}
	s.engine = New(o)
	s.stack = s.engine.Stack("s")
	return s
}

func (s *stage) run(ctx context.Context, client *http.Client, raw json.RawMessage) error {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	s.mu.Lock()
	s.last = e
	s.seen = append(s.seen, fmt.Sprintf("%v %s %s %s", time.Since(s.engine.begin).Round(time.Second),
		e.RequestType, e.LogicalResourceID, e.PhysicalResourceID))
	answer := "SUCCESS " + e.PhysicalResourceID
	if e.PhysicalResourceID == "" {
		answer = "SUCCESS id"
	}
	if due := s.answers[e.LogicalResourceID]; len(due) > 0 {
		answer, s.answers[e.LogicalResourceID] = due[0], due[1:]
	}
	s.mu.Unlock()
	switch answer {
	case "":
		return errors.New("broken")
	case "-":
		return nil
	}
	status, id, _ := strings.Cut(answer, " ")
	body, err := json.Marshal(map[string]any{"Status": status, "Reason": "why", "StackId": e.StackID,
		"RequestId": e.RequestID, "LogicalResourceId": e.LogicalResourceID, "PhysicalResourceId": id})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, e.ResponseURL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func template(text string, more ...Resource) []Resource {
	return append([]Resource{{LogicalID: "A", Type: "Custom::A", Token: "f", Timeout: 200,
		Properties: map[string]any{"Text": text, "Flag": true, "List": []any{1, "x"}}}}, more...)
}

var after = Resource{LogicalID: "B", Type: "Custom::B", Token: "f", Timeout: 200,
	DependsOn: []string{"A"}}

// TestOrder holds what is sent, and when, against the rules.
func TestOrder(t *testing.T) {
	tests := []struct {
		name     string
		options  Options
		function Function
		answers  map[string][]string
		do       func(*stage) Status
		status   Status
		want     string
	}{
		{"create and delete in order", Options{}, Function{}, nil, func(s *stage) Status {
			s.stack.Create(template("a", after))
			return s.stack.Delete()
		}, Deleted, "0s Create A ; 0s Create B ; 0s Delete B id; 0s Delete A id"},
		{"a failed create is deleted by its own id", Options{}, Function{},
			map[string][]string{"B": {"FAILED half"}}, func(s *stage) Status {
				return s.stack.Create(template("a", after))
			}, RolledBack, "0s Create A ; 0s Create B ; 0s Delete B half; 0s Delete A id"},
		{"nothing is sent for what is as before", Options{}, Function{}, nil, func(s *stage) Status {
			s.stack.Create(template("a"))
			return s.stack.Update(template("a"))
		}, Updated, "0s Create A "},
		{"replaced, and cleaned up at the end", Options{}, Function{},
			map[string][]string{"A": {"SUCCESS id", "SUCCESS new"}}, func(s *stage) Status {
				s.stack.Create(template("a"))
				return s.stack.Update(template("b", after))
			}, Updated, "0s Create A ; 0s Update A id; 0s Create B ; 0s Delete A id"},
		{"rolled back, then the new one is deleted", Options{}, Function{},
			map[string][]string{"A": {"SUCCESS id", "SUCCESS new", "SUCCESS id"}, "B": {"FAILED b"}},
			func(s *stage) Status {
				s.stack.Create(template("a"))
				return s.stack.Update(template("b", after))
			}, UpdateRolledBack, "0s Create A ; 0s Update A id; 0s Create B ; 0s Update A new; " +
				"0s Delete A new; 0s Delete B b"},
		{"the same, naming the old id", Options{RollbackWithOld: true}, Function{},
			map[string][]string{"A": {"SUCCESS id", "FAILED new"}}, func(s *stage) Status {
				s.stack.Create(template("a"))
				return s.stack.Update(template("b"))
			}, UpdateRolledBack, "0s Create A ; 0s Update A id; 0s Update A id; 0s Delete A new"},
		{"function errors are run again", Options{}, Function{Retries: 2},
			map[string][]string{"A": {"", ""}}, func(s *stage) Status {
				return s.stack.Create(template("a"))
			}, Created, "0s Create A ; 1m0s Create A ; 3m0s Create A "},
		{"but not when the event is old", Options{}, Function{Retries: 2, MaxAge: 100 * time.Second},
			map[string][]string{"A": {"", ""}}, func(s *stage) Status {
				return s.stack.Create(template("a"))
			}, RolledBack, "0s Create A ; 1m0s Create A ; 3m20s Delete A s-A-*"},
		{"no answer is a failure after ServiceTimeout", Options{}, Function{},
			map[string][]string{"A": {"-"}}, func(s *stage) Status {
				return s.stack.Create(template("a"))
			}, RolledBack, "0s Create A ; 3m20s Delete A s-A-*"},
		{"a failed delete keeps what it needs", Options{}, Function{},
			map[string][]string{"B": {"SUCCESS b", "FAILED b"}}, func(s *stage) Status {
				s.stack.Create(template("a", after))
				return s.stack.Delete()
			}, DeleteFailed, "0s Create A ; 0s Create B ; 0s Delete B b"},
		{"and is asked for again", Options{}, Function{},
			map[string][]string{"A": {"SUCCESS a", "FAILED a"}}, func(s *stage) Status {
				s.stack.Create(template("a"))
				s.stack.Delete()
				return s.stack.Delete()
			}, Deleted, "0s Create A ; 0s Delete A a; 0s Delete A a"},
		{"retained", Options{}, Function{}, nil, func(s *stage) Status {
			all := template("a")
			all[0].Retain = true
			s.stack.Create(all)
			return s.stack.Delete()
		}, Deleted, "0s Create A "},
		{"a removed resource is deleted in the cleanup", Options{}, Function{}, nil,
			func(s *stage) Status {
				s.stack.Create(template("a", after))
				return s.stack.Update(template("b"))
			}, Updated, "0s Create A ; 0s Create B ; 0s Update A id; 0s Delete B id"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(test.options, test.function, test.answers)
				status := test.do(s)
				s.engine.Settle()
				if got := strings.Join(s.seen, "; "); status != test.status || !like(got, test.want) {
					t.Errorf("%s: %s\nexpected %s: %s", status, got, test.status, test.want)
				}
			})
		})
	}
}

// like compares with a text that may end with *.
func like(got, want string) bool {
	if head, open := strings.CutSuffix(want, "*"); open {
		return strings.HasPrefix(got, head) && len(got) == len(head)+13
	}
	return got == want
}

func TestPropertiesAreTexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(Options{}, Function{}, nil)
		s.stack.Create(template("a"))
		s.stack.Update(template("b"))
		want := map[string]any{"ServiceToken": "f", "ServiceTimeout": "200", "Text": "b",
			"Flag": "true", "List": []any{"1", "x"}}
		if got := s.last.ResourceProperties; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, expected %v", got, want)
		}
		if s.last.OldResourceProperties["Text"] != "a" {
			t.Errorf("old properties are %v", s.last.OldResourceProperties)
		}
	})
}

// TestFaults shows that the engine sees what a runtime does wrong.
func TestFaults(t *testing.T) {
	for answer, want := range map[string][]string{
		"SUCCESS id":                           nil,
		"FAILED id":                            nil,
		"-":                                    {"I1"},
		"":                                     {"I1"},
		"SUCCESS ":                             {"I2"},
		"MAYBE id":                             {"I2"},
		"SUCCESS " + strings.Repeat("i", 1025): {"I2"},
		"SUCCESS " + strings.Repeat("i", 4096): {"I2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage(Options{}, Function{}, map[string][]string{"A": {answer}})
			s.stack.Create(template("a"))
			s.engine.Settle()
			var got []string
			for _, fault := range s.engine.Faults() {
				got = append(got, fault[:2])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%.20q: %v", answer, s.engine.Faults())
			}
		})
	}
}
