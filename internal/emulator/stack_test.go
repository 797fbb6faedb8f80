package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// stack is one launch.
type stack struct {
	*account
	name    string
	variant string
	params  map[string]string
}

// unique makes a stack's name one of the account's own. The emulator names functions after the stack,
// and when one is deleted, it stops the processes of functions of that name in every account.
func (a *account) unique(name string) string { return name + "-" + a.id }

func parameters(values map[string]string) (list []types.Parameter) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(values[name])})
	}
	return list
}

func (s *stack) url() *string {
	return aws.String(s.world.url + "/" + s.copyOf() + "-" + region + "/" + s.variant + ".yaml")
}

var capabilities = []types.Capability{types.CapabilityCapabilityNamedIam}

// create begins the launch; the error is one of CloudFormation's that begins nothing.
func (s *stack) create(t *testing.T) error {
	t.Helper()
	_, err := s.cfn.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: &s.name, TemplateURL: s.url(), Parameters: parameters(s.params),
		Capabilities: capabilities,
	})
	return err
}

// update begins an update to the parameters with the changes; without changes AWS refuses it.
func (s *stack) update(t *testing.T, changes map[string]string) error {
	t.Helper()
	_, err := s.cfn.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{
		StackName: &s.name, TemplateURL: s.url(),
		Parameters: parameters(s.with(changes)), Capabilities: capabilities,
	})
	return err
}

// updateWith begins an update to another template.
func (s *stack) updateWith(t *testing.T, template string, values map[string]string) error {
	t.Helper()
	bucket := s.copyOf() + "-" + region
	s.put(t, bucket, s.name+".json", []byte(template))
	_, err := s.cfn.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{
		StackName: &s.name, TemplateURL: aws.String(s.world.url + "/" + bucket + "/" + s.name + ".json"),
		Parameters: parameters(values), Capabilities: capabilities,
	})
	return err
}

func (s *stack) with(changes map[string]string) map[string]string {
	all := maps.Clone(s.params)
	maps.Copy(all, changes)
	return all
}

// plan makes a change set, gives what it says ("Modify VeloDBAgent") and executes it.
func (s *stack) plan(t *testing.T, changes map[string]string) []string {
	t.Helper()
	name := aws.String("change")
	must(s.cfn.CreateChangeSet(t.Context(), &cloudformation.CreateChangeSetInput{
		StackName: &s.name, ChangeSetName: name, TemplateURL: s.url(),
		Parameters: parameters(s.with(changes)), Capabilities: capabilities,
	}))(t)
	var said []string
	eventually(t, "the change set is made", func() bool {
		set, err := s.cfn.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{
			StackName: &s.name, ChangeSetName: name,
		})
		if err != nil || set.Status == types.ChangeSetStatusFailed {
			t.Fatal(err, aws.ToString(set.StatusReason))
		}
		for _, change := range set.Changes {
			r := change.ResourceChange
			said = append(said, fmt.Sprintf("%s %s", r.Action, aws.ToString(r.LogicalResourceId)))
		}
		return set.Status == types.ChangeSetStatusCreateComplete
	})
	must(s.cfn.ExecuteChangeSet(t.Context(), &cloudformation.ExecuteChangeSetInput{
		StackName: &s.name, ChangeSetName: name,
	}))(t)
	return said
}

func (s *stack) delete(t *testing.T) {
	t.Helper()
	id := s.describe(t).StackId // a deleted stack is known by its id alone
	must(s.cfn.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: id}))(t)
	s.name = *id
	s.wait(t, types.StackStatusDeleteComplete)
}

func (s *stack) describe(t *testing.T) types.Stack {
	t.Helper()
	out := must(s.cfn.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &s.name}))(t)
	return out.Stacks[0]
}

// wait waits until the stack rests, and fails where that is in another state than the one wanted.
func (s *stack) wait(t *testing.T, want types.StackStatus) {
	t.Helper()
	var status types.StackStatus
	eventually(t, s.name+" rests", func() bool {
		status = s.describe(t).StackStatus
		return !strings.HasSuffix(string(status), "_IN_PROGRESS")
	})
	if status != want {
		t.Fatalf("%s is %s in place of %s:\n%s", s.name, status, want, strings.Join(s.failures(t), "\n"))
	}
}

// failures lists what failed and why, the first first.
func (s *stack) failures(t *testing.T) []string {
	t.Helper()
	var failures []string
	pages := cloudformation.NewDescribeStackEventsPaginator(s.cfn,
		&cloudformation.DescribeStackEventsInput{StackName: &s.name})
	for pages.HasMorePages() {
		page := must(pages.NextPage(t.Context()))(t)
		for _, e := range page.StackEvents {
			if strings.HasSuffix(string(e.ResourceStatus), "_FAILED") {
				failures = append(failures, fmt.Sprintf("%s %s: %s", aws.ToString(e.LogicalResourceId),
					e.ResourceStatus, aws.ToString(e.ResourceStatusReason)))
			}
		}
	}
	slices.Reverse(failures)
	return failures
}

// resources gives the physical ids of the resources that are there.
func (s *stack) resources(t *testing.T) map[string]string {
	t.Helper()
	out := must(s.cfn.DescribeStackResources(t.Context(), &cloudformation.DescribeStackResourcesInput{
		StackName: &s.name,
	}))(t)
	ids := map[string]string{}
	for _, r := range out.StackResources {
		if id := aws.ToString(r.PhysicalResourceId); id != "" && !strings.HasPrefix(string(r.ResourceStatus), "DELETE") {
			ids[*r.LogicalResourceId] = id
		}
	}
	return ids
}

func (s *stack) outputs(t *testing.T) map[string]string {
	t.Helper()
	values := map[string]string{}
	for _, o := range s.describe(t).Outputs {
		values[*o.OutputKey] = *o.OutputValue
	}
	return values
}

// eventually polls; on AWS the same waits are CloudFormation's own.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(150 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("in 3 minutes it did not come to pass that %s", what)
}

// says looks for texts in what failed.
func (s *stack) says(t *testing.T, wants ...string) {
	t.Helper()
	said := strings.Join(s.failures(t), "\n")
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("it fails with %s, want %q", said, want)
		}
	}
}
