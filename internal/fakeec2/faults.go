package fakeec2

import (
	"net/http"
	"time"
)

// Fault is what goes wrong with one call, in this order: Delay, Kill, a refusal (Code or Refused),
// the effect, Killed, Late, Lost. The zero Fault is a call that works.
type Fault struct {
	Delay   time.Duration // before anything happens
	Kill    func()        // called before the effect: may panic, call Goexit or cancel a context
	Code    string        // refuse with this code, Message and Status, without effect
	Message string
	Status  int           // 400 where 0
	Refused bool          // no connection, without effect
	Killed  func()        // called after the effect, before the response
	Late    time.Duration // after the effect, before the response
	Lost    bool          // the effect happens, and then the connection is reset
}

// Throttle refuses a call as EC2 does above its rate limit. The SDK repeats it.
func Throttle() Fault {
	return Fault{Code: "RequestLimitExceeded", Message: "Request limit exceeded.",
		Status: http.StatusServiceUnavailable}
}

// Refuse refuses a call without effect.
func Refuse(code, message string) Fault { return Fault{Code: code, Message: message} }

// Lose applies a call and loses its response. The SDK repeats it.
func Lose() Fault { return Fault{Lost: true} }

// Hang lets a call wait for longer than any client does, without effect.
func Hang() Fault { return Fault{Delay: time.Hour, Refused: true} }
