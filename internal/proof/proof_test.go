package proof

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func TestRunFindsWhatEveryProofFinds(t *testing.T) {
	p := gated(
		plan.Resource{ID: "Loop", DependsOn: []string{"Loop"}, Body: &plan.Secret{Text: cfn.Ref("No")}},
		plan.Resource{ID: "Role", Body: &plan.Role{Policies: []plan.InlinePolicy{{Name: "In",
			Policy: doc(statement("a b", "", cfn.String(strings.Repeat("x", 10300))))}}}},
	)
	var ids []string
	for _, d := range Run(p) {
		if d.At.File != p.SpecFile {
			t.Errorf("%s is at %q", d.Summary, d.At.File)
		}
		ids = append(ids, d.ID)
	}
	got := strings.Join(ids, " ")
	if want := "internal cycle empty-policy internal internal internal policy-size bad-sid"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestOddCloudFormation holds every proof against functions as a vendor may misspell them.
func TestOddCloudFormation(t *testing.T) {
	names := []string{"Ref", "Condition", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::Select", "Fn::Split",
		"Fn::Join", "Fn::FindInMap", "Fn::Base64", "Fn::ValueOf", "Fn::None"}
	odd := []cfn.Value{cfn.List{}, cfn.Strings("a"), cfn.Strings("a", "b"), cfn.Strings("a", "b", "c"),
		cfn.String("${"), cfn.String("${}"), cfn.Map{}, cfn.Int(-1), cfn.Values(cfn.List{}, cfn.Map{})}
	for _, name := range names {
		for _, arg := range odd {
			v := cfn.Fn{Name: name, Arg: arg}
			p := gated(raw("U", "", prop("P", v)), res("R", "", &plan.Role{Name: v, Path: v, Boundary: v}),
				res("B", "", &plan.Bucket{Name: v}), res("L", "", &plan.LaunchTemplate{UserData: v}),
				res("I", "", &plan.Instance{LaunchTemplate: "L"}), res("E", "", &plan.InterfaceEndpoint{
					Service: v, Subnets: []cfn.Value{v}, SecurityGroups: []cfn.Value{v}}),
				res("P", "", &plan.ManagedPolicy{Policy: doc(statement("S", "", v))}))
			p.Isolated = true
			p.Conditions = append(p.Conditions, plan.Condition{Name: "Odd", Value: v})
			Run(p)
			Atoms(p)
			if got := Compare(Take(p), Take(p)); got != nil {
				t.Errorf("%+v: %v", v, got)
			}
		}
	}
}

func TestProofsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, proof := range All() {
		if proof.Name == "" || proof.Says == "" || seen[proof.Name] {
			t.Errorf("%+v", proof)
		}
		seen[proof.Name] = true
	}
}

// BenchmarkRun proves a plan with a policy of thirty statements behind three choices.
func BenchmarkRun(b *testing.B) {
	var statements []plan.Statement
	gates := []string{"", "Siren", "ModeIsKrill", "HasBoundary"}
	for i := range 30 {
		sid := string(rune('A' + i%26))
		statements = append(statements, statement(sid, gates[i%len(gates)],
			cfn.Sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${VpcId}")))
	}
	p := gated(res("P", "", &plan.ManagedPolicy{Policy: doc(statements...)}))
	for b.Loop() {
		Run(p)
	}
}
