package histories

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
	"byocfn/internal/fakeeks"
	"byocfn/lambda/clusterfacts"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// harbour is an account with two clusters, and a stack that reads one of them. What goes wrong is
// that of the other histories; mishaps find the process by an empty note.
type harbour struct {
	cloud  *fakeeks.Cloud
	engine *engine.Engine
	stack  *engine.Stack
	logs   safeBuffer
	breach []string
	spoil  func(string, *clusterAnswer, *error) // a defect, for the control
}

type (
	clusterProperties = contract.ClusterFactsProperties
	clusterRequest    = customresource.Request[clusterProperties]
	clusterAnswer     = customresource.Answer
)

// spoiled is the function with a defect.
type spoiled struct {
	customresource.Function[clusterProperties]
	spoil func(kind string, a *clusterAnswer, err *error)
}

func (s spoiled) Create(c context.Context, r clusterRequest) (a clusterAnswer, err error) {
	a, err = s.Function.Create(c, r)
	s.spoil("Create", &a, &err)
	return a, err
}

// Delete reads the cluster, which no Delete should; spoil may forgive it.
func (s spoiled) Delete(c context.Context, r clusterRequest) (a clusterAnswer, err error) {
	_, err = s.Function.Create(c, r)
	s.spoil("Delete", &a, &err)
	return a, err
}

const issuers = "oidc.eks." + region + ".amazonaws.com/id/"

// newHarbour must be called in the bubble in which it lives. hook is asked about every call.
func newHarbour(weather engine.Weather, retries int,
	hook func(*world, fakeeks.Call) fakeec2.Fault) *harbour {
	h := &harbour{}
	h.cloud = fakeeks.New(fakeeks.Settings{Region: region, Account: account,
		Breach: func(format string, args ...any) {
			h.breach = append(h.breach, fmt.Sprintf(format, args...))
		}})
	for _, name := range []string{"reef", "wreck"} {
		h.cloud.SetCluster(fakeeks.Cluster{Name: name, Issuer: "https://" + issuers + name,
			AccessMode: "API"})
		h.cloud.SetProvider(fakeeks.Provider{Issuer: issuers + name,
			Audiences: []string{"sts.amazonaws.com"}})
	}
	f, _ := contract.Find("clusterfacts")
	h.engine = engine.New(engine.Options{Account: account, Region: region, Weather: weather,
		Reserve: 12 * time.Second, MaxCalls: mostCalls,
		Functions: map[string]engine.Function{"arn:f": {
			Timeout: time.Duration(f.Timeout) * time.Second, Retries: retries,
			MaxAge: time.Duration(f.Service-f.Timeout) * time.Second,
			Start: func(p *engine.Process) engine.Invoke {
				return h.start(p, f, hook)
			}}}})
	h.stack = h.engine.Stack("harbour")
	return h
}

// start gives the function in one process, with the permissions for every cluster that a voyage
// names: that the policy follows the parameter is not modelled.
func (h *harbour) start(p *engine.Process, f contract.Function,
	hook func(*world, fakeeks.Call) fakeec2.Fault) engine.Invoke {
	role := fakeeks.Role{}
	for _, p := range f.Permissions {
		var both []string
		for _, resource := range p.Resources {
			for _, name := range []string{"reef", "wreck", "atlantis"} {
				both = append(both, strings.ReplaceAll(resource, "${ClusterName}", name))
			}
		}
		p.Resources = both
		role.Permissions = append(role.Permissions, p)
	}
	w := &world{runs: map[string]*engine.Process{"": p}}
	if hook != nil {
		role.Hook = func(call fakeeks.Call) fakeec2.Fault { return hook(w, call) }
	}
	return customresource.New(
		func(context.Context) (customresource.Function[clusterProperties], error) {
			f := clusterfacts.New(
				h.cloud.EKS(role, func(o *eks.Options) { o.HTTPClient = p.Caller(o.HTTPClient) }),
				h.cloud.IAM(role, func(o *iam.Options) { o.HTTPClient = p.Caller(o.HTTPClient) }))
			if h.spoil != nil {
				return spoiled{f, h.spoil}, nil
			}
			return f, nil
		},
		customresource.Options{Client: p.Client(), Log: slog.New(slog.NewJSONHandler(&h.logs, nil))},
	).Invoke
}

// of is a stack's one resource for a cluster; mode is what it expects, if anything.
func of(name, mode string) []engine.Resource {
	f, _ := contract.Find("clusterfacts")
	properties := map[string]any{"Release": "1", "ClusterName": name,
		"Facts": []any{"OidcIssuer", "AccessMode"}}
	if mode != "" {
		properties["Expect"] = []any{[]any{"AccessMode", "Not the right mode.", mode}}
	}
	return []engine.Resource{{LogicalID: "ClusterFacts", Type: f.Type, Token: "arn:f",
		Timeout: f.Service, Properties: properties}}
}

// voyage is a course of events that ends well where nothing goes wrong.
type voyage struct {
	name string
	do   func(*harbour)
	ends engine.Status
}

func voyages() []voyage {
	return []voyage{
		{"create", func(h *harbour) { h.stack.Create(of("reef", "API")) }, engine.Created},
		{"another cluster", func(h *harbour) {
			h.stack.Create(of("reef", ""))
			h.stack.Update(of("wreck", ""))
		}, engine.Updated},
		{"an expectation that is not met", func(h *harbour) {
			h.stack.Create(of("reef", "CONFIG_MAP"))
		}, engine.RolledBack},
		{"the same in an update", func(h *harbour) {
			h.stack.Create(of("reef", ""))
			h.stack.Update(of("wreck", "CONFIG_MAP"))
		}, engine.UpdateRolledBack},
		{"no such cluster", func(h *harbour) { h.stack.Create(of("atlantis", "")) }, engine.RolledBack},
		{"the cluster goes first", func(h *harbour) {
			h.stack.Create(of("reef", ""))
			h.cloud.RemoveCluster("reef")
			h.stack.Delete()
		}, engine.Deleted},
	}
}

// ended deletes what is left of the stack, and gives what broke: whatever went wrong, a function that
// only reads never holds up a deletion, never changes its id, and says why it failed.
func (h *harbour) ended() (broken []string) {
	if h.stack.Status != engine.Deleted {
		h.stack.Delete()
	}
	h.engine.Settle()
	broken = append(h.engine.Faults(), h.breach...)
	if h.stack.Status != engine.Deleted {
		broken = append(broken, "the stack stays: "+string(h.stack.Status))
	}
	for _, a := range h.engine.Answers() {
		name, ours := strings.CutPrefix(a.PhysicalResourceID, "cluster-facts/")
		switch {
		case a.Request.Kind == "Delete" && a.PhysicalResourceID != a.Request.PhysicalID:
			broken = append(broken, "Delete changes the id to "+a.PhysicalResourceID)
		case a.Status == "FAILED" && len([]rune(a.Reason)) > 400: // the runtime adds the log's name
			broken = append(broken, "a long reason: "+a.Reason)
		case a.Status == "SUCCESS" && a.Request.Kind != "Delete" &&
			(!ours || a.Data["OidcIssuer"] != issuers+name || a.Data["AccessMode"] != "API"):
			broken = append(broken, fmt.Sprintf("%s has the data %v", a.PhysicalResourceID, a.Data))
		}
	}
	return broken
}

// TestVoyages plays them in fair weather, and holds the calls against the policy.
func TestVoyages(t *testing.T) {
	called := map[string]bool{}
	for _, v := range voyages() {
		synctest.Test(t, func(t *testing.T) {
			h := newHarbour(nil, 1, nil)
			v.do(h)
			if h.stack.Status != v.ends {
				t.Errorf("%s: %s\n%s", v.name, h.stack.Status, h.engine.Trace())
			}
			if broken := h.ended(); broken != nil {
				t.Errorf("%s: %s\n%s", v.name, strings.Join(broken, "\n"), h.engine.Trace())
			}
			for _, call := range h.cloud.Calls() {
				called[call.Action] = true
			}
		})
	}
	f, _ := contract.Find("clusterfacts")
	for _, action := range f.Actions() {
		if !called[action] {
			t.Errorf("clusterfacts may %s and never calls it", action)
		}
		delete(called, action)
	}
	for action := range called {
		t.Errorf("clusterfacts calls %s and may not", action)
	}
}

// TestEveryCallOfAVoyage lets every mishap happen at every call of every voyage, with and without a
// second run by Lambda.
func TestEveryCallOfAVoyage(t *testing.T) {
	histories := 0
	for _, v := range voyages() {
		calls := 0
		synctest.Test(t, func(*testing.T) {
			h := newHarbour(nil, 1, nil)
			v.do(h)
			calls = len(h.cloud.Calls())
		})
		for _, m := range mishaps() {
			for at := range calls {
				for retries := range 2 {
					histories++
					synctest.Test(t, func(t *testing.T) {
						h := newHarbour(nil, retries, func(w *world, c fakeeks.Call) fakeec2.Fault {
							if c.N != at {
								return fakeec2.Fault{}
							}
							return m.fault(w, fakeec2.Call{})
						})
						v.do(h)
						mild := !m.rough && m.name != "unknown error"
						if mild && h.stack.Status != v.ends {
							t.Errorf("%s, %s at call %d: %s", v.name, m.name, at, h.stack.Status)
						}
						if broken := h.ended(); broken != nil {
							t.Errorf("%s, %s at call %d, %d retries: %s\n%s", v.name, m.name, at, retries,
								strings.Join(broken, "\n"), h.engine.Trace())
						}
					})
				}
			}
		}
	}
	t.Logf("%d histories", histories)
}

// TestRandomVoyages plays them in every weather of the random histories: copies of events, late ones,
// dead processes, answers that are lost, crashes, throttling.
func TestRandomVoyages(t *testing.T) {
	for seed := range uint64(600) {
		v := voyages()[int(seed)%len(voyages())]
		synctest.Test(t, func(t *testing.T) {
			sky := &climateSky{climate: weather(rand.New(rand.NewPCG(seed, 7))), seed: seed}
			h := newHarbour(sky, int(seed)%3, func(w *world, c fakeeks.Call) fakeec2.Fault {
				return sky.hook(w, fakeec2.Call{N: c.N})
			})
			v.do(h)
			sky.calm.Store(true)
			if broken := h.ended(); broken != nil {
				t.Errorf("%s, seed %d: %s\n%s", v.name, seed, strings.Join(broken, "\n"), h.engine.Trace())
			}
		})
	}
}

// TestVoyagesCanBreak is the control: each of these defects is found.
func TestVoyagesCanBreak(t *testing.T) {
	at := 0
	for defect, spoil := range map[string]func(string, *clusterAnswer, *error){
		"none":                       func(kind string, _ *clusterAnswer, err *error) { forgive(kind, err) },
		"a Delete reads the cluster": func(string, *clusterAnswer, *error) {},
		"an id of its own every time": func(kind string, a *clusterAnswer, err *error) {
			forgive(kind, err)
			at++
			a.PhysicalID = fmt.Sprintf("cluster-facts/%d", at)
		},
		"the data of another": func(kind string, a *clusterAnswer, err *error) {
			forgive(kind, err)
			a.Data = contract.ClusterFactsData{OidcIssuer: issuers + "wreck", AccessMode: "API"}
		},
	} {
		found := false
		for _, v := range voyages() {
			synctest.Test(t, func(*testing.T) {
				h := newHarbour(nil, 1, nil)
				h.spoil = spoil
				v.do(h)
				found = h.ended() != nil || h.stack.Status != engine.Deleted || found
			})
		}
		if found != (defect != "none") {
			t.Errorf("%s: found is %v", defect, found)
		}
	}
}

func forgive(kind string, err *error) {
	if kind == "Delete" {
		*err = nil
	}
}
