package cfn

import (
	"regexp"
	"slices"
)

// ValidLogicalID tells whether a name may be a logical id, of a resource as of a parameter, a
// condition, a mapping, a rule or an output: 1 to 255 letters and digits of ASCII.
// Source: CloudFormation user guide, resources-section-structure.
func ValidLogicalID(name string) bool {
	if name == "" || len(name) > int(MaxNameLength) {
		return false
	}
	for _, r := range name {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// PseudoParameters gives what can be referred to in every template, by name.
// Source: CloudFormation user guide, pseudo-parameter-reference.
func PseudoParameters() []string {
	return []string{"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition",
		"AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"}
}

// IsPseudoParameter tells whether name is one of PseudoParameters.
func IsPseudoParameter(name string) bool { return slices.Contains(PseudoParameters(), name) }

// partition is a part of AWS with accounts, ARNs and host names of its own.
type partition struct {
	name, dnsSuffix string
	regions         *regexp.Regexp
}

// partitions have disjoint regions.
// Source: botocore data/partitions.json, version 1.43.11.
var partitions = []partition{
	{"aws", "amazonaws.com",
		regexp.MustCompile(`^(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[1-9][0-9]*$`)},
	{"aws-cn", "amazonaws.com.cn", regexp.MustCompile(`^cn-[a-z]+-[1-9][0-9]*$`)},
	{"aws-us-gov", "amazonaws.com", regexp.MustCompile(`^us-gov-[a-z]+-[1-9][0-9]*$`)},
	{"aws-eusc", "amazonaws.eu", regexp.MustCompile(`^eusc-[a-z]{2}-[a-z]+-[1-9][0-9]*$`)},
}

// find gives the partition of a region; the zero partition has no name.
func find(region string) partition {
	for _, p := range partitions {
		if p.regions.MatchString(region) {
			return p
		}
	}
	return partition{}
}

// ValidRegion tells whether a name has the form of a region of a known partition, such as
// ap-southeast-7. Whether AWS has opened it is not known here.
func ValidRegion(region string) bool { return find(region).name != "" }

// Partition gives the partition of a region, as AWS::Partition would (aws, aws-cn, aws-us-gov,
// aws-eusc), or "" for what is no region.
func Partition(region string) string { return find(region).name }

// DNSSuffix gives the domain of a region's hosts, as AWS::URLSuffix would, or "".
func DNSSuffix(region string) string { return find(region).dnsSuffix }
