package customresource

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
)

func TestF01EveryRequestIsAnswered(t *testing.T) {
	for _, kind := range []string{"Create", "Update", "Delete"} {
		r := invoke(t, ok, event(kind, nil), time.Minute)
		delivered(t, r, cfn.StatusSuccess, "")
		want := map[string]string{"Delete": "old/1"}[kind]
		if want == "" {
			want = "facts/use1-az2"
		}
		if got := r.last().PhysicalResourceID; got != want {
			t.Errorf("%s: physical id %s, want %s", kind, got, want)
		}
		if got := r.wire.headers.Get("Content-Type"); got != "" {
			t.Errorf("Content-Type %q is not part of the signature", got)
		}
		if got := r.wire.urls[0]; !strings.Contains(got, "key%3Aa%7Cb?") {
			t.Errorf("the URL was rewritten: %s", got)
		}
		if !bytes.Contains(r.wire.bodies[0], []byte(`"A":"<&>"`)) {
			t.Errorf("HTML was escaped: %s", r.wire.bodies[0])
		}
	}
	failed := invoke(t, func(context.Context, Request[props]) (Answer, error) {
		return Answer{Data: map[string]string{"A": "1"}}, errors.New("VPC vpc-1\n is\tgone")
	}, event("Create", nil), time.Minute)
	delivered(t, failed, cfn.StatusFailed, "VPC vpc-1 is gone")
	if failed.last().Data != nil {
		t.Error("a failure carries data")
	}
}

func TestF02AnswersBeforeTheDeadline(t *testing.T) {
	heeds := func(ctx context.Context, r Request[props]) (Answer, error) {
		<-ctx.Done()
		return Answer{PhysicalID: "made/1"}, errors.New("vpce-1 is still pending")
	}
	bare := func(ctx context.Context, r Request[props]) (Answer, error) {
		<-ctx.Done()
		return Answer{}, ctx.Err()
	}
	ignores := func(ctx context.Context, r Request[props]) (Answer, error) {
		r.Claim("claimed/1")
		time.Sleep(time.Hour)
		return Answer{PhysicalID: "too/late"}, nil
	}
	tests := []struct {
		name       string
		f          fake
		timeout    time.Duration
		reason, id string
		before     time.Duration
	}{
		{"heeds its context", heeds, 4 * time.Minute, "still pending", "made/1", 225 * time.Second},
		{"says only that time is up", bare, time.Minute, "ran out of time", "none:", 45 * time.Second},
		{"ignores its context", ignores, 4 * time.Minute, "ran out of time", "claimed/1", 227 * time.Second},
		{"has little time", ignores, 10 * time.Second, "ran out of time", "claimed/1", 7 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, test.f, event("Create", nil), test.timeout)
			delivered(t, r, cfn.StatusFailed, test.reason)
			if !strings.HasPrefix(r.last().PhysicalResourceID, test.id) || r.took > test.before {
				t.Errorf("id %s after %v", r.last().PhysicalResourceID, r.took)
			}
		})
	}
}

func TestF03PanicsAreFailures(t *testing.T) {
	for name, f := range map[string]fake{
		"panic": func(_ context.Context, r Request[props]) (Answer, error) {
			r.Claim("half/made")
			var m map[string]int
			m["x"] = 1
			return Answer{}, nil
		},
		"goexit": func(_ context.Context, r Request[props]) (Answer, error) {
			r.Claim("half/made")
			runtime.Goexit()
			return Answer{}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := invoke(t, f, event("Create", nil), time.Minute)
			delivered(t, r, cfn.StatusFailed, "the function")
			if got := r.last().PhysicalResourceID; got != "half/made" {
				t.Errorf("the id is %s: what was made before would be lost", got)
			}
		})
	}
}

func TestF06PhysicalIDs(t *testing.T) {
	none := noneID(cfn.Event{StackID: stackID, LogicalResourceID: "Facts"})
	tests := []struct {
		kind, answered, want string
		status               cfn.StatusType
	}{
		{"Create", "", none, cfn.StatusSuccess},
		{"Create", strings.Repeat("x", 1024), strings.Repeat("x", 1024), cfn.StatusSuccess},
		{"Create", strings.Repeat("x", 1025), none, cfn.StatusFailed},
		{"Create", "vpç", none, cfn.StatusFailed},
		{"Update", "", "old/1", cfn.StatusSuccess},
		{"Update", "new/1", "new/1", cfn.StatusSuccess},
		{"Update", "a\nb", "old/1", cfn.StatusFailed},
		{"Delete", "new/1", "old/1", cfn.StatusSuccess},
	}
	for _, test := range tests {
		r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
			return Answer{PhysicalID: test.answered}, nil
		}, event(test.kind, nil), time.Minute)
		delivered(t, r, test.status, "")
		if got := r.last().PhysicalResourceID; got != test.want {
			t.Errorf("%s with %.9q: %.40s, want %.40s", test.kind, test.answered, got, test.want)
		}
	}
}

func TestF07DeleteWithoutAnIDReachesTheFunction(t *testing.T) {
	called := false
	r := invoke(t, func(_ context.Context, r Request[props]) (Answer, error) {
		called = r.PhysicalID == ""
		return Answer{}, nil
	}, event("Delete", map[string]any{"PhysicalResourceId": nil}), time.Minute)
	delivered(t, r, cfn.StatusSuccess, "")
	if !called {
		t.Error("the function was not asked to clean up")
	}
}

func TestF08IDsAreStable(t *testing.T) {
	first := invoke(t, ok, event("Create", nil), time.Minute).last()
	second := invoke(t, ok, event("Create", map[string]any{"RequestId": "req-1"}), time.Minute).last()
	if first.PhysicalResourceID != second.PhysicalResourceID {
		t.Error("two deliveries give two ids")
	}
	a := noneID(cfn.Event{StackID: "s", LogicalResourceID: "ab"})
	if b := noneID(cfn.Event{StackID: "sa", LogicalResourceID: "b"}); a == b || a == "" {
		t.Error("two resources share an id")
	}
}

func TestF12FailedUpdates(t *testing.T) {
	for made, want := range map[string]string{"": "old/1", "new/2": "new/2"} {
		r := invoke(t, func(_ context.Context, r Request[props]) (Answer, error) {
			if made != "" {
				r.Claim(made)
			}
			return Answer{}, errors.New("no")
		}, event("Update", nil), time.Minute)
		delivered(t, r, cfn.StatusFailed, "no")
		if got := r.last().PhysicalResourceID; got != want {
			t.Errorf("having made %q, the id is %s, want %s", made, got, want)
		}
	}
}

func TestF16AndF17OneAnswerAndNoZombie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stopped atomic.Bool
		r := invokeHere(func(ctx context.Context, _ Request[props]) (Answer, error) {
			time.Sleep(time.Minute) // frozen past the answer
			stopped.Store(ctx.Err() != nil)
			return Answer{PhysicalID: "zombie"}, nil
		}, event("Create", nil), 30*time.Second)
		delivered(t, r, cfn.StatusFailed, "ran out of time")
		time.Sleep(time.Hour)
		if len(r.wire.puts) != 1 || !stopped.Load() {
			t.Errorf("%d PUTs; its context had ended: %v", len(r.wire.puts), stopped.Load())
		}
	})
}

func TestStartUpFailureIsAnsweredAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w wire
		starts := 0
		handler := New(func(context.Context) (Function[props], error) {
			switch starts++; starts {
			case 1:
				return nil, errors.New("no region is set")
			case 2:
				panic("odd")
			}
			return fake(ok), nil
		}, Options{Client: &http.Client{Transport: &w}, Log: slog.New(slog.DiscardHandler)})
		for range 4 {
			if err := handler.Invoke(t.Context(), event("Create", nil)); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, put := range w.puts {
			got = append(got, string(put.Status)+" "+put.Reason)
		}
		want := []string{"FAILED the function could not start: no region is set",
			"FAILED the function could not start: panic: odd", "SUCCESS ", "SUCCESS "}
		if !slices.Equal(got, want) || starts != 3 {
			t.Errorf("%d starts, answers %q", starts, got)
		}
	})
}

// TestNoSDK keeps the runtime itself free of the AWS SDK.
func TestNoSDK(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("github.com/aws/"+"aws-sdk-go-v2")) {
			t.Errorf("%s imports the SDK", file)
		}
	}
}
