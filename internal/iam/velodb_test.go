package iam

import (
	"slices"
	"strings"
	"testing"
)

// on makes resources of short ARNs; TYPE=TEXT is a reference that stands for that type.
func on(t *testing.T, texts ...string) []Resource {
	t.Helper()
	var out []Resource
	for _, text := range texts {
		if kind, ref, found := strings.Cut(text, "="); found {
			out = append(out, Resource{Text: ref, Type: kind})
			continue
		}
		full, ok, why := Complete(Load(), text)
		if !ok {
			t.Fatal(why)
		}
		out = append(out, Resource{Text: full})
	}
	return out
}

// when makes conditions of "Operator Key value|value" texts.
func when(texts ...string) []Condition {
	var out []Condition
	for _, text := range texts {
		f := strings.SplitN(text, " ", 3)
		out = append(out, Condition{Operator: f[0], Key: f[1], Values: strings.Split(f[2], "|")})
	}
	return out
}

func ids(found []Finding) string {
	var out []string
	for _, f := range found {
		out = append(out, f.ID)
	}
	return strings.Join(out, " ")
}

// The statements of VeloDB's agent, written as a vendor would, fire exactly where something
// narrower is possible.
func TestVeloDB(t *testing.T) {
	f := Load()
	const tagged = "StringEquals aws:ResourceTag/resource-created-by velodb"
	const bucket, role = "s3:bucket=${VeloDBBucket.Arn}", "iam:role=${VeloDBRole.Arn}"
	for _, c := range []struct {
		sid, actions string
		resources    []string
		conditions   []Condition
		want         string
	}{
		{"Look", "ec2:DescribeInstances ec2:DescribeVolumes ec2:DescribeTags ec2:DescribeSecurityGroups " +
			"ec2:DescribeSecurityGroupRules ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeVpcEndpoint*",
			[]string{"*"}, nil, ""},
		{"CreateNodes", "ec2:RunInstances", []string{"ec2:instance/*", "ec2:volume/*", "ec2:network-interface/*"},
			when("StringEquals aws:RequestTag/resource-created-by velodb"), ""},
		{"UseImageSubnetAndGroup", "ec2:RunInstances", []string{"ec2:image/*", "ec2:key-pair/*",
			"ec2:security-group/*", "ec2:subnet/${SubnetId}"}, nil, ""},
		{"ManageNodes", "ec2:TerminateInstances ec2:StopInstances ec2:StartInstances ec2:RebootInstances " +
			"ec2:ModifyInstanceAttribute ec2:ModifyVolume", []string{"ec2:instance/*", "ec2:volume/*"}, when(tagged), ""},
		{"TagAtCreation", "ec2:CreateTags", []string{"ec2:*/*"},
			when("StringEquals ec2:CreateAction RunInstances|CreateSecurityGroup|CreateVpcEndpoint"), ""},
		{"ChangeTags", "ec2:CreateTags ec2:DeleteTags", []string{"ec2:*/*"}, when(tagged), ""},
		{"CreateSecurityGroups", "ec2:CreateSecurityGroup", []string{"ec2:vpc/${VpcId}", "ec2:security-group/*"}, nil, ""},
		{"ManageSecurityGroups", "ec2:AuthorizeSecurityGroupIngress ec2:AuthorizeSecurityGroupEgress " +
			"ec2:DeleteSecurityGroup", []string{"ec2:security-group/*"},
			when("ArnEquals ec2:Vpc arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${VpcId}"), ""},
		{"ManageEndpoints", "ec2:CreateVpcEndpoint ec2:ModifyVpcEndpoint ec2:DeleteVpcEndpoints", []string{"*"}, nil,
			"any-resource"},
		{"WarehouseData", "s3:Get* s3:List* s3:Put* s3:Delete*", []string{bucket, "s3:object=${VeloDBBucket.Arn}/*"}, nil,
			"broad-actions broad-actions"},
		{"SampleData", "s3:Get* s3:List*", []string{"s3:selectdb-import-data-${AWS::Region}",
			"s3:selectdb-import-data-${AWS::Region}/*"}, nil, ""},
		{"AgentArchive", "s3:GetObject", []string{"s3:${region.agentBucket}/agent/*"}, nil, ""},
		{"WhoAmI", "sts:GetCallerIdentity", []string{"*"}, nil, ""},
		{"AssumeItself", "sts:AssumeRole", []string{role}, nil, ""},
		{"Profiles", "iam:CreateInstanceProfile iam:AddRoleToInstanceProfile", []string{"iam:instance-profile/*"}, nil, ""},
		{"PassItself", "iam:PassRole", []string{role}, when("StringEquals iam:PassedToService ec2.amazonaws.com"), ""},
		{"LoadBalancers", "elasticloadbalancing:*", []string{"*"}, nil, "broad-actions"},
		{"LoadBalancingRole", "iam:CreateServiceLinkedRole", []string{"*"},
			when("StringEquals iam:AWSServiceName elasticloadbalancing.amazonaws.com"), ""},
		{"Token", "secretsmanager:GetSecretValue", []string{"${ConsoleToken}"}, nil, ""},
		{"AccessKey", "secretsmanager:GetSecretValue", []string{"secretsmanager:secret=${VeloDBAkSkSecret}"}, nil, ""},
	} {
		s := Statement{Sid: c.sid, Effect: "Allow", Actions: strings.Fields(c.actions),
			Resources: on(t, c.resources...), Conditions: c.conditions}
		if found := Lint(f, s); ids(found) != c.want {
			t.Errorf("%s: want %q, got %v", c.sid, c.want, found)
		}
	}
}

// What the project's own functions may do is clean but for what their comments explain.
func TestOwnFunctions(t *testing.T) {
	f := Load()
	const mark = "aws:ResourceTag/velodb:managed"
	for _, c := range []struct {
		actions    string
		resources  []string
		conditions []Condition
		want       string
	}{
		{"ec2:DescribeVpcAttribute ec2:DescribeVpcs", []string{"*"}, nil, ""},
		{"ec2:ModifyVpcAttribute", []string{"ec2:vpc/${VpcId}"}, nil, ""},
		{"ec2:ModifyVpcEndpoint", []string{"ec2:vpc-endpoint/*"}, when("StringEquals " + mark + " x"), ""},
		{"ec2:CreateVpcEndpoint", []string{"ec2:vpc/${VpcId}", "ec2:route-table/*"}, nil, ""},
		{"ec2:CreateVpcEndpoint", []string{"ec2:vpc-endpoint/*"}, when(
			"StringEquals ec2:VpceServiceName com.amazonaws.${AWS::Region}.s3",
			"StringEquals aws:RequestTag/velodb:managed custom-resource/v1"), ""},
		{"ec2:CreateTags", []string{"ec2:vpc-endpoint/*"}, when("StringEquals ec2:CreateAction CreateVpcEndpoint"), ""},
		{"ec2:CreateTags ec2:DeleteTags ec2:DeleteVpcEndpoints", []string{"ec2:vpc-endpoint/*"},
			when("StringEquals " + mark + " x"), ""},
		{"route53:AssociateVPCWithHostedZone", []string{"*"}, when(
			"ForAllValues:StringEquals route53:VPCs VPCId=${VpcId},VPCRegion=${AWS::Region}"),
			"for-all-values any-resource"},
	} {
		s := Statement{Effect: "Allow", Actions: strings.Fields(c.actions),
			Resources: on(t, c.resources...), Conditions: c.conditions}
		if found := Lint(f, s); ids(found) != c.want {
			t.Errorf("%s: want %q, got %v", c.actions, c.want, found)
		}
	}
}

func TestSummariesAreOneLine(t *testing.T) {
	s := Statement{Sid: "a b", Effect: "Allow", Actions: []string{"*", "ec3:Run", "s3:Frob", "iam:*"},
		NotActions: []string{"s3:Get*"}, Resources: []Resource{{Text: "*"}, {Text: "arn:aws:s3:::x"}},
		Conditions: when("Frob a:b c", "StringEquals aws:TagKeys *")}
	found := Lint(Load(), s)
	if len(found) < 8 {
		t.Error(found)
	}
	for _, f := range found {
		if strings.ContainsRune(f.Summary, '\n') || strings.HasSuffix(f.Summary, ".") || f.Hint == "" || f.ID == "" {
			t.Errorf("%+v", f)
		}
	}
	if again := Lint(Load(), s); !slices.Equal(found, again) {
		t.Error("two runs differ")
	}
}
