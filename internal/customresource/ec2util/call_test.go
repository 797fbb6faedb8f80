package ec2util

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

func failure(code, message string) error {
	return &smithy.OperationError{ServiceID: "EC2", OperationName: "X",
		Err: &smithy.GenericAPIError{Code: code, Message: message}}
}

// lastPause is how much later than its limit a call may give up: pauses are held against it by their
// mean, 8 s at most, and last up to half of that longer. The context bounds the run as a whole.
const lastPause = 4 * time.Second

func TestPatience(t *testing.T) {
	tests := []struct {
		name     string
		patience Patience
		code     string
		until    time.Duration // the call fails with code until then
		works    bool
		limit    time.Duration
	}{
		{"denied at first", Making(), "UnauthorizedOperation", 60 * time.Second, true, 75 * time.Second},
		{"denied for good", Making(), "AccessDenied", time.Hour, false, 75 * time.Second},
		{"denied on delete", Removing(), "UnauthorizedOperation", time.Second, false, 0},
		{"busy", Making(), "OperationInProgress", 40 * time.Second, true, 60 * time.Second},
		{"busy on delete", Removing(), "RequestLimitExceeded", 40 * time.Second, true, 60 * time.Second},
		{"missing", Making(), "InvalidVpcEndpointId.NotFound", time.Second, false, 0},
		{"missing and new", Making().AwaitNew(), "InvalidVpcEndpointId.NotFound", 50 * time.Second, true, 75 * time.Second},
		{"wrong", Making(), "InvalidParameter", time.Second, false, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin, calls := time.Now(), 0
				call := func(context.Context, *ec2.DescribeVpcsInput, ...func(*ec2.Options)) (*ec2.DescribeVpcsOutput, error) {
					if calls++; time.Since(begin) < test.until {
						return nil, failure(test.code, "m")
					}
					return &ec2.DescribeVpcsOutput{}, nil
				}
				_, err := Call(t.Context(), test.patience, "ec2:X", call, &ec2.DescribeVpcsInput{})
				atMost := test.limit
				if atMost > 0 {
					atMost += lastPause
				}
				if (err == nil) != test.works || time.Since(begin) > atMost || calls > 40 {
					t.Errorf("error %v after %v and %d calls", err, time.Since(begin), calls)
				}
				if err != nil && Code(err) != test.code {
					t.Errorf("the code is lost: %v", err)
				}
			})
		})
	}
}

func TestReasons(t *testing.T) {
	long := strings.Repeat("ß", 500)
	user := "User: arn:aws:sts::1:assumed-role/kelp-Role-1A/f is not authorized to perform: ec2:X on resource: arn:aws:ec2:a:1:vpc/vpc-1 "
	for want, err := range map[string]error{
		"ec2:X is denied for kelp-Role-1A on vpc/vpc-1: no permissions boundary allows it. Change that policy": failure(
			"UnauthorizedOperation", user+"because no permissions boundary allows the ec2:X action. Encoded authorization failure message: "+long),
		"ec2:X is denied for kelp-Role-1A on vpc/vpc-1: an explicit deny in a service control policy (p-1). Change": failure(
			"AccessDenied", user+"with an explicit deny in a service control policy: arn:aws:organizations::2:policy/o-1/service_control_policy/p-1"),
		"ec2:X failed: EC2 is busy":                 failure("RequestLimitExceeded", long),
		"ec2:X failed: VpcEndpointLimitExceeded: ß": failure("VpcEndpointLimitExceeded", long),
		"ec2:X is denied (You may not.): allow it":  failure("UnauthorizedOperation", "You may not. Encoded authorization failure message: "+long),
		"ec2:X failed: InvalidThing: ß":             failure("InvalidThing", long),
		"ec2:X did not answer in time":              &smithy.CanceledError{Err: context.DeadlineExceeded},
		"ec2:X failed: dial":                        errors.New("dial " + long),
	} {
		text := explain("ec2:X", err).Error()
		if !strings.HasPrefix(text, want) || len([]rune(text)) > 300 {
			t.Errorf("got %s, want %s", text, want)
		}
	}
}

// TestPollSaysWhatItWaitedFor, also when a look is cut off by the end of the context.
func TestPollSaysWhatItWaitedFor(t *testing.T) {
	for _, limit := range []time.Duration{30 * time.Second, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			begin := time.Now()
			err := Poll(ctx, limit, func() (bool, string, error) {
				if Pause(ctx, 4*time.Second) != nil {
					return false, "", ctx.Err()
				}
				return false, "vpce-1 is pending", nil
			})
			if err == nil || !strings.Contains(err.Error(), "vpce-1 is pending") || time.Since(begin) > time.Minute {
				t.Errorf("%v after %v", err, time.Since(begin))
			}
		})
	}
	odd := errors.New("odd")
	if err := Poll(t.Context(), time.Hour, func() (bool, string, error) { return false, "", odd }); !errors.Is(err, odd) {
		t.Errorf("got %v", err)
	}
}

func TestStatesAreComparedWithoutCase(t *testing.T) {
	for _, state := range []types.State{"available", "Available", types.StateAvailable} {
		if !In(types.VpcEndpoint{State: state}, types.StateFailed, types.StateAvailable) {
			t.Errorf("%s is not available", state)
		}
	}
	if In(types.VpcEndpoint{State: "pendingAcceptance"}, types.StatePending) {
		t.Error("pendingAcceptance is pending")
	}
}

func TestIsMissing(t *testing.T) {
	for code, want := range map[string]bool{
		"InvalidVpcEndpoint.NotFound": true, "InvalidVpcEndpointId.NotFound": true, "InvalidSubnetID.NotFound": true,
		"InvalidParameter": false, "": false, "RouteNotFound": false,
	} {
		if IsMissing(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}
