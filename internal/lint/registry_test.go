package lint

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/registry"
)

// TestRegistryIsThePinnedOne makes the compiler's types anew from the schemas of the installed cfn-lint.
func TestRegistryIsThePinnedOne(t *testing.T) {
	facts := filepath.Join(root, "internal", "registry", "facts")
	made := written(t, filepath.Join(facts, "generate.py"))
	kept, err := os.ReadFile(filepath.Join(facts, "types.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if made != string(kept) {
		t.Error("types.txt is not what generate.py makes of the pinned cfn-lint: run make registry")
	}
}

// TestRegistryAgrees: what the compiler refuses of raw resources, cfn-lint refuses in the same place,
// and what cfn-lint takes, the compiler takes.
func TestRegistryAgrees(t *testing.T) {
	rules := map[string]string{"unknown-type": "E3006", "unknown-property": "E3002",
		"missing-property": "E3003", "wrong-shape": "E3012"} // its E3040, read-only, finds nothing here
	const policy = `"PolicyDocument": {"Version": "2012-10-17", "Statement": []}`
	resources := [][2]string{
		{"AWS::SQS::Queue", `{"QueueName": "a", "DelaySeconds": "17", "FifoQueue": "false"}`},
		{"AWS::SQS::Queue", `{"QueueNam": "a"}`},
		{"AWS::SQS::Queue", `{"QueueName": ["a"]}`},
		{"AWS::SQS::Queue", `{"Tags": {"Key": "a", "Value": "b"}}`},
		{"AWS::SQS::Queue", `{"Tags": [{"Key": "a"}, {"Key": "b", "Valu": "c", "Value": "d"}]}`},
		{"AWS::SQS::Queu", `{}`},
		{"AWS::SQS::QueuePolicy", `{` + policy + `, "Queues": ["a"]}`},
		{"AWS::SQS::QueuePolicy", `{` + policy + `, "Queues": "a"}`},
		{"AWS::SQS::QueuePolicy", `{"Queues": ["a"]}`},
		{"AWS::SQS::QueuePolicy", `{}`},
		{"AWS::Events::Rule", `{"EventPattern": {"source": ["a"]}, "Targets": [{"Id": "a"}]}`},
		{"AWS::Events::Rule", `{"EventPattern": {"source": ["a"]}, "Targets": ["a"]}`},
		{"AWS::S3::Bucket", `{"CorsConfiguration": []}`},
		{"AWS::S3::Bucket", `{"CorsConfiguration": {"CorsRules": [{"AllowedMethods": ["GET"]}]}}`},
		{"AWS::SSM::Parameter", `{"Type": "String", "Value": "a", "Tags": {"a": 1}}`},
		{"AWS::SSM::Parameter", `{"Type": "String", "Value": {"a": "b"}}`},
		{"Custom::Thing", `{"ServiceToken": "arn:aws:lambda:us-east-1:111122223333:function:a", "A": [1]}`},
		{"Custom::Thing", `{"A": [1]}`},
	}
	var want, bodies []string
	for i, r := range resources {
		at := fmt.Sprintf("Resources/R%02d", i)
		bodies = append(bodies, fmt.Sprintf(`"R%02d": {"Type": %q, "Properties": %s}`, i, r[0], r[1]))
		of, ok := registry.Find(r[0])
		if !ok {
			want = append(want, rules["unknown-type"]+" "+at+"/Type")
			continue
		}
		for _, f := range of.Check(valueOf(t, r[1]), false) {
			path := strings.Join(append([]string{at, "Properties"}, f.Path...), "/")
			want = append(want, rules[f.ID]+" "+path)
		}
	}
	template := `{"Resources": {` + strings.Join(bodies, ",\n") + `}}`
	found, err := Run(t.Context(), mustTools(t), []Case{{Name: "c", Template: []byte(template),
		Regions: []string{"us-east-1"}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		if slices.Contains(slices.Collect(maps.Values(rules)), f.Rule) {
			got = append(got, f.Rule+" "+f.Path)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) < 15 || !slices.Equal(got, want) {
		t.Errorf("cfn-lint finds\n%s\nthe compiler\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRegistryTakesWhatTheSchemasAllow: for every type, properties that its schema allows are not refused.
func TestRegistryTakesWhatTheSchemasAllow(t *testing.T) {
	types, properties := 0, 0
	for line := range strings.Lines(written(t, filepath.Join("testdata", "instances.py"), "17")) {
		name, text, _ := strings.Cut(line, "\t")
		of, ok := registry.Find(name)
		if !ok {
			t.Errorf("no type %s", name)
			continue
		}
		made := valueOf(t, text)
		types, properties = types+1, properties+len(made)
		for _, f := range of.Check(made, false) {
			t.Errorf("%s [%s]: %s", f.Summary, f.ID, text)
		}
	}
	if types < 1800 || properties < 5*types/2 {
		t.Errorf("%d types with %d properties prove nothing", types, properties)
	}
}

// written runs a script under the linters' Python. The test reads it, so that go test knows when it has
// changed.
func written(t *testing.T, script string, args ...string) string {
	t.Helper()
	text, err := os.Open(script)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	run := exec.CommandContext(t.Context(), mustTools(t).Python, append([]string{"-I", "-"}, args...)...)
	run.Stdin = text
	out, err := output(run)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// valueOf reads a mapping of JSON.
func valueOf(t *testing.T, text string) cfn.Map {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	m, _ := treeOf(v).(cfn.Map)
	return m
}

func treeOf(v any) cfn.Value {
	switch v := v.(type) {
	case map[string]any:
		out := cfn.Map{}
		for key, below := range v {
			out.Set(key, treeOf(below))
		}
		return out
	case []any:
		var out cfn.List
		for _, item := range v {
			out = append(out, cfn.Item{Value: treeOf(item)})
		}
		return out
	}
	return cfn.String(fmt.Sprint(v))
}
