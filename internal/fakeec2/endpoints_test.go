package fakeec2

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestGatewayRoutesComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := world(t, Settings{Deleting: 30 * time.Second, Lingering: 10 * time.Second})
		client := operator(c)
		id, err := gateway(t.Context(), client, "", "rtb-a")
		if err != nil {
			t.Fatal(err)
		}
		is := see(t, client, id)
		if is.State != "available" || is.State == types.StateAvailable || *is.PolicyDocument != openPolicy {
			t.Errorf("%+v", is)
		}
		if ways := prefixes(t, client, "rtb-a"); len(ways) != 1 || ways[0] != id {
			t.Errorf("ways %v", ways)
		}
		remove := func() []types.UnsuccessfulItem {
			out, err := client.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id, "vpce-0"}})
			if err != nil {
				t.Fatal(err)
			}
			return out.Unsuccessful
		}
		items := remove()
		if len(items) != 1 || *items[0].ResourceId != "vpce-0" || *items[0].Error.Code != "InvalidVpcEndpoint.NotFound" {
			t.Errorf("unsuccessful: %+v", items)
		}
		_, err = gateway(t.Context(), client, "", "rtb-a")
		wants(t, err, "RouteAlreadyExists") // it is only deleting
		time.Sleep(30 * time.Second)
		if state := see(t, client, id).State; state != "deleted" || len(prefixes(t, client, "rtb-a")) != 0 || len(remove()) != 2 {
			t.Errorf("after deleting: %s, %v", state, prefixes(t, client, "rtb-a"))
		}
		time.Sleep(10 * time.Second)
		if see(t, client, id) != nil {
			t.Error("it lingers")
		}
	})
}

func TestCreateRefusals(t *testing.T) {
	valid := func() *ec2.CreateVpcEndpointInput {
		return &ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: aws.String(logs), VpcEndpointType: "Interface",
			SubnetIds: []string{"subnet-a", "subnet-b"}, PrivateDnsEnabled: aws.Bool(false)}
	}
	for _, test := range []struct {
		name       string
		edit       func(*ec2.CreateVpcEndpointInput)
		code, text string
	}{
		{"valid", func(in *ec2.CreateVpcEndpointInput) {}, "", ""},
		{"no VPC", func(in *ec2.CreateVpcEndpointInput) { in.VpcId = aws.String("vpc-0") }, "InvalidVpcId.NotFound", "vpc-0"},
		{"shared VPC", func(in *ec2.CreateVpcEndpointInput) { in.VpcId = aws.String("vpc-shared") }, "UnauthorizedOperation", ""},
		{"no service", func(in *ec2.CreateVpcEndpointInput) { in.ServiceName = aws.String("x") }, "InvalidServiceName", ""},
		{"wrong type", func(in *ec2.CreateVpcEndpointInput) { in.ServiceName = aws.String(s3) }, "InvalidParameter", "does not match"},
		{"one zone twice", func(in *ec2.CreateVpcEndpointInput) { in.SubnetIds = []string{"subnet-a", "subnet-a2"} },
			"DuplicateSubnetsInSameZone", "in the availability zone of subnet-a2"},
		{"no such subnet", func(in *ec2.CreateVpcEndpointInput) { in.SubnetIds = []string{"subnet-0"} }, "InvalidSubnetId.NotFound", ""},
		{"zone not reached", func(in *ec2.CreateVpcEndpointInput) { in.ServiceName = aws.String(vendor) },
			"InvalidParameter", "does not support the availability zone of the subnet: subnet-a"},
		{"bad policy", func(in *ec2.CreateVpcEndpointInput) { in.PolicyDocument = aws.String("{") }, "InvalidPolicyDocument", ""},
		{"long token", func(in *ec2.CreateVpcEndpointInput) { in.ClientToken = aws.String(strings.Repeat("t", 65)) }, "InvalidParameterValue", ""},
		{"aws: tag", func(in *ec2.CreateVpcEndpointInput) {
			in.TagSpecifications = []types.TagSpecification{{ResourceType: "vpc-endpoint", Tags: tagsOf("AWS:x", "1")}}
		}, "InvalidParameterValue", "reserved"},
		{"tags of a VPC", func(in *ec2.CreateVpcEndpointInput) {
			in.TagSpecifications = []types.TagSpecification{{ResourceType: "vpc", Tags: tagsOf("x", "1")}}
		}, "InvalidParameterValue", "taggable"},
		{"other VPC's table", func(in *ec2.CreateVpcEndpointInput) {
			*in = ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: aws.String(s3), RouteTableIds: []string{"rtb-x"}}
		}, "InvalidParameter", "different networks"},
		{"no table", func(in *ec2.CreateVpcEndpointInput) {
			*in = ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: aws.String(s3), RouteTableIds: []string{"rtb-0"}}
		}, "InvalidRouteTableId.NotFound", ""},
		{"customer's route", func(in *ec2.CreateVpcEndpointInput) {
			*in = ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: aws.String(s3), RouteTableIds: []string{"rtb-a", "rtb-nat"}}
		}, "RouteAlreadyExists", "route table rtb-nat already has a route with destination-prefix-list-id pl-s3"},
		{"a gateway's names", func(in *ec2.CreateVpcEndpointInput) {
			*in = ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: aws.String(s3), PrivateDnsEnabled: aws.Bool(true)}
		}, "InvalidParameter", "Private DNS"},
		{"a trial", func(in *ec2.CreateVpcEndpointInput) { in.DryRun = aws.Bool(true) }, "DryRunOperation", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := world(t, Settings{})
			c.AddRouteTable(RouteTable{ID: "rtb-x", VPC: "vpc-2"})
			before := c.Snapshot()
			in := valid()
			test.edit(in)
			_, err := operator(c).CreateVpcEndpoint(t.Context(), in)
			wants(t, err, test.code, test.text)
			if changed := len(before.Differences(c.Snapshot())) + len(c.Journal()); (changed == 0) != (test.code != "") {
				t.Errorf("%d changes", changed)
			}
		})
	}
}

func TestSecondSpellingOfARouteConflict(t *testing.T) {
	_, err := gateway(t.Context(), operator(world(t, Settings{ConflictIsInvalid: true})), "", "rtb-nat")
	wants(t, err, "InvalidParameter", "already has a route with destination-prefix-list-id")
}

func TestQuota(t *testing.T) {
	client := operator(world(t, Settings{Quota: 1}))
	_, err := gateway(t.Context(), client, "", "rtb-a")
	wants(t, err, "")
	_, err = gateway(t.Context(), client, "", "rtb-main")
	wants(t, err, "VpcEndpointLimitExceeded")
}

func TestClientTokens(t *testing.T) {
	c := world(t, Settings{})
	client := operator(c)
	first, err := gateway(t.Context(), client, "token", "rtb-a", "k", "v")
	wants(t, err, "")
	second, err := gateway(t.Context(), client, "token", "rtb-a", "k", "v")
	if wants(t, err, ""); first != second || len(c.Journal()) != 1 {
		t.Errorf("%s and %s; %v", first, second, c.Journal())
	}
	_, err = gateway(t.Context(), client, "token", "rtb-a", "k", "w")
	wants(t, err, "IdempotentParameterMismatch")
	_, err = gateway(t.Context(), client, "", "rtb-a", "k", "v")
	wants(t, err, "RouteAlreadyExists")
	c.Remove(first)
	again, err := gateway(t.Context(), client, "token", "rtb-a", "k", "v")
	if wants(t, err, ""); again != first || see(t, client, first) != nil {
		t.Error("a token does not make the endpoint again")
	}
}

// interfaceTo asks for an interface endpoint in one zone.
func interfaceTo(t *testing.T, client *ec2.Client, service string, names bool) string {
	t.Helper()
	out, err := client.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: &service,
		VpcEndpointType: "Interface", SubnetIds: []string{"subnet-b"}, PrivateDnsEnabled: &names})
	if err != nil {
		t.Fatal(err)
	}
	return *out.VpcEndpoint.VpcEndpointId
}

func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := world(t, Settings{Pending: time.Minute})
		c.AddService(Service{Name: "com.amazonaws.eu-north-1.bad", FailsWith: "ServiceDown: no <capacity> & such"})
		client := operator(c)
		state := func(id, want string) {
			t.Helper()
			if got := see(t, client, id); string(got.State) != want {
				t.Errorf("%s is %s, want %s", id, got.State, want)
			}
		}
		own, vendors := interfaceTo(t, client, logs, false), interfaceTo(t, client, vendor, false)
		bad := interfaceTo(t, client, "com.amazonaws.eu-north-1.bad", false)
		state(own, "pending")
		time.Sleep(time.Minute)
		state(own, "available")
		state(vendors, "pendingAcceptance")
		if e := see(t, client, bad).LastError; *e.Code != "ServiceDown" || *e.Message != "no <capacity> & such" {
			t.Errorf("%+v", e)
		}
		state(bad, "failed")
		c.Accept(vendors)
		state(vendors, "pending")
		time.Sleep(time.Minute)
		state(vendors, "available")
		c.Reject(vendors)
		state(vendors, "rejected")
	})
}

func names(client *ec2.Client, t *testing.T, id string, on bool) error {
	_, err := client.ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{VpcEndpointId: &id, PrivateDnsEnabled: &on})
	return err
}

func TestPrivateNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := world(t, Settings{Modifying: 20 * time.Second})
		c.AddService(Service{Name: "com.amazonaws.vpce.eu-north-1.vpce-svc-unnamed", Owner: "9"})
		client := operator(c)
		first, second := interfaceTo(t, client, logs, false), interfaceTo(t, client, logs, false)
		vendors := interfaceTo(t, client, vendor, false)
		unnamed := interfaceTo(t, client, "com.amazonaws.vpce.eu-north-1.vpce-svc-unnamed", false)

		c.EditVPC("vpc-1", func(v *VPC) { v.DNSHostnames = false })
		wants(t, names(client, t, first, true), "InvalidParameter", "enableDnsHostnames")
		c.EditVPC("vpc-1", func(v *VPC) { v.DNSHostnames = true })
		wants(t, names(client, t, first, true), "")
		wants(t, names(client, t, first, true), "OperationInProgress", "VpcEndpoint modify operation in progress")
		if *see(t, client, first).PrivateDnsEnabled {
			t.Error("names are in force before the change is over")
		}
		conflict := "there is already a conflicting DNS domain for logs.eu-north-1.amazonaws.com in the VPC vpc-1"
		wants(t, names(client, t, second, true), "InvalidParameter", conflict) // claimed, not in force
		time.Sleep(20 * time.Second)
		if !*see(t, client, first).PrivateDnsEnabled {
			t.Error("names never come into force")
		}
		wants(t, names(client, t, second, true), "InvalidParameter", conflict)
		wants(t, names(client, t, vendors, true), "InvalidParameter", "does not provide a private DNS name")
		c.EditService(vendor, func(s *Service) { s.NameState = "verified" })
		wants(t, names(client, t, vendors, true), "InvalidParameter", "before it is accepted")
		wants(t, names(client, t, unnamed, true), "InvalidParameter", "does not provide a private DNS name")
		wants(t, names(client, t, "vpce-0", true), "InvalidVpcEndpointId.NotFound")

		c.Remove(first)
		c.EditVPC("vpc-1", func(v *VPC) { v.Zones = []string{"logs.eu-north-1.amazonaws.com"} })
		wants(t, names(client, t, second, true), "InvalidParameter", "conflicting DNS domain")
		c.EditVPC("vpc-1", func(v *VPC) { v.Zones = nil })
		wants(t, names(client, t, second, true), "")
	})
}

func TestNamesAreOnByDefault(t *testing.T) {
	out, err := operator(world(t, Settings{})).CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"),
		ServiceName: aws.String(logs), VpcEndpointType: "Interface", SubnetIds: []string{"subnet-b"}})
	if err != nil || !*out.VpcEndpoint.PrivateDnsEnabled {
		t.Errorf("%+v %v", out, err)
	}
}

func TestSecondCodeOfANameConflict(t *testing.T) {
	c := world(t, Settings{ConflictIsDomainExists: true})
	interfaceTo(t, operator(c), logs, true)
	wants(t, names(operator(c), t, interfaceTo(t, operator(c), logs, false), true), "ConflictingDomainExists")
}

func TestModifyTables(t *testing.T) {
	c := world(t, Settings{})
	c.AddCustomerEndpoint(Endpoint{ID: "vpce-c", VPC: "vpc-1", Service: s3, Tables: []string{"rtb-a"}})
	client := operator(c)
	change := func(add, remove []string) error {
		_, err := client.ModifyVpcEndpoint(t.Context(), &ec2.ModifyVpcEndpointInput{VpcEndpointId: aws.String("vpce-c"),
			AddRouteTableIds: add, RemoveRouteTableIds: remove})
		return err
	}
	wants(t, change([]string{"rtb-nat"}, nil), "RouteAlreadyExists")
	wants(t, change([]string{"rtb-main"}, []string{"rtb-a"}), "")
	if len(prefixes(t, client, "rtb-a")) != 0 || len(prefixes(t, client, "rtb-main")) != 1 {
		t.Error("routes do not follow")
	}
	_, err := gateway(t.Context(), client, "", "rtb-a")
	wants(t, err, "")
	c.EditEndpoint("vpce-c", func(e *Endpoint) { e.State = "pending" })
	wants(t, change(nil, []string{"rtb-main"}), "IncorrectState")
}
