package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// TestResources is about what is around bodies, and bodies with little in them. The trees are in
// testdata/resources.txtar.
func TestResources(t *testing.T) {
	want := trees(t, "testdata/resources.txtar")
	resources := map[string]plan.Resource{
		"a resource without properties": {Body: &plan.LogGroup{}, Keep: plan.KeepNothing},
		"an image's own disk": {Body: &plan.LaunchTemplate{
			Device: "/dev/xvda", DiskComment: "As it comes",
		}},
		"an egress rule": {Body: &plan.GroupRule{
			Egress: true, Of: cfn.Ref("G"),
			Rule: plan.GroupPermission{
				Protocol: "-1", FromPort: -1, ToPort: -1, Group: cfn.Ref("H"),
			},
		}},
		"every key of a resource in its place": {
			Body: &plan.AccessKey{User: cfn.Ref("U"), Serial: cfn.Int(1)}, Condition: "On", Keep: plan.KeepData,
			DependsOn: []string{"B", "A"}, DependsComment: "In time",
		},
		"one dependency": {Body: &plan.WaitHandle{}, DependsOn: []string{"A"}},
		"extra properties": {
			Body: &plan.LambdaFunction{
				Bucket: cfn.Ref("B"), Key: cfn.Ref("K"), Role: cfn.Ref("R"), Memory: 128,
				LogGroup: cfn.Ref("L"),
			},
			Extra: cfn.Map{
				{Key: "MemorySize", Value: cfn.Ref("Memory"), Comment: "The customer's choice"},
				{Key: "Architectures", Value: cfn.Strings("x86_64")},
				{Key: "LoggingConfig", Value: cfn.Map{
					{Key: "SystemLogLevel", Value: cfn.String("WARN")},
					{Key: "LogFormat", Value: cfn.String("Text")},
				}},
				{Key: "Code", Value: cfn.If("On", cfn.Ref("X"), cfn.Ref("Y"))},
			},
		},
	}
	if len(want) != len(resources) {
		t.Errorf("%d trees for %d resources", len(want), len(resources))
	}
	for name, r := range resources {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want[name], built(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
