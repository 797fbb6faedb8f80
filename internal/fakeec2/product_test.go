package fakeec2

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

const kelpARN = "arn:aws:iam::111122223333:role/house/kelp"

// product has a thing of each kind, tagged by=k*lp, and near misses.
func product(t *testing.T, settings Settings) *Cloud {
	c := world(t, settings)
	tags := map[string]string{"by": "k*lp"}
	for _, i := range []Instance{
		{ID: "i-1", VPC: "vpc-1", Subnet: "subnet-a", Reservation: "r-1", Groups: []string{"sg-1", "sg-2"}, Tags: tags},
		{ID: "i-2", VPC: "vpc-1", Subnet: "subnet-b", Reservation: "r-1", State: "stopped", Tags: tags},
		{ID: "i-3", VPC: "vpc-1", State: "terminated", Tags: tags},
		{ID: "i-4", VPC: "vpc-shared", Tags: map[string]string{"by": "kelp"}},
		{ID: "i-5", VPC: "vpc-1", Owner: "444455556666", Tags: tags},
	} {
		c.AddInstance(i)
	}
	c.AddVolume(Volume{ID: "vol-1", Tags: tags})
	c.AddVolume(Volume{ID: "vol-2", State: "in-use", Tags: tags})
	c.AddNetworkInterface(NetworkInterface{ID: "eni-1", VPC: "vpc-1", Subnet: "subnet-a", Groups: []string{"sg-2"}, Tags: tags})
	c.AddNetworkInterface(NetworkInterface{ID: "eni-2", VPC: "vpc-shared"})
	c.AddSecurityGroup(SecurityGroup{ID: "sg-1", Name: "nodes", VPC: "vpc-1", Tags: tags})
	c.AddSecurityGroup(SecurityGroup{ID: "sg-2", Name: "other", VPC: "vpc-1"})
	return c
}

// describe lists the ids of a kind, all pages.
func describe(t *testing.T, client *ec2.Client, kind string, filters ...types.Filter) (ids []string, err error) {
	for token := (*string)(nil); ; {
		var next *string
		switch kind {
		case "i":
			out, err := client.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: filters, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, r := range out.Reservations {
				for _, i := range r.Instances {
					ids = append(ids, *r.ReservationId+":"+*i.InstanceId+":"+string(i.State.Name))
				}
			}
			next = out.NextToken
		case "vol":
			out, err := client.DescribeVolumes(t.Context(), &ec2.DescribeVolumesInput{Filters: filters, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, v := range out.Volumes {
				ids = append(ids, *v.VolumeId)
			}
			next = out.NextToken
		case "eni":
			out, err := client.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{Filters: filters, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, n := range out.NetworkInterfaces {
				ids = append(ids, *n.NetworkInterfaceId)
			}
			next = out.NextToken
		case "sg":
			out, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: filters, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, g := range out.SecurityGroups {
				ids = append(ids, *g.GroupId)
			}
			next = out.NextToken
		}
		if token = next; token == nil {
			return ids, nil
		}
	}
}

func TestDescribeTheProduct(t *testing.T) {
	is := func(pairs ...string) (all []types.Filter) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, types.Filter{Name: &pairs[i], Values: strings.Split(pairs[i+1], ",")})
		}
		return all
	}
	tests := []struct {
		kind    string
		filters []types.Filter
		want    string
		code    string
	}{
		{"i", is("tag:by", `k\*lp`, "vpc-id", "vpc-1", "instance-state-name", "pending,running,stopping,stopped"),
			"r-1:i-1:running r-1:i-2:stopped", ""},
		{"i", is("tag:by", "k*lp"), "r-1:i-1:running r-1:i-2:stopped r-i-3:i-3:terminated r-i-4:i-4:running", ""},
		{"i", is("tag:by", "k?lp", "vpc-id", "vpc-shared"), "r-i-4:i-4:running", ""},
		{"i", is("tag:by", `kel\p`), "r-i-4:i-4:running", ""},
		{"i", is("instance.group-id", "sg-2"), "r-1:i-1:running", ""},
		{"i", is("subnet-id", "subnet-b"), "r-1:i-2:stopped", ""},
		{"i", is("tag:by", "KELP"), "", ""},
		{"i", is("group-id", "sg-2"), "", "InvalidFilter"},
		{"vol", is("tag:by", `k\*lp`, "status", "creating,available,error"), "vol-1", ""},
		{"vol", is("vpc-id", "vpc-1"), "", "InvalidFilter"},
		{"eni", is("tag:by", "*", "vpc-id", "vpc-1"), "eni-1", ""},
		{"eni", is("group-id", "sg-2"), "eni-1", ""},
		{"eni", is("subnet-id", "subnet-b"), "", ""},
		{"eni", is("instance.group-id", "sg-2"), "", "InvalidFilter"},
		{"sg", is("tag-key", "by", "group-name", "no*"), "sg-1", ""},
		{"sg", is("subnet-id", "subnet-a"), "", "InvalidFilter"},
	}
	for _, page := range []int{0, 1, 2} {
		c := product(t, Settings{Page: page})
		for _, test := range tests {
			ids, err := describe(t, operator(c), test.kind, test.filters...)
			wants(t, err, test.code)
			if got := strings.Join(ids, " "); got != test.want {
				t.Errorf("page %d, %s %v: got %s, want %s", page, test.kind, test.filters, got, test.want)
			}
		}
	}
}

func TestTheProductIsMissingOrHidden(t *testing.T) {
	c := product(t, Settings{})
	client, ctx := operator(c), t.Context()
	_, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{"i-5"}})
	wants(t, err, "InvalidInstanceID.NotFound", "'i-5'")
	_, err = client.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{VolumeIds: []string{"vol-9"}})
	wants(t, err, "InvalidVolume.NotFound")
	_, err = client.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-9"}})
	wants(t, err, "InvalidNetworkInterfaceID.NotFound")
	_, err = client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-9"}})
	wants(t, err, "InvalidGroup.NotFound")
	_, err = client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: aws.Int32(4)})
	wants(t, err, "InvalidParameterValue")
	for _, kind := range []string{"i", "vol", "eni", "sg"} {
		if _, err := describe(t, function(t, c, "vpcdns"), kind); err == nil {
			t.Errorf("vpcdns may list %s", kind)
		}
		fill := func(r *Role) { r.Fill["RoleArns"] = kelpARN }
		if _, err := describe(t, function(t, c, "leftovers", fill), kind); err != nil {
			t.Errorf("leftovers may not list %s: %v", kind, err)
		}
	}
	c.Remove("i-1")
	c.EditInstance("i-2", func(i *Instance) { i.State = "shutting-down" })
	if all := c.Instances(); len(all) != 4 || all[0].State != "shutting-down" {
		t.Errorf("%+v", all)
	}
}

// lister gives IAM with the permissions of leftovers for the roles of an ARN.
func lister(t *testing.T, c *Cloud, arn string) *iam.Client {
	t.Helper()
	role := Role{Name: "leftovers", Permissions: shipped(t, "leftovers"), Fill: map[string]string{"RoleArns": arn}}
	return c.IAM(role)
}

func TestProfilesOfARole(t *testing.T) {
	tests := []struct {
		name, arn, role string
		settings        Settings
		want, code      string
	}{
		{"its own", kelpARN, "kelp", Settings{}, "a b c", ""},
		{"page by page", kelpARN, "kelp", Settings{Page: 1}, "a b c", ""},
		{"pages of two", kelpARN, "kelp", Settings{Page: 2}, "a b c", ""},
		{"without the path", strings.Replace(kelpARN, "house/", "", 1), "kelp", Settings{}, "", "AccessDenied"},
		{"another's", kelpARN + "-2", "kelp", Settings{}, "", "AccessDenied"},
		{"gone", kelpARN, "gone", Settings{}, "", "NoSuchEntity"},
		{"gone, and the path with it", kelpARN, "gone", Settings{MissingIsDenied: true}, "", "AccessDenied"},
		{"an ARN in place of a name", kelpARN, kelpARN, Settings{}, "", "ValidationError"},
		{"throttled once", kelpARN, "kelp", Settings{Hook: func(call Call) Fault {
			if call.N == 0 {
				return Throttle()
			}
			return Fault{}
		}}, "a b c", ""},
		{"throttled", kelpARN, "kelp", Settings{Hook: func(Call) Fault { return Throttle() }}, "", "Throttling"},
		{"denied by a fault", kelpARN, "kelp", Settings{Hook: func(Call) Fault {
			return Refuse("UnauthorizedOperation", "no")
		}}, "", "AccessDenied"},
		{"broken", kelpARN, "kelp", Settings{Hook: func(Call) Fault {
			return Fault{Code: "InternalError", Status: 500}
		}}, "", "ServiceFailure"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := world(t, test.settings)
				c.AddRole(IAMRole{Name: "kelp", Path: "/house/", Profiles: []string{"a", "b"}})
				c.EditRole("kelp", func(i *IAMRole) { i.Profiles = append(i.Profiles, "c") })
				var names []string
				in := &iam.ListInstanceProfilesForRoleInput{RoleName: &test.role}
				for {
					out, err := lister(t, c, test.arn).ListInstanceProfilesForRole(t.Context(), in)
					wants(t, err, test.code)
					if err != nil {
						break
					}
					for _, profile := range out.InstanceProfiles {
						names = append(names, *profile.InstanceProfileName)
					}
					if in.Marker = out.Marker; !out.IsTruncated {
						break
					}
				}
				if got := strings.Join(names, " "); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
				if slices.ContainsFunc(c.Calls(), func(call Call) bool { return call.Write >= 0 }) {
					t.Error("a list counts as a write")
				}
			})
		})
	}
}

func TestOddListsOfProfiles(t *testing.T) {
	c := world(t, Settings{Page: 1})
	c.AddRole(IAMRole{Name: "kelp", Profiles: []string{"a", "b"}})
	client := c.IAM(Role{Everything: true})
	for name, in := range map[string]*iam.ListInstanceProfilesForRoleInput{
		"marker": {RoleName: aws.String("kelp"), Marker: aws.String("1")},
		"none":   {RoleName: aws.String("kelp"), MaxItems: aws.Int32(0)},
		"many":   {RoleName: aws.String("kelp"), MaxItems: aws.Int32(1001)},
	} {
		if _, err := client.ListInstanceProfilesForRole(t.Context(), in); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	c.RemoveRole("kelp")
	_, err := client.ListInstanceProfilesForRole(t.Context(), &iam.ListInstanceProfilesForRoleInput{RoleName: aws.String("kelp")})
	wants(t, err, "NoSuchEntity", "kelp")
	breach := breaches{}
	strict := New(Settings{Breach: breach.add}).IAM(Role{Everything: true})
	if _, err := strict.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("kelp")}); err == nil || !breach.has("GetRole") {
		t.Error("an action that is not modelled passes")
	}
}
