package docs

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

var update = flag.Bool("update", false, "rewrite the expected files")

const evil = "a|b <script>alert(1)</script> `x` \"q\" 'p' *b* _u_ " +
	"[l](http://x) & &amp; $x$ größe 東京\\|"

func ptr[T any](v T) *T { return &v }

func sample() *plan.Plan {
	self := cfn.Map{{Key: "Service", Value: cfn.String("ec2.amazonaws.com")}}
	return &plan.Plan{
		Product: plan.Product{Name: "velodb", Title: "VeloDB | <b>", Vendor: "Velo & Söhne",
			Release: "1.0.0", Docs: "https://example.com/a b?c=<d>", Bucket: "velodb-byoc", Prefix: "p/"},
		Stack: "agent", Variant: "restricted", VariantText: "No way out", About: evil,
		Origin: "templates/velodb/agent.stack.yaml", Regions: []string{"us-east-1", "us-iso-east-1"},
		Parameters: []plan.Parameter{
			{Name: "VpcId", Type: "AWS::EC2::VPC::Id", Label: "VPC", Kind: "vpc", Description: evil},
			{Name: "AgentUser", Type: "String", Kind: "switch", Default: ptr("off"),
				AllowedValues: []string{"on", "off"}},
			{Name: "Pattern", Type: "String", AllowedPattern: `^$|^a\|b$`, Default: ptr(""),
				MinLength: ptr(0), MaxLength: ptr(9), NoEcho: true},
			{Name: "IamPath", Type: "String", Kind: "house", Description: "The path", Default: ptr("/")},
		},
		Conditions: []plan.Condition{
			{Name: "AgentUserOn", Literals: []plan.Literal{{Atom: "AgentUser"}}},
			{Name: "IsPolicy", Literals: []plan.Literal{{Not: true, Atom: "Mode=role"}}},
		},
		Resources: []plan.Resource{
			{ID: "Agent", Comment: evil, Body: &plan.Instance{LaunchTemplate: "AgentTemplate",
				Type: cfn.String("m6i.large"), Subnet: cfn.Ref("SubnetId")}},
			{ID: "AgentTemplate", Body: &plan.LaunchTemplate{Profile: cfn.Ref("Profile")}},
			{ID: "Vendor", Body: &plan.InterfaceEndpoint{VPC: cfn.Ref("VpcId"),
				Service: cfn.FindInMap("Regions", cfn.Ref("AWS::Region"), cfn.String("endpointService")),
				Subnets: []cfn.Value{cfn.Ref("SubnetId")}}},
			{ID: "Group", Body: &plan.SecurityGroup{VPC: cfn.Ref("VpcId"),
				Egress: []plan.GroupPermission{{Comment: "Out | in", Protocol: "-1", FromPort: -1, ToPort: -1,
					CIDR: cfn.String("0.0.0.0/0")}}}},
			{ID: "GroupSelf", Body: &plan.GroupRule{Of: cfn.GetAtt("Group", "GroupId"),
				Rule: plan.GroupPermission{Description: "Nodes", Protocol: "tcp", FromPort: 8000, ToPort: 10000,
					Group: cfn.GetAtt("Group", "GroupId")}}},
			{ID: "Bucket", Keep: plan.KeepData, Comment: "The data", Body: &plan.Bucket{}},
			{ID: "Profile", Body: &plan.InstanceProfile{Role: cfn.Ref("Role")}},
			{ID: "Role", Comment: "What the agent may do", Body: &plan.Role{
				Name: cfn.Sub("velodb-${X}", cfn.Entry{Key: "X", Value: cfn.StackSuffix()}),
				Trust: plan.Document{Statements: []plan.Statement{{Sid: "Trust", Effect: "Allow",
					Principal: self, Actions: []string{"sts:AssumeRole"}}}},
				Policies: []plan.InlinePolicy{{Name: "Data", Condition: "IsPolicy", Policy: plan.Document{
					Statements: []plan.Statement{{Sid: "Pass", Why: evil, Effect: "Allow",
						Notes:  []string{"Accepted (broad-actions): a|b", "Differs from the vendor's document: c"},
						Widens: []string{"iam:Pass*"}, Actions: []string{"iam:Pass*", "s3:GetObject"},
						Resources: []cfn.Value{cfn.Sub("${Bucket.Arn}/*"),
							cfn.If("AgentUserOn", cfn.GetAtt("User", "Arn"), cfn.NoValue())},
						Condition: cfn.Map{{Key: "StringEquals", Value: cfn.Map{
							{Key: "aws:ResourceTag/a|b", Value: cfn.Strings("x", "y")}}}},
						Gate: "AgentUserOn"}}}}},
			}},
			{ID: "User", Condition: "AgentUserOn", Gate: []plan.Literal{{Atom: "AgentUser"}},
				Body: &plan.User{}},
			{ID: "Dns", Body: &plan.Custom{Type: "Custom::VpcDns", Timeout: 360}},
			{ID: "Raw", Body: &plan.Raw{Type: "AWS::IAM::Group"}},
			{ID: "Known", Body: &plan.ManagedPolicy{Name: cfn.String("kn|own"), Path: cfn.String("/velo/"),
				Fixed: plan.Fixed{Name: true, Path: true, For: "Their *script* names it"}, Limits: true}},
		},
		Outputs: []plan.Output{{Name: "BucketName", Description: "The bucket", Value: cfn.Ref("Bucket")},
			{Name: "Load", Value: cfn.Sub("x")}},
		Texts: []plan.Text{{Name: "Load", Why: "Run|it", Condition: "AgentUserOn", File: "load.sql",
			Blanks: []string{"pass|word", "pass|word"}, Parts: []plan.TextPart{
				{Pieces: []plan.TextPiece{{Value: cfn.String("SET ")}, {Ref: "VpcId", Value: cfn.Ref("VpcId")}}},
				{Gate: []plan.Literal{{Atom: "AgentUser"}}, Pieces: []plan.TextPiece{
					{Ref: "Bucket", Value: cfn.Ref("Bucket")}, {Ref: "Role.Arn", Value: cfn.GetAtt("Role", "Arn")}}},
			}}},
		Once: true, Instead: []plan.Instead{{Noun: "role", ID: "Role", Parameter: "Pattern"}},
		Leaves: []plan.Leaves{
			{Name: "Nodes", What: "Instances", Blocks: "the subnet", Remove: "terminate"}},
	}
}

func TestGolden(t *testing.T) {
	p := sample()
	links, diags := launch.All(p, launch.Options{})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	files := RuntimePolicies(p)
	got := map[string][]byte{
		"README.md": README(p, Options{Links: links, Diagram: "diagram.svg",
			TemplateSHA256: strings.Repeat("ab", 32)}),
	}
	for _, f := range append(files, Texts(p)...) {
		got[strings.ReplaceAll(f.Name, "/", "-")] = f.Data
	}
	for name, data := range got {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || string(want) != string(data) {
			t.Errorf("%s differs (%v); run with -update and look at the difference", name, err)
		}
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := got[e.Name()]; !ok && !e.IsDir() {
			t.Errorf("testdata/%s is made by nothing", e.Name())
		}
	}
}

func TestPermissions(t *testing.T) {
	files := RuntimePolicies(sample())
	raw := map[string]json.RawMessage{}
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".json") && !json.Valid(f.Data) {
			t.Errorf("%s is no JSON", f.Name)
		}
		raw[f.Name] = f.Data
	}
	var entries []struct {
		Kind, Principal, Sid, When    string
		Escalating, Accepted, Differs []string
	}
	if err := json.Unmarshal(raw["permissions.json"], &entries); err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || entries[0].Kind != "trust" || entries[1].Kind != "identity" {
		t.Fatalf("%+v", entries)
	}
	e := entries[1]
	if e.When != "Mode is not role and AgentUser is on" || e.Principal != "${Role}" ||
		strings.Join(e.Escalating, " ") != "iam:Pass*" || len(e.Accepted) != 1 || len(e.Differs) != 1 {
		t.Errorf("%+v", e)
	}
	if !strings.Contains(string(raw["iam/Role.json"]), `"${User.Arn}"`) {
		t.Error("a gated resource is missing")
	}
}

// TestVendorSide: the page for the vendor has no links and no customer's rules.
func TestVendorSide(t *testing.T) {
	p := sample()
	p.VendorSide = true
	links, diags := launch.All(p, launch.Options{})
	page := string(README(p, Options{Links: links}))
	for _, no := range []string{"Quick create", "house rules\n\n|", "Links"} {
		if strings.Contains(page, no) {
			t.Errorf("the vendor reads %q", no)
		}
	}
	if !strings.Contains(page, "For Velo \\& Söhne only") || len(diags) > 0 ||
		!strings.Contains(page, "create-change-set") {
		t.Errorf("not the vendor's page (%v):\n%s", diags, page[:900])
	}
}

func TestEmptyPlan(t *testing.T) {
	p := &plan.Plan{}
	if len(README(p, Options{})) == 0 {
		t.Error("nothing written")
	}
	if files := RuntimePolicies(p); len(files) != 1 || string(files[0].Data) != "[]\n" {
		t.Error(files)
	}
}

func BenchmarkAll(b *testing.B) {
	p := sample()
	for range b.N {
		README(p, Options{})
		RuntimePolicies(p)
	}
}
