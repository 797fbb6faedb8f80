package registry

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"byocfn/internal/cfn"
)

// reading gives a mapping of a type by its number.
func reading(t *testing.T, of *Type, number int) mapping {
	t.Helper()
	m, ok := of.mapping(strconv.Itoa(number))
	if !ok {
		t.Fatalf("%s has no mapping %d", of.Name, number)
	}
	return m
}

// deep nests mappings and lists under one key.
func deep(key string, levels int) cfn.Map {
	if levels == 0 {
		return cfn.Map{{Key: key, Value: cfn.Int(1)}}
	}
	below := deep(key, levels-1)
	return cfn.Map{{Key: key, Value: below}, {Key: key + "s", Value: cfn.Values(below)}}
}

// read turns JSON into a value; {"Ref": …} and {"Fn::…": …} become functions.
func read(t *testing.T, text string) cfn.Map {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	m, _ := valueOf(v).(cfn.Map)
	return m
}

func valueOf(v any) cfn.Value {
	switch v := v.(type) {
	case string:
		return cfn.String(v)
	case bool:
		return cfn.Bool(v)
	case float64:
		return cfn.Int(v)
	case []any:
		var out cfn.List
		for _, item := range v {
			out = append(out, cfn.Item{Value: valueOf(item)})
		}
		return out
	case map[string]any:
		out := cfn.Map{}
		for key, below := range v {
			if key == "Ref" || strings.HasPrefix(key, "Fn::") {
				return cfn.Fn{Name: key, Arg: valueOf(below)}
			}
			out = append(out, cfn.Entry{Key: key, Value: valueOf(below)})
		}
		slices.SortFunc(out, func(a, b cfn.Entry) int { return strings.Compare(a.Key, b.Key) })
		return out
	}
	return nil
}

// checked gives what is found, as ID PATH.
func checked(t *testing.T, name, properties string, merged bool) []string {
	t.Helper()
	of, ok := Find(name)
	if !ok {
		t.Fatal(name)
	}
	var out []string
	for _, f := range of.Check(read(t, properties), merged) {
		out = append(out, strings.TrimSpace(f.ID+" "+strings.Join(f.Path, "/")))
	}
	return out
}

func TestCheck(t *testing.T) {
	const queue, rule, bucket = "AWS::SQS::Queue", "AWS::Events::Rule", "AWS::S3::Bucket"
	for _, c := range []struct {
		of, properties string
		want           []string
	}{
		{queue, `{}`, nil},
		{queue, `{"DelaySeconds": "17", "FifoQueue": "true", "QueueName": 17}`, nil},
		{queue, `{"QueueNam": "x"}`, []string{"unknown-property QueueNam"}},
		{queue, `{"queueName": "x"}`, []string{"unknown-property queueName"}},
		{queue, `{"RedrivePolicy": "{}", "RedriveAllowPolicy": [1, {"any": "thing"}]}`, nil},
		{queue, `{"QueueUrl": "x"}`, []string{"read-only-property QueueUrl"}},
		{queue, `{"Tags": {"Ref": "P"}, "QueueName": {"Fn::GetAtt": ["A", "B"]}}`, nil},
		{queue, `{"Tags": {"Fn::Sub": "x"}}`, []string{"wrong-shape Tags"}},
		{queue, `{"Tags": {"Fn::Split": [",", "x"]}}`, nil},
		{queue, `{"QueueName": {"Fn::Split": [",", "x"]}}`, []string{"wrong-shape QueueName"}},
		{queue, `{"Tags": [{"Key": "a", "Value": ""}, {"Fn::If": ["C", {"Key": "a"}, {"Ref": "AWS::NoValue"}]}]}`,
			[]string{"missing-property Tags/1"}},
		{queue, `{"Fn::Transform": {}}`, nil},
		{rule, `{"Targets": "x"}`, []string{"wrong-shape Targets"}},
		{rule, `{"Targets": {"Id": "a", "Arn": "b"}}`, []string{"wrong-shape Targets"}},
		{rule, `{"Targets": ["", "x"]}`, []string{"wrong-shape Targets/1"}},
		{rule, `{"EventPattern": {"a": [{"b": 1}]}}`, nil},
		{rule, `{"Targets": [{"Id": [1], "EcsParameters": {}}]}`, []string{
			"missing-property Targets/0/EcsParameters", "wrong-shape Targets/0/Id",
			"missing-property Targets/0"}},
		{bucket, `{"LifecycleConfiguration": {"Rules": [{"Status": {"Fn::If": ["C", "x", "y"]}}]}}`, nil},
		{bucket, `{"LifecycleConfiguration": {"Rule": []}}`, []string{
			"unknown-property LifecycleConfiguration/Rule", "missing-property LifecycleConfiguration"}},
		{"AWS::SQS::QueuePolicy", `{"Queues": {"Fn::If": ["C", ["a"], "b"]}, "PolicyDocument": {}}`,
			[]string{"wrong-shape Queues"}},
		{"AWS::IAM::ManagedPolicy", `{"PolicyDocument": {"Statement": []}, "Roles": ["r"]}`, nil},
		{"AWS::IAM::ManagedPolicy", `{"PolicyDocument": "{}", "Roles": "r"}`, []string{"wrong-shape Roles"}},
		{"AWS::SSM::Parameter", `{"Type": "String", "Value": "v", "Tags": {"a": 1, "b": [1], "c": {"d": "e"}}}`,
			[]string{"wrong-shape Tags/b", "wrong-shape Tags/c"}},
		{"AWS::Glue::Job", `{"Role": "r", "Command": {}, "NonOverridableArguments": []}`, nil},
		{"AWS::WAFv2::WebACL", `{"DefaultAction": {}, "Scope": "x", "VisibilityConfig": {"Ref": "P"},
			"Rules": [{"Name": "a", "Priority": 1, "VisibilityConfig": {"Ref": "P"}, "Statement": {
			"NotStatement": {"Statement": {"NotStatement": {"Statment": {}}}}}}]}`, // holds itself
			[]string{"unknown-property Rules/0/Statement/NotStatement/Statement/NotStatement/Statment",
				"missing-property Rules/0/Statement/NotStatement/Statement/NotStatement"}},
		{"Custom::Thing", `{"ServiceToken": "x", "Any": [{"thing": 1}]}`, nil},
		{"Custom::Thing", `{}`, []string{"missing-property"}},
	} {
		if got := checked(t, c.of, c.properties, false); !slices.Equal(got, c.want) {
			t.Errorf("%s %s: got %q, want %q", c.of, c.properties, got, c.want)
		}
	}
}

// TestMerged: what is laid over other properties need not be complete; what replaces a list must be.
func TestMerged(t *testing.T) {
	const properties = `{"LifecycleConfiguration": {"Rules": [{"Id": "a"}]}, "ReplicationConfiguration": {}}`
	for merged, want := range map[bool][]string{
		true: {"missing-property LifecycleConfiguration/Rules/0"},
		false: {"missing-property LifecycleConfiguration/Rules/0", "missing-property ReplicationConfiguration",
			"missing-property ReplicationConfiguration"},
	} {
		if got := checked(t, "AWS::S3::Bucket", properties, merged); !slices.Equal(got, want) {
			t.Errorf("merged %v: got %q, want %q", merged, got, want)
		}
	}
}

// TestWords holds the sentences that a vendor reads.
func TestWords(t *testing.T) {
	of, _ := Find("AWS::Events::Rule")
	var got []string
	for _, f := range of.Check(read(t, `{"Targets": [{"Id": [1], "Arn": "a", "Rol": "x"}, {"Id": "b"}, [1]],
		"Nam": 1, "Arn": "x"}`), false) {
		got = append(got, f.Summary+" / "+f.Hint)
	}
	want := []string{
		"Arn of AWS::Events::Rule is read-only: CloudFormation ignores it / remove it",
		`AWS::Events::Rule has no property "Nam" / did you mean "Name"?`,
		"Targets.Id of AWS::Events::Rule is a list, and one value is wanted / write one value",
		`an item of Targets of AWS::Events::Rule has no property "Rol" / it has RoleArn`,
		`an item of Targets of AWS::Events::Rule needs the property "Arn" / add Arn: …`,
		"an item of Targets of AWS::Events::Rule is a list, and a mapping is wanted / write a mapping",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestMinimal holds types.txt against schemas of another source: the least that they require is
// accepted, and nothing of it can be left out.
func TestMinimal(t *testing.T) {
	other := map[string]string{ // where the two differ, with the reason
		"AWS::CloudFormation::Stack": "that schema is of the registry's own type; templates take TemplateURL",
	}
	data, err := os.ReadFile("testdata/minimal.txt")
	if err != nil {
		t.Fatal(err)
	}
	types, removed := 0, 0
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 || other[fields[0]] != "" {
			continue
		}
		types++
		if got := checked(t, fields[0], fields[1], false); got != nil {
			t.Errorf("%s refuses %s: %q", fields[0], fields[1], got)
		}
		for path := range strings.FieldsSeq(fields[2]) {
			removed++
			of, _ := Find(fields[0])
			if got := of.Check(without(read(t, fields[1]), path).(cfn.Map), false); len(got) != 1 ||
				got[0].ID != "missing-property" {
				t.Errorf("%s accepts %s without %s: %+v", fields[0], fields[1], path, got)
			}
		}
	}
	if types != 56 || removed < 60 {
		t.Errorf("%d types, and %d properties left out", types, removed)
	}
}

// without takes out what a path of keys and positions leads to.
func without(v cfn.Value, path string) cfn.Value {
	head, rest, deeper := strings.Cut(path, ".")
	switch v := v.(type) {
	case cfn.Map:
		out := cfn.Map{}
		for _, e := range v {
			if e.Key == head && deeper {
				out = append(out, cfn.Entry{Key: e.Key, Value: without(e.Value, rest)})
			} else if e.Key != head {
				out = append(out, e)
			}
		}
		return out
	case cfn.List:
		return cfn.Values(without(v[0].Value, rest))
	}
	return v
}
