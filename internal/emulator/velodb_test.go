package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/lint"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// TestVeloDB launches, changes and deletes velodb in every combination of variant and feature, and
// makes it fail in every way that the emulator can show. One emulator serves all of it.
func TestVeloDB(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "velodb")
	for i, c := range combinations(w) {
		t.Run(c.name(), func(t *testing.T) {
			t.Parallel()
			c.live(t, w, i%2 == 0)
		})
	}
	failures(t, w)
}

// combination is a variant and what a customer switches.
type combination struct{ variant, user, documented, house string }

func (c combination) name() string {
	return strings.Join([]string{c.variant, "user-" + c.user, "documented-" + c.documented, "house-" + c.house}, ",")
}

// ownKey tells whether the secret has a key of the customer's own: so that any three switches of a
// variant meet in all their values, with half of the launches.
func (c combination) ownKey() bool {
	return (c.user == "yes") != (c.documented == "yes") != (c.house == "yes")
}

func combinations(w *world) (all []combination) {
	for _, variant := range slices.Sorted(maps.Keys(w.templates)) {
		users := []string{"no"}
		if _, has := w.templates[variant].Resources["VeloDBUser"]; has {
			users = []string{"no", "yes"}
		}
		for _, row := range lint.Combinations([]lint.Param{
			{Name: "user", Values: users}, {Name: "documented", Values: []string{"no", "yes"}},
			{Name: "house", Values: []string{"no", "yes"}},
		}) {
			all = append(all, combination{variant, row["user"], row["documented"], row["house"]})
		}
	}
	return all
}

// given are parameters that are awkward in a shell and in an address.
func (a *account) given(n network) map[string]string {
	return map[string]string{
		"VpcId": n.vpc, "SubnetId": n.offered,
		"FunctionBucket": a.copyOf(), "FunctionPrefix": copyPrefix,
		"AgentUrl":     "https://velodb-byoc-us-east-1.s3.us-east-1.amazonaws.com/a%20b;c,d=&e+@:~/x.tar.gz",
		"AgentSha256":  strings.Repeat("0123456789abcdef", 4),
		"ConsoleToken": "arn:aws:secretsmanager:us-east-1:111122223333:secret:t/o+k=e.n@_-AbCdEf",
	}
}

const (
	boundaryName = "boundaries/vendors"
	prefix       = "Acme_9-"
	path         = "/vendors/data/"
)

func (c combination) params(a *account, n network) map[string]string {
	p := a.given(n)
	p["DocumentedPermissions"] = c.documented
	if c.user == "yes" {
		p["AgentUser"] = "yes"
	}
	if c.ownKey() {
		p["TokenKey"] = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	}
	if c.house == "yes" {
		p["PermissionsBoundary"], p["NamePrefix"], p["IamPath"] = boundaryName, prefix, path
	}
	return p
}

// live is the life of one stack, from a new account to one that is as it was.
func (c combination) live(t *testing.T, w *world, ownGateway bool) {
	a := w.account(t)
	n := a.network(t, ownGateway)
	a.boundary(t, "vendors", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	network, inventory := a.networks(t), a.inventory(t)
	s := &stack{account: a, name: a.unique("velodb"), variant: c.variant, params: c.params(a, n)}

	if err := s.create(t); err != nil {
		t.Fatal(err)
	}
	env := s.boot(t, 0)
	s.wait(t, types.StackStatusCreateComplete)
	c.created(t, s, n, env)

	if err := s.update(t, nil); err == nil || !strings.Contains(err.Error(), "No updates are to be performed") {
		t.Errorf("an update that changes nothing: %v", err)
	}
	c.changed(t, s)
	c.updated(t, s)
	c.refused(t, s, n)

	bucket := s.resources(t)["VeloDBBucket"]
	s.delete(t)
	if got, want := a.networks(t), network; got != want {
		t.Errorf("the customer's network is another one now:\n%s\nwas\n%s", got, want)
	}
	a.dnsIsOn(t, n.vpc)
	left := append(inventory, "bucket "+bucket)
	slices.Sort(left)
	if got := a.inventory(t); !slices.Equal(got, left) {
		t.Errorf("after deletion there is %q, want %q", got, left)
	}
}

// changed goes through a change set that changes the size of the instance, which AWS does in place.
func (c combination) changed(t *testing.T, s *stack) {
	t.Helper()
	before := s.resources(t)
	said := s.plan(t, map[string]string{"InstanceType": "r6i.xlarge"})
	if fmt.Sprint(said) != "[Modify VeloDBAgent]" {
		t.Errorf("the change set says %q", said)
	}
	s.wait(t, types.StackStatusUpdateComplete)
	s.params["InstanceType"] = "r6i.xlarge"
	if after := s.resources(t); !maps.Equal(before, after) {
		t.Errorf("a new size replaced something: %v, was %v", after, before)
	}
	if got := s.instances(t); len(got) != 1 || got[0].InstanceType != "r6i.xlarge" {
		t.Errorf("the instance is not r6i.xlarge: %v", got)
	}
}

// updated switches to the other policies and to another archive, which replaces the instance.
func (c combination) updated(t *testing.T, s *stack) {
	t.Helper()
	before := s.resources(t)
	other := map[string]string{"no": "yes", "yes": "no"}[c.documented]
	changes := map[string]string{"DocumentedPermissions": other, "AgentUrl": "https://example.com:8443/next.tar.gz"}
	if err := s.update(t, changes); err != nil {
		t.Fatal(err)
	}
	s.wait(t, types.StackStatusUpdateComplete)
	maps.Copy(s.params, changes)
	after := s.resources(t)
	var differ []string
	for _, name := range slices.Sorted(maps.Keys(s.world.templates[s.variant].Resources)) {
		if before[name] != after[name] {
			differ = append(differ, name)
		}
	}
	want := "[VeloDBAgent VeloDBDocumentedPolicy VeloDBLoadBalancerPolicy VeloDBRolePolicy]"
	if fmt.Sprint(differ) != want {
		t.Errorf("the update touched %v, want %s", differ, want)
	}
	running := s.instances(t)
	if len(running) != 1 || *running[0].InstanceId != after["VeloDBAgent"] {
		t.Fatalf("not one instance of the stack runs: %v", running)
	}
	if env := run(t, s.userData(t, after["VeloDBAgent"]), 0); env["AGENT_URL"] != changes["AgentUrl"] {
		t.Errorf("the new instance fetches %q", env["AGENT_URL"])
	}
}

// refused updates to a subnet in whose zone the vendor's service is not offered.
func (c combination) refused(t *testing.T, s *stack, n network) {
	t.Helper()
	before, network := s.resources(t), s.networks(t)
	if err := s.update(t, map[string]string{"SubnetId": n.elsewhere}); err != nil {
		t.Fatal(err)
	}
	s.wait(t, types.StackStatusUpdateRollbackComplete)
	if reasons := fmt.Sprint(s.failures(t)); !strings.Contains(reasons, "SubnetFacts UPDATE_FAILED") ||
		!strings.Contains(reasons, "is in zone use1-az1 ("+region+"a here), but the service is offered in use1-az2") {
		t.Errorf("the failure is said as %s", reasons)
	}
	if after := s.resources(t); !maps.Equal(before, after) {
		t.Errorf("the rollback left %v, was %v", after, before)
	}
	if after := s.networks(t); after != network {
		t.Errorf("the rollback left the network as\n%s\nwas\n%s", after, network)
	}
}

// boundary makes the policy boundaries/NAME that house rules can ask for.
func (a *account) boundary(t *testing.T, name, statement string) {
	t.Helper()
	must(a.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: &name, Path: aws.String("/boundaries/"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[` + statement + `]}`),
	}))(t)
}
