package published

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/emit"
)

const launchable = `{
"Parameters": {
 "Mode": {"Type": "String", "AllowedValues": ["v2", "previous"], "Default": "v2"},
 "Prefix": {"Type": "String", "AllowedPattern": "[a-z-]+"},
 "Zones": {"Type": "CommaDelimitedList", "Default": "Z1, Z2"},
 "Count": {"Type": "Number", "Default": 7}
},
"Mappings": {"Facts": {"eu-west-1": {"host": "h1"}, "us-east-1": {"host": "h2"}}},
"Conditions": {
 "Old": {"Fn::Equals": [{"Ref": "Mode"}, "previous"]},
 "New": {"Fn::Not": [{"Condition": "Old"}]},
 "Both": {"Fn::And": [{"Condition": "Old"}, {"Condition": "New"}]},
 "Any": {"Fn::Or": [{"Condition": "Old"}, {"Condition": "New"}]}
},
"Resources": {
 "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${Prefix}data"}}},
 "Logs": {"Type": "AWS::S3::Bucket"},
 "Legacy": {"Type": "AWS::SQS::Queue", "Condition": "Old"},
 "Facts": {"Type": "Custom::Facts"},
 "Server": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/Vendor/"}},
 "Named": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": {"Fn::If": ["Old", "x",
  {"Ref": "AWS::NoValue"}]}, "Path": {"Fn::If": ["Old", "/x/", {"Ref": "AWS::NoValue"}]}}}
}}`

func launch(t *testing.T, parameters map[string]string) *Stack {
	t.Helper()
	s, err := Open([]byte(launchable), Inputs{Region: "eu-west-1", Account: "111122223333",
		StackName: "demo", Parameters: parameters, Attributes: map[string]string{"Facts.Issuer": "i/1"}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValue(t *testing.T) {
	for expression, want := range map[string]string{
		`{"Ref": "Prefix"}`:                  "acme-",
		`{"Ref": "Count"}`:                   "7",
		`{"Ref": "Zones"}`:                   "Z1 Z2",
		`{"Ref": "Data"}`:                    "acme-data",
		`{"Ref": "Logs"}`:                    "demo-logs",
		`{"Fn::GetAtt": ["Data","Arn"]}`:     "arn:aws:s3:::acme-data",
		`{"Fn::GetAtt": ["Server","Arn"]}`:   "arn:aws:iam::111122223333:role/Vendor/demo-Server",
		`{"Fn::GetAtt": ["Named","Arn"]}`:    "arn:aws:iam::111122223333:role/demo-Named",
		`{"Fn::GetAtt": ["Facts","Issuer"]}`: "i/1",
		`{"Fn::Sub": "${Facts.Issuer}:${!aws:username}:${AWS::Partition}"}`:                                 "i/1:${aws:username}:aws",
		`{"Fn::Sub": ["${A}-${AWS::Region}-${A}", {"A": {"Ref": "Mode"}}]}`:                                 "v2-eu-west-1-v2",
		`{"Fn::Join": [",", {"Fn::Split": ["-", "a-b-c"]}]}`:                                                "a,b,c",
		`{"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}`:                                stackUUID,
		`{"Fn::Select": ["1", {"Ref": "Zones"}]}`:                                                           "Z2",
		`{"Fn::FindInMap": ["Facts", {"Ref": "AWS::Region"}, "host"]}`:                                      "h1",
		`["a", {"Fn::If": ["Both", "b", {"Ref": "AWS::NoValue"}]}, {"Fn::If": ["Any", "c", "d"]}]`:          "a c",
		`{"Fn::Split": [",", {"Fn::Sub": ["arn:${J}", {"J": {"Fn::Join": [",arn:", {"Ref": "Zones"}]}}]}]}`: "arn:Z1 arn:Z2",
	} {
		v, err := emit.ParseJSON([]byte(expression))
		if err != nil {
			t.Fatal(err)
		}
		s := launch(t, map[string]string{"Prefix": "acme-"})
		if got := strings.Join(s.texts(v), " "); got != want || s.Err() != nil {
			t.Errorf("%s: %q, not %q; %v", expression, got, want, s.Err())
		}
	}
}

// TestValueRefuses is the control: nothing that cannot be known is guessed.
func TestValueRefuses(t *testing.T) {
	for expression, want := range map[string]string{
		`{"Ref": "Nobody"}`:                         "nothing is Nobody",
		`{"Ref": "Legacy"}`:                         "nothing is Legacy in this launch",
		`{"Fn::GetAtt": ["Facts", "Other"]}`:        "say it in Attributes",
		`{"Fn::Sub": "${Legacy.Arn}"}`:              "nothing is Legacy",
		`{"Fn::Sub": "${open"}`:                     "without its end",
		`{"Fn::Select": [9, ["a"]]}`:                "number 9 of 1",
		`{"Fn::FindInMap": ["Facts", "x", "host"]}`: "no mapping Facts holds host of x",
		`{"Fn::If": ["Never", "a", "b"]}`:           "no condition is named Never",
		`{"Fn::If": ["Old"]}`:                       "lacks an argument",
		`{"Fn::ToJsonString": {}}`:                  "Fn::ToJsonString is not evaluated",
		`{"Fn::Join": [",", [["a"]]]}`:              "stands where a text should",
		`{"Fn::Sub": "${Zones}"}`:                   "is not a text",
	} {
		v, err := emit.ParseJSON([]byte(expression))
		if err != nil {
			t.Fatal(err)
		}
		s := launch(t, map[string]string{"Prefix": "acme-"})
		s.texts(v)
		if err := s.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %s", expression, err, want)
		}
	}
}

func TestParametersAreHeld(t *testing.T) {
	for _, c := range []struct {
		parameters map[string]string
		want       string
	}{
		{nil, "parameter Prefix needs a value"},
		{map[string]string{"Prefix": "Acme"}, "does not match"},
		{map[string]string{"Prefix": "a", "Mode": "v3"}, `does not allow "v3"`},
		{map[string]string{"Prefix": "a", "Moode": "v2"}, "no parameter Moode"},
	} {
		_, err := Open([]byte(launchable), Inputs{Region: "eu-west-1", Parameters: c.parameters})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, not %s", c.parameters, err, c.want)
		}
	}
	if s := launch(t, map[string]string{"Prefix": "a", "Mode": "previous"}); !s.exists("Legacy") {
		t.Error("the queue of the previous process is not there")
	}
}

func TestNoValueTakesAway(t *testing.T) {
	s := launch(t, map[string]string{"Prefix": "a"})
	got := s.Value(cfn.Map{{Key: "a", Value: cfn.NoValue()}, {Key: "b", Value: cfn.Int(1)}})
	if m, ok := got.(cfn.Map); !ok || len(m) != 1 || m[0].Key != "b" {
		t.Error(got)
	}
}
