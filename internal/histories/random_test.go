package histories

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

var (
	histories = flag.Int("histories", 100_000, "how many random histories to run")
	mostSteps = flag.Int("steps", 4, "of a random history")
	// Always the same stories, so that a change is judged by what it changes; make soak tells new ones.
	firstSeed = flag.Uint64("seed", 89_245_125_443_584, "the seed of the first one")
)

// TestMain gives the collector less to do: a history is some megabytes that are soon forgotten.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	m.Run()
}

// story is a random history: what is done, and how rough things are.
type story struct {
	Seed    uint64
	World   settings
	Climate climate
	Steps   []step
}

// climate says how often something goes wrong, in thousandths of calls, events or PUTs.
type climate struct {
	Copies, Late, Dead       int // of events
	Puts                     int // lost, refused or hanging
	Throttle, Lose, Cut, Odd int // of calls: throttled, response lost, no connection, slow
	Crash                    int // of calls: before or after their effect
	Lag, Pending, Deleting   time.Duration
	Page                     int
}

// step is one thing that a user or the VPC's owner does.
type step struct {
	Do     string
	Stack  int
	Is     want
	Object int           // picks what the owner edits
	After  time.Duration // since the step before
	Beside bool          // the next step does not wait for this one
}

func (s story) String() string {
	return fmt.Sprintf("existing %q, no DNS %v, natives %v, retries %d, old %v, cancel %v, %+v\n%+v",
		s.World.Existing, s.World.NoDNS, s.World.Natives, s.World.Retries, s.World.Old, s.World.Cancel, s.Climate,
		s.Steps)
}

// tell makes up a history.
func tell(seed uint64) story {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	s := story{Seed: seed, Climate: weather(r)}
	s.World = settings{Seed: seed, Stacks: 4, NoDNS: r.IntN(4) == 0, Natives: r.IntN(4) == 0,
		Retries:  min(r.IntN(4), 1), // the templates have 1
		Existing: []string{"", "", "with", "without", "route"}[r.IntN(5)],
		Old:      r.IntN(2) == 0, Cancel: r.IntN(6) == 0}
	for range 1 + min(r.IntN(*mostSteps), r.IntN(*mostSteps)) { // short ones are found sooner
		s.Steps = append(s.Steps, randomStep(r))
	}
	return s
}

func weather(r *rand.Rand) (c climate) {
	some := func(v *int, odds, most int) {
		if r.IntN(odds) == 0 {
			*v = 1 + r.IntN(most)
		}
	}
	some(&c.Copies, 4, 600)
	some(&c.Late, 12, 300)
	some(&c.Dead, 12, 200)
	some(&c.Puts, 4, 500)
	some(&c.Throttle, 6, 200)
	some(&c.Lose, 6, 150)
	some(&c.Cut, 6, 150)
	some(&c.Odd, 6, 150)
	some(&c.Crash, 6, 60)
	some(&c.Page, 6, 3)
	if r.IntN(3) == 0 {
		c.Lag = time.Duration(r.IntN(8000)) * time.Millisecond
	}
	if r.IntN(4) == 0 {
		c.Pending = time.Duration(r.IntN(10)) * time.Second
		c.Deleting = time.Duration(r.IntN(20)) * time.Second
	}
	return c
}

func randomStep(r *rand.Rand) step {
	kinds := []string{"create", "create", "create", "create", "update", "update", "update",
		"delete", "delete", "add", "drop", "table", "retag", "associate", "produce", "clear"}
	subnets := []string{"subnet-a", "subnet-a", "subnet-b", "subnet-b", "subnet-c", "subnet-d",
		"subnet-x"}
	s := step{Do: kinds[r.IntN(len(kinds))], Stack: r.IntN(2), Object: r.IntN(1 << 16),
		After: time.Duration(r.IntN(30_000)) * time.Millisecond, Beside: r.IntN(3) == 0}
	s.Is = want{Subnet: subnets[r.IntN(len(subnets))], Dynamo: r.IntN(10) == 0,
		Facts: r.IntN(10) == 0, DNS: r.IntN(10) == 0, Fail: r.IntN(6) == 0, Retain: r.IntN(25) == 0,
		Agent: r.IntN(4) == 0}
	if r.IntN(5) == 0 {
		s.Is.Second = subnets[r.IntN(len(subnets))]
	}
	if r.IntN(10) == 0 {
		s.Is.Names = []string{"own"}
	}
	return s
}

// TestRandomHistories runs many histories on all processors and makes a failing one small.
func TestRandomHistories(t *testing.T) {
	workers := runtime.GOMAXPROCS(0)
	var next atomic.Uint64
	var failures atomic.Int32
	t.Cleanup(func() {
		t.Logf("%d histories from seed %d, %d failed", *histories, *firstSeed, failures.Load())
	})
	for worker := range workers {
		t.Run(fmt.Sprint(worker), func(t *testing.T) {
			t.Parallel()
			for failures.Load() < 5 {
				n := next.Add(1) - 1
				if n >= uint64(*histories) {
					return
				}
				s := tell(*firstSeed + n)
				if run(t, s) != "" {
					failures.Add(1)
					s = shrink(t, s)
					t.Errorf("seed %d: %s\n%s", *firstSeed+n, s, run(t, s))
				}
			}
		})
	}
}

// shrink leaves out what a failing history does not need. Pauses are partly random in the functions
// themselves, so that a history is tried a few times before a part of it counts as needed.
func shrink(t *testing.T, s story) story {
	fails := func(s story) bool {
		for range 3 {
			if run(t, s) != "" {
				return true
			}
		}
		return false
	}
	for again := true; again; {
		again = false
		for _, smaller := range s.smaller() {
			if fails(smaller) {
				s, again = smaller, true
				break
			}
		}
	}
	return s
}

// smaller lists the histories with one part less.
func (s story) smaller() (all []story) {
	for i := range s.Steps {
		less := s
		less.Steps = slices.Delete(slices.Clone(s.Steps), i, i+1)
		all = append(all, less)
	}
	calm := func(change func(*climate)) {
		less := s
		if change(&less.Climate); less.Climate != s.Climate {
			all = append(all, less)
		}
	}
	calm(func(c *climate) { c.Copies, c.Late, c.Dead = 0, 0, 0 })
	calm(func(c *climate) { c.Puts = 0 })
	calm(func(c *climate) { c.Throttle, c.Lose, c.Cut, c.Odd = 0, 0, 0, 0 })
	calm(func(c *climate) { c.Crash = 0 })
	calm(func(c *climate) { c.Lag = 0 })
	calm(func(c *climate) { c.Pending, c.Deleting = 0, 0 })
	calm(func(c *climate) { c.Page = 0 })
	for i := range s.Steps {
		for _, change := range []func(*step){
			func(s *step) { s.Beside = false }, func(s *step) { s.After = 0 },
			func(s *step) { s.Is = want{Subnet: s.Is.Subnet, Fail: s.Is.Fail} },
			func(s *step) { s.Is.Fail = false },
		} {
			less := s
			less.Steps = slices.Clone(s.Steps)
			change(&less.Steps[i])
			if fmt.Sprint(less.Steps[i]) != fmt.Sprint(s.Steps[i]) {
				all = append(all, less)
			}
		}
	}
	return all
}

// run plays a history in a bubble of its own and gives what it broke and its trace.
func run(t *testing.T, s story) (broken string) {
	synctest.Test(t, func(*testing.T) {
		if problems, w := s.play(); problems != nil {
			broken = strings.Join(problems, "\n") + "\n" + w.engine.Trace()
		}
	})
	return broken
}

func (s story) play() ([]string, *world) {
	skies := &climateSky{climate: s.Climate, seed: s.Seed}
	s.World.Weather = skies
	s.World.Hook = skies.hook
	s.World.Rough = s.Climate.Crash > 0 || s.Climate.Dead > 0 || s.Climate.Puts > 0
	s.World.EC2 = fakeec2.Settings{Page: s.Climate.Page, Pending: s.Climate.Pending,
		Deleting: s.Climate.Deleting}
	if s.Climate.Lag > 0 {
		s.World.EC2.Lag = skies.lag
	}
	w := newWorld(s.World)
	var problems []string
	var busy [2]sync.WaitGroup
	edited := false
	alone := !slices.ContainsFunc(s.Steps, func(s step) bool { return s.Beside })
	for _, step := range s.Steps {
		time.Sleep(step.After + time.Second) // nobody works faster
		switch step.Do {
		case "create", "update", "delete":
			busy[step.Stack].Wait()
			if step.Beside {
				busy[step.Stack].Go(func() { w.operate(step, false) })
				continue
			}
			fallthrough
		case "produce", "clear":
			problems = append(problems, w.operate(step, alone && !edited)...)
		default:
			edited = w.edit(step) || edited
		}
	}
	busy[0].Wait()
	busy[1].Wait()
	w.engine.Settle()
	skies.calm.Store(true)
	w.rest()
	return append(problems, w.finish(!edited)...), w
}

// operate does one operation of a stack where the stack's state allows it. A stack that is gone is
// followed by a new one of the same place. A rollback is held against I12 when nobody else is there.
func (w *world) operate(s step, alone bool) (problems []string) {
	i := w.current(s.Stack)
	stack := w.stacks[i]
	switch {
	case s.Do == "create" && stack.Status == "":
		w.create(i, s.Is)
	case s.Do == "update" && slices.Contains([]engine.Status{engine.Created, engine.Updated,
		engine.UpdateRolledBack}, stack.Status):
		if alone {
			w.rest()
		}
		before := w.cloud.Snapshot()
		// What is retained stays after a rollback too: for that there is RetainExceptOnCreate.
		if w.update(i, s.Is) == engine.UpdateRolledBack && alone && !w.retained[i] {
			w.rest()
			for _, line := range w.changed(before) {
				problems = append(problems, "I12: "+line)
			}
		}
	case s.Do == "delete" && stack.Status != "" && !gone(stack):
		w.delete(i)
	case s.Do == "produce":
		w.produce(stack, s.Object)
	case s.Do == "clear":
		w.clear(stack)
	}
	return problems
}

// current is the last stack of a place.
func (w *world) current(i int) int {
	for i+2 < len(w.stacks) && gone(w.stacks[i]) {
		i += 2
	}
	return i
}

func gone(s *engine.Stack) bool {
	return s.Now() == engine.Deleted || s.Now() == engine.RolledBack
}

// edit is what the VPC's owner does meanwhile. What it touches has an excuse afterwards.
func (w *world) edit(s step) bool {
	tables := []string{"rtb-a", "rtb-d", "rtb-m"}
	table := tables[s.Object%3]
	var ours, theirs []fakeec2.Endpoint
	served := false
	for _, e := range w.cloud.Snapshot().Endpoints {
		if e.State == "deleting" || e.Type != "Gateway" {
			continue
		}
		if _, managed := e.Tags[vendor+":managed"]; managed {
			ours = append(ours, e)
		} else {
			theirs = append(theirs, e)
		}
		served = served || slices.Contains(e.Tables, table)
	}
	w.engine.Note("the owner: %s %s", s.Do, table)
	pick := func(from []fakeec2.Endpoint) fakeec2.Endpoint { return from[s.Object/3%len(from)] }
	switch {
	case s.Do == "add" && !served && w.Existing != "route":
		w.customerEndpoint(fmt.Sprintf("vpce-0c%d", s.Object), table)
	case s.Do == "drop" && len(theirs) > 0:
		e := pick(theirs)
		w.touch(e)
		w.cloud.Remove(e.ID)
	case s.Do == "drop" && len(ours) > 0 && s.Object%2 == 0:
		e := pick(ours)
		w.touch(e)
		w.cloud.Remove(e.ID)
	case s.Do == "table" && len(ours) > 0 && !served:
		e := pick(ours)
		w.touch(e)
		w.cloud.EditEndpoint(e.ID, func(e *fakeec2.Endpoint) {
			if e.VPC == "vpc-1" {
				e.Tables = append(e.Tables, table)
			}
		})
	case s.Do == "retag" && len(ours) > 0:
		e := pick(ours)
		w.touch(e)
		w.cloud.EditEndpoint(e.ID, func(e *fakeec2.Endpoint) { strip(e, s.Object) })
	case s.Do == "associate":
		w.moved.Store(true)
		w.associate([]string{"subnet-a", "subnet-b", "subnet-c"}[s.Object%3], tables[s.Object/3%3])
	default:
		return false
	}
	return true
}

// touch excuses an endpoint and the route tables that it served.
func (w *world) touch(e fakeec2.Endpoint) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.touched[e.ID] = true
	for _, table := range e.Tables {
		w.touched[table] = true
	}
}

// strip takes all our tags off, or one kind of them.
func strip(e *fakeec2.Endpoint, object int) {
	kind := []string{"", "managed", "stack", "user/", "logical", "request"}[object%6]
	for key := range e.Tags {
		if strings.HasPrefix(key, vendor+":"+kind) {
			delete(e.Tags, key)
		}
	}
}

// associate gives a subnet another route table; rtb-m means that it falls back to the main one.
func (w *world) associate(subnet, table string) {
	for _, id := range []string{"rtb-a", "rtb-d"} {
		w.cloud.EditRouteTable(id, func(r *fakeec2.RouteTable) {
			r.Subnets = slices.DeleteFunc(r.Subnets, func(s string) bool { return s == subnet })
			if r.ID == table {
				r.Subnets = append(r.Subnets, subnet)
			}
		})
	}
}
