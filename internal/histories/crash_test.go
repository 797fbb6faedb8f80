package histories

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/fakeec2"
)

// flow is a course of events in which something goes wrong at every call in turn.
type flow struct {
	name  string
	world settings
	do    func(*world)
	names bool // endpoints of the template stay, they are not the functions'
}

func flows() []flow {
	a, main := want{Subnet: "subnet-a"}, want{Subnet: "subnet-b"}
	return []flow{
		{name: "create", do: func(w *world) { w.create(0, a) }},
		{name: "create beside the customer's", world: settings{Existing: "with"},
			do: func(w *world) { w.create(0, a) }},
		{name: "replace", do: func(w *world) { w.create(0, a); w.update(0, main) }},
		{name: "replace and roll back", do: func(w *world) {
			w.create(0, a)
			w.update(0, want{Subnet: "subnet-b", Fail: true})
		}},
		{name: "the same, naming the old id", world: settings{Old: true}, do: func(w *world) {
			w.create(0, a)
			w.update(0, want{Subnet: "subnet-b", Fail: true})
		}},
		{name: "share and hand over", do: func(w *world) {
			w.create(0, a)
			w.create(1, a)
			w.delete(0)
		}},
		{name: "two of one stack", do: func(w *world) {
			w.create(0, want{Subnet: "subnet-b", Second: "subnet-c"})
			w.update(0, want{Second: "subnet-c"})
		}},
		{name: "DNS", world: settings{NoDNS: true}, do: func(w *world) {
			w.create(0, want{DNS: true, Facts: true})
		}},
		{name: "names", names: true, do: func(w *world) {
			w.nativeEndpoint(w.stacks[0], "vpce-0a", service("sts"))
			w.create(0, want{Names: []string{"vpce-0a"}})
		}},
	}
}

// mishap is what happens to one call.
type mishap struct {
	name  string
	fault func(*world, fakeec2.Call) fakeec2.Fault
	rough bool
}

func mishaps() []mishap {
	plain := func(f fakeec2.Fault) func(*world, fakeec2.Call) fakeec2.Fault {
		return func(*world, fakeec2.Call) fakeec2.Fault { return f }
	}
	return []mishap{
		{"crash before", func(w *world, c fakeec2.Call) fakeec2.Fault {
			return fakeec2.Fault{Kill: w.crash(c)}
		}, true},
		{"crash after", func(w *world, c fakeec2.Call) fakeec2.Fault {
			return fakeec2.Fault{Killed: w.crash(c)}
		}, true},
		{"panic before", func(*world, fakeec2.Call) fakeec2.Fault {
			return fakeec2.Fault{Kill: func() { panic("odd") }}
		}, true},
		{"panic after", func(*world, fakeec2.Call) fakeec2.Fault {
			return fakeec2.Fault{Killed: func() { panic("odd") }}
		}, true},
		{"response lost", plain(fakeec2.Lose()), false},
		{"no connection", plain(fakeec2.Fault{Refused: true}), false},
		{"hangs", plain(fakeec2.Hang()), false},
		{"slow body", plain(fakeec2.Fault{Late: 20 * time.Second}), false},
		{"throttled", plain(fakeec2.Throttle()), false},
		{"unavailable", plain(fakeec2.Fault{Code: "Unavailable", Status: 503}), false},
		{"internal error", plain(fakeec2.Fault{Code: "InternalError", Status: 500}), false},
		{"busy", plain(fakeec2.Refuse("OperationInProgress", "modify operation in progress")), false},
		{"denied once", plain(fakeec2.Refuse("UnauthorizedOperation", "You are not")), false},
		{"unknown error", plain(fakeec2.Refuse("SomethingNew", "Never seen")), false},
	}
}

// TestEveryCall lets every mishap happen at every call of every flow, once with and once without a
// second run by Lambda, deletes the stacks, and holds every invariant: where CloudFormation learned
// what was made, the world is as it was before.
func TestEveryCall(t *testing.T) {
	histories := 0
	stopped := flow{name: "a deletion that the product stops", do: func(w *world) {
		w.create(0, want{Subnet: "subnet-a", Agent: true})
		w.produce(w.stacks[0], 0)
		w.produce(w.stacks[0], 5)
		w.delete(0)
	}}
	for _, flow := range append(flows(), stopped) {
		calls := 0
		synctest.Test(t, func(*testing.T) {
			w := newWorld(flow.world)
			flow.do(w)
			w.finish(false)
			calls = len(w.cloud.Calls())
		})
		for _, mishap := range mishaps() {
			for at := range calls {
				for retries := range 2 {
					histories++
					name := fmt.Sprintf("%s, %s call %d, %d retries", flow.name, mishap.name, at, retries)
					if problems := stumble(t, flow, mishap, at, retries); problems != "" {
						t.Errorf("%s: %s", name, problems)
					}
				}
			}
		}
	}
	t.Logf("%d histories", histories)
}

func stumble(t *testing.T, f flow, m mishap, at, retries int) (problems string) {
	synctest.Test(t, func(*testing.T) {
		s := f.world
		s.Retries, s.Rough = retries, m.rough
		s.Hook = func(w *world, call fakeec2.Call) fakeec2.Fault {
			if call.N != at {
				return fakeec2.Fault{}
			}
			return m.fault(w, call)
		}
		w := newWorld(s)
		f.do(w)
		w.rest()
		found := w.finish(!f.names)
		if found != nil {
			problems = strings.Join(found, "\n") + "\n" + w.engine.Trace()
		}
	})
	return problems
}
