package fakeec2

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func filters(pairs ...string) (all []types.Filter) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, types.Filter{Name: &pairs[i], Values: strings.Split(pairs[i+1], "|")})
	}
	return all
}

// tables lists the ids of the tables that pass filters, over all pages.
func tables(t *testing.T, client *ec2.Client, pairs ...string) (ids []string, pages int) {
	t.Helper()
	in := &ec2.DescribeRouteTablesInput{Filters: filters(pairs...)}
	for {
		out, err := client.DescribeRouteTables(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, table := range out.RouteTables {
			ids = append(ids, *table.RouteTableId)
		}
		if aws.ToString(out.NextToken) == "" {
			return ids, pages
		}
		in.NextToken = out.NextToken
	}
}

func TestFiltersOfRouteTables(t *testing.T) {
	c := world(t, Settings{})
	c.AddRouteTable(RouteTable{ID: "rtb-of-other-vpc", VPC: "vpc-2", Main: true, Tags: map[string]string{"Team": "ø"}})
	client := operator(c)
	for _, test := range []struct{ filter, value, want string }{
		{"association.subnet-id", "subnet-a", "rtb-a"},
		{"association.subnet-id", "subnet-a2", ""}, // implicit: in no filter
		{"association.main", "true", "rtb-main rtb-of-other-vpc"},
		{"vpc-id", "vpc-1", "rtb-main rtb-a rtb-nat"},
		{"vpc-id", "vpc-?|none", "rtb-main rtb-a rtb-nat rtb-of-other-vpc"},
		{"vpc-id", "vpc-shared", ""}, // another account's
		{"tag:Team", "ø", "rtb-of-other-vpc"},
		{"tag-key", "T*", "rtb-of-other-vpc"},
		{"route.gateway-id", "local", "rtb-a"},
		{"route.destination-prefix-list-id", "pl-s3", "rtb-nat"},
		{"association.gateway-id", "igw-1", "rtb-main"},
	} {
		if got, _ := tables(t, client, test.filter, test.value); strings.Join(got, " ") != test.want {
			t.Errorf("%s=%s: %v", test.filter, test.value, got)
		}
	}
	_, err := client.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{Filters: filters("subnet-id", "subnet-a")})
	wants(t, err, "InvalidFilter", "The filter 'subnet-id' is invalid")
	_, err = client.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{Filters: filters("route-table-id", "rtb-a")})
	wants(t, err, "InvalidFilter")
	seen := operator(world(t, Settings{ParticipantsSeeTables: true}))
	if got, _ := tables(t, seen, "vpc-id", "vpc-shared"); len(got) != 1 {
		t.Errorf("a participant sees %v", got)
	}
}

func TestAssociations(t *testing.T) {
	out, err := operator(world(t, Settings{})).DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, table := range out.RouteTables {
		for _, a := range table.Associations {
			got = append(got, fmt.Sprint(*table.RouteTableId, aws.ToString(a.SubnetId), aws.ToString(a.GatewayId), *a.Main, a.AssociationState.State))
		}
	}
	want := []string{"rtb-main" + "true associated", "rtb-main" + "igw-1false associated",
		"rtb-a" + "subnet-bfalse disassociated", "rtb-a" + "subnet-afalse associated"}
	for i, one := range want {
		if strings.ReplaceAll(got[i], " ", "") != strings.ReplaceAll(one, " ", "") {
			t.Errorf("got %q, want %q", got[i], one)
		}
	}
}

func TestPages(t *testing.T) {
	c := world(t, Settings{Page: 1})
	if got, pages := tables(t, operator(c), "association.main", "false"); len(got) != 2 || pages != 4 {
		t.Errorf("got %v on %d pages; the first and last should be empty", got, pages)
	}
	c = world(t, Settings{})
	for i := range 7 {
		c.AddSubnet(Subnet{ID: fmt.Sprint("subnet-", i), VPC: "vpc-1"})
	}
	client := operator(c)
	for _, test := range []struct {
		in   ec2.DescribeSubnetsInput
		code string
	}{
		{ec2.DescribeSubnetsInput{MaxResults: aws.Int32(5)}, ""},
		{ec2.DescribeSubnetsInput{MaxResults: aws.Int32(4)}, "InvalidParameterValue"},
		{ec2.DescribeSubnetsInput{MaxResults: aws.Int32(5), SubnetIds: []string{"subnet-0"}}, "InvalidParameterCombination"},
		{ec2.DescribeSubnetsInput{NextToken: aws.String("x")}, "InvalidNextToken"},
		{ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: aws.String("vpc-id")}}}, "InvalidParameterValue"},
	} {
		out, err := client.DescribeSubnets(t.Context(), &test.in)
		wants(t, err, test.code)
		if err == nil && (len(out.Subnets) != 5 || aws.ToString(out.NextToken) == "") {
			t.Errorf("got %d", len(out.Subnets))
		}
	}
	first, err := client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{MaxResults: aws.Int32(5)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{NextToken: first.NextToken, Filters: filters("vpc-id", "vpc-1")})
	wants(t, err, "InvalidNextToken")
}

func TestMissingObjects(t *testing.T) {
	client := operator(world(t, Settings{}))
	ctx := t.Context()
	_, err := client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{VpcIds: []string{"vpc-0"}})
	wants(t, err, "InvalidVpcID.NotFound", "The vpc ID 'vpc-0' does not exist")
	_, err = client.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-a", "subnet-0"}})
	wants(t, err, "InvalidSubnetID.NotFound", "subnet-0")
	_, err = client.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{"rtb-shared"}})
	wants(t, err, "InvalidRouteTableID.NotFound")
	_, err = client.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{"vpce-0"}})
	wants(t, err, "InvalidVpcEndpointId.NotFound")
	_, err = client.DescribeVpcEndpointServices(ctx, &ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{"nope"}})
	wants(t, err, "InvalidServiceName", "'nope' does not exist")
	_, err = client.DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: aws.String("vpc-0"), Attribute: "enableDnsSupport"})
	wants(t, err, "InvalidVpcID.NotFound")
}

func TestSharedSubnetsHaveAnOwnerAndNoTags(t *testing.T) {
	out, err := operator(world(t, Settings{})).DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{SubnetIds: []string{"subnet-s"}})
	if err != nil || *out.Subnets[0].OwnerId != "444455556666" || len(out.Subnets[0].Tags) != 0 {
		t.Errorf("%+v %v", out, err)
	}
}

func TestServices(t *testing.T) {
	c := world(t, Settings{})
	out, err := operator(c).DescribeVpcEndpointServices(t.Context(), &ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{vendor}})
	if err != nil {
		t.Fatal(err)
	}
	s := out.ServiceDetails[0]
	if !*s.AcceptanceRequired || *s.PrivateDnsName != "api.vendor.example" || s.PrivateDnsNameVerificationState != types.DnsNameStatePendingVerification ||
		!slices.Equal(s.AvailabilityZoneIds, []string{"eun1-az1"}) || !slices.Equal(s.AvailabilityZones, []string{"eu-north-1b"}) ||
		s.ServiceType[0].ServiceType != types.ServiceTypeInterface {
		t.Errorf("%+v", s)
	}
	closed := c.Client(Role{Account: "777788889999", Everything: true})
	_, err = closed.DescribeVpcEndpointServices(t.Context(), &ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{vendor}})
	wants(t, err, "InvalidServiceName")
}

func TestDNSAttributes(t *testing.T) {
	c := world(t, Settings{})
	c.EditVPC("vpc-1", func(v *VPC) { v.DNSSupport, v.DNSHostnames = false, false })
	client, on := operator(c), &types.AttributeBooleanValue{Value: aws.Bool(true)}
	for _, test := range []struct {
		in   ec2.ModifyVpcAttributeInput
		code string
	}{
		{ec2.ModifyVpcAttributeInput{EnableDnsHostnames: on}, "InvalidParameter"},
		{ec2.ModifyVpcAttributeInput{EnableDnsHostnames: on, EnableDnsSupport: on}, "InvalidParameterCombination"},
		{ec2.ModifyVpcAttributeInput{}, "MissingParameter"},
		{ec2.ModifyVpcAttributeInput{VpcId: aws.String("vpc-0"), EnableDnsSupport: on}, "InvalidVpcID.NotFound"},
		{ec2.ModifyVpcAttributeInput{VpcId: aws.String("vpc-shared"), EnableDnsSupport: on}, "UnauthorizedOperation"},
		{ec2.ModifyVpcAttributeInput{EnableDnsSupport: on}, ""},
		{ec2.ModifyVpcAttributeInput{EnableDnsHostnames: on}, ""},
	} {
		if test.in.VpcId == nil {
			test.in.VpcId = aws.String("vpc-1")
		}
		_, err := client.ModifyVpcAttribute(t.Context(), &test.in)
		wants(t, err, test.code)
	}
	out, err := client.DescribeVpcAttribute(t.Context(), &ec2.DescribeVpcAttributeInput{VpcId: aws.String("vpc-1"), Attribute: "enableDnsHostnames"})
	if err != nil || !*out.EnableDnsHostnames.Value || out.EnableDnsSupport != nil {
		t.Errorf("%+v %v", out, err)
	}
}

// TestReadsLag from replica to replica: an object comes, goes and comes again.
func TestReadsLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lags := []time.Duration{0, time.Hour, 5 * time.Second}
		c := world(t, Settings{Lag: func(read Call, id string) time.Duration {
			if strings.HasPrefix(id, "vpce-") {
				return lags[read.N%3]
			}
			return 0
		}})
		client := operator(c)
		id, err := gateway(t.Context(), client, "", "rtb-a")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		if see(t, client, id) != nil || see(t, client, id) != nil || see(t, client, id) == nil {
			t.Error("call 1 lags an hour, call 2 by 5 s, call 3 not at all")
		}
		time.Sleep(time.Second)
		if see(t, client, id) != nil || see(t, client, id) == nil {
			t.Error("call 4 lags an hour, call 5 by 5 s")
		}
		if _, err := client.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{id}}); err != nil {
			t.Error(err)
		}
		_, err = client.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{id}})
		wants(t, err, "InvalidVpcEndpointId.NotFound")
	})
}

// TestBreaches is the negative control of strictness: each request is one that EC2 does not take.
func TestBreaches(t *testing.T) {
	for body, want := range map[string]string{
		"Action=RunInstances&Version=2016-11-15":                                             "unknown action",
		"Action=DescribeVpcs&Version=2016-11-15&Vpc=1":                                       "unknown parameter Vpc",
		"Action=DescribeVpcs&Version=2014-01-01":                                             `version "2014-01-01"`,
		"Action=DescribeVpcs&Version=2016-11-15&MaxResults=many":                             "not a number",
		"Action=DescribeVpcs&Version=2016-11-15&DryRun=yes":                                  "not a boolean",
		"Action=DescribeVpcs&Version=2016-11-15&VpcId.1=a&VpcId.1=b":                         "several times",
		"Action=DescribeVpcs&Version=2016-11-15&VpcId.2=a":                                   "unknown parameter VpcId.2",
		"Action=ModifyVpcEndpoint&Version=2016-11-15&VpcEndpointId=v&AddSubnetId.1=subnet-a": "unknown parameter AddSubnetId.1",
	} {
		var b breaches
		c := world(t, Settings{Breach: b.add})
		request, _ := http.NewRequest(http.MethodPost, "https://ec2.invalid/", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := wire{c, Role{Everything: true}, ec2Dialect()}.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		if !b.has(want) || answer.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "<Errors><Error><Code>") {
			t.Errorf("%s: %v, %d %s", body, b.all, answer.StatusCode, text)
		}
	}
	var b breaches
	c := world(t, Settings{Breach: b.add})
	request, _ := http.NewRequest(http.MethodGet, "https://ec2.invalid/", strings.NewReader("%"))
	if _, err := (wire{c, Role{Everything: true}, ec2Dialect()}).Do(request); err != nil || !b.has("GET request") || !b.has("content type") {
		t.Errorf("%v %v", b.all, err)
	}
}
