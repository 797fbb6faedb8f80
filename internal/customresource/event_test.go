package customresource

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
)

func TestF10AndF24LateRequests(t *testing.T) {
	tests := []struct {
		name, kind string
		age        time.Duration
		timeout    any
		runs       bool
	}{
		{"fresh", "Create", 3 * time.Minute, "360", true},
		{"late create", "Create", 361 * time.Second, "360", false},
		{"late update", "Update", 361 * time.Second, "360", false},
		{"late delete", "Delete", 361 * time.Second, "360", true},
		{"an hour by default", "Create", 59 * time.Minute, nil, true},
		{"more than an hour", "Create", 61 * time.Minute, nil, false},
		{"an odd timeout means an hour", "Create", 30 * time.Minute, "soon", true},
		{"a clock that is ahead", "Create", -10 * time.Minute, "360", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ran := false
				signed := time.Now().Add(-test.age).UTC().Format("20060102T150405Z")
				raw := event(test.kind, map[string]any{
					"ResponseURL":        "https://b.example/k?X-Amz-Date=" + signed + "&X-Amz-Expires=7200",
					"ResourceProperties": map[string]any{"ServiceTimeout": test.timeout},
				})
				r := invokeHere(func(context.Context, Request[props]) (Answer, error) {
					ran = true
					return Answer{}, nil
				}, raw, time.Minute)
				if ran != test.runs {
					t.Errorf("the function ran: %v", ran)
				}
				status := map[bool]cfn.StatusType{true: cfn.StatusSuccess, false: cfn.StatusFailed}
				delivered(t, r, status[test.runs], "")
			})
		})
	}
}

func TestF19Properties(t *testing.T) {
	tests := []struct {
		name   string
		given  map[string]any
		reason string // of a failure
		want   props
	}{
		{"strings", map[string]any{"Zone": "z", "Deep": "true", "Count": "-7", "List": []any{"a", "b"}},
			"", props{Zone: "z", Deep: true, Count: -7, List: []string{"a", "b"}}},
		{"typed", map[string]any{"Zone": 12345678901234567, "Deep": false, "Count": 3, "List": []any{true}},
			"", props{Zone: "12345678901234567", Count: 3, List: []string{"true"}}},
		{"missing and null", map[string]any{"Zone": nil}, "", props{}},
		{"embedded", map[string]any{"ServiceTimeout": "60"}, "", props{Common: Common{ServiceTimeout: "60"}}},
		{"unknown keys, all named", map[string]any{"zone": "z", "Zzz": "1"}, `"Zzz" is not known to ` +
			`this function; property "zone"`, props{}},
		{"a list for a string", map[string]any{"Zone": []any{"a"}}, "Zone must be a single value", props{}},
		{"a string for a list", map[string]any{"List": "a,b"}, "List must be a list", props{}},
		{"a list in a list", map[string]any{"List": []any{"a", []any{}}}, "List item 2 must be", props{}},
		{"yes", map[string]any{"Deep": "yes"}, `Deep must be "true" or "false"`, props{}},
		{"1e3", map[string]any{"Count": "1e3"}, "Count must be a whole number", props{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got props
			record := func(_ context.Context, r Request[props]) (Answer, error) {
				got = r.Properties
				return Answer{}, nil
			}
			raw := map[string]any{"ResourceProperties": test.given}
			r := invoke(t, record, event("Create", raw), time.Minute)
			if test.reason != "" {
				delivered(t, r, cfn.StatusFailed, test.reason)
				delivered(t, invoke(t, record, event("Delete", raw), time.Minute), cfn.StatusSuccess, "")
				raw = map[string]any{"OldResourceProperties": test.given}
				delivered(t, invoke(t, record, event("Update", raw), time.Minute), cfn.StatusSuccess, "")
				return
			}
			delivered(t, r, cfn.StatusSuccess, "")
			a, b := asJSON(t, got), asJSON(t, test.want)
			if a != b {
				t.Errorf("got %s, want %s", a, b)
			}
		})
	}
}

func TestF21CloudFormationStopsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signed := time.Now().Add(-100 * time.Second)
		r := invokeHere(func(ctx context.Context, _ Request[props]) (Answer, error) {
			<-ctx.Done()
			return Answer{}, ctx.Err()
		}, event("Create", map[string]any{
			"ResponseURL":        "https://b.example/k?x-amz-date=" + signed.UTC().Format("20060102T150405Z"),
			"ResourceProperties": map[string]any{"ServiceTimeout": "140"},
		}), 15*time.Minute)
		delivered(t, r, cfn.StatusFailed, "ran out of time")
		if r.took >= 40*time.Second {
			t.Errorf("answered after %v, when CloudFormation had stopped waiting", r.took)
		}
	})
}

func TestF22MalformedEvents(t *testing.T) {
	tests := []struct {
		name     string
		changes  map[string]any
		answered bool
	}{
		{"unknown type", map[string]any{"RequestType": "Read"}, true},
		{"a type of the wrong kind", map[string]any{"RequestType": 7}, true},
		{"properties that are a list", map[string]any{"ResourceProperties": []string{"x"}}, true},
		{"an update without an id", map[string]any{"RequestType": "Update"}, true},
		{"no URL", map[string]any{"ResponseURL": nil}, false},
		{"a file URL", map[string]any{"ResponseURL": "file:///etc/passwd"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := invoke(t, ok, event("Create", test.changes), time.Minute)
			if !test.answered {
				if r.err == nil || len(r.wire.puts) != 0 {
					t.Errorf("error %v, %d PUTs", r.err, len(r.wire.puts))
				}
				return
			}
			delivered(t, r, cfn.StatusFailed, "")
		})
	}
	for _, raw := range []string{"", "null", "[]", `"x"`, "{}"} {
		if r := invoke(t, ok, json.RawMessage(raw), time.Minute); r.err == nil {
			t.Errorf("%q is no event, and gives no error", raw)
		}
	}
}

func TestStack(t *testing.T) {
	want := Stack{"aws-cn", "cn-north-1", "123456789012", "Ünïcode", "0f3c9b1e-7d2a-11ef-8c11-0a58a9feac02"}
	if got := (Request[props]{StackID: stackID}).Stack(); got != want {
		t.Errorf("got %+v", got)
	}
	for _, odd := range []string{"", "x", ":::::", "arn:aws:cloudformation"} {
		if got := (Request[props]{StackID: odd}).Stack(); got.UUID != "" {
			t.Errorf("%q gives %+v", odd, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(event("Create", nil)))
	f.Add([]byte(`{"RequestType":1,"ResponseURL":"https://a/b"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := parse(raw)
		body, response := encode(e, outcome{err: err}, "")
		if err != nil && response.Status != cfn.StatusFailed {
			t.Errorf("a malformed event is answered with %s", response.Status)
		}
		if len(body) > maxBody && len(e.StackID)+len(e.RequestID)+len(e.LogicalResourceID) < 300 &&
			len(e.PhysicalResourceID) <= maxID {
			t.Errorf("%d bytes", len(body))
		}
		_, _ = expiry(e)
		_ = usable(e.ResponseURL)
	})
}
