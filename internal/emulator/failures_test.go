package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// failures are launches that must not succeed, the controls of all the others: nothing is left of
// them, and what they say names the cause.
func failures(t *testing.T, w *world) {
	for _, test := range []struct {
		name   string
		change func(t *testing.T, s *stack, n network)
		boots  bool
		want   string
	}{
		{"zone", func(t *testing.T, s *stack, n network) {
			s.params["SubnetId"] = n.elsewhere
		}, false, "SubnetFacts CREATE_FAILED: subnet SUBNET is in zone use1-az1"},
		{"boot", func(*testing.T, *stack, network) {}, true,
			"CREATE_FAILED: WaitCondition received failed message: 'The boot script ended with code 7"},
		{"other code", func(t *testing.T, s *stack, n network) {
			// Behind the name of one function's archive lies another one.
			m := s.world.manifest.Functions
			s.put(t, s.copyOf()+"-"+region, copyPrefix+m[0].File(), s.world.zip(t, m[1]))
		}, false, "Version CREATE_FAILED: CodeSHA256"},
		{"forbidden", func(t *testing.T, s *stack, n network) {
			// The role of a function reaches no farther than the customer's boundary.
			s.params["PermissionsBoundary"] = "boundaries/tight"
			s.boundary(t, "tight", `{"Effect":"Allow","NotAction":"ec2:CreateVpcEndpoint","Resource":"*"}`)
		}, false, "S3Endpoint CREATE_FAILED: ec2:CreateVpcEndpoint is denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := w.account(t)
			n := a.network(t, false)
			s := &stack{account: a, name: a.unique("fails"), variant: "velodb/agent-restricted", params: a.given(n)}
			test.change(t, s, n)
			network, inventory := a.networks(t), a.inventory(t)
			if err := s.create(t); err != nil {
				t.Fatal(err)
			}
			if test.boots {
				s.boot(t, 7)
			}
			s.wait(t, types.StackStatusRollbackComplete)
			want := strings.ReplaceAll(test.want, "SUBNET", n.elsewhere)
			if said := strings.Join(s.failures(t), "\n"); !strings.Contains(said, want) {
				t.Errorf("it fails with %s, want %q", said, want)
			}
			if got := a.networks(t); got != network {
				t.Errorf("the customer's network is\n%s\nwas\n%s", got, network)
			}
			if got := a.inventory(t); !slices.Equal(got, inventory) {
				t.Errorf("left are %q, before there was %q", got, inventory)
			}
		})
	}
	w.beside(t, "refused", refusals)
	w.beside(t, "warehouse left", leftover)
	w.beside(t, "two stacks", two)
}

// refusals are parameters that CloudFormation refuses before it makes anything.
func refusals(t *testing.T, w *world) {
	a := w.account(t)
	n, other := a.network(t, false), a.network(t, false)
	for _, test := range []struct {
		region string
		values map[string]string
		want   string
	}{
		{region, map[string]string{"SubnetId": other.offered}, "The subnet belongs to another VPC"},
		{"us-east-2", nil, "is not offered in this region"},
		{region, map[string]string{"AgentUrl": "https://example.com/a?b='$(id)'"}, "AgentUrl"},
		{region, map[string]string{"IamPath": "vendors"}, "IamPath"},
		{region, map[string]string{"InstanceType": "t2.micro"}, "InstanceType"},
	} {
		s := &stack{account: a, name: a.unique("refused"), variant: "velodb/agent-restricted", params: a.given(n)}
		if test.region != region {
			s.account = w.inRegion(a.id, test.region)
		}
		maps.Copy(s.params, test.values)
		if err := s.create(t); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v in %s: %v, want %q", test.values, test.region, err, test.want)
		}
	}
}

// leftover deletes a stack while a node that the agent made still runs: the deletion fails and names
// it. That the rest stays then cannot be seen here: MiniStack goes on to delete what AWS keeps for
// the resource that is still there.
func leftover(t *testing.T, w *world) {
	a := w.account(t)
	n := a.network(t, false)
	s := &stack{account: a, name: a.unique("left"), variant: "velodb/agent-nat", params: a.given(n)}
	if err := s.create(t); err != nil {
		t.Fatal(err)
	}
	s.boot(t, 0)
	s.wait(t, types.StackStatusCreateComplete)
	node := must(a.ec2.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: aws.String("ami-0123456789abcdef0"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		SubnetId: &n.offered, TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeInstance,
			Tags:         []ec2types.Tag{{Key: aws.String("resource-created-by"), Value: aws.String("velodb")}},
		}},
	}))(t)
	id := *node.Instances[0].InstanceId
	must(a.cfn.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &s.name}))(t)
	s.wait(t, types.StackStatusDeleteFailed)
	if said := fmt.Sprint(s.failures(t)); !strings.Contains(said, "Leftovers DELETE_FAILED") || !strings.Contains(said, id) {
		t.Errorf("the deletion stops with %s", said)
	}
}

// two launches both variants into one subnet. The second shares the first one's gateway endpoint and
// uses the names that the first one's endpoints serve; the first one's deletion takes neither away
// from what is still there.
func two(t *testing.T, w *world) {
	a := w.account(t)
	n := a.network(t, false)
	network := a.networks(t)
	first := &stack{account: a, name: a.unique("first"), variant: "velodb/agent-restricted", params: a.given(n)}
	second := &stack{account: a, name: a.unique("second"), variant: "velodb/agent-nat", params: a.given(n)}
	for _, s := range []*stack{first, second} {
		if err := s.create(t); err != nil {
			t.Fatal(err)
		}
		s.boot(t, 0)
		s.wait(t, types.StackStatusCreateComplete)
	}
	gateway := a.gateways(t)
	if len(gateway) != 1 {
		t.Fatalf("gateway endpoints %v, want one", gateway)
	}
	first.delete(t)
	if left := a.gateways(t); fmt.Sprint(left) != fmt.Sprint(gateway) {
		t.Errorf("after the first stack the gateway endpoints are %v, were %v", left, gateway)
	}
	second.delete(t)
	if got := a.networks(t); got != network {
		t.Errorf("after both the network is\n%s\nwas\n%s", got, network)
	}
}

func (a *account) gateways(t *testing.T) (ids []string) {
	t.Helper()
	for _, e := range a.vpcEndpoints(t) {
		if strings.HasPrefix(string(e.VpcEndpointType), "Gateway") {
			ids = append(ids, aws.ToString(e.VpcEndpointId))
		}
	}
	return ids
}
