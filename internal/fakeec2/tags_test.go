package fakeec2

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func tagged(t *testing.T, c *Cloud) map[string]string {
	t.Helper()
	e, ok := c.Snapshot().Endpoint("vpce-c")
	if !ok {
		t.Fatal("no endpoint")
	}
	return e.Tags
}

func TestCreateTags(t *testing.T) {
	many := make([]string, 0, 102)
	for i := range 51 {
		many = append(many, fmt.Sprint("k", i), "")
	}
	for _, test := range []struct {
		name string
		tags []string
		on   string
		code string
	}{
		{"new and changed", []string{"a", "2", "ü<&>", ` "x" `}, "vpce-c", ""},
		{"none", nil, "vpce-c", "MissingParameter"},
		{"aws:", []string{"ok", "1", "aws:x", "1"}, "vpce-c", "InvalidParameterValue"},
		{"twice", []string{"x", "1", "x", "2"}, "vpce-c", "InvalidParameterValue"},
		{"no key", []string{"", "1"}, "vpce-c", "InvalidParameterValue"},
		{"long key", []string{strings.Repeat("ß", 129), "1"}, "vpce-c", "InvalidParameterValue"},
		{"long value", []string{"x", strings.Repeat("v", 257)}, "vpce-c", "InvalidParameterValue"},
		{"49 more", many[:98], "vpce-c", ""}, // beside a; AWS's own does not count
		{"50 more", many[:100], "vpce-c", "TagLimitExceeded"},
		{"missing", []string{"x", "1"}, "vpce-0", "InvalidVpcEndpointId.NotFound"},
		{"missing VPC", []string{"x", "1"}, "vpc-0", "InvalidVpcID.NotFound"},
		{"missing table", []string{"x", "1"}, "rtb-0", "InvalidRouteTableID.NotFound"},
		{"somebody else's subnet", []string{"x", "1"}, "subnet-s", "InvalidSubnetID.NotFound"},
		{"no id", []string{"x", "1"}, "what", "InvalidID"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := world(t, Settings{})
			had := map[string]string{"a": "1", "aws:cloudformation:stack-name": "s"}
			c.AddCustomerEndpoint(Endpoint{ID: "vpce-c", VPC: "vpc-1", Service: s3, Tags: maps.Clone(had)})
			_, err := operator(c).CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{test.on}, Tags: append([]types.Tag{}, tagsOf(test.tags...)...)})
			if wants(t, err, test.code); err != nil {
				if !maps.Equal(tagged(t, c), had) {
					t.Errorf("tags %v", tagged(t, c))
				}
				return
			}
			for i := 0; i < len(test.tags); i += 2 {
				had[test.tags[i]] = test.tags[i+1]
			}
			if is := tagged(t, c); !maps.Equal(is, had) {
				t.Errorf("tags %v", is)
			}
			for _, tag := range see(t, operator(c), "vpce-c").Tags {
				if had[*tag.Key] != *tag.Value {
					t.Errorf("%q is read as %q", *tag.Key, *tag.Value)
				}
			}
		})
	}
}

func TestDeleteTags(t *testing.T) {
	key := func(key string, value *string) []types.Tag { return []types.Tag{{Key: &key, Value: value}} }
	for _, test := range []struct {
		name string
		tags []types.Tag
		want int // tags left of three
		code string
	}{
		{"by key", key("a", nil), 2, ""},
		{"by value", key("a", aws.String("1")), 2, ""},
		{"by another value", key("a", aws.String("")), 3, ""},
		{"by empty value", key("b", aws.String("")), 2, ""},
		{"that is not there", key("z", nil), 3, ""},
		{"all but AWS's", nil, 1, ""},
		{"of AWS", key("aws:x", nil), 3, "InvalidParameterValue"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := world(t, Settings{})
			c.AddCustomerEndpoint(Endpoint{ID: "vpce-c", VPC: "vpc-1", Service: s3, Tags: map[string]string{"a": "1", "b": "", "aws:x": "1"}})
			_, err := operator(c).DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{"vpce-c"}, Tags: test.tags})
			wants(t, err, test.code)
			if left := tagged(t, c); len(left) != test.want {
				t.Errorf("left %v", left)
			}
		})
	}
}

func TestDescribeTags(t *testing.T) {
	c := world(t, Settings{Page: 1})
	c.AddCustomerEndpoint(Endpoint{ID: "vpce-c", VPC: "vpc-1", Service: s3, Tags: map[string]string{"a": "1", "b": "2"}})
	c.EditVPC("vpc-1", func(v *VPC) { v.Tags = map[string]string{"a": "9"} })
	in := &ec2.DescribeTagsInput{Filters: filters("resource-type", "vpc-endpoint", "key", "a|b")}
	var got []string
	for {
		out, err := operator(c).DescribeTags(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range out.Tags {
			got = append(got, *tag.ResourceId+*tag.Key+*tag.Value)
		}
		if in.NextToken = out.NextToken; out.NextToken == nil {
			break
		}
	}
	if strings.Join(got, " ") != "vpce-ca1 vpce-cb2" {
		t.Errorf("got %v", got)
	}
}
