package fakeec2

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// atWrite gives a hook that applies a fault to the nth writing call (from 0) and to no other. With
// Kill or Killed, and for every n, that is a crash at every write.
func atWrite(n int, fault Fault) func(Call) Fault {
	return func(call Call) Fault {
		if call.Write == n {
			return fault
		}
		return Fault{}
	}
}

// TestFaults: one fault at the first write, seen by a client that repeats and one that does not.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name     string
		fault    Fault
		repeats  bool // the SDK's repetition hides it
		effect   bool // it is in force even without a repetition
		atLeast  time.Duration
		text     string
		attempts int
	}{
		{"throttle", Throttle(), true, false, 0, "RequestLimitExceeded", 2},
		{"lost", Lose(), true, true, 0, "connection reset", 2},
		{"refused connection", Fault{Refused: true}, true, false, 0, "connection refused", 2},
		{"internal error", Fault{Code: "InternalError", Status: 500}, true, false, 0, "InternalError", 2},
		{"refused", Refuse("OperationInProgress", "wait"), false, false, 0, "OperationInProgress: wait", 1},
		{"slow", Fault{Delay: 10 * time.Second, Late: 10 * time.Second}, true, true, 20 * time.Second, "", 1},
		{"hanging", Hang(), true, false, 25 * time.Second, "deadline exceeded", 2},
		{"too late", Fault{Late: time.Minute}, true, true, 25 * time.Second, "deadline exceeded", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, once := range []bool{false, true} {
					c := world(t, Settings{Hook: atWrite(0, test.fault)})
					client := c.Client(Role{Everything: true}, func(o *ec2.Options) {
						if once {
							o.Retryer = aws.NopRetryer{}
						}
					})
					begin := time.Now()
					_, err := gateway(t.Context(), client, "token", "rtb-a")
					works := test.text == "" || (test.repeats && !once)
					if (err == nil) != works || (err != nil && !strings.Contains(err.Error(), test.text)) {
						t.Errorf("got %v", err)
					}
					if done := len(c.Journal()) == 1; done != (works || test.effect) || time.Since(begin) < test.atLeast {
						t.Errorf("effect %v after %v", done, time.Since(begin))
					}
					if !once && len(c.Calls()) != test.attempts {
						t.Errorf("%d attempts: %+v", len(c.Calls()), c.Calls())
					}
				}
			})
		})
	}
}

// TestLostWithoutToken is what the token is for: the repetition meets its own first attempt.
func TestLostWithoutToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := world(t, Settings{Hook: atWrite(0, Lose())})
		_, err := gateway(t.Context(), operator(c), "", "rtb-a")
		wants(t, err, "RouteAlreadyExists")
	})
}

// TestKill at every write, before and after its effect, in three ways of dying.
func TestKill(t *testing.T) {
	ways := map[string]func(context.CancelFunc){
		"panic":  func(context.CancelFunc) { panic("killed") },
		"goexit": func(context.CancelFunc) { runtime.Goexit() },
		"cancel": func(cancel context.CancelFunc) { cancel() },
	}
	for name, die := range ways {
		for n := range 3 {
			for _, after := range []bool{false, true} {
				ctx, cancel := context.WithCancel(t.Context())
				fault := Fault{Kill: func() { die(cancel) }}
				if after {
					fault = Fault{Killed: fault.Kill}
				}
				c := world(t, Settings{Hook: atWrite(n, fault)})
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					defer func() { _ = recover() }()
					client := operator(c)
					for _, table := range []string{"rtb-a", "rtb-main"} {
						if _, err := gateway(ctx, client, "t"+table, table); err != nil {
							return
						}
					}
				}()
				<-ended
				want := min(2, n+map[bool]int{true: 1}[after])
				if got := len(c.Journal()); got != want {
					t.Errorf("%s at write %d, after %v: %d writes", name, n, after, got)
				}
				c.Snapshot() // nothing is left locked
				cancel()
			}
		}
	}
}

func TestJournal(t *testing.T) {
	c := world(t, Settings{})
	c.AddCustomerEndpoint(Endpoint{ID: "vpce-c", VPC: "vpc-1", Service: s3, Tables: []string{"rtb-main"}})
	before := c.Snapshot()
	client := c.Client(Role{Name: "stack-a", Everything: true})
	ctx := WithNote(t.Context(), "request-7")
	id, err := gateway(ctx, client, "", "rtb-a")
	wants(t, err, "")
	for _, on := range [][]string{{id}, {id, "vpce-c"}, {"vpce-c"}} { // the last changes nothing
		_, err := client.CreateTags(ctx, &ec2.CreateTagsInput{Resources: on, Tags: tagsOf("x", "1")})
		wants(t, err, "")
	}
	_, err = gateway(ctx, client, "", "rtb-a")
	wants(t, err, "RouteAlreadyExists")
	c.EditEndpoint(id, func(e *Endpoint) { e.Tags = nil })

	if n := len(c.Journal()); n != 4 {
		t.Errorf("%d writes: %v", n, c.Journal())
	}
	if made := c.MadeBy("stack-a"); len(made) != 1 || made[0] != id || c.Maker("vpce-c") != Customer || c.Maker(id) != "stack-a" {
		t.Errorf("made %v", made)
	}
	foreign := c.Touched("stack-a")
	if len(foreign) != 1 || len(foreign[0].Changes) != 1 || foreign[0].Changes[0].ID != "vpce-c" || foreign[0].Note != "request-7" {
		t.Errorf("foreign %v", foreign)
	}
	if text := foreign[0].String(); !strings.Contains(text, "stack-a request-7 CreateTags: vpce-c:") || !strings.Contains(text, "map[x:1]") {
		t.Error(text)
	}
	if lines := before.Differences(c.Snapshot()); len(lines) != 2 || !strings.HasPrefix(lines[0], id+":  => {") {
		t.Errorf("differences %q", lines)
	}
	last := c.Calls()[len(c.Calls())-1]
	if last.Code != "RouteAlreadyExists" || last.Write != 4 || last.Note != "request-7" || !strings.Contains(last.Query, "rtb-a") {
		t.Errorf("%+v", last)
	}
	c.Remove(id)
	c.EditEndpoint("vpce-c", func(e *Endpoint) { e.Tags = nil })
	if lines := before.Differences(c.Snapshot()); lines != nil {
		t.Errorf("differences %q", lines)
	}
}
