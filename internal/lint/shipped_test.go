package lint

import (
	"os"
	"path/filepath"
	"testing"
)

// accepted lists the warnings that shipped templates may give, each with its reason. An entry that
// matches no warning any more fails the test.
func accepted() []Explained {
	const image = "A launch template's ImageId takes resolve:ssm:NAME too, which EC2 resolves when it " +
		"launches the instance; a parameter of an image type would replace it at every new image."
	const chosen = "The reference stands in an Fn::If of the same condition; of outputs the engine " +
		"looks only at the condition of the whole."
	const text = "The engine resolves the text and then wants an object. The registry's schema of " +
		"AWS::IAM::ManagedPolicy takes object and string for PolicyDocument."
	warning := func(name, tool, rule, path, reason string) Explained {
		return Explained{Case: name, Tool: tool, Rule: rule, Path: path, Reason: reason}
	}
	return []Explained{
		warning("capillaries/customer/*", Validate, "W1001", "Outputs/BucketName/Value/Fn::If/*", chosen),
		warning("capillaries/customer/*", Validate, "W1001", "Outputs/Settings/Value/*/Fn::If/*", chosen),
		warning("e6data/workspace/*", Validate, "W1001", "Outputs/WorkspaceBucket/Value/Fn::If/*", chosen),
		{Case: "e6data/cluster/*", Tool: Validate, Rule: "E3510", Reason: text,
			Path:  "Resources/KarpenterNodes*/Properties/PolicyDocument",
			Error: "is not of type 'object'"},
		warning("velodb/*", CfnLint, "W2506", "Parameters/VeloDBAgentImage/Type", image),
		warning("velodb/*", Validate, "W2506", "Parameters/VeloDBAgentImage", image),
		warning("velodb/*", Validate, "W1030",
			"Resources/VeloDBAgentTemplate/Properties/LaunchTemplateData/ImageId", image),
	}
}

// TestShipped has every template of dist/ judged: by cfn-lint for all its regions at once, and by
// AWS's engine in every combination of what a customer can choose and in every region.
func TestShipped(t *testing.T) {
	tools := mustTools(t)
	files, err := filepath.Glob(filepath.Join(root, "dist", "*", "*", "template.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 2 {
		t.Fatalf("dist/ holds %d templates, which proves nothing: run make synth", len(files))
	}
	var cases []Case
	for _, file := range files {
		cases = append(cases, shipped(t, file)...)
	}
	found, err := Run(t.Context(), tools, cases)
	if err != nil {
		t.Fatal(err)
	}
	left, dead := Explain(found, accepted())
	for _, f := range left {
		t.Error(f)
	}
	for _, e := range dead {
		t.Errorf("nothing is left to explain, remove the entry: %+v", e)
	}
}

// shipped makes the cases of one folder of dist/. The YAML is what customers launch; that the JSON
// says the same is the emitter's own test, so one launch of it is enough.
func shipped(t *testing.T, file string) []Case {
	t.Helper()
	json, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(file)
	yaml, err := os.ReadFile(filepath.Join(folder, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	name, err := filepath.Rel(filepath.Join(root, "dist"), folder)
	if err != nil {
		t.Fatal(err)
	}
	template, err := ReadTemplate(json)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	name = filepath.ToSlash(name)
	scenarios := template.Scenarios()
	t.Logf("%s: %d launches in %d regions", name, len(scenarios), len(template.Regions))
	return []Case{
		{
			Name: name + "/template.yaml", Template: yaml,
			Regions: template.Regions, Scenarios: scenarios,
		},
		{Name: name + "/template.json", Template: json, Scenarios: scenarios[:1]},
	}
}
