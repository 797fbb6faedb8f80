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

// side is how the name of every region ends: where it lies, and a number.
const side = `(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9][0-9]*$`

// partitions have disjoint regions.
// Source: botocore data/partitions.json, version 1.43.11.
var partitions = []partition{
	{"aws", "amazonaws.com",
		regexp.MustCompile(`^(?:us|eu|ap|sa|ca|me|af|il|mx)-` + side)},
	{"aws-cn", "amazonaws.com.cn", regexp.MustCompile(`^cn-` + side)},
	{"aws-us-gov", "amazonaws.com", regexp.MustCompile(`^us-gov-` + side)},
	{"aws-eusc", "amazonaws.eu", regexp.MustCompile(`^eusc-[a-z]{2}-` + side)},
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

// Regions lists the regions that AWS has opened, those of isolated partitions apart.
// Source: botocore data/partitions.json, version 1.43.11, read in November 2026.
func Regions() []string {
	return []string{
		"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
		"ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
		"ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1",
		"ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
		"eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
		"mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
		"cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1", "eusc-de-east-1",
	}
}

// Partition gives the partition of a region, as AWS::Partition would (aws, aws-cn, aws-us-gov,
// aws-eusc), or "" for what is no region.
func Partition(region string) string { return find(region).name }

// DNSSuffix gives the domain of a region's hosts, as AWS::URLSuffix would, or "".
func DNSSuffix(region string) string { return find(region).dnsSuffix }
