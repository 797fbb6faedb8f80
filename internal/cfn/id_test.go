package cfn

import (
	"strings"
	"testing"
)

func TestValidLogicalID(t *testing.T) {
	for name, want := range map[string]bool{
		"A": true, "0a": true, "VeloDBAgent9": true, strings.Repeat("x", 255): true,
		"": false, strings.Repeat("x", 256): false, "a-b": false, "a_b": false, "É": false,
		"a b":         false,
		"AWS::Region": false, "a\n": false,
	} {
		if got := ValidLogicalID(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestPartition(t *testing.T) {
	for region, want := range map[string][2]string{
		"us-east-1": {"aws", "amazonaws.com"}, "ap-southeast-7": {"aws", "amazonaws.com"},
		"mx-central-1": {"aws", "amazonaws.com"}, "me-central-1": {"aws", "amazonaws.com"},
		"cn-northwest-1": {"aws-cn", "amazonaws.com.cn"}, "us-gov-west-1": {"aws-us-gov",
			"amazonaws.com"},
		"eusc-de-east-1": {"aws-eusc", "amazonaws.eu"},
		"":               {}, "us-east": {}, "us-east-1a": {}, "US-EAST-1": {}, "xx-east-1": {},
		"us-east-0":   {},
		"us-east-1\n": {}, "use1-az2": {}, "us-gov-1-1": {}, "eu-centrall-1": {},
	} {
		if got := [2]string{Partition(region), DNSSuffix(region)}; got != want {
			t.Errorf("%q: %q", region, got)
		}
		if ValidRegion(region) != (want[0] != "") {
			t.Errorf("%q: ValidRegion", region)
		}
	}
}

func TestIsPseudoParameter(t *testing.T) {
	if !IsPseudoParameter("AWS::URLSuffix") || IsPseudoParameter("AWS::Url") || IsPseudoParameter("") {
		t.Error("IsPseudoParameter")
	}
}
