package compile_test

import (
	"path"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/compile"
	"byocfn/internal/emit"
	"byocfn/internal/workspace"
)

// seconds is about how long CloudFormation takes for one resource, until those that wait for it go
// on. Estimates from stack events that vendors and users have published; an unknown type takes 3.
// EndpointNames only looks where the endpoints have their names from the beginning, as at a launch
// into a VPC without endpoints of the customer for the same services.
var seconds = map[string]int{
	"AWS::Logs::LogGroup": 5, "AWS::IAM::Role": 16, "AWS::IAM::ManagedPolicy": 16,
	"AWS::IAM::User": 16, "AWS::IAM::InstanceProfile": 125, "AWS::Lambda::Function": 8,
	"AWS::Lambda::Version": 5, "AWS::Lambda::EventInvokeConfig": 5, "AWS::EC2::SecurityGroup": 5,
	"AWS::EC2::VPCEndpoint": 90, "AWS::EC2::LaunchTemplate": 4, "AWS::EC2::Instance": 35,
	"AWS::S3::Bucket": 22, "Custom::SubnetFacts": 5, "Custom::VpcDns": 8,
	"Custom::EndpointNames": 5, "Custom::GatewayEndpoint": 15, "Custom::Leftovers": 3,
	"AWS::CloudFormation::WaitCondition": 120, // what the boot script takes
}

// TestLongestChain measures how long a launch waits, so that it cannot grow unnoticed: the resources
// that must come one after another, and their estimated time.
func TestLongestChain(t *testing.T) {
	src, diags := workspace.Load("../../templates/velodb")
	if diags.HasErrors() {
		t.Fatal(text(t, diags))
	}
	result, diags := compile.Compile(src, options())
	if diags.HasErrors() {
		t.Fatal(text(t, diags))
	}
	most := map[string]struct{ steps, seconds int }{
		"velodb/agent-restricted": {9, 325}, "velodb/agent-nat": {6, 305},
	}
	for _, f := range result.Files.Files {
		limit, ok := most[path.Dir(f.Name)]
		if path.Base(f.Name) != "template.json" || !ok {
			continue
		}
		chain, total := longestChain(t, f.Data)
		t.Logf("%s: %d steps, about %d s: %s", path.Dir(f.Name), len(chain), total,
			strings.Join(chain, " → "))
		if len(chain) > limit.steps || total > limit.seconds {
			t.Errorf("%s: the launch takes longer than %d steps or %d s", path.Dir(f.Name),
				limit.steps, limit.seconds)
		}
	}
}

// longestChain gives the chain of resources that takes longest, first one first.
func longestChain(t *testing.T, template []byte) ([]string, int) {
	t.Helper()
	tree, err := emit.ParseJSON(template)
	if err != nil {
		t.Fatal(err)
	}
	g := graph{resources: tree.(cfn.Map).Get("Resources").(cfn.Map), known: map[string]link{}}
	var last link
	for _, e := range g.resources {
		if l := g.until(e.Key); l.total > last.total {
			last = l
		}
	}
	return last.chain, last.total
}

// link is a resource at the end of its longest chain.
type link struct {
	chain []string
	total int
}

type graph struct {
	resources cfn.Map
	known     map[string]link
}

func (g graph) until(id string) link {
	if l, ok := g.known[id]; ok {
		return l
	}
	body := g.resources.Get(id).(cfn.Map)
	var before link
	for name := range g.needs(body) {
		if l := g.until(name); l.total > before.total {
			before = l
		}
	}
	kind := string(body.Get("Type").(cfn.String))
	takes, ok := seconds[kind]
	if !ok {
		takes = 3
	}
	l := link{append(append([]string{}, before.chain...), id), before.total + takes}
	g.known[id] = l
	return l
}

// needs gives the resources that a resource names.
func (g graph) needs(body cfn.Map) map[string]bool {
	out := map[string]bool{}
	note := func(name string) {
		name, _, _ = strings.Cut(name, ".")
		if g.resources.Get(name) != nil {
			out[name] = true
		}
	}
	cfn.Walk(body.Get("DependsOn"), func(v cfn.Value) {
		if s, ok := v.(cfn.String); ok {
			note(string(s))
		}
	})
	cfn.Walk(body, func(v cfn.Value) {
		fn, ok := v.(cfn.Fn)
		if !ok {
			return
		}
		list, _ := fn.Arg.(cfn.List)
		switch {
		case fn.Name == "Ref":
			note(string(fn.Arg.(cfn.String)))
		case fn.Name == "Fn::GetAtt":
			note(string(list[0].Value.(cfn.String)))
		case fn.Name == "Fn::Sub":
			text, _ := fn.Arg.(cfn.String)
			if list != nil {
				text = list[0].Value.(cfn.String)
			}
			for _, part := range strings.Split(string(text), "${")[1:] {
				name, _, _ := strings.Cut(part, "}")
				note(name)
			}
		}
	})
	return out
}
