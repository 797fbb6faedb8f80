package contract

// VpcDNSProperties names the VPC whose DNS support and DNS host names must be on.
type VpcDNSProperties struct {
	Common
	VpcID string `json:"VpcId"`
}

// VpcDNSData says whether anything had to be switched on.
type VpcDNSData struct {
	Changed string `json:"Changed"` // "true" or "false"
}

func vpcDNS() Function {
	return Function{
		Name: "vpcdns", Short: "vpc-dns", ID: "VpcDns", Type: "Custom::VpcDns",
		Description: "Switches on DNS support and DNS host names of the VPC, never off",
		Leaves:      "DNS stays on",
		Timeout:     240, Service: 360,
		Permissions: []Permission{{
			Sid:       "SeeTheVpc",
			Why:       "See whose VPC it is; DescribeVpcs knows no narrower resource",
			Actions:   []string{"ec2:DescribeVpcs"},
			Resources: []string{"*"},
		}, {
			Sid:       "SwitchDnsOnInThisVpc",
			Why:       "See whether DNS is on, and switch it on, in this VPC only",
			Actions:   []string{"ec2:DescribeVpcAttribute", "ec2:ModifyVpcAttribute"},
			Resources: []string{"ec2:vpc/${VpcId}"},
		}},
	}
}
