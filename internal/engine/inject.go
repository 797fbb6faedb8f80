package engine

import (
	"encoding/json"
	"fmt"
	"time"
)

// Inject sends an event that no stack sent, changed by edit, and waits for its answer as a stack
// would; ok is false when none came in time.
func (e *Engine) Inject(r Request, properties map[string]any, edit func(map[string]any)) (
	answer Answer, ok bool,
) {
	request := &pending{answered: make(chan Answer, 1), sent: time.Now(), Request: r}
	e.mu.Lock()
	r.ID = e.uuid(fmt.Sprintf("injected %d", len(e.requests)))
	request.ID = r.ID
	e.requests[r.ID] = request
	e.mu.Unlock()
	var event map[string]any
	if err := json.Unmarshal(e.event(r, properties, properties), &event); err != nil {
		panic(err) // it was just made
	}
	edit(event)
	raw, err := json.Marshal(event)
	if err != nil {
		panic(err) // of the test's own making
	}
	e.send(r, raw)
	select {
	case answer = <-request.answered:
		return answer, true
	case <-time.After(r.Timeout):
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	request.closed = true
	return answer, false
}
