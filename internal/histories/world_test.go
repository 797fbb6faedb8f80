// Package histories proves that the functions in lambda/ keep their promises whatever CloudFormation,
// Lambda, EC2 and the customer do: it drives them through the engine and an EC2 in memory, by named
// cases, by crashes at every write, by every fault there is, and by random histories.
package histories

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
	"byocfn/lambda/endpointnames"
	"byocfn/lambda/gatewayendpoint"
	"byocfn/lambda/subnetfacts"
	"byocfn/lambda/vpcdns"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

const (
	account = "111122223333"
	region  = "eu-north-1"
	vendor  = "velodb"
	vendors = "com.amazonaws.vpce.eu-north-1.vpce-svc-0a"
)

// settings say what a world is like.
type settings struct {
	Seed    uint64
	Weather engine.Weather
	EC2     fakeec2.Settings
	Hook    func(*world, fakeec2.Call) fakeec2.Fault // instead of EC2.Hook
	Stacks  int                                      // 0 means 2

	NoDNS    bool   // the VPC begins without DNS support and host names
	Existing string // what serves rtb-a already: "", with, without, route
	Retries  int    // MaximumRetryAttempts
	Quiet    bool   // nobody else edits the VPC: answers to one request must agree in their data
	Rough    bool   // functions panic or do not start: a Delete may fail, and is asked for again
	Old      bool   // engine.Options.RollbackWithOld
	Cancel   bool   // engine.Options.CancelOthers
	Without  string // a Sid that is left out of the roles
	Plant    *plant // a defect
	Wrapper  *post  // cfn.LambdaWrap answers instead of our runtime
}

// world is a VPC, its owner, and stacks in it.
type world struct {
	settings
	cloud   *fakeec2.Cloud
	engine  *engine.Engine
	stacks  []*engine.Stack
	before  fakeec2.Snapshot
	logs    safeBuffer
	mu      sync.Mutex
	runs    map[string]*engine.Process // by note
	count   int
	breach  []string
	numbers *rand.Rand

	retained [4]bool         // stacks that had a resource with DeletionPolicy Retain
	touched  map[string]bool // endpoints and route tables that the customer had a hand in
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// newWorld must be called in the bubble in which the world lives.
func newWorld(s settings) *world {
	w := &world{settings: s, runs: map[string]*engine.Process{}, touched: map[string]bool{},
		numbers: rand.New(rand.NewPCG(s.Seed, 0xec2))}
	s.EC2.Breach = func(format string, args ...any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.breach = append(w.breach, fmt.Sprintf("EC2: "+format, args...))
	}
	if s.Hook != nil {
		s.EC2.Hook = func(call fakeec2.Call) fakeec2.Fault { return s.Hook(w, call) }
	}
	s.EC2.Random = w.random
	w.cloud = fakeec2.New(s.EC2)
	w.network()
	functions := map[string]engine.Function{}
	w.engine = engine.New(engine.Options{
		Seed: s.Seed, Account: account, Region: region, Weather: s.Weather, Functions: functions,
		RollbackWithOld: s.Old, CancelOthers: s.Cancel, Reserve: 12 * time.Second,
		MaxCalls: mostCalls, Same: w.same,
	})
	for i := range cmp.Or(s.Stacks, 2) {
		stack := w.engine.Stack(fmt.Sprintf("stack%d", i))
		w.stacks = append(w.stacks, stack)
		for _, f := range driven() {
			functions[token(stack.Name, f.Name)] = w.function(stack, f)
		}
	}
	w.before = w.cloud.Snapshot()
	return w
}

// driven are the functions that the histories run: those that make or change something, and the one
// that reads what they need.
func driven() (all []contract.Function) {
	for _, name := range []string{"subnetfacts", "vpcdns", "endpointnames", "gatewayendpoint"} {
		if f, ok := contract.Find(name); ok {
			all = append(all, f)
		}
	}
	return all
}

// mostCalls bounds the calls of one run: two for each round of the longest wait, and the repetitions
// of the SDK.
const mostCalls = 160

func token(stack, function string) string { return "arn:" + stack + ":" + function }

// network is two VPCs: subnet-a has a route table of its own, b and c use the main one, d has its
// own; x and y are in the other VPC.
func (w *world) network() {
	c := w.cloud
	for _, vpc := range []string{"vpc-1", "vpc-2"} {
		c.AddVPC(fakeec2.VPC{ID: vpc, CIDR: "10.0.0.0/16", DNSSupport: !w.NoDNS,
			DNSHostnames: !w.NoDNS})
	}
	for _, s := range []string{"a", "b", "c", "d"} {
		c.AddSubnet(fakeec2.Subnet{ID: "subnet-" + s, VPC: "vpc-1", CIDR: "10.0.1.0/24",
			Zone: "eu-north-1a", ZoneID: "eun1-az1"})
	}
	c.AddSubnet(fakeec2.Subnet{ID: "subnet-x", VPC: "vpc-2", CIDR: "10.0.2.0/24",
		Zone: "eu-north-1b", ZoneID: "eun1-az2"})
	list, target := "pl-s3", ""
	if w.Existing == "route" {
		target = "eni-0f"
	}
	a := fakeec2.RouteTable{ID: "rtb-a", VPC: "vpc-1", Subnets: []string{"subnet-a"}}
	if target != "" {
		a.Routes = []fakeec2.Route{{PrefixList: list, Target: target}}
	}
	c.AddRouteTable(a)
	c.AddRouteTable(fakeec2.RouteTable{ID: "rtb-d", VPC: "vpc-1", Subnets: []string{"subnet-d"}})
	c.AddRouteTable(fakeec2.RouteTable{ID: "rtb-m", VPC: "vpc-1", Main: true})
	c.AddRouteTable(fakeec2.RouteTable{ID: "rtb-x", VPC: "vpc-2", Main: true})
	c.AddService(fakeec2.Service{Name: service("s3"), Type: "Gateway", PrefixList: list})
	c.AddService(fakeec2.Service{Name: service("dynamodb"), Type: "Gateway",
		PrefixList: "pl-ddb"})
	zones, ids := []string{"eu-north-1a", "eu-north-1b"}, []string{"eun1-az1", "eun1-az2"}
	c.AddService(fakeec2.Service{Name: service("sts"), PrivateName: "sts.eu-north-1.amazonaws.com",
		Zones: zones, ZoneIDs: ids})
	c.AddService(fakeec2.Service{Name: vendors, PrivateName: "api.vendor.example",
		NameState: "verified", Acceptance: true, Zones: zones, ZoneIDs: ids})
	switch w.Existing {
	case "with":
		w.customerEndpoint("vpce-0c", "rtb-a")
	case "without":
		w.customerEndpoint("vpce-0c", "rtb-d")
	}
}

func service(name string) string { return "com.amazonaws." + region + "." + name }

func (w *world) customerEndpoint(id string, tables ...string) {
	w.cloud.AddCustomerEndpoint(fakeec2.Endpoint{ID: id, VPC: "vpc-1", Service: service("s3"),
		Tables: tables, Policy: `{"Statement":[]}`, Tags: map[string]string{"Name": "mine"}})
}

// nativeEndpoint is an endpoint that the template itself makes, without private names.
func (w *world) nativeEndpoint(stack *engine.Stack, id, service string) {
	w.cloud.AddCustomerEndpoint(fakeec2.Endpoint{ID: id, VPC: "vpc-1", Type: "Interface",
		Service: service, Subnets: []string{"subnet-a"},
		Tags: map[string]string{vendor + ":stack": stack.UUID()}})
}

// function gives one of the real functions as a stack has it.
func (w *world) function(stack *engine.Stack, f contract.Function) engine.Function {
	role := fakeec2.Role{Name: stack.Name + "/" + f.Name, Account: account}
	var permissions []contract.Permission
	for _, p := range f.Permissions {
		if p.Sid != w.Without {
			permissions = append(permissions, p)
		}
	}
	role.Permissions = everywhere(permissions)
	role.Fill = map[string]string{"Vendor": vendor, "StackSuffix": stack.UUID(),
		"AWS::Region": region, "AWS::AccountId": account, "AWS::Partition": "aws"}
	role.Everything = w.Plant != nil
	return engine.Function{
		Timeout: time.Duration(f.Timeout) * time.Second, Retries: w.Retries,
		MaxAge: time.Duration(f.Service-f.Timeout) * time.Second, // TestTemplates
		Start: func(p *engine.Process) engine.Invoke {
			client := w.cloud.Client(role, func(o *ec2.Options) {
				o.HTTPClient = p.Caller(o.HTTPClient)
			})
			return w.noted(p, w.planted(p, client, w.start(p, f.Name, client)))
		},
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
		text := strings.NewReplacer("${VpcId}", pair[0], "${Service}", pair[1]).Replace(text)
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

func (w *world) start(p *engine.Process, name string, client *ec2.Client) engine.Invoke {
	switch name {
	case "subnetfacts":
		return handler(w, p, subnetfacts.New(client))
	case "vpcdns":
		return handler(w, p, vpcdns.New(client))
	case "endpointnames":
		return handler(w, p, endpointnames.New(client))
	}
	return handler(w, p, gatewayendpoint.New(client))
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

// crash gives what ends the process that makes a call: nothing after it leaves the process.
func (w *world) crash(call fakeec2.Call) func() {
	w.mu.Lock()
	p := w.runs[call.Note]
	w.mu.Unlock()
	return func() {
		p.Crash()
		runtime.Goexit()
	}
}

// same is I6: copies of one request get the same id and data. What vpcdns says of its own first run
// differs, and so does what the functions find when somebody else has been there meanwhile.
func (w *world) same(a, b engine.Answer) bool {
	if a.PhysicalResourceID != b.PhysicalResourceID {
		return !w.Quiet && a.Request.Type == "Custom::GatewayEndpoint"
	}
	return !w.Quiet || a.Request.Type == "Custom::VpcDns" ||
		fmt.Sprint(a.Data) == fmt.Sprint(b.Data)
}

// want is what a stack's template asks for.
type want struct {
	Subnet string // of Gateway; "" leaves it out
	Second string // of another gateway resource of the same stack
	Dynamo bool
	Facts  bool
	DNS    bool
	Names  []string // endpoint ids
	Fail   bool     // a resource that fails when all others are there
	Retain bool
}

func vpcOf(subnet string) string {
	if subnet == "subnet-x" {
		return "vpc-2"
	}
	return "vpc-1"
}

// template writes it down.
func (w want) template(stack *engine.Stack) (all []engine.Resource) {
	add := func(id, function string, properties map[string]any, after ...string) {
		f, _ := contract.Find(function)
		properties["Release"] = "1"
		all = append(all, engine.Resource{LogicalID: id, Type: f.Type, Timeout: f.Service,
			Token: token(stack.Name, function), Properties: properties, DependsOn: after,
			Retain: w.Retain})
	}
	gateway := func(id, service, subnet string) {
		if subnet != "" {
			add(id, "gatewayendpoint", map[string]any{"Service": service, "Existing": "adopt",
				"VpcId": vpcOf(subnet), "SubnetId": subnet, "Vendor": vendor})
		}
	}
	gateway("S3", "s3", w.Subnet)
	gateway("Second", "s3", w.Second)
	if w.Dynamo {
		gateway("Dynamo", "dynamodb", w.Subnet)
	}
	if w.Facts {
		add("Facts", "subnetfacts", map[string]any{"VpcId": "vpc-1", "SubnetId": "subnet-a",
			"ZoneIds": []string{"any"}, "Services": []string{service("sts")},
			"Names": []string{"Sts=" + service("sts")}, "Vendor": vendor})
	}
	if w.DNS {
		add("Dns", "vpcdns", map[string]any{"VpcId": "vpc-1"})
	}
	if w.Names != nil {
		add("Names", "endpointnames", map[string]any{"VpcId": "vpc-1", "EndpointIds": w.Names,
			"SubnetIds": []string{"subnet-a"}, "SecurityGroupIds": []string{"sg-1"}})
	}
	if w.Fail {
		var after []string
		for _, r := range all {
			after = append(after, r.LogicalID)
		}
		add("Broken", "subnetfacts", map[string]any{"VpcId": "vpc-1", "SubnetId": "subnet-gone"},
			after...)
	}
	return all
}

func (w *world) create(stack int, is want) engine.Status {
	w.retained[stack] = w.retained[stack] || is.Retain
	return w.stacks[stack].Create(is.template(w.stacks[stack]))
}

func (w *world) update(stack int, is want) engine.Status {
	w.retained[stack] = w.retained[stack] || is.Retain
	return w.stacks[stack].Update(is.template(w.stacks[stack]))
}

func (w *world) delete(stack int) engine.Status { return w.stacks[stack].Delete() }

// answer gives the last answer that counted for a resource.
func (w *world) answer(stack int, logicalID string) (last engine.Answer) {
	for _, a := range w.engine.Answers() {
		if a.Counts && a.Request.LogicalID == logicalID &&
			a.Request.StackID == w.stacks[stack].ID {
			last = a
		}
	}
	return last
}
