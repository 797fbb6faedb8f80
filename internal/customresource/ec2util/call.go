package ec2util

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"byocfn/internal/customresource"

	"github.com/aws/smithy-go"
)

// Patience says which refusals a call waits out, and for how long, beyond what the SDK repeats.
type Patience struct {
	Busy    time.Duration // throttling and OperationInProgress
	Denied  time.Duration // a policy of this stack that AWS has not spread yet
	Missing time.Duration // an object of this stack that AWS does not show yet
}

// Making is the patience of Create and Update.
func Making() Patience { return Patience{Busy: 60 * time.Second, Denied: 75 * time.Second} }

// Removing is the patience of Delete: there a denied call is final, since the policy may be gone
// already, and a missing object is what was wanted.
func Removing() Patience { return Patience{Busy: 60 * time.Second} }

// AwaitNew gives a patience that also waits for objects of this stack to become visible.
func (p Patience) AwaitNew() Patience {
	p.Missing = 75 * time.Second
	return p
}

// Error is a call that failed for good. Its text is short and says what to do where that is known.
type Error struct {
	Action  string // ec2:DescribeSubnets
	Code    string // of AWS; empty when no answer came
	Message string
	Err     error
}

// Unwrap gives the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// Short cuts a text that is longer than some number of characters.
func Short(text string, length int) string {
	if runes := []rune(text); len(runes) > length {
		return string(runes[:max(length-1, 0)]) + "…"
	}
	return text
}

// Call calls one operation of EC2, or of another service whose options are S, and repeats it as
// patience says. action is its name in IAM.
func Call[I, O, S any](
	ctx context.Context, patience Patience, action string,
	operation func(context.Context, *I, ...func(*S)) (*O, error), input *I,
) (*O, error) {
	begin := time.Now()
	for pause := time.Second; ; pause = min(2*pause, 8*time.Second) {
		output, err := operation(ctx, input)
		if err == nil {
			return output, nil
		}
		failure := explain(action, err)
		limit := patience.limit(failure.Code)
		if time.Since(begin)+pause > limit || Pause(ctx, customresource.Jitter(ctx, pause)) != nil {
			return nil, failure
		}
	}
}

// Pager gives one page after another; the SDK has one for each operation that lists.
type Pager[O, S any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*S)) (*O, error)
}

// Pages gives what is on all pages of an operation, each repeated as patience says; items takes it
// out of one page.
func Pages[O, S, T any](
	ctx context.Context, patience Patience, action string, pager Pager[O, S],
	items func(*O) []T,
) (all []T, err error) {
	next := func(ctx context.Context, _ *any, options ...func(*S)) (*O, error) {
		return pager.NextPage(ctx, options...) // the same page after an error
	}
	for pager.HasMorePages() {
		page, err := Call(ctx, patience, action, next, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, items(page)...)
	}
	return all, nil
}

// limit gives how long a refusal is waited out.
func (p Patience) limit(code string) time.Duration {
	switch {
	case isDenied(code):
		return p.Denied
	case slices.Contains(busy, code):
		return p.Busy
	case IsMissing(code), code == "NoSuchEntity": // of IAM
		return p.Missing
	}
	return 0
}

// busy are the codes that EC2 gives while it is occupied, then those of EKS and IAM.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
// https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html
var busy = []string{
	"OperationInProgress", "IncorrectState", "RequestLimitExceeded", "Throttling",
	"ThrottlingException", "EC2ThrottledException", "InternalError", "InternalFailure",
	"Unavailable", "ServiceUnavailable",
	"ServerException", "ServiceUnavailableException", "TooManyRequestsException", "ServiceFailure",
}

func explain(action string, err error) *Error {
	return &Error{Action: action, Code: Code(err), Message: Message(err), Err: err}
}

// Code gives AWS's code of a failed call, or "".
func Code(err error) string { return said(err).ErrorCode() }

// Message gives AWS's message of a failed call, or "".
func Message(err error) string { return said(err).ErrorMessage() }

// said is what AWS answered to a failed call: nothing where there was no answer.
func said(err error) smithy.APIError {
	var answer smithy.APIError = &smithy.GenericAPIError{}
	errors.As(err, &answer)
	return answer
}

// IsDenied tells whether a call failed because a policy forbids it.
func IsDenied(err error) bool { return isDenied(Code(err)) }

func isDenied(code string) bool {
	return code == "UnauthorizedOperation" || code == "AccessDenied" ||
		code == "AccessDeniedException" || code == "AuthFailure"
}

// IsMissing tells whether a code says that an object is not there. EC2 spells them in several ways:
// InvalidVpcEndpoint.NotFound, InvalidVpcEndpointId.NotFound, InvalidSubnetID.NotFound.
func IsMissing(code string) bool {
	return strings.HasPrefix(code, "Invalid") && strings.HasSuffix(code, ".NotFound")
}

// Pause waits; it gives the context's error when that ends first.
func Pause(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Poll calls look until it is done or fails, first at once and then every two to five seconds. When
// time runs out it gives an error that holds what look was waiting for.
func Poll(
	ctx context.Context, limit time.Duration, look func() (done bool, waitingFor string, err error),
) error {
	begin := time.Now()
	last := ""
	for pause := 2 * time.Second; ; pause = min(pause+time.Second, 5*time.Second) {
		done, waitingFor, err := look()
		switch {
		case err != nil && (ctx.Err() == nil || last == ""):
			return err
		case done:
			return nil
		case err == nil:
			last = waitingFor
		}
		if time.Since(begin)+pause > limit || Pause(ctx, pause) != nil {
			return fmt.Errorf("gave up after %d s: %s",
				int(time.Since(begin).Seconds()), Short(last, 240))
		}
	}
}
