package contract

import "encoding/json"

// SubnetFactsProperties asks for the facts of a subnet, or of a VPC where SubnetID is empty.
type SubnetFactsProperties struct {
	Common
	VpcID    string `json:"VpcId,omitempty"`
	SubnetID string `json:"SubnetId,omitempty"`
	// ZoneIDs are AZ ids of which the subnet must be in one; empty or "any" for no limit.
	ZoneIDs []string `json:"ZoneIds,omitempty"`
	// Services are endpoint services that must be offered in the subnet's zone; empty for none.
	Services []string `json:"Services,omitempty"`
	// Names are LogicalId=service texts: endpoints of the stack that shall have their private names
	// from the beginning where nothing stands in the way. Their services are among Services.
	Names  []string `json:"Names,omitempty"`
	Vendor string   `json:"Vendor,omitempty"` // prefix of the tag that proves ownership
}

// SubnetFactsData is what it answers with. Keys are the attributes of Fn::GetAtt; PrivateDNS has one
// for each of Names: PrivateDnsLogicalId, "true" or "false".
type SubnetFactsData struct {
	CidrBlock          string            `json:"CidrBlock"` // of the subnet; of the VPC where none was asked
	VpcID              string            `json:"VpcId"`
	VpcCidrBlock       string            `json:"VpcCidrBlock"`
	AvailabilityZone   string            `json:"AvailabilityZone"`
	AvailabilityZoneID string            `json:"AvailabilityZoneId"`
	RouteTableID       string            `json:"RouteTableId"`
	RouteTableIsMain   string            `json:"RouteTableIsMain"`     // "true" or "false"
	PrivateDNS         map[string]string `json:"PrivateDns,omitempty"` // by logical id
}

// MarshalJSON puts the attributes of the endpoints beside the others.
func (d SubnetFactsData) MarshalJSON() ([]byte, error) {
	type plain SubnetFactsData
	named := d.PrivateDNS
	d.PrivateDNS = nil
	raw, err := json.Marshal(plain(d))
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	for id, on := range named {
		all["PrivateDns"+id] = on
	}
	return json.Marshal(all)
}

func subnetFacts() Function {
	return Function{
		Name: "subnetfacts", Short: "facts", ID: "SubnetFacts", Type: "Custom::SubnetFacts",
		Description: "Reads the subnet, its zone and its route table; changes nothing",
		Leaves:      "nothing: it only reads",
		Timeout:     60, Service: 120,
		Permissions: []Permission{{
			Sid: "ReadSubnetAndRoutes",
			Why: "Read the subnet, its VPC, its route table, where the endpoint services can be " +
				"reached and who has their names; these actions know no narrower resource",
			Actions: []string{"ec2:DescribeSubnets", "ec2:DescribeVpcs", "ec2:DescribeRouteTables",
				"ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcEndpoints"},
			Resources: []string{"*"},
		}},
	}
}
