package lint

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const offered = `"Rules":{"R":{"Assertions":[{"Assert":{"Fn::Contains":
	[["ap-southeast-7","me-south-1"],{"Ref":"AWS::Region"}]}}]}}`

func TestParametersTakeTheValuesThatMatter(t *testing.T) {
	deciding := `"Conditions":{"C":{"Fn::Not":[{"Fn::Equals":[{"Ref":"P"},"x"]}]}}`
	for _, test := range []struct{ name, parameter, conditions, want string }{
		{"switch", `{"Type":"String","AllowedValues":["on","off"]}`, deciding, "off|on"},
		{"switch that decides nothing", `{"Type":"String","AllowedValues":["on","off"]}`, "", "on"},
		{"enum", `{"Type":"String","AllowedValues":["user","role"]}`, deciding, "user|role"},
		{"its default", `{"Type":"String","AllowedValues":["a","b"],"Default":"b"}`, "", "b"},
		{"numbers", `{"Type":"Number","AllowedValues":[7,30]}`, deciding, "7|30"},
		{"optional", `{"Type":"String","Default":"","Description":"for example a/b; or empty"}`,
			"", "|a/b"},
		{"full stop", `{"Type":"String","Description":"for example arn:aws:s3:::a.b."}`,
			"", "arn:aws:s3:::a.b"},
		{"example of the constraint",
			`{"Type":"String","ConstraintDescription":"such as /v/","AllowedPattern":"/v/"}`,
			"", "/v/"},
		{"default", `{"Type":"String","Default":"/","Description":"for example /a/"}`, "", "/"},
		{"default that decides", `{"Type":"String","Default":"/","Description":"for example /a/"}`,
			deciding, "/|/a/"},
		{"number", `{"Type":"Number","Default":12345678901234567}`, "", "12345678901234567"},
		{"minimum", `{"Type":"Number","MinValue":17}`, "", "17"},
		{"vpc", `{"Type":"AWS::EC2::VPC::Id"}`, "", "vpc-0123456789abcdef0"},
	} {
		conditions := test.conditions
		if conditions != "" {
			conditions += ","
		}
		got, err := ReadTemplate(withParameter(test.parameter, conditions))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if values := strings.Join(got.Params[0].Values, "|"); values != test.want {
			t.Errorf("%s: got %q, want %q", test.name, values, test.want)
		}
	}
}

func TestTemplatesThatCannotBeLaunched(t *testing.T) {
	for _, test := range []struct {
		name     string
		template []byte
		want     string
	}{
		{"no regions", []byte(`{"Parameters":{}}`), "regions"},
		{"a rule about something else",
			[]byte(`{"Rules":{"R":{"Fn::Contains":[["a"],{"Ref":"P"}]}}}`), "regions"},
		{"unknown type", withParameter(`{"Type":"AWS::Moon::Id"}`, ""), "AWS::Moon::Id"},
		{"example against pattern",
			withParameter(`{"Type":"String","Description":"such as A","AllowedPattern":"b"}`, ""),
			`"example" does not match`},
		{"default against pattern",
			withParameter(`{"Type":"String","Default":"","AllowedPattern":"[a-z]+"}`, ""),
			`"" does not match`},
		{"not JSON", []byte(`AWSTemplateFormatVersion: x`), "invalid character"},
	} {
		_, err := ReadTemplate(test.template)
		if !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}

func withParameter(parameter, conditions string) []byte {
	return []byte(`{"Parameters":{"P":` + parameter + `},` + conditions + offered + `}`)
}

func TestScenariosReachEveryRegionAndCombination(t *testing.T) {
	template := Template{
		Regions: []string{"ap-southeast-7", "me-south-1", "us-east-1"},
		Params:  []Param{{"A", []string{"off", "on"}}, {"B", []string{"", "x"}}},
	}
	seen := map[string]int{}
	for _, s := range template.Scenarios() {
		seen[s.Region+" "+s.Parameters["A"]+" "+s.Parameters["B"]]++
	}
	want := map[string]int{
		"ap-southeast-7 off ": 1, "me-south-1 off ": 1, "us-east-1 off ": 1,
		"ap-southeast-7 on x": 1, "me-south-1 on x": 1, "us-east-1 on x": 1,
		"me-south-1 off x": 1, "us-east-1 on ": 1,
	}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
}
