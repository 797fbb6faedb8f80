package contract

// SubnetFactsProperties asks for the facts of a subnet, or of a VPC where SubnetID is empty.
type SubnetFactsProperties struct {
	Common
	VpcID    string `json:"VpcId,omitempty"`
	SubnetID string `json:"SubnetId,omitempty"`
	// ZoneIDs are AZ ids of which the subnet must be in one; empty or "any" for no limit.
	ZoneIDs []string `json:"ZoneIds,omitempty"`
	// Services are endpoint services that must be offered in the subnet's zone; empty for none.
	Services []string `json:"Services,omitempty"`
}

// SubnetFactsData is what it answers with. Keys are the attributes of Fn::GetAtt.
type SubnetFactsData struct {
	CidrBlock          string `json:"CidrBlock"` // of the subnet; of the VPC where no subnet was asked
	VpcID              string `json:"VpcId"`
	VpcCidrBlock       string `json:"VpcCidrBlock"`
	AvailabilityZone   string `json:"AvailabilityZone"`
	AvailabilityZoneID string `json:"AvailabilityZoneId"`
	RouteTableID       string `json:"RouteTableId"`
	RouteTableIsMain   string `json:"RouteTableIsMain"` // "true" or "false"
}

func subnetFacts() Function {
	return Function{
		Name: "subnetfacts", Short: "facts", ID: "SubnetFacts", Type: "Custom::SubnetFacts",
		Description: "Reads the subnet, its zone and its route table; changes nothing",
		Leaves:      "nothing: it only reads",
		Timeout:     60, Service: 120,
		Permissions: []Permission{{
			Sid: "ReadSubnetAndRoutes",
			Why: "Read the subnet, its VPC, its route table and where the endpoint services can be " +
				"reached; these actions know no narrower resource",
			Actions: []string{"ec2:DescribeSubnets", "ec2:DescribeVpcs", "ec2:DescribeRouteTables",
				"ec2:DescribeVpcEndpointServices"},
			Resources: []string{"*"},
		}},
	}
}
