package customresource

import (
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
)

// Request is one event in a function's own terms. Properties are complete and strictly decoded on
// Create and Update. On Delete, and in Old (on Update), they are what could be decoded: another
// release of the product may have written them.
type Request[P any] struct {
	Type       cfn.RequestType
	StackID    string
	RequestID  string
	LogicalID  string
	PhysicalID string    // empty on Create
	Sent       time.Time // by CloudFormation, to the second; zero where the event does not say
	Properties P
	Old        P
	Log        *slog.Logger
	claimed    *claim
}

// Claim names the physical id before something is made, so that CloudFormation learns it even when
// the function panics or runs out of time right after.
func (r Request[P]) Claim(id string) {
	if r.claimed != nil {
		r.claimed.id.Store(&id)
	}
}

type claim struct{ id atomic.Pointer[string] }

func (c *claim) get() string {
	if id := c.id.Load(); id != nil {
		return *id
	}
	return ""
}

// Stack is what a stack's ARN says: arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/UUID.
type Stack struct{ Partition, Region, Account, Name, UUID string }

// Stack takes the stack's ARN apart; parts that are not there are empty.
func (r Request[P]) Stack() Stack {
	parts := append(strings.SplitN(r.StackID, ":", 6), "", "", "", "", "", "")
	path := append(strings.Split(parts[5], "/"), "", "")
	return Stack{
		Partition: parts[1], Region: parts[3], Account: parts[4], Name: path[1], UUID: path[2],
	}
}
