package stack

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// allow is the smallest policy.
func allow(sid string) plan.Document {
	return plan.Document{Statements: []plan.Statement{{
		Sid: sid, Why: "Because of " + sid, Effect: "Allow",
		Actions: []string{"odd:Do"}, Resources: []cfn.Value{cfn.String("*")},
	}}}
}

// ec2Trust is a trust without an identifier or a reason.
func ec2Trust() plan.Document {
	service := cfn.Map{{Key: "Service", Value: cfn.String("ec2.amazonaws.com")}}
	return plan.Document{Statements: []plan.Statement{{
		Effect: "Allow", Principal: service, Actions: []string{"sts:AssumeRole"},
	}}}
}

var someTags = []plan.Tag{
	{Key: "plain", Value: cfn.String("")},
	{Key: "who", Value: cfn.Ref("Who"), Comment: "Looked for by policies"},
}

// bodies holds a body of every type, the trees are in testdata/bodies.txtar.
var bodies = map[string]plan.Body{
	"Instance": &plan.Instance{
		LaunchTemplate: "Template", Type: cfn.Ref("Size"), Subnet: cfn.Ref("SubnetId"),
		SecurityGroups: []cfn.Value{cfn.GetAtt("Group", "GroupId")}, Tags: someTags,
	},
	"LaunchTemplate": &plan.LaunchTemplate{
		Image: cfn.String("resolve:ssm:/odd"), Profile: cfn.Ref("Profile"), Device: "/dev/sdz",
		DiskSize: 17, DiskType: "st1", DiskComment: "A prime", UserData: cfn.Sub("#!/bin/sh ${X}"),
		Tags: someTags[:1],
	},
	"InterfaceEndpoint": &plan.InterfaceEndpoint{
		Service: cfn.Sub("com.amazonaws.${AWS::Region}.sts"), VPC: cfn.Ref("Vpc"),
		Subnets: []cfn.Value{cfn.Split(",", cfn.Ref("Ids"))}, PrivateDNSComment: "Later",
		PrivateDNS: cfn.GetAtt("Look", "Odd"), Tags: someTags[1:],
	},
	"SecurityGroup": &plan.SecurityGroup{
		Description: "Never changes", VPC: cfn.Ref("Vpc"),
		Ingress: []plan.GroupPermission{{
			Comment: "The port 0", Protocol: "udp", FromPort: 0, ToPort: 7,
			CIDRv6: cfn.String("::/0"),
		}},
		Egress: []plan.GroupPermission{
			{Protocol: "-1", FromPort: -1, ToPort: -1, PrefixList: cfn.Ref("L"), Description: "S3"},
			{Comment: "Second", Protocol: "tcp", FromPort: 1, ToPort: 1, Group: cfn.Ref("G")},
		},
	},
	"GroupRule": &plan.GroupRule{Of: cfn.Ref("G"), Rule: plan.GroupPermission{
		Protocol: "tcp", FromPort: 8666, ToPort: 8667, CIDR: cfn.GetAtt("F", "Cidr"),
	}},
	"Bucket": &plan.Bucket{
		Name: cfn.Sub("odd-${S}"), Versions: true, Unfinished: 3, Tags: someTags[:1],
	},
	"BucketPolicy": &plan.BucketPolicy{
		Bucket: cfn.Ref("B"),
		Policy: plan.Document{Statements: []plan.Statement{{
			Sid: "OnlyOverTls", Why: "Only over TLS", Effect: "Deny", Principal: cfn.String("*"),
			Actions:   []string{"s3:*"},
			Resources: []cfn.Value{cfn.GetAtt("B", "Arn"), cfn.Sub("${B.Arn}/*")},
			Condition: cfn.Map{{Key: "Bool", Value: cfn.Map{
				{Key: "aws:SecureTransport", Value: cfn.String("false")},
			}}},
		}}},
	},
	"Role": &plan.Role{
		Name: cfn.String("odd"), Path: cfn.Ref("IamPath"),
		Boundary: cfn.If("HasBoundary", cfn.Ref("Boundary"), cfn.NoValue()), Trust: ec2Trust(),
		Managed: []cfn.Value{cfn.Ref("Extra")}, Tags: someTags[1:],
		Policies: []plan.InlinePolicy{
			{Name: "First", Policy: allow("A")},
			{Name: "Second", Condition: "On", Policy: allow("B")},
		},
	},
	"InstanceProfile": &plan.InstanceProfile{
		Name: cfn.String("p"), Path: cfn.String("/x/"), Role: cfn.Ref("R"),
	},
	"ManagedPolicy": &plan.ManagedPolicy{
		Name: cfn.String("m"), Path: cfn.String("/"), Roles: plan.Holders{List: []cfn.Value{cfn.Ref("R")}},
		Users: plan.Holders{List: []cfn.Value{cfn.Ref("U")}, OnlyIf: "On"},
		Policy: plan.Document{Statements: []plan.Statement{{
			Sid: "Gated", Why: "Only when on", Notes: []string{"Accepted (x): y", "Differs: z"},
			Effect: "Allow", Actions: []string{"a:B", "a:C"}, Resources: []cfn.Value{cfn.Ref("X")},
			Gate: "On",
		}}},
	},
	"User": &plan.User{
		Path: cfn.String("/u/"), Boundary: cfn.Ref("B"), Managed: []cfn.Value{cfn.Ref("M")},
		Policies: []plan.InlinePolicy{{Name: "Own", Condition: "On", Policy: allow("O")}},
		Tags:     someTags[:1],
	},
	"AccessKey": &plan.AccessKey{User: cfn.Ref("U"), Serial: cfn.Int(3)},
	"Secret": &plan.Secret{
		Description: "A key", Text: cfn.Sub(`{"id":"${K}"}`), Tags: someTags[:1],
	},
	"LambdaFunction": &plan.LambdaFunction{
		Description: "Looks", Bucket: cfn.Sub("${B}-${AWS::Region}"), Key: cfn.String("k.zip"),
		Role: cfn.GetAtt("R", "Arn"), Memory: 129, Timeout: 61, LogGroup: cfn.Ref("L"),
		Tags: someTags[1:],
	},
	"FunctionVersion": &plan.FunctionVersion{Function: cfn.Ref("F"), CodeSHA256: "q+/="},
	"InvokeConfig":    &plan.InvokeConfig{Function: cfn.Ref("F"), Retries: 0, MaxAge: 301},
	"LogGroup":        &plan.LogGroup{RetentionDays: 5},
	"Custom": &plan.Custom{
		Type: "Custom::Odd", Token: cfn.GetAtt("F", "Arn"), Timeout: 42,
		Properties: cfn.Map{
			{Key: "Zulu", Value: cfn.Values(cfn.Ref("Z"))},
			{Key: "Alpha", Value: cfn.Int(12345678901234567), Comment: "Last, as given"},
		},
	},
	"WaitHandle":    &plan.WaitHandle{},
	"WaitCondition": &plan.WaitCondition{Handle: cfn.Ref("H"), Timeout: 900},
	"Raw": &plan.Raw{Type: "AWS::Odd::Thing", Properties: cfn.Map{
		{Key: "B", Value: cfn.Bool(false)},
		{Key: "A", Value: cfn.List{{Value: cfn.String("x"), Comment: "The x"}}},
	}},
}

func TestBodies(t *testing.T) {
	want := trees(t, "testdata/bodies.txtar")
	if len(want) != len(bodies) {
		t.Errorf("%d trees for %d bodies", len(want), len(bodies))
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want[name], built(t, plan.Resource{Body: body})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every type that package plan calls a body has a case above, and so a case in draftOf.
func TestEveryBodyIsTested(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../plan/bodies.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Name.Name != "isBody" {
			continue
		}
		found++
		name := f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
		if _, ok := bodies[name]; !ok {
			t.Errorf("plan.%s is not tested", name)
		}
	}
	if found != len(bodies) {
		t.Errorf("package plan has %d bodies, the table %d", found, len(bodies))
	}
}
