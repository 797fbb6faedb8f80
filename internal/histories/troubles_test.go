package histories

import "byocfn/internal/fakeec2"

// troubles are the failures, function by function.
func troubles() []trouble {
	at := func(action string, fault fakeec2.Fault) fakeec2.Settings {
		return fakeec2.Settings{Hook: func(call fakeec2.Call) fakeec2.Fault {
			if action == "" || call.Action == action {
				return fault
			}
			return fakeec2.Fault{}
		}}
	}
	denied := func(action, on, why string) fakeec2.Settings {
		return at(action, fakeec2.Refuse("UnauthorizedOperation", "You are not authorized to perform "+
			"this operation. User: arn:aws:sts::"+account+":assumed-role/velodb-production-"+
			"FunctionRole-1A2B3C4D5E6F7/velodb-production-Function-A1B2C3D4E5F6 is not authorized to "+
			"perform: ec2:"+action+" on resource: arn:aws:ec2:"+tokyo+":"+account+":"+on+" "+why+
			". Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcabcabcabc"))
	}
	all := append(gatewayTroubles(at, denied), factsTroubles(at)...)
	return append(all, moreTroubles(at, denied)...)
}

type (
	atCall   func(action string, fault fakeec2.Fault) fakeec2.Settings
	refusing func(action, on, why string) fakeec2.Settings
)

func gatewayTroubles(at atCall, denied refusing) []trouble {
	const f = "gatewayendpoint"
	return []trouble{
		{name: "a route of the customer is in the way", function: f, set: func(c *fakeec2.Cloud) {
			c.EditRouteTable(tokyoTable, func(r *fakeec2.RouteTable) {
				r.Routes = []fakeec2.Route{{PrefixList: "pl-61a54008", Target: "nat-01234567890abcdef"}}
			})
		}},
		{name: "the permissions boundary lacks an action", function: f, cloud: denied(
			"CreateVpcEndpoint", "vpc-endpoint/*",
			"because no permissions boundary allows the ec2:CreateVpcEndpoint action")},
		{name: "an organization's policy denies an action", function: f, cloud: denied(
			"CreateVpcEndpoint", "route-table/"+tokyoTable, "with an explicit deny in a service control "+
				"policy: arn:aws:organizations::999988887777:policy/o-a1b2c3d4e5/"+
				"service_control_policy/p-a1b2c3d4")},
		{name: "the subnet is shared by another account", function: f, set: sharedSubnet},
		{name: "the subnet is in another VPC", function: f,
			asks: map[string]any{"SubnetId": otherSubnet}},
		{name: "the quota of gateway endpoints is used up", function: f,
			cloud: at("CreateVpcEndpoint", fakeec2.Refuse("VpcEndpointLimitExceeded",
				"The maximum number of VPC endpoints has been reached."))},
		{name: "the endpoint does not become available", function: f,
			cloud: fakeec2.Settings{Pending: 10 * 60 * 1e9}},
		{name: "the network is gone", function: f, cloud: at("", fakeec2.Hang())},
		{name: "EC2 is throttling for minutes", function: f,
			cloud: at("DescribeRouteTables", fakeec2.Throttle())},
		{name: "the code is wrong", function: f, cloud: at("DescribeSubnets", fakeec2.Fault{
			Kill: func() { panic("runtime error: index out of range [0] with length 0") }})},
	}
}

func sharedSubnet(c *fakeec2.Cloud) {
	c.Remove(tokyoSubnet)
	c.AddSubnet(fakeec2.Subnet{ID: tokyoSubnet, VPC: tokyoVPC, CIDR: "10.0.1.0/24",
		Zone: tokyo + "a", ZoneID: "apne1-az4", Owner: "444455556666"})
}

func factsTroubles(at atCall) []trouble {
	const f = "subnetfacts"
	return []trouble{
		{name: "the subnet does not exist", function: f,
			asks: map[string]any{"SubnetId": "subnet-0123456789abcdef0"}},
		{name: "the subnet is in a zone without the service", function: f,
			asks: map[string]any{"ZoneIds": []string{"apne1-az1", "apne1-az2"}}},
		{name: "a service does not reach the zone", function: f, set: func(c *fakeec2.Cloud) {
			c.EditService(vendorsOwn, func(s *fakeec2.Service) { s.ZoneIDs = []string{"apne1-az1"} })
		}},
		{name: "a service is not open to this account", function: f, set: func(c *fakeec2.Cloud) {
			c.EditService(vendorsOwn, func(s *fakeec2.Service) { s.Closed = []string{account} })
		}},
		{name: "the subnet has no route table that can be seen", function: f,
			set: func(c *fakeec2.Cloud) { c.Remove(tokyoTable) }},
		{name: "the role lacks everything", function: f, without: "ReadSubnetAndRoutes"},
		{name: "the template passes an unknown property", function: f,
			asks: map[string]any{"Subnet": tokyoSubnet}},
		{name: "EC2 says something new", function: f, bare: true,
			cloud: at("DescribeVpcs", fakeec2.Refuse("OptInRequired", "You are not subscribed to "+
				"this service. Please go to http://aws.amazon.com to subscribe."))},
	}
}

func moreTroubles(at atCall, denied refusing) []trouble {
	off := func(c *fakeec2.Cloud) {
		c.EditVPC(tokyoVPC, func(v *fakeec2.VPC) { v.DNSHostnames = false })
	}
	state := func(state, code, text string) func(*fakeec2.Cloud) {
		return func(c *fakeec2.Cloud) {
			c.EditEndpoint(tokyoNames, func(e *fakeec2.Endpoint) {
				e.State, e.ErrorCode, e.ErrorText = state, code, text
			})
		}
	}
	const dns, names, left = "vpcdns", "endpointnames", "leftovers"
	return append([]trouble{
		{name: "the VPC belongs to another account", function: dns, set: func(c *fakeec2.Cloud) {
			off(c)
			c.EditVPC(tokyoVPC, func(v *fakeec2.VPC) { v.Owner = "444455556666" })
		}},
		{name: "an organization's policy forbids the change", function: dns, set: off,
			cloud: denied("ModifyVpcAttribute", "vpc/"+tokyoVPC, "with an explicit deny in a service "+
				"control policy: arn:aws:organizations::999988887777:policy/o-a1b2c3d4e5/"+
				"service_control_policy/p-a1b2c3d4")},
		{name: "the VPC does not exist", function: dns,
			set: func(c *fakeec2.Cloud) { c.Remove(tokyoVPC) }},
		{name: "nobody accepts the connection", function: names,
			set: state("pendingAcceptance", "", "")},
		{name: "the provider has rejected the connection", function: names,
			set: state("rejected", "", "")},
		{name: "the endpoint has failed", function: names, set: state("failed", "InternalServiceError",
			"The endpoint service could not create network interfaces in your subnet")},
		{name: "a private hosted zone has the names", function: names, set: func(c *fakeec2.Cloud) {
			c.EditVPC(tokyoVPC, func(v *fakeec2.VPC) { v.Zones = []string{"api.velodb.example"} })
		}},
		{name: "the provider has not verified its domain", function: names,
			set: func(c *fakeec2.Cloud) {
				c.EditService(vendorsOwn, func(s *fakeec2.Service) { s.NameState = "pendingVerification" })
			}},
		{name: "DNS of the VPC is off", function: names, set: off},
		{name: "EC2 hangs where Route 53 is denied", function: names,
			without: "TiePrivateNamesToThisVpc",
			cloud:   fakeec2.Settings{DeniedNamesHang: true}},
		{name: "the endpoint was deleted by hand", function: names,
			set: func(c *fakeec2.Cloud) { c.Remove(tokyoNames) }},
	}, leftTroubles(at, left)...)
}

func leftTroubles(at atCall, f string) []trouble {
	run := func(ids ...string) func(*fakeec2.Cloud) {
		return func(c *fakeec2.Cloud) {
			tags := map[string]string{"resource-created-by": "velodb"}
			for _, id := range ids {
				c.AddInstance(fakeec2.Instance{ID: "i-" + id, VPC: tokyoVPC, Tags: tags})
				c.AddNetworkInterface(fakeec2.NetworkInterface{ID: "eni-" + id, VPC: tokyoVPC, Tags: tags})
			}
			if len(ids) > 1 {
				c.EditRole(agentRole, func(r *fakeec2.IAMRole) {
					r.Profiles = []string{"velodb-warehouse-node"}
				})
			}
		}
	}
	const id = "leftovers/" + stackGUID
	return []trouble{
		{name: "a warehouse still runs", function: f, kind: "Delete", id: id,
			set: run("0123456789abcdef0")},
		{name: "many still run", function: f, kind: "Delete", id: id,
			set: run("0123456789abcdef0", "0123456789abcdef1", "0123456789abcdef2", "0123456789abcdef3")},
		{name: "EC2 gives no answer", function: f, kind: "Delete", id: id,
			cloud: at("DescribeInstances", fakeec2.Hang())},
	}
}
