package launch

import (
	"slices"
	"strings"
	"sync"
)

// Partition is a separate world of AWS regions with its own hosts.
type Partition struct {
	Name    string   // aws, aws-cn, aws-us-gov ...
	DNS     string   // suffix of the service endpoints
	console string   // host of the console; REGION stands for the region; empty where none is known
	regions []string // what the names of its regions begin with
}

// partitions is the table. Regions and DNS suffixes are those of the SDKs' partitions.json. Console
// hosts: aws from the CloudFormation User Guide, "Create quick-create links"; aws-us-gov from the
// GovCloud User Guide; aws-cn from "Getting started with AWS services in China"; aws-eusc unverified.
// Isolated partitions have consoles of their own that are not public, so they get no link.
var partitions = sync.OnceValue(func() []Partition {
	return []Partition{
		{"aws", "amazonaws.com", "REGION.console.aws.amazon.com",
			[]string{"us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"}},
		{"aws-cn", "amazonaws.com.cn", "console.amazonaws.cn", []string{"cn"}},
		{"aws-us-gov", "amazonaws.com", "console.amazonaws-us-gov.com", []string{"us-gov"}},
		{"aws-eusc", "amazonaws.eu", "console.amazonaws-eusc.eu", []string{"eusc-de"}},
		{"aws-iso", "c2s.ic.gov", "", []string{"us-iso"}},
		{"aws-iso-b", "sc2s.sgov.gov", "", []string{"us-isob"}},
		{"aws-iso-e", "cloud.adc-e.uk", "", []string{"eu-isoe"}},
		{"aws-iso-f", "csp.hci.ic.gov", "", []string{"us-isof"}},
	}
})

// PartitionOf gives the partition of a region, and whether the region's name fits any: a beginning
// of the table, a direction and a number, such as us-gov-west-1.
func PartitionOf(region string) (Partition, bool) {
	rest, number := cutLast(region)
	start, direction := cutLast(rest)
	if !made(number, '0', '9') || !made(direction, 'a', 'z') {
		return Partition{}, false
	}
	for _, p := range partitions() {
		if slices.Contains(p.regions, start) {
			return p, true
		}
	}
	return Partition{}, false
}

func cutLast(s string) (before, after string) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+1:]
}

// made tells whether a text has only letters of a range, and at least one.
func made(s string, from, to rune) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < from || r > to })
}
