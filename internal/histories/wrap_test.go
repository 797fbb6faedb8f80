package histories

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"byocfn/internal/customresource"
	"byocfn/internal/engine"

	"github.com/aws/aws-lambda-go/cfn"
)

// baseline is aws-lambda-go's wrapper around a function of ours, as its documents show it: the
// author decodes the properties and hands the results on. The function cannot claim an id, as the
// wrapper has no word for that.
func baseline[P any](
	w *world, p *engine.Process, f customresource.Function[P],
) engine.Invoke {
	return lambdaWrap(p, w.Wrapper, &w.logs, func(ctx context.Context, event cfn.Event) (
		string, map[string]any, error,
	) {
		request := customresource.Request[P]{Type: event.RequestType, StackID: event.StackID,
			RequestID: event.RequestID, LogicalID: event.LogicalResourceID,
			PhysicalID: event.PhysicalResourceID,
			Log:        slog.New(slog.NewJSONHandler(&w.logs, nil))}
		if err := through(event.ResourceProperties, &request.Properties); err != nil {
			return "", nil, err
		}
		if err := through(event.OldResourceProperties, &request.Old); err != nil {
			return "", nil, err
		}
		call := map[cfn.RequestType]func(context.Context, customresource.Request[P]) (
			customresource.Answer, error,
		){cfn.RequestCreate: f.Create, cfn.RequestUpdate: f.Update, cfn.RequestDelete: f.Delete}
		answer, err := call[event.RequestType](ctx, request)
		var data map[string]any
		if err == nil && answer.Data != nil {
			err = through(answer.Data, &data)
		}
		return answer.PhysicalID, data, err
	})
}

// lambdaWrap is a process whose function cfn.LambdaWrap answers for.
func lambdaWrap(
	p *engine.Process, via *post, logs io.Writer, do cfn.CustomResourceFunction,
) engine.Invoke {
	log.SetOutput(logs)
	handle := cfn.LambdaWrap(do)
	return func(ctx context.Context, raw json.RawMessage) error {
		var event cfn.Event
		if err := json.Unmarshal(raw, &event); err != nil {
			return err
		}
		event.ResponseURL = via.to(p, event.ResponseURL)
		_, err := handle(ctx, event)
		if err != nil {
			fmt.Fprintln(logs, err) // as Lambda does
		}
		return err
	}
}

// through passes a value on as JSON.
func through(from, to any) error {
	raw, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}

// post finds the process that sends an answer. The wrapper knows no client but the default one of
// all processes, so that the URL must tell which one it is.
type post struct {
	mu        sync.Mutex
	processes []*engine.Process
}

func (s *post) to(p *engine.Process, address string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processes = append(s.processes, p)
	return address + "&process=" + strconv.Itoa(len(s.processes)-1)
}

func (s *post) RoundTrip(r *http.Request) (*http.Response, error) {
	n, err := strconv.Atoi(r.URL.Query().Get("process"))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	p := s.processes[n]
	s.mu.Unlock()
	return p.Client().Transport.RoundTrip(r)
}

// tally counts histories, and for each invariant those in which it is broken.
type tally struct {
	histories int
	broken    map[string]int
	first     map[string]string
}

func (c *tally) add(problems []string) {
	c.histories++
	seen := map[string]bool{}
	for _, problem := range problems {
		invariant, _, _ := strings.Cut(problem, ":")
		if !seen[invariant] {
			seen[invariant] = true
			c.broken[invariant]++
		}
		if c.first[invariant] == "" {
			c.first[invariant] = strings.TrimPrefix(problem, invariant+": ")
		}
	}
}

// history plays one history.
type history func(change func(*settings)) []string

// sample is some of the histories of the other tests, so many that this one ends soon: random
// stories, and flows in all storms and with mishaps at some of their calls.
func sample(t *testing.T) (all []history) {
	for n := range uint64(400) {
		all = append(all, func(change func(*settings)) []string {
			s := tell(*firstSeed + n)
			change(&s.World)
			problems, _ := s.play()
			return problems
		})
	}
	for _, f := range flows() {
		for i, storm := range storms() {
			s := f.world
			s.Seed = uint64(i)
			storm.world(&s)
			all = append(all, f.history(s))
		}
		all = append(all, f.stumbles(t)...)
	}
	return all
}

func (f flow) history(s settings) history {
	return func(change func(*settings)) []string {
		s := s
		change(&s)
		_, problems := f.play(s)
		return problems
	}
}

// stumbles lets mishaps happen to calls a stride apart, beginning with another one for each mishap.
func (f flow) stumbles(t *testing.T) (all []history) {
	stride, calls := cmp.Or(f.stride, 8), f.calls(t)
	for i, m := range mishaps() {
		for at := i % stride; at < calls; at += stride {
			all = append(all, f.history(f.with(m, at, len(all)%2)))
		}
	}
	return all
}

// verdict is an invariant, and whether the wrapper is expected to break it.
type verdict struct {
	invariant, about string
	broken           bool
}

// verdicts are about these functions, in these histories. What the wrapper does not break depends on
// the functions alone, or on words that none of them says: TestRuntime has it break I2, too.
func verdicts() []verdict {
	return []verdict{
		{"I1", "one answer, in time", true},
		{"I2", "every answer can be read", false},
		{"I3", "what others own is not written to", false},
		{"I4", "nothing is left without a reason", true},
		{"I5", "afterwards the VPC is as before", true},
		{"I6", "copies get the same answer", false},
		{"I7", "deletions succeed", true},
		{"I8", "ids follow from the properties", false},
		{"I9", "no call unbounded or after the answer", false},
		{"I10", "DNS support before host names", false},
		{"I11", "what another stack uses stays", false},
		{"I12", "a rollback restores what was", true},
		{"I13", "no log holds a response URL", true},
		{"I14", "few calls", false},
		{"I15", "time is left to answer", true},
	}
}

// TestLambdaWrap plays the same histories with our runtime and with aws-lambda-go's wrapper around
// the same functions, and counts for each invariant the histories in which it is broken.
func TestLambdaWrap(t *testing.T) {
	client, output := http.DefaultClient, log.Writer()
	defer func() { http.DefaultClient = client; log.SetOutput(output) }()
	histories := sample(t)
	count := func(change func(*settings)) tally {
		c := tally{broken: map[string]int{}, first: map[string]string{}}
		for _, play := range histories {
			synctest.Test(t, func(*testing.T) { c.add(play(change)) })
		}
		return c
	}
	ours := count(func(*settings) {})
	wrapper := count(func(s *settings) {
		s.Wrapper = &post{}
		http.DefaultClient = &http.Client{Transport: s.Wrapper}
	})
	for invariant, problem := range ours.first {
		t.Errorf("our runtime breaks %s: %s", invariant, problem)
	}
	table := fmt.Sprintf("broken in how many of %d histories:\n%-43s %7s %14s\n",
		ours.histories, "", "byocfn", "cfn.LambdaWrap")
	for _, v := range verdicts() {
		n := wrapper.broken[v.invariant]
		table += fmt.Sprintf("%-4s %-38s %7d %8d %-6s %s\n", v.invariant, v.about,
			ours.broken[v.invariant], n, map[bool]string{false: "holds", true: "breaks"}[n > 0],
			cut(wrapper.first[v.invariant], 70))
		if (n > 0) != v.broken {
			t.Errorf("%s: the wrapper breaks it in %d histories: %s", v.invariant, n,
				wrapper.first[v.invariant])
		}
	}
	t.Log(table)
}
