package emulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const tableBucket = "arn:aws:s3tables:eu-central-1:111122223333:bucket/"

func streamnative() product {
	return product{
		name: "streamnative",
		values: map[string]string{
			"ExternalIds": "o-xhopj,o-2,O-three", "ClusterRegion": "ap-southeast-2",
			"VpcIds": "vpc-0a1b2c3d4e5f67890,vpc-12345678", "HostedZoneIds": "Z0123456789ABCDEFGHIJ,Z2",
			"KmsKeyArns": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab," +
				"arn:aws:kms:eu-west-1:111122223333:key/mrk-1",
			"AdditionalPolicyArns": "arn:aws:iam::ACCOUNT:policy/p/A_+=.@-,arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
			"ClusterPattern":       "*acme-9", "BucketPattern": "acme.9*",
			"VendorRoleArns":   "arn:aws:iam::311022431024:role/cloud-manager,arn:aws:iam::444455556666:role/p/q+r@s",
			"SupportRoleArns":  "arn:aws:iam::311022431024:role/a,arn:aws:iam::311022431024:role/b",
			"GoogleAccountIds": "108050666045451143798,123456789012345678901", "SourceIdentities": "jane@streamnative.io,j=2",
			"PrincipalArns":          "arn:aws:iam::311022431024:role/x,arn:aws:iam::311022431024:role/y",
			"volume-access/RoleName": "Vol_+=.@-9", "Buckets": "acme-lake,acme.events", "Paths": "acme-lake/t=1/x_.-,acme.events",
			"AccountIds":               "111122223333,444455556666",
			"s3-table-access/RoleName": "Tables@9|other-tables",
			"TableBuckets":             tableBucket + "a-1," + tableBucket + "b-2",
		},
		customer: func(t *testing.T, a *account) {
			a.ownRole(t, "Tables@9", "/StreamNative/")
			a.ownRole(t, "other-tables", "/")
		},
		looks: map[string]func(*testing.T, *stack){
			"access": streamnativeAccess, "volume-access": streamnativeVolumes,
			"s3-table-access": streamnativeTables,
		},
	}
}

func streamnativeAccess(t *testing.T, s *stack) {
	t.Helper()
	held := s.holdings(t)
	boundary := "arn:aws:iam::" + s.id + ":policy/StreamNative/StreamNativeCloudPermissionBoundary"
	roles := []string{"StreamNativeCloudManagementRole"}
	if s.params["CreateBootstrapRole"] == "yes" {
		roles = append(roles, "StreamNativeCloudBootstrapRole")
	}
	for _, name := range roles {
		role, _ := held["role "+name].(principal)
		if role.Path != "/StreamNative/" || role.Boundary != boundary || role.Tags["Vendor"] != "StreamNative" {
			t.Errorf("%s is at %s, bounded by %s, tagged %v", name, role.Path, role.Boundary, role.Tags)
		}
		if !slices.Contains(role.Attached, "arn:aws:iam::aws:policy/ReadOnlyAccess") || len(role.Attached) < 2 {
			t.Errorf("%s has %v", name, role.Attached)
		}
		trust := fmt.Sprint(role.Trust)
		want := []string{"sts:ExternalId:[" + strings.ReplaceAll(s.params["ExternalIds"], ",", " ") + "]"}
		if s.params["SourceIdentities"] != "" {
			want = append(want, "sts:SourceIdentity:["+strings.ReplaceAll(s.params["SourceIdentities"], ",", " ")+"]")
		}
		if s.params["VendorFederation"] == "yes" {
			want = append(want, "aws:FederatedProvider:accounts.google.com")
		}
		for _, text := range want {
			if !strings.Contains(trust, text) {
				t.Errorf("%s is trusted without %s: %s", name, text, trust)
			}
		}
		for _, key := range []string{"SourceIdentities sts:SourceIdentity:", "PrincipalArns aws:PrincipalArn:"} {
			parameter, key, _ := strings.Cut(key, " ")
			if s.params[parameter] == "" && strings.Contains(trust, key) {
				t.Errorf("%s is trusted under %s, which nobody asked for: %s", name, key, trust)
			}
		}
	}
	for _, name := range []string{"StreamNativeCloudRuntimePolicy", "StreamNativeCloudLBPolicy"} {
		if _, is := held["policy arn:aws:iam::"+s.id+":policy/StreamNative/"+name].(policy); !is {
			t.Errorf("%s is not where StreamNative looks for it", name)
		}
	}
	runtime := fmt.Sprint(held["policy arn:aws:iam::"+s.id+":policy/StreamNative/StreamNativeCloudRuntimePolicy"])
	if !strings.Contains(runtime, ":s3:::"+s.params["BucketPattern"]) {
		t.Errorf("buckets %s: %s", s.params["BucketPattern"], runtime)
	}
}

func streamnativeVolumes(t *testing.T, s *stack) {
	t.Helper()
	role, _ := s.holdings(t)["role "+s.params["RoleName"]].(principal)
	granted := fmt.Sprint(role.Inline["VolumeAccess"])
	for _, want := range []string{
		"Resource:[arn:*:s3:::acme-lake arn:*:s3:::acme.events]",
		"Resource:[arn:*:s3:::acme-lake/t=1/x_.-/* arn:*:s3:::acme.events/*]",
	} {
		if !strings.Contains(granted, want) {
			t.Errorf("it may not %s: %s", want, granted)
		}
	}
	trust := fmt.Sprint(role.Trust)
	if strings.Contains(trust, "Principal:map[AWS:[111122223333 444455556666]]") != (s.params["AccountIds"] != "") {
		t.Errorf("accounts %q: trusted by %s", s.params["AccountIds"], trust)
	}
}

func streamnativeTables(t *testing.T, s *stack) {
	t.Helper()
	arn := s.outputs(t)["PolicyArn"]
	role, _ := s.holdings(t)["role "+s.params["RoleName"]].(principal)
	granted := fmt.Sprint(s.holdings(t)["policy "+arn])
	if !slices.Contains(role.Attached, arn) || len(role.Attached) != 2 {
		t.Errorf("the role %s has %v", s.params["RoleName"], role.Attached)
	}
	for _, bucket := range strings.Split(s.params["TableBuckets"], ",") {
		if !strings.Contains(granted, bucket+" ") || !strings.Contains(granted, bucket+"/*") {
			t.Errorf("it may not use %s: %s", bucket, granted)
		}
	}
}
