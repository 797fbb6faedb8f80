package histories

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
	"byocfn/lambda/endpointnames"
	"byocfn/lambda/gatewayendpoint"
	"byocfn/lambda/leftovers"
	"byocfn/lambda/subnetfacts"
	"byocfn/lambda/vpcdns"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// driven are the functions that these histories run: all but the one that works on EKS, which has
// voyages of its own.
func driven() []contract.Function {
	return slices.DeleteFunc(contract.Functions(),
		func(f contract.Function) bool { return f.Name == "clusterfacts" })
}

// mostCalls bounds the calls of one run: two for each round of the longest wait, and the repetitions
// of the SDK.
const mostCalls = 160

func token(stack, function string) string { return "arn:" + stack + ":" + function }

// function gives one of the real functions as a stack has it.
func (w *world) function(stack *engine.Stack, f contract.Function) engine.Function {
	return engine.Function{
		Timeout: time.Duration(f.Timeout) * time.Second, Retries: w.Retries,
		MaxAge: time.Duration(f.Service-f.Timeout) * time.Second, // TestTemplates
		Start: func(p *engine.Process) engine.Invoke {
			role := w.role(stack, f)
			client := w.cloud.Client(role, func(o *ec2.Options) {
				o.HTTPClient = p.Caller(o.HTTPClient)
			})
			return w.noted(p, w.planted(p, client, w.start(p, f.Name, client, role)))
		},
	}
}

// role is the function's role in a stack, without the statement that the world leaves out.
func (w *world) role(stack *engine.Stack, f contract.Function) fakeec2.Role {
	return fakeec2.Role{
		Name: stack.Name + "/" + f.Name, Account: account, Everything: w.Plant != nil,
		Permissions: slices.DeleteFunc(everywhere(f.Permissions), func(p contract.Permission) bool {
			return p.Sid == w.Without
		}),
		Fill: map[string]string{"Vendor": vendor, "StackSuffix": stack.UUID(),
			"AWS::Region": region, "AWS::AccountId": account, "AWS::Partition": "aws",
			"RoleArns": productRole(stack)},
	}
}

// everywhere fills in the VPCs and services that any of a stack's resources may have: the policy
// follows the parameters, and that is not modelled.
func everywhere(permissions []contract.Permission) (all []contract.Permission) {
	for _, p := range permissions {
		filled := p
		filled.Resources, filled.Condition = nil, slices.Clone(p.Condition)
		for _, resource := range p.Resources {
			filled.Resources = append(filled.Resources, variants(resource)...)
		}
		for i, condition := range p.Condition {
			filled.Condition[i].Values = nil
			for _, value := range condition.Values {
				filled.Condition[i].Values = append(filled.Condition[i].Values, variants(value)...)
			}
		}
		all = append(all, filled)
	}
	return all
}

func variants(text string) (all []string) {
	for _, pair := range [][]string{{"vpc-1", "s3"}, {"vpc-2", "dynamodb"}} {
		text := strings.ReplaceAll(strings.ReplaceAll(text, "${VpcId}", pair[0]), "${Service}", pair[1])
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// start gives a process of a function. One that is not here is a mistake of the tests.
func (w *world) start(
	p *engine.Process, name string, client *ec2.Client, role fakeec2.Role,
) engine.Invoke {
	switch name {
	case "subnetfacts":
		return handler(w, p, subnetfacts.New(client))
	case "vpcdns":
		return handler(w, p, vpcdns.New(client))
	case "endpointnames":
		return handler(w, p, endpointnames.New(client))
	case "gatewayendpoint":
		return handler(w, p, gatewayendpoint.New(client))
	case "leftovers":
		return handler(w, p, leftovers.New(client, w.cloud.IAM(role, func(o *iam.Options) {
			o.HTTPClient = p.Caller(o.HTTPClient)
		})))
	}
	panic("no history knows the function " + name)
}

func handler[P any](
	w *world, p *engine.Process, f customresource.Function[P],
) engine.Invoke {
	if w.Wrapper != nil {
		return baseline(w, p, f)
	}
	return customresource.New(
		func(context.Context) (customresource.Function[P], error) { return f, nil },
		customresource.Options{Client: w.sender(p), Log: slog.New(slog.NewJSONHandler(&w.logs, nil))},
	).Invoke
}

// random makes pauses uneven, the same way every time that a story is told.
func (w *world) random() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.numbers.Float64()
}

// noted marks the calls of a run, so that a hook can find the process that makes them.
func (w *world) noted(p *engine.Process, invoke engine.Invoke) engine.Invoke {
	return func(ctx context.Context, raw json.RawMessage) error {
		w.mu.Lock()
		w.count++
		request, _ := p.Request()
		note := fmt.Sprintf("%s %s %s #%d", request.Kind, request.LogicalID, request.PhysicalID,
			w.count)
		w.runs[note] = p
		w.mu.Unlock()
		ctx = customresource.WithRandom(fakeec2.WithNote(ctx, note), w.random)
		return invoke(ctx, raw)
	}
}
