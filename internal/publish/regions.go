package publish

import (
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/launch"
)

// checkRegions holds the choice of regions against the products, and all of them against what one set
// of credentials can reach: partitions have accounts of their own. Source: IAM User Guide, "Amazon
// Resource Names (ARNs)", partition.
func checkRegions(templates []Template, chosen []string) (diags diag.List) {
	at := diag.Range{File: "command line"}
	var offered []string
	for _, t := range templates {
		offered = union(offered, t.Plan.Regions)
	}
	for _, region := range chosen {
		if !slices.Contains(offered, region) {
			hint := diag.DidYouMean(region, offered)
			if hint == "" {
				hint = "choose " + strings.Join(offered, ", ")
			}
			diags.Error(at, "region-not-offered", "no product here is offered in "+region, hint)
		}
	}
	if diags.HasErrors() {
		return diags
	}
	var used, left []string
	for _, t := range templates {
		regions := regionsOf(t.Plan, chosen)
		used = union(used, regions)
		if name := t.Plan.Product.Name; len(regions) == 0 && !slices.Contains(left, name) {
			left = append(left, name)
			diags.Warn(at, "left-out", name+" is offered in none of these regions, and not published",
				"name the products that are meant")
		}
	}
	names, flags := byPartition(used)
	if len(names) > 1 {
		diags.Error(at, "several-partitions",
			"the regions are of "+strings.Join(names, " and ")+", which take credentials of their own",
			"publish one after the other: "+strings.Join(flags, "; then with other credentials "))
	}
	return diags
}

// byPartition gives the partitions of regions, and for each the flags that choose its regions.
func byPartition(regions []string) (names, flags []string) {
	for _, region := range regions {
		partition, _ := launch.PartitionOf(region) // the spec let no other names through
		n := slices.Index(names, partition.Name)
		if n < 0 {
			n = len(names)
			names, flags = append(names, partition.Name), append(flags, "")
		}
		flags[n] = strings.TrimSpace(flags[n] + " --region " + region)
	}
	return names, flags
}

func union(all, more []string) []string {
	for _, s := range more {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
