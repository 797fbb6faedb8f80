package histories

import (
	"hash/fnv"
	"sync/atomic"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
)

// climateSky lets things go wrong as a climate says. What happens to the n-th call, PUT or event
// depends on the seed and on n alone.
type climateSky struct {
	climate climate
	seed    uint64
	calm    atomic.Bool // from now on, nothing goes wrong
	events  atomic.Uint64
}

// dice gives a number from 0 to 999.
func (s *climateSky) dice(parts ...uint64) int {
	if s.calm.Load() {
		return 1000
	}
	h := fnv.New64a()
	for _, part := range append(parts, s.seed) {
		var b [8]byte
		for i := range b {
			b[i] = byte(part >> (8 * i))
		}
		h.Write(b[:]) //nolint:errcheck // never fails
	}
	return int(mix(h.Sum64()) % 1000)
}

// mix spreads a hash over all bits.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

// Deliveries may add copies, soon or late, or lose the process.
func (s *climateSky) Deliveries(engine.Request) []engine.Delivery {
	n, c := s.events.Add(1), s.climate
	all := []engine.Delivery{{Dead: s.dice(1, n) < c.Dead}}
	if s.dice(2, n) < c.Copies {
		after := time.Duration(s.dice(3, n)) * 20 * time.Millisecond
		all = append(all, engine.Delivery{After: after, Cold: s.dice(4, n) < 500})
	}
	if s.dice(5, n) < c.Late {
		after := time.Duration(s.dice(6, n)) * time.Second
		all = append(all, engine.Delivery{After: after})
	}
	return all
}

// Put may lose, refuse or hang.
func (s *climateSky) Put(r engine.Request, n int) engine.Put {
	if s.dice(7, uint64(len(r.ID)), uint64(n), s.events.Load()) >= s.climate.Puts {
		return engine.Take
	}
	puts := []engine.Put{engine.LoseAnswer, engine.Reset, engine.Hang, engine.Break, engine.Busy,
		engine.TooMany}
	return puts[s.dice(8, uint64(n))%len(puts)]
}

func (s *climateSky) lag(read fakeec2.Call, id string) time.Duration {
	return s.climate.Lag * time.Duration(s.dice(9, uint64(read.N), uint64(len(id)))%1000) / 1000
}

func (s *climateSky) hook(w *world, call fakeec2.Call) (fault fakeec2.Fault) {
	n, c := uint64(call.N), s.climate
	switch roll := s.dice(10, n); {
	case s.dice(11, n) < c.Crash && roll < 500:
		fault.Kill = w.crash(call)
	case s.dice(11, n) < c.Crash:
		fault.Killed = w.crash(call)
	case s.dice(12, n) < c.Throttle:
		return fakeec2.Throttle()
	case s.dice(13, n) < c.Lose:
		return fakeec2.Lose()
	case s.dice(14, n) < c.Cut:
		fault.Refused = true
	case s.dice(15, n) < c.Odd:
		fault.Delay = time.Duration(roll) * 10 * time.Millisecond
	}
	return fault
}
