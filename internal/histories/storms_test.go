package histories

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

// storm is a state of the world that lasts, in which every flow must end well or in a clean
// rollback.
type storm struct {
	name  string
	world func(*settings)
	leaks bool // what cannot be removed may stay, with its reason
}

func storms() []storm {
	hook := func(fault func(*world, fakeec2.Call) fakeec2.Fault) func(*settings) {
		return func(s *settings) { s.Hook = fault }
	}
	during := func(begin, end time.Duration, f fakeec2.Fault) func(*settings) {
		var start time.Time
		return hook(func(w *world, call fakeec2.Call) fakeec2.Fault {
			if start.IsZero() || call.N == 0 {
				start = call.At
			}
			if since := call.At.Sub(start); since < begin || since >= end {
				return fakeec2.Fault{}
			}
			return f
		})
	}
	cloud := func(change func(*fakeec2.Settings)) func(*settings) {
		return func(s *settings) { change(&s.EC2) }
	}
	weather := func(deliver func(engine.Request) []engine.Delivery,
		put func(engine.Request, int) engine.Put) func(*settings) {
		return func(s *settings) { s.Weather = sky{deliver: deliver, put: put} }
	}
	puts := func(list ...engine.Put) func(*settings) {
		return weather(nil, func(_ engine.Request, n int) engine.Put {
			return list[min(n, len(list)-1)]
		})
	}
	return []storm{
		{name: "throttled for 30 s", world: during(0, 30*time.Second, fakeec2.Throttle())},
		{name: "throttled for an hour", world: during(0, time.Hour, fakeec2.Throttle()), leaks: true},
		{name: "unavailable for 40 s",
			world: during(0, 40*time.Second, fakeec2.Fault{Code: "Unavailable", Status: 503})},
		{name: "internal errors for 40 s",
			world: during(0, 40*time.Second, fakeec2.Fault{Code: "InternalError", Status: 500})},
		{name: "denied for 50 s", world: during(0, 50*time.Second,
			fakeec2.Refuse("UnauthorizedOperation", "You are not authorized"))},
		{name: "denied for ever", leaks: true, world: during(0, 100*time.Hour,
			fakeec2.Refuse("UnauthorizedOperation", "You are not authorized"))},
		{name: "denied after 10 s", leaks: true, world: during(10*time.Second, time.Hour,
			fakeec2.Refuse("UnauthorizedOperation", "You are not authorized"))},
		{name: "busy for 40 s", world: during(0, 40*time.Second,
			fakeec2.Refuse("OperationInProgress", "modify operation in progress"))},
		{name: "no network for an hour", leaks: true,
			world: during(0, time.Hour, fakeec2.Fault{Refused: true})},
		{name: "everything hangs for an hour", leaks: true, world: during(0, time.Hour, fakeec2.Hang())},
		{name: "everything is slow", world: hook(func(*world, fakeec2.Call) fakeec2.Fault {
			return fakeec2.Fault{Delay: 2 * time.Second}
		})},
		{name: "every second response is lost",
			world: hook(func(_ *world, call fakeec2.Call) fakeec2.Fault {
				return fakeec2.Fault{Lost: call.N%2 == 0}
			})},
		{name: "reads are 7 s old", world: cloud(func(s *fakeec2.Settings) {
			s.Lag = func(fakeec2.Call, string) time.Duration { return 7 * time.Second }
		})},
		{name: "reads go back and forth", world: cloud(func(s *fakeec2.Settings) {
			s.Lag = func(read fakeec2.Call, _ string) time.Duration {
				return time.Duration(read.N%2) * 9 * time.Second
			}
		})},
		{name: "tiny pages", world: cloud(func(s *fakeec2.Settings) { s.Page = 1 })},
		{name: "slow states", world: cloud(func(s *fakeec2.Settings) {
			s.Pending, s.Modifying, s.Deleting, s.Lingering =
				40*time.Second, 20*time.Second, 30*time.Second, time.Minute
		})},
		{name: "the other codes", world: cloud(func(s *fakeec2.Settings) {
			s.ConflictIsInvalid, s.ConflictIsDomainExists, s.MissingIsDenied = true, true, true
		})},
		{name: "denied names hang", world: cloud(func(s *fakeec2.Settings) { s.DeniedNamesHang = true })},
		{name: "answers are lost", world: puts(engine.Reset, engine.Hang, engine.Busy, engine.Take)},
		{name: "answers arrive and the connection breaks",
			world: puts(engine.LoseAnswer, engine.LoseAnswer, engine.Take)},
		{name: "answers are throttled", world: puts(engine.TooMany, engine.Break, engine.Take)},
		{name: "events come twice at once", leaks: true, world: weather(
			func(engine.Request) []engine.Delivery { return []engine.Delivery{{}, {}} }, nil)},
		{name: "events come late", world: weather(func(r engine.Request) []engine.Delivery {
			return []engine.Delivery{{After: time.Duration(40+r.Number) * time.Second}}
		}, nil)},
		{name: "events come again after minutes", leaks: true, world: weather(
			func(engine.Request) []engine.Delivery {
				return []engine.Delivery{{}, {After: 3 * time.Minute}}
			}, nil)},
		{name: "processes do not start", world: func(s *settings) {
			s.Retries, s.Rough = 1, true
			s.Weather = sky{deliver: func(engine.Request) []engine.Delivery {
				return []engine.Delivery{{Dead: true}}
			}}
		}},
	}
}

// TestStorms runs every flow in every storm, in which much may fail and nothing may break.
func TestStorms(t *testing.T) {
	for _, storm := range storms() {
		for _, flow := range flows() {
			synctest.Test(t, func(t *testing.T) {
				s := flow.world
				storm.world(&s)
				w, problems := flow.play(s)
				if problems != nil {
					t.Errorf("%s, %s:\n%s\n%s", storm.name, flow.name, strings.Join(problems, "\n"),
						w.engine.Trace())
				}
				if left := w.marked(); !storm.leaks && left > 0 {
					t.Errorf("%s, %s: %d endpoints are left", storm.name, flow.name, left)
				}
			})
		}
	}
	t.Log(fmt.Sprint(len(storms())*len(flows()), " histories"))
}

// marked counts endpoints with our mark.
func (w *world) marked() (n int) {
	for _, e := range w.cloud.Snapshot().Endpoints {
		if _, ours := e.Tags[vendor+":managed"]; ours {
			n++
		}
	}
	return n
}
