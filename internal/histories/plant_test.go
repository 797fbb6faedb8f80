package histories

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/customresource/ec2util"
	"byocfn/internal/engine"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// plant is a defect that a test puts around the functions: before or after a run, in place of one,
// or in the answer on its way.
// The stories that it is planted in have steps of its own, if there are any.
type plant struct {
	invariant, name string
	steps           []step
	copies          bool // come late
	before          func(context.Context, *spot)
	after           func(context.Context, *spot)
	instead         func(*spot) bool // the function does not run
	answer          func(engine.Request, map[string]any)
}

// spot is where a defect acts.
type spot struct {
	world   *world
	process *engine.Process
	request engine.Request
	client  *ec2.Client
	invoke  engine.Invoke
	raw     json.RawMessage
}

// planted puts the world's defect around a process.
func (w *world) planted(
	p *engine.Process, client *ec2.Client, invoke engine.Invoke,
) engine.Invoke {
	d := w.Plant
	if d == nil {
		return invoke
	}
	return func(ctx context.Context, raw json.RawMessage) error {
		request, _ := p.Request()
		s := &spot{w, p, request, client, invoke, raw}
		if d.before != nil {
			d.before(ctx, s)
		}
		if d.instead != nil && d.instead(s) {
			return nil
		}
		err := invoke(ctx, raw)
		if d.after != nil {
			d.after(ctx, s)
		}
		return err
	}
}

// sender is a process's client for its answers, with the world's defect in it.
func (w *world) sender(p *engine.Process) *http.Client {
	client := p.Client()
	if w.Plant == nil || w.Plant.answer == nil {
		return client
	}
	direct := client.Transport
	client.Transport = tripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		var answer map[string]any
		if err := json.Unmarshal(body, &answer); err != nil {
			return nil, err
		}
		request, _ := p.Request()
		w.Plant.answer(request, answer)
		if body, err = json.Marshal(answer); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return direct.RoundTrip(r)
	})
	return client
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// gateways lists S3 gateway endpoints: ours, or also those of others.
func (s *spot) gateways(ctx context.Context, all bool) (ids []string) {
	found, err := ec2util.Endpoints(ctx, ec2util.Making(), s.client,
		ec2util.Filter("service-name", service("s3")))
	if err != nil {
		return nil
	}
	for _, e := range found {
		mine := false
		for _, tag := range e.Tags {
			mine = mine || aws.ToString(tag.Key) == vendor+":managed"
		}
		if mine || all {
			ids = append(ids, aws.ToString(e.VpcEndpointId))
		}
	}
	return ids
}

func (s *spot) gateway(kind string) bool {
	return s.request.Type == "Custom::GatewayEndpoint" && s.request.Kind == kind
}

// removes deletes endpoints at every request of a kind.
func removes(kind string, all bool) func(context.Context, *spot) {
	return func(ctx context.Context, s *spot) {
		if ids := s.gateways(ctx, all); s.gateway(kind) && len(ids) > 0 {
			_, _ = s.client.DeleteVpcEndpoints(ctx,
				&ec2.DeleteVpcEndpointsInput{VpcEndpointIds: ids})
		}
	}
}

// reply answers by itself that all is well.
func (s *spot) reply() {
	var event struct{ ResponseURL string }
	if json.Unmarshal(s.raw, &event) != nil {
		return
	}
	body, err := json.Marshal(map[string]any{"Status": "SUCCESS", "RequestId": s.request.ID,
		"StackId": s.request.StackID, "LogicalResourceId": s.request.LogicalID,
		"PhysicalResourceId": s.request.PhysicalID})
	if err != nil {
		return
	}
	r, err := http.NewRequest(http.MethodPut, event.ResponseURL, bytes.NewReader(body))
	if err != nil {
		return
	}
	if response, err := s.process.Client().Do(r); err == nil {
		_ = response.Body.Close()
	}
}

// forgets takes off the marks on our endpoints since when they are used.
func forgets(ctx context.Context, s *spot) {
	if !s.gateway("Delete") {
		return
	}
	for _, e := range s.world.cloud.Snapshot().Endpoints {
		for _, m := range s.world.marksOn(e) {
			_, _ = s.client.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{e.ID},
				Tags: []types.Tag{{Key: aws.String(m.key), Value: aws.String("S3")}}})
		}
	}
}

func plants() []plant {
	minute := time.Minute
	there := step{Do: "create", Is: want{Subnet: "subnet-a"}, After: minute}
	away := step{Do: "update", Is: want{Subnet: "subnet-d"}, Beside: true}
	back := step{Do: "update", Is: want{Subnet: "subnet-a"}}
	fails := step{Do: "update", Is: want{Subnet: "subnet-d", Fail: true}}
	agent := step{Do: "create", Is: want{Agent: true}}
	run, clear := step{Do: "produce", Object: 4}, step{Do: "clear", After: minute}
	gone := step{Do: "delete", After: minute}
	look := func(ctx context.Context, s *spot) {
		_, _ = s.client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	}
	return []plant{
		{invariant: "I1", name: "answers nothing",
			instead: func(s *spot) bool { return s.request.Kind == "Create" }},
		{invariant: "I1", name: "answers twice",
			after: func(_ context.Context, s *spot) { s.reply() }},
		{invariant: "I2", name: "answers with too many bytes",
			answer: func(_ engine.Request, a map[string]any) { a["Reason"] = strings.Repeat("x", 4096) }},
		{invariant: "I2", name: "answers with the id of another request",
			answer: func(_ engine.Request, a map[string]any) { a["RequestId"] = "other" }},
		{invariant: "I3", name: "marks the customer's endpoint",
			before: func(ctx context.Context, s *spot) {
				if ids := s.gateways(ctx, true); s.gateway("Create") && len(ids) > 0 {
					_, _ = s.client.CreateTags(ctx, &ec2.CreateTagsInput{Resources: ids,
						Tags: []types.Tag{{Key: aws.String("used"), Value: aws.String("by us")}}})
				}
			}},
		{invariant: "I3", name: "puts its route table on the customer's endpoint",
			before: func(ctx context.Context, s *spot) {
				if ids := s.gateways(ctx, true); s.gateway("Create") && len(ids) > 0 {
					_, _ = s.client.ModifyVpcEndpoint(ctx, &ec2.ModifyVpcEndpointInput{
						VpcEndpointId: aws.String(ids[0]), AddRouteTableIds: []string{"rtb-m"}})
				}
			}},
		{invariant: "I3", name: "deletes without looking at tags", before: removes("Delete", true)},
		{invariant: "I3", name: "switches DNS off again", after: func(ctx context.Context, s *spot) {
			if s.request.Type == "Custom::VpcDns" && s.request.Kind == "Delete" {
				_, _ = s.client.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{
					VpcId:              aws.String("vpc-1"),
					EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(false)}})
			}
		}},
		{invariant: "I4", name: "deletes nothing", instead: idle},
		{invariant: "I5", name: "deletes nothing", instead: idle},
		{invariant: "I6", name: "answers with a random id",
			answer: func(r engine.Request, a map[string]any) { a["PhysicalResourceId"] = randomID(r) }},
		{invariant: "I7", name: "fails to delete what is gone",
			answer: func(r engine.Request, a map[string]any) {
				if r.Kind == "Delete" {
					a["Status"], a["Reason"] = "FAILED", "not found"
				}
			}},
		{invariant: "I8", name: "answers with a random id",
			answer: func(r engine.Request, a map[string]any) { a["PhysicalResourceId"] = randomID(r) }},
		{invariant: "I9", name: "works on after its answer", after: look},
		{invariant: "I9", name: "calls without a deadline",
			before: func(_ context.Context, s *spot) { look(context.Background(), s) }},
		{invariant: "I10", name: "switches host names on first",
			before: func(ctx context.Context, s *spot) {
				if s.request.Type == "Custom::VpcDns" {
					_, _ = s.client.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{
						VpcId:              aws.String("vpc-1"),
						EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)}})
				}
			}},
		{invariant: "I11", name: "deletes what others use", before: removes("Delete", false)},
		{invariant: "I11", name: "does not know since when it uses an endpoint", before: forgets,
			steps: []step{there, away, back}, copies: true},
		{invariant: "I12", name: "deletes the old endpoint in an Update",
			steps: []step{there, fails}, before: removes("Update", false)},
		{invariant: "I13", name: "logs the event",
			before: func(_ context.Context, s *spot) { _, _ = s.world.logs.Write(s.raw) }},
		{invariant: "I14", name: "looks without a pause",
			before: func(ctx context.Context, s *spot) {
				for range mostCalls + 1 {
					look(ctx, s)
				}
			}},
		{invariant: "I15", name: "leaves too little time to answer",
			before: func(ctx context.Context, s *spot) {
				end, _ := ctx.Deadline()
				time.Sleep(time.Until(end) - 5*time.Second)
			}},
		{invariant: "I16", name: "lets the stack go without looking", steps: []step{agent, run, gone},
			answer: func(r engine.Request, a map[string]any) {
				if r.Kind == "Delete" {
					a["Status"] = "SUCCESS"
				}
			}},
		{invariant: "I16", name: "holds the stack up without a cause", steps: []step{agent, run, clear, gone},
			answer: func(r engine.Request, a map[string]any) {
				if r.Kind == "Delete" && r.LogicalID == "Leftovers" {
					a["Status"], a["Reason"] = "FAILED", "Still there: nothing"
				}
			}},
		{invariant: "I16", name: "writes", steps: []step{agent, run, gone},
			before: func(ctx context.Context, s *spot) {
				if s.request.LogicalID == "Leftovers" {
					_, _ = s.client.CreateTags(ctx, &ec2.CreateTagsInput{Resources: []string{"vpce-90"},
						Tags: []types.Tag{{Key: aws.String("left"), Value: aws.String("yes")}}})
				}
			}},
	}
}

func idle(s *spot) bool {
	if s.request.Kind != "Delete" {
		return false
	}
	s.reply()
	return true
}

func randomID(r engine.Request) string {
	if r.Kind == "Delete" {
		return r.PhysicalID
	}
	return "thing/" + string(rune('a'+rand.IntN(26))) + string(rune('a'+rand.IntN(26)))
}

// TestPlantedDefects proves that every invariant can be broken and that the histories notice: each
// defect is found, by the invariant that it breaks, within a few hundred of them.
func TestPlantedDefects(t *testing.T) {
	const most = 600
	for n := uint64(1); n <= 100; n++ { // the control: they find nothing where nothing is planted
		story := tell(n)
		story.World.Plant = &plant{}
		if problems := run(t, story); problems != "" {
			t.Errorf("history %d without a defect:\n%s", n, problems)
		}
	}
	for _, defect := range plants() {
		caught := 0
		for n := uint64(1); n <= most && caught == 0; n++ {
			story := tell(n)
			story.World.Plant = &defect
			if defect.steps != nil {
				story.Steps, story.Climate = defect.steps, climate{}
			}
			if defect.copies {
				story.Climate.Late = 900
			}
			synctest.Test(t, func(*testing.T) {
				problems, _ := story.play()
				for _, problem := range problems {
					if strings.HasPrefix(problem, defect.invariant+":") {
						caught = int(n)
					}
				}
			})
		}
		if caught == 0 {
			t.Errorf("%s: %q is not found in %d histories", defect.invariant, defect.name, most)
			continue
		}
		t.Logf("%-4s %-50s found by history %d", defect.invariant, defect.name, caught)
	}
}
