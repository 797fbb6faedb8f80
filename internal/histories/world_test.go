// Package histories proves that the functions in lambda/ keep their promises whatever CloudFormation,
// Lambda, EC2 and the customer do: it drives them through the engine and an EC2 in memory, by named
// cases, by crashes at every write, by every fault there is, and by random histories.
package histories

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"byocfn/internal/engine"
	"byocfn/internal/fakeec2"
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
	Natives  bool   // every stack's template makes an interface endpoint
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

	relics   []relic
	moved    atomic.Bool     // a subnet has got another route table
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
		w.cloud.AddRole(fakeec2.IAMRole{Name: roleName(stack), Profiles: []string{"own-" + stack.UUID()}})
		if w.Natives {
			w.nativeEndpoint(stack, native(stack), service("sts"))
		}
		for _, f := range driven() {
			functions[token(stack.Name, f.Name)] = w.function(stack, f)
		}
	}
	w.before = w.cloud.Snapshot()
	return w
}

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
	a := fakeec2.RouteTable{ID: "rtb-a", VPC: "vpc-1", Subnets: []string{"subnet-a"}}
	if w.Existing == "route" {
		a.Routes = []fakeec2.Route{{PrefixList: "pl-s3", Target: "eni-0f"}}
	}
	c.AddRouteTable(a)
	c.AddRouteTable(fakeec2.RouteTable{ID: "rtb-d", VPC: "vpc-1", Subnets: []string{"subnet-d"}})
	c.AddRouteTable(fakeec2.RouteTable{ID: "rtb-m", VPC: "vpc-1", Main: true})
	c.AddRouteTable(fakeec2.RouteTable{ID: "rtb-x", VPC: "vpc-2", Main: true})
	c.AddService(fakeec2.Service{Name: service("s3"), Type: "Gateway", PrefixList: "pl-s3"})
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

// same is I6: copies of one request get the same id and data. The id may differ where a subnet has
// got another route table meanwhile. What vpcdns says of its own first run differs, and so does what
// the functions find when somebody else has been there.
func (w *world) same(a, b engine.Answer) bool {
	if a.PhysicalResourceID != b.PhysicalResourceID {
		return w.moved.Load() && a.Request.Type == "Custom::GatewayEndpoint"
	}
	return !w.Quiet || a.Request.Type == "Custom::VpcDns" ||
		fmt.Sprint(a.Data) == fmt.Sprint(b.Data)
}

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
