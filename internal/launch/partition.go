package launch

import "regexp"

// Partition is a separate world of AWS regions with its own hosts.
type Partition struct {
	Name    string // aws, aws-cn, aws-us-gov ...
	DNS     string // suffix of the service endpoints
	console string // host of the console; REGION stands for the region; empty where none is known
	regions *regexp.Regexp
}

// partitions is the table. Regions and DNS suffixes are those of the SDKs' partitions.json. Console
// hosts: aws from the CloudFormation User Guide, "Create quick-create links"; aws-us-gov from the
// GovCloud User Guide; aws-cn from "Getting started with AWS services in China"; aws-eusc unverified.
// Isolated partitions have consoles of their own that are not public, so they get no link.
func partitions() []Partition {
	row := func(name, dns, console, regions string) Partition {
		return Partition{name, dns, console, regexp.MustCompile(`^(` + regions + `)-[a-z]+-[0-9]+$`)}
	}
	return []Partition{
		row("aws", "amazonaws.com", "REGION.console.aws.amazon.com", "us|eu|ap|sa|ca|me|af|il|mx"),
		row("aws-cn", "amazonaws.com.cn", "console.amazonaws.cn", "cn"),
		row("aws-us-gov", "amazonaws.com", "console.amazonaws-us-gov.com", "us-gov"),
		row("aws-eusc", "amazonaws.eu", "console.amazonaws-eusc.eu", "eusc-[a-z]+"),
		row("aws-iso", "c2s.ic.gov", "", "us-iso"),
		row("aws-iso-b", "sc2s.sgov.gov", "", "us-isob"),
		row("aws-iso-e", "cloud.adc-e.uk", "", "eu-isoe"),
		row("aws-iso-f", "csp.hci.ic.gov", "", "us-isof"),
	}
}

// PartitionOf gives the partition of a region, and whether the region's name fits any.
func PartitionOf(region string) (Partition, bool) {
	for _, p := range partitions() {
		if p.regions.MatchString(region) {
			return p, true
		}
	}
	return Partition{}, false
}
