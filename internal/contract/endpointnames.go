package contract

// EndpointNamesProperties names the interface endpoints whose private DNS must be on. SubnetIds,
// SecurityGroupIds and PrivateDns change nothing: they make the function look again when the
// endpoints change.
type EndpointNamesProperties struct {
	Common
	VpcID            string   `json:"VpcId"`
	EndpointIDs      []string `json:"EndpointIds"`
	SubnetIDs        []string `json:"SubnetIds"`
	SecurityGroupIDs []string `json:"SecurityGroupIds"`
	PrivateDNS       []string `json:"PrivateDns,omitempty"` // what the endpoints were told
}

// EndpointNamesData lists, joined by commas, the endpoints that were switched on or already were,
// and those whose names an endpoint of the customer serves instead (own=other pairs).
type EndpointNamesData struct {
	Enabled string `json:"Enabled"`
	Adopted string `json:"Adopted"`
}

func endpointNames() Function {
	return Function{
		Name: "endpointnames", Short: "names", ID: "EndpointNames", Type: "Custom::EndpointNames",
		Description: "Switches on private DNS of the endpoints of this stack",
		Leaves:      "nothing: the endpoints go with the stack",
		Timeout:     240, Service: 360,
		Permissions: []Permission{{
			Sid:       "SeeEndpoints",
			Why:       "See the endpoints of the VPC and what they need; these actions know no narrower resource",
			Actions:   []string{"ec2:DescribeVpcEndpoints", "ec2:DescribeVpcEndpointServices"},
			Resources: []string{"*"},
		}, {
			Sid:       "ChangeEndpointsOfThisStack",
			Why:       "Switch on private DNS, on endpoints of this stack only",
			Actions:   []string{"ec2:ModifyVpcEndpoint"},
			Resources: []string{"ec2:vpc-endpoint/*"},
			Condition: []Condition{{"StringEquals", "aws:ResourceTag/${Vendor}:stack", []string{"${StackSuffix}"}}},
		}, {
			Sid:       "TiePrivateNamesToThisVpc",
			Why:       "AWS ties the private name of the endpoint to this VPC",
			Actions:   []string{"route53:AssociateVPCWithHostedZone"},
			Resources: []string{"*"},
			Condition: []Condition{{"ForAllValues:StringEquals", "route53:VPCs",
				[]string{"VPCId=${VpcId},VPCRegion=${AWS::Region}"}}},
		}},
	}
}
