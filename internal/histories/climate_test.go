package histories

import (
	"hash/fnv"
	"sync/atomic"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

// climateSky lets things go wrong as a climate says. What happens to the n-th call and to the copies
// and answers of a request depends on the seed alone. Every event and every call takes a time of its
// own, so that no two things happen at the same moment and a seed tells the same story every time.
type climateSky struct {
	climate climate
	seed    uint64
	calm    atomic.Bool // from now on, nothing goes wrong
}

// dice gives a number from 0 to 999.
func (s *climateSky) dice(parts ...uint64) int {
	if s.calm.Load() {
		return 1000
	}
	return int(s.roll(parts...) % 1000)
}

func (s *climateSky) roll(parts ...uint64) uint64 {
	x := s.seed
	for _, part := range parts {
		x = mix(x ^ part*0x9e3779b97f4a7c15)
	}
	return x
}

// odd is a time that nothing else takes.
func (s *climateSky) odd(most time.Duration, parts ...uint64) time.Duration {
	return time.Duration(s.roll(parts...) % uint64(most))
}

func number(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text)) //nolint:errcheck // never fails
	return h.Sum64()
}

// mix spreads a hash over all bits.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// Deliveries may add copies, soon or late, or lose the process.
func (s *climateSky) Deliveries(r engine.Request) []engine.Delivery {
	n, c := number(r.ID), s.climate
	all := []engine.Delivery{{Dead: s.dice(1, n) < c.Dead}}
	if s.dice(2, n) < c.Copies {
		after := time.Duration(s.dice(3, n)) * 20 * time.Millisecond
		all = append(all, engine.Delivery{After: after, Cold: s.dice(4, n) < 500})
	}
	if s.dice(5, n) < c.Late {
		after := time.Duration(s.dice(6, n)) * time.Second
		all = append(all, engine.Delivery{After: after})
	}
	for i := range all {
		all[i].After += s.odd(200*time.Millisecond, 16, n, uint64(i))
	}
	return all
}

// Put may lose, refuse or hang.
func (s *climateSky) Put(r engine.Request, n int) engine.Put {
	at := number(r.ID)
	if s.dice(7, at, uint64(n)) >= s.climate.Puts {
		return engine.Take
	}
	puts := []engine.Put{engine.LoseAnswer, engine.Reset, engine.Hang, engine.Break, engine.Busy,
		engine.TooMany}
	return puts[s.dice(8, at, uint64(n))%len(puts)]
}

func (s *climateSky) lag(read fakeec2.Call, id string) time.Duration {
	return s.climate.Lag * time.Duration(s.dice(9, uint64(read.N), number(id))%1000) / 1000
}

func (s *climateSky) hook(w *world, call fakeec2.Call) (fault fakeec2.Fault) {
	n, c := uint64(call.N), s.climate
	fault.Delay = s.odd(80*time.Millisecond, 17, n)
	switch roll := s.dice(10, n); {
	case s.dice(11, n) < c.Crash && roll < 500:
		fault.Kill = w.crash(call)
	case s.dice(11, n) < c.Crash:
		fault.Killed = w.crash(call)
	case s.dice(12, n) < c.Throttle:
		delay := fault.Delay
		fault = fakeec2.Throttle()
		fault.Delay = delay
	case s.dice(13, n) < c.Lose:
		fault.Lost = true
	case s.dice(14, n) < c.Cut:
		fault.Refused = true
	case s.dice(15, n) < c.Odd:
		fault.Delay += time.Duration(roll) * 10 * time.Millisecond
	}
	return fault
}
