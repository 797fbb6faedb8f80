package histories

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/fakeec2"
)

// flow is a course of events as CloudFormation allows it: an operation that a stack's state forbids
// is left out.
type flow struct {
	name   string
	world  settings
	names  bool // begins with an endpoint of the template, which stays
	stride int  // of stumbles; 0 means 8
	steps  []step
}

func flows() []flow {
	create := func(stack int, is want) step { return step{Do: "create", Stack: stack, Is: is} }
	update := func(is want) step { return step{Do: "update", Is: is} }
	a, facts := want{Subnet: "subnet-a"}, want{Facts: true}
	fails := want{Subnet: "subnet-b", Fail: true}
	return []flow{
		{name: "create", steps: []step{create(0, a)}},
		{name: "create and roll back", steps: []step{create(0, fails)}},
		{name: "create beside the customer's", world: settings{Existing: "with"},
			steps: []step{create(0, a)}},
		{name: "replace", steps: []step{create(0, a), update(want{Subnet: "subnet-b"})}},
		{name: "replace and roll back", stride: 3, steps: []step{create(0, a), update(fails)}},
		{name: "the same, naming the old id", stride: 3, world: settings{Old: true},
			steps: []step{create(0, a), update(fails)}},
		{name: "share and hand over",
			steps: []step{create(0, a), create(1, a), {Do: "delete"}}},
		{name: "two of one stack", steps: []step{
			create(0, want{Subnet: "subnet-b", Second: "subnet-c"}),
			update(want{Second: "subnet-c"})}},
		{name: "DNS", world: settings{NoDNS: true},
			steps: []step{create(0, want{DNS: true, Facts: true})}},
		{name: "facts", steps: []step{create(0, facts), create(1, facts)}},
		{name: "names", names: true, steps: []step{create(0, want{Names: []string{"vpce-0a"}})}},
	}
}

// play plays a flow to its end, in a world that may be that of the flow with something against it,
// and gives what broke.
func (f flow) play(s settings) (*world, []string) {
	w := newWorld(s)
	problems := f.do(w)
	w.rest()
	return w, append(problems, w.finish(!f.names)...)
}

func (f flow) do(w *world) (problems []string) {
	if f.names {
		w.nativeEndpoint(w.stacks[0], "vpce-0a", service("sts"))
	}
	for _, step := range f.steps {
		problems = append(problems, w.operate(step, true)...)
	}
	return problems
}

// calls counts the calls of a flow in which nothing goes wrong.
func (f flow) calls(t *testing.T) (n int) {
	synctest.Test(t, func(*testing.T) {
		w, _ := f.play(f.world)
		n = len(w.cloud.Calls())
	})
	return n
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
	stopped := flow{name: "a deletion that the product stops", steps: []step{
		{Do: "create", Is: want{Subnet: "subnet-a", Agent: true}},
		{Do: "produce", Object: 0}, {Do: "produce", Object: 5}, {Do: "delete"}}}
	for _, flow := range append(flows(), stopped) {
		calls := flow.calls(t)
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
		if w, found := f.play(f.with(m, at, retries)); found != nil {
			problems = strings.Join(found, "\n") + "\n" + w.engine.Trace()
		}
	})
	return problems
}

// with is the flow's world with a mishap at one call.
func (f flow) with(m mishap, at, retries int) settings {
	s := f.world
	s.Retries, s.Rough = retries, m.rough
	s.Hook = func(w *world, call fakeec2.Call) fakeec2.Fault {
		if call.N != at {
			return fakeec2.Fault{}
		}
		return m.fault(w, call)
	}
	return s
}
