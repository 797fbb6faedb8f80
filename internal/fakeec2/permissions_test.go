package fakeec2

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/contract"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const managed = "custom-resource/v1"

// TestShippedPermissions: what the functions may do, and what they may not.
func TestShippedPermissions(t *testing.T) {
	yes := &types.AttributeBooleanValue{Value: aws.Bool(true)}
	create := func(function *ec2.Client, change func(*ec2.CreateVpcEndpointInput)) error {
		in := &ec2.CreateVpcEndpointInput{VpcId: aws.String("vpc-1"), ServiceName: aws.String(s3), RouteTableIds: []string{"rtb-a"},
			TagSpecifications: []types.TagSpecification{{ResourceType: "vpc-endpoint", Tags: tagsOf("velodb:managed", managed)}}}
		change(in)
		_, err := function.CreateVpcEndpoint(t.Context(), in)
		return err
	}
	tests := []struct {
		name, function string
		call           func(*ec2.Client) error
		denied         string // the action that is denied; empty: none
	}{
		{"make an endpoint", "gatewayendpoint", func(f *ec2.Client) error {
			return create(f, func(*ec2.CreateVpcEndpointInput) {})
		}, ""},
		{"in another VPC", "gatewayendpoint", func(f *ec2.Client) error {
			return create(f, func(in *ec2.CreateVpcEndpointInput) { in.VpcId = aws.String("vpc-2") })
		}, "ec2:CreateVpcEndpoint on resource: vpc/vpc-2"},
		{"without the mark", "gatewayendpoint", func(f *ec2.Client) error {
			return create(f, func(in *ec2.CreateVpcEndpointInput) { in.TagSpecifications = nil })
		}, "ec2:CreateVpcEndpoint on resource: vpc-endpoint/*"},
		{"for another service", "gatewayendpoint", func(f *ec2.Client) error {
			return create(f, func(in *ec2.CreateVpcEndpointInput) { in.ServiceName = aws.String(logs) })
		}, "ec2:CreateVpcEndpoint on resource: vpc-endpoint/*"},
		{"in subnets", "gatewayendpoint", func(f *ec2.Client) error {
			return create(f, func(in *ec2.CreateVpcEndpointInput) { in.SubnetIds = []string{"subnet-a"} })
		}, "ec2:CreateVpcEndpoint on resource: subnet/subnet-a"},
		{"mark a managed endpoint", "gatewayendpoint", func(f *ec2.Client) error {
			_, err := f.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{"vpce-ours"}, Tags: tagsOf("x", "1")})
			return err
		}, ""},
		{"mark the customer's", "gatewayendpoint", func(f *ec2.Client) error {
			_, err := f.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{"vpce-ours", "vpce-customer"}, Tags: tagsOf("x", "1")})
			return err
		}, "ec2:CreateTags on resource: vpc-endpoint/vpce-customer"},
		{"mark a VPC", "gatewayendpoint", func(f *ec2.Client) error {
			_, err := f.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{"vpc-1"}, Tags: tagsOf("x", "1")})
			return err
		}, "ec2:CreateTags on resource: vpc/vpc-1"},
		{"remove the customer's", "gatewayendpoint", func(f *ec2.Client) error {
			_, err := f.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{"vpce-customer"}})
			return err
		}, "ec2:DeleteVpcEndpoints"},
		{"switch DNS on", "vpcdns", func(f *ec2.Client) error {
			_, err := f.ModifyVpcAttribute(t.Context(), &ec2.ModifyVpcAttributeInput{VpcId: aws.String("vpc-1"), EnableDnsSupport: yes})
			return err
		}, ""},
		{"switch another VPC's DNS on", "vpcdns", func(f *ec2.Client) error {
			_, err := f.ModifyVpcAttribute(t.Context(), &ec2.ModifyVpcAttributeInput{VpcId: aws.String("vpc-2"), EnableDnsSupport: yes})
			return err
		}, "ec2:ModifyVpcAttribute on resource: vpc/vpc-2"},
		{"read with a role that only writes", "vpcdns", func(f *ec2.Client) error {
			_, err := f.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
			return err
		}, "ec2:DescribeSubnets on resource: *"},
		{"names of an endpoint of the stack", "endpointnames", func(f *ec2.Client) error {
			return names(f, t, "vpce-stack", true)
		}, ""},
		{"names of another's", "endpointnames", func(f *ec2.Client) error {
			return names(f, t, "vpce-ours", true)
		}, "ec2:ModifyVpcEndpoint"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := world(t, Settings{})
			c.AddVPC(VPC{ID: "vpc-2"})
			c.AddCustomerEndpoint(Endpoint{ID: "vpce-customer", VPC: "vpc-1", Service: s3})
			c.AddCustomerEndpoint(Endpoint{ID: "vpce-ours", VPC: "vpc-1", Service: s3, Tags: map[string]string{"velodb:managed": managed}})
			c.AddCustomerEndpoint(Endpoint{ID: "vpce-stack", VPC: "vpc-1", Service: logs, Type: "Interface", Tags: map[string]string{"velodb:stack": "0d5e"}})
			err := test.call(function(t, c, test.function))
			if test.denied == "" {
				wants(t, err, "")
			} else {
				wants(t, err, "UnauthorizedOperation", test.denied)
			}
		})
	}
}

// TestNamesNeedRoute53 with and without an answer (boto/boto3#2554).
func TestNamesNeedRoute53(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, hang := range []bool{false, true} {
			c := world(t, Settings{DeniedNamesHang: hang})
			c.AddCustomerEndpoint(Endpoint{ID: "vpce-stack", VPC: "vpc-1", Service: logs, Type: "Interface", Tags: map[string]string{"velodb:stack": "0d5e"}})
			client := function(t, c, "endpointnames", func(r *Role) { r.Fill["VpcId"] = "vpc-2" })
			begin := time.Now()
			err := names(client, t, "vpce-stack", true)
			if waited := time.Since(begin); hang != (waited > 125*time.Second) || len(c.Journal()) != 0 {
				t.Errorf("waited %v, wrote %v", waited, c.Journal())
			}
			if !hang {
				wants(t, err, "UnauthorizedOperation", "route53:AssociateVPCWithHostedZone")
			} else if err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
				t.Errorf("got %v", err)
			}
		}
	})
}

func TestPoliciesSpreadAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := world(t, Settings{})
		now := time.Now()
		client := function(t, c, "subnetfacts", func(r *Role) { r.From, r.Until = now.Add(time.Minute), now.Add(time.Hour) })
		for _, code := range []string{"UnauthorizedOperation", "", "UnauthorizedOperation"} {
			_, err := client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
			wants(t, err, code)
			time.Sleep(59 * time.Minute)
		}
	})
}

func TestMissingObjectsAndConditions(t *testing.T) {
	for _, denied := range []bool{false, true} {
		client := function(t, world(t, Settings{MissingIsDenied: denied}), "gatewayendpoint")
		out, err := client.DeleteVpcEndpoints(t.Context(), &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{"vpce-0"}})
		if denied {
			wants(t, err, "UnauthorizedOperation")
		} else if err != nil || *out.Unsuccessful[0].Error.Code != "InvalidVpcEndpoint.NotFound" {
			t.Errorf("%+v %v", out, err)
		}
	}
}

func TestConditions(t *testing.T) {
	keys := map[string][]string{"one": {"Abc"}, "many": {"x", "y"}}
	for _, test := range []struct {
		operator, key, values string
		want                  bool
	}{
		{"StringEquals", "one", "z Abc", true}, {"StringEquals", "ONE", "Abc", true}, {"StringEquals", "one", "abc", false},
		{"StringEquals", "none", "Abc", false}, {"StringEqualsIfExists", "none", "Abc", true}, {"StringEqualsIfExists", "one", "x", false},
		{"StringEqualsIgnoreCase", "one", "aBC", true}, {"StringNotEquals", "one", "z Abc", false}, {"StringNotEquals", "none", "Abc", true},
		{"StringLike", "one", "A*", true}, {"StringLike", "one", "A?", false}, {"StringNotLike", "one", "A??", false},
		{"ForAllValues:StringEquals", "many", "x y z", true}, {"ForAllValues:StringEquals", "many", "x", false}, {"ForAllValues:StringEquals", "none", "x", true},
		{"ForAnyValue:StringEquals", "many", "x", true}, {"ForAnyValue:StringEquals", "none", "x", false},
		{"Null", "none", "true", true}, {"Null", "one", "true", false}, {"Null", "one", "false", true},
	} {
		r := &run{Cloud: New(Settings{Breach: t.Errorf})}
		if got := r.holds(contract.Condition{Operator: test.operator, Key: test.key, Values: strings.Fields(test.values)}, keys); got != test.want {
			t.Errorf("%s %s %s: %v", test.operator, test.key, test.values, got)
		}
	}
}

// TestPermissionBreaches is the negative control: what the fake cannot evaluate, it says.
func TestPermissionBreaches(t *testing.T) {
	for want, p := range map[string]contract.Permission{
		"open value: ec2:vpc/${VpcId}": {Actions: []string{"ec2:*"}, Resources: []string{"ec2:vpc/${VpcId}"}},
		"no known form":                {Actions: []string{"ec2:*"}, Resources: []string{"arn:aws:ec2:::vpc/vpc-1"}},
		"DateLessThan is not modelled": {Actions: []string{"ec2:*"}, Resources: []string{"*"}, Condition: []contract.Condition{{Operator: "DateLessThan", Key: "ec2:VpcID"}}},
		"needs ForAllValues":           {Actions: []string{"ec2:*"}, Resources: []string{"*"}, Condition: []contract.Condition{{Operator: "StringEquals", Key: "aws:TagKeys", Values: []string{"a"}}}},
	} {
		var b breaches
		client := world(t, Settings{Breach: b.add}).Client(Role{Permissions: []contract.Permission{p}})
		_, _ = client.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{"vpc-1"}, Tags: tagsOf("a", "1", "b", "2")})
		if !b.has(want) {
			t.Errorf("%s: %v", want, b.all)
		}
	}
}
