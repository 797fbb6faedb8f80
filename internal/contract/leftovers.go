package contract

// LeftoversProperties says what to look for before the rest of the stack is deleted.
type LeftoversProperties struct {
	Common
	// Find has a row for each question to EC2: what is looked for, then pairs of filter and value:
	// [instances, tag:made-by, acme, vpc-id, vpc-1].
	Find [][]string `json:"Find,omitempty"`
	// Remove says how to remove what the row at the same place in Find has found.
	Remove []string `json:"Remove,omitempty"`
	// RoleArns are roles of the stack whose instance profiles are looked for, beside its own ones.
	RoleArns []string `json:"RoleArns,omitempty"`
	// RemoveProfiles says how to remove those of the role at the same place in RoleArns.
	RemoveProfiles []string `json:"RemoveProfiles,omitempty"`
	// Profiles are instance profiles of the stack itself, which go with it.
	Profiles []string `json:"Profiles,omitempty"`
}

// LeftoversData is empty: nothing is known before the stack is deleted.
type LeftoversData struct{}

func leftovers() Function {
	return Function{
		Name: "leftovers", Short: "leaves", ID: "Leftovers", Type: "Custom::Leftovers",
		Description: "Looks, before the stack is deleted, for what the product still runs; changes nothing",
		Leaves:      "goes first, and stops the deletion while something is left",
		Timeout:     120, Service: 240,
		Permissions: []Permission{{
			Sid: "SeeWhatIsLeft",
			Why: "See what the product left in this region; these actions know no narrower resource",
			Actions: []string{"ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces",
				"ec2:DescribeSecurityGroups", "ec2:DescribeVolumes", "ec2:DescribeVpcEndpoints"},
			Resources: []string{"*"},
		}, {
			Sid:       "SeeProfilesOfRoles",
			Why:       "See which instance profiles still hold a role of this stack",
			Actions:   []string{"iam:ListInstanceProfilesForRole"},
			Resources: []string{"${RoleArns}"},
		}},
	}
}
