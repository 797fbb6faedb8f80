package customresource

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
)

func TestF04DeliveryIsTriedAgain(t *testing.T) {
	tests := []struct {
		name       string
		behaviours []int
		puts       int
		fails      bool
	}{
		{"network errors", []int{0, 0, 200}, 3, false},
		{"a hanging server", []int{-1, -1, 200}, 3, false},
		{"5xx, 408 and 429", []int{500, 503, 408, 429, 204}, 5, false},
		{"used up", []int{403}, 1, true},
		{"not found", []int{404}, 1, true},
		{"for ever", slices.Repeat([]int{503}, 50), tries, true},
		{"for ever silent", slices.Repeat([]int{-1}, 50), tries, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, ok, event("Create", nil), time.Minute, test.behaviours...)
			if len(r.wire.puts) != test.puts || (r.err != nil) != test.fails {
				t.Errorf("%d PUTs, error %v", len(r.wire.puts), r.err)
			}
			for _, body := range r.wire.bodies {
				if !bytes.Equal(body, r.wire.bodies[0]) {
					t.Error("two tries differ")
				}
			}
		})
	}
}

func TestF04DeliveryEndsBeforeLambdaDoes(t *testing.T) {
	slow := func(ctx context.Context, _ Request[props]) (Answer, error) {
		<-ctx.Done()
		return Answer{}, ctx.Err()
	}
	r := invoke(t, slow, event("Create", nil), 20*time.Second, slices.Repeat([]int{-1}, 50)...)
	if r.err == nil || r.took >= 20*time.Second || len(r.wire.puts) < 2 {
		t.Errorf("error %v after %v and %d PUTs", r.err, r.took, len(r.wire.puts))
	}
}

func TestF05BodiesFit(t *testing.T) {
	long := strings.Repeat("<日本 \" & \x00", 2000)
	tests := []struct {
		name   string
		answer Answer
		err    error
		status cfn.StatusType
		reason string
	}{
		{"a long reason", Answer{}, errors.New(long), cfn.StatusFailed, "…"},
		{"a long reason beside data", Answer{Reason: long, Data: map[string]string{"A": "b"}}, nil,
			cfn.StatusSuccess, "…"},
		{"long data", Answer{Data: map[string]string{"A": long}}, nil, cfn.StatusFailed, "does not fit"},
		{"a long id and a long reason", Answer{PhysicalID: strings.Repeat("p", 1024)}, errors.New(long),
			cfn.StatusFailed, "…"},
		{"broken UTF-8", Answer{}, errors.New("a\xff\xfeb"), cfn.StatusFailed, "a?b"},
		{"no reason", Answer{}, errors.New(" \n"), cfn.StatusFailed, "without a reason"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
				return test.answer, test.err
			}, event("Create", nil), time.Minute)
			delivered(t, r, test.status, test.reason)
		})
	}
}

func TestF05TheLimitIsInclusive(t *testing.T) {
	for _, size := range []int{maxBody, maxBody + 1} {
		response := cfn.Response{Status: cfn.StatusFailed}
		response.Reason = strings.Repeat("r", size-len(marshal(&response))-len(`,"Reason":""`))
		full := response.Reason
		body, fits := fit(&response)
		if !fits || len(body) > maxBody || (response.Reason == full) != (size == maxBody) {
			t.Errorf("%d bytes: fits %v, %d bytes, whole reason %v", size, fits, len(body),
				response.Reason == full)
		}
	}
}

func TestF18DataMustBeStrings(t *testing.T) {
	for _, data := range []any{make(chan int), map[string]any{"A": 1}, []string{"a"}, "text"} {
		r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
			return Answer{Data: data}, nil
		}, event("Create", nil), time.Minute)
		delivered(t, r, cfn.StatusFailed, "data")
	}
}

func TestF20LogsKeepSecrets(t *testing.T) {
	for _, behaviours := range [][]int{{0, 200}, {403}, {-1, 200}, {307}} {
		r := invoke(t, ok, event("Create", nil), time.Minute, behaviours...)
		if strings.Contains(r.logs, "do-not-log-me") {
			t.Errorf("the logs hold the signature: %s", r.logs)
		}
		if r.err != nil && strings.Contains(r.err.Error(), "do-not-log-me") {
			t.Errorf("the error holds the signature: %v", r.err)
		}
		for line := range strings.Lines(r.logs) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatal(err)
			}
			if fields["requestId"] != "req-1" || fields["logicalId"] != "Facts" {
				t.Errorf("a line without its request: %s", line)
			}
		}
	}
}

func TestF20NoEcho(t *testing.T) {
	r := invoke(t, func(context.Context, Request[props]) (Answer, error) {
		return Answer{NoEcho: true, Data: map[string]string{"Key": "hidden-value"}}, nil
	}, event("Create", nil), time.Minute)
	if !r.last().NoEcho || strings.Contains(r.logs, "hidden-value") {
		t.Errorf("NoEcho %v, logs %s", r.last().NoEcho, r.logs)
	}
}

func FuzzFit(f *testing.F) {
	f.Add("reason", "id")
	f.Add(strings.Repeat("\u2028\x01<", 3000), strings.Repeat("i", 900))
	f.Fuzz(func(t *testing.T, reason, id string) {
		e := cfn.Event{RequestID: "r", StackID: "s", LogicalResourceID: "l"}
		body, response := encode(e, outcome{Answer{PhysicalID: id}, errors.New(reason)}, "")
		var back cfn.Response
		if err := json.Unmarshal(body, &back); err != nil || len(body) > maxBody {
			t.Fatalf("%d bytes, %v", len(body), err)
		}
		if back.Reason != response.Reason || back.Reason == "" || back.PhysicalResourceID == "" {
			t.Errorf("reason %q, id %q", back.Reason, back.PhysicalResourceID)
		}
		if _, err := url.Parse(e.ResponseURL); err != nil {
			t.Fatal(err)
		}
	})
}
