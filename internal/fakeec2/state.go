package fakeec2

import (
	"fmt"
	"slices"
	"time"
)

// States of endpoints, in the spelling of the wire: the SDK's constants are in another case
// (aws/aws-sdk-go-v2#2864).
const (
	pending           = "pending"
	pendingAcceptance = "pendingAcceptance"
	available         = "available"
	rejected          = "rejected"
	failedState       = "failed"
	deleting          = "deleting"
	deleted           = "deleted"
)

const (
	gatewayType   = "Gateway"
	interfaceType = "Interface"
)

// transition is what happens to an endpoint later, by itself.
type transition struct {
	at  time.Time
	id  string
	do  func(*Endpoint) bool // false: the endpoint is in another state by now
	end bool                 // the endpoint does not exist any more
}

// schedule puts off a change. One that is due at once happens with the next request.
func (c *Cloud) schedule(at time.Time, id string, do func(*Endpoint) bool) {
	c.due = append(c.due, transition{at: at, id: id, do: do})
}

// advance applies everything that is due, each at its own moment. Every request begins with it, so
// nothing can be seen too late.
func (c *Cloud) advance(now time.Time) {
	if len(c.due) == 0 {
		return
	}
	slices.SortStableFunc(c.due, func(a, b transition) int { return a.at.Compare(b.at) })
	for len(c.due) > 0 && !c.due[0].at.After(now) {
		next := c.due[0]
		c.due = c.due[1:]
		was := c.endpoints.now(next.id)
		if was == nil {
			continue
		}
		is := was.clone()
		switch {
		case next.end:
			c.endpoints.put(next.at, next.id, nil)
		case next.do(&is):
			c.endpoints.put(next.at, next.id, &is)
		}
	}
}

// becomeAvailable ends pending.
func becomeAvailable(e *Endpoint) bool {
	if e.State != pending {
		return false
	}
	e.State = available
	return true
}

func (c *Cloud) newEndpointID() string {
	c.ids++
	return fmt.Sprintf("vpce-%017x", c.ids)
}
