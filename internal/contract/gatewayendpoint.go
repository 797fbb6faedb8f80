package contract

// GatewayEndpointProperties asks for a gateway endpoint on the route table of a subnet.
type GatewayEndpointProperties struct {
	Common
	Service  string `json:"Service"`  // s3 or dynamodb
	Existing string `json:"Existing"` // adopt
	VpcID    string `json:"VpcId"`
	SubnetID string `json:"SubnetId"`
	Vendor   string `json:"Vendor"` // prefix of the tags that prove ownership
	// TagsOf is the id of a security group of the stack. CloudFormation gives it the customer's stack
	// tags; the endpoint gets them from there. Empty: none.
	TagsOf string `json:"TagsOf,omitempty"`
}

// GatewayEndpointData says which endpoint serves the route table and how it came there.
type GatewayEndpointData struct {
	EndpointID       string `json:"EndpointId"`
	Mode             string `json:"Mode"` // owned, shared or adopted
	RouteTableID     string `json:"RouteTableId"`
	RouteTableIsMain string `json:"RouteTableIsMain"` // "true" or "false"
	// PolicyRestricted is "true" where an adopted endpoint has a policy of its own.
	PolicyRestricted string `json:"PolicyRestricted"`
}

func gatewayEndpoint() Function {
	return Function{
		Name: "gatewayendpoint", Short: "gateway", ID: "GatewayEndpoint", Type: "Custom::GatewayEndpoint",
		Description: "Finds or makes the gateway endpoint of the route table of the subnet",
		Leaves:      "removes the endpoint it made when nobody else uses it; leaves any other",
		Timeout:     240, Service: 360,
		Permissions: gatewayEndpointPermissions(),
	}
}

func gatewayEndpointPermissions() []Permission {
	managed := Condition{"StringEquals", "aws:ResourceTag/${Vendor}:managed", []string{"custom-resource/v1"}}
	return []Permission{{
		Sid: "FindRouteTableAndEndpoint",
		Why: "Find the route table of the subnet and the endpoint it has; these actions know no " +
			"narrower resource",
		Actions:   []string{"ec2:DescribeSubnets", "ec2:DescribeRouteTables", "ec2:DescribeVpcEndpoints"},
		Resources: []string{"*"},
	}, {
		Sid: "ReadTagsToCopy",
		Why: "Read the tags that the stack was given, to put them on what it makes; this action " +
			"knows no narrower resource",
		Actions:   []string{"ec2:DescribeTags"},
		Resources: []string{"*"},
	}, {
		Sid:       "MakeEndpointInThisVpc",
		Why:       "Make an endpoint in this VPC",
		Actions:   []string{"ec2:CreateVpcEndpoint"},
		Resources: []string{"ec2:vpc/${VpcId}", "ec2:route-table/*"},
	}, {
		Sid:       "MakeOnlyGatewayEndpoints",
		Why:       "The endpoint it makes is for this service and carries its mark",
		Actions:   []string{"ec2:CreateVpcEndpoint"},
		Resources: []string{"ec2:vpc-endpoint/*"},
		Condition: []Condition{
			{"StringEquals", "ec2:VpceServiceName", []string{"com.amazonaws.${AWS::Region}.${Service}"}},
			{"StringEquals", "aws:RequestTag/${Vendor}:managed", []string{"custom-resource/v1"}},
		},
	}, {
		Sid:       "MarkWhatItMakes",
		Why:       "Mark what it makes",
		Actions:   []string{"ec2:CreateTags"},
		Resources: []string{"ec2:vpc-endpoint/*"},
		Condition: []Condition{{"StringEquals", "ec2:CreateAction", []string{"CreateVpcEndpoint"}}},
	}, {
		Sid: "ShareHandOverAndRemove",
		Why: "Share and hand over endpoints that stacks of this vendor made, and remove one that " +
			"nobody uses any more",
		Actions:   []string{"ec2:CreateTags", "ec2:DeleteTags", "ec2:DeleteVpcEndpoints"},
		Resources: []string{"ec2:vpc-endpoint/*"},
		Condition: []Condition{managed},
	}}
}
