package launch

import (
	"net/url"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

func ptr[T any](v T) *T { return &v }

func sample() *plan.Plan {
	return &plan.Plan{
		Product: plan.Product{Name: "velo db", Title: "VeloDB", Release: "1.0.0+ä", Bucket: "vb",
			Prefix: "a b"},
		Stack: "agent", Variant: "nat",
		Regions: []string{"us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1"},
		Parameters: []plan.Parameter{
			{Name: "VpcId", Type: "AWS::EC2::VPC::Id", Description: `a "vpc" <b> & more`},
			{Name: "Size", Type: "String", AllowedValues: []string{"m6i.xlarge", "t3.large"},
				Default: ptr("t3.large")},
			{Name: "Path", Type: "String", AllowedPattern: `^/([a-z]+/)*$`, MaxLength: ptr(8),
				MinLength: ptr(1), ConstraintDescription: "must begin and end with /", Default: ptr("/")},
			{Name: "Token", Type: "String", NoEcho: true},
			{Name: "Free", Type: "String", Default: ptr("")},
			{Name: "Java", Type: "String", AllowedPattern: `(?=x)x`, Default: ptr("x")},
			{Name: "Count", Type: "Number", MinValue: ptr(2), MaxValue: ptr(10), Default: ptr("2")},
			{Name: "Subnets", Type: "List<AWS::EC2::Subnet::Id>"},
			{Name: "Pair", Type: "String", Kind: "list", AllowedPattern: `[a-z](,[a-z])?`, Default: ptr(""),
				ConstraintDescription: "must be two letters"},
			{Name: "Words", Type: "CommaDelimitedList", AllowedPattern: `[a-z]+`, Default: ptr("a")},
			{Name: "Image", Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: ptr("/x")},
		},
	}
}

func TestExactLinks(t *testing.T) {
	const template = "a%2520b%2F1.0.0%252B%25C3%25A4%2Fagent-nat%2Ftemplate.yaml"
	const query = "&stackName=velo-db-agent-nat"
	for _, tc := range []struct{ region, host, bucket string }{
		{"us-east-1", "us-east-1.console.aws.amazon.com", "vb-us-east-1.s3.us-east-1.amazonaws.com"},
		{"cn-north-1", "console.amazonaws.cn", "vb-cn-north-1.s3.cn-north-1.amazonaws.com.cn"},
		{"us-gov-west-1", "console.amazonaws-us-gov.com",
			"vb-us-gov-west-1.s3.us-gov-west-1.amazonaws.com"},
		{"eusc-de-east-1", "console.amazonaws-eusc.eu",
			"vb-eusc-de-east-1.s3.eusc-de-east-1.amazonaws.eu"},
	} {
		link, diags := Make(sample(), tc.region, Options{})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		tail := "?templateURL=https%3A%2F%2F" + tc.bucket + "%2F" + template + query
		home := "https://" + tc.host + "/cloudformation/home?region=" + tc.region
		if want := home + "#/stacks/create/review" + tail; link.QuickCreate != want {
			t.Errorf("got  %s\nwant %s", link.QuickCreate, want)
		}
		if want := home + "#/stacks/new" + tail; link.Wizard != want {
			t.Errorf("got  %s\nwant %s", link.Wizard, want)
		}
	}
	link, diags := Make(sample(), "us-iso-east-1", Options{})
	if len(diags) > 0 || link.QuickCreate != "" || link.Wizard != "" ||
		!strings.HasPrefix(link.TemplateURL, "https://vb-us-iso-east-1.s3.us-iso-east-1.c2s.ic.gov/") {
		t.Errorf("isolated: %+v %v", link, diags)
	}
}

func TestValuesAreEncoded(t *testing.T) {
	p := sample()
	p.Parameters[4].Name = "Free1"
	link, diags := Make(p, "us-east-1", Options{StackName: "my-stack", Version: "x/y+z=", Params: []Param{
		{"Free1", "a b+c&d%e#f=é?/\"'\n~"}, {"Path", "/x/"},
	}})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	_, query, _ := strings.Cut(link.QuickCreate, "/review?")
	const want = "&stackName=my-stack&param_Free1=a%20b%2Bc%26d%25e%23f%3D%C3%A9%3F%2F%22%27%0A~" +
		"&param_Path=%2Fx%2F"
	if !strings.HasSuffix(query, want) {
		t.Errorf("got  %s\nwant …%s", query, want)
	}
	if !strings.HasSuffix(link.TemplateURL, "/template.yaml?versionId=x%2Fy%2Bz%3D") {
		t.Error(link.TemplateURL)
	}
	if !strings.Contains(query, "template.yaml%3FversionId%3Dx%252Fy%252Bz%253D&") {
		t.Error(query)
	}
}

func TestDottedBucketStandsInThePath(t *testing.T) {
	got := ObjectURL("a.b-us-east-1", "k/ü", "us-east-1", "")
	if want := "https://s3.us-east-1.amazonaws.com/a.b-us-east-1/k/%C3%BC"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("a b+c&d%e#f=é")
	f.Add("\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		e := escape(s)
		if back, err := url.PathUnescape(e); err != nil || back != s {
			t.Errorf("%q -> %q -> %q, %v", s, e, back, err)
		}
		if back, err := url.QueryUnescape(e); err != nil || back != s {
			t.Errorf("form: %q -> %q -> %q, %v", s, e, back, err)
		}
		if strings.ContainsAny(e, " +&#=?/\"'<>") {
			t.Errorf("%q -> %q", s, e)
		}
	})
}

func TestCheck(t *testing.T) {
	for _, tc := range []struct{ name, value, id, summary, hint string }{
		{"VpcId", "vpc-0a1b2c3d4e5f67890", "", "", ""},
		{"VpcId", "vpc-0a1b2c3d", "", "", ""},
		{"VpcId", "subnet-0a1b2c3d", "bad-value", "must look like vpc-0123456789abcdef0", ""},
		{"VpcId", "vpc-0a1b2c3d\n", "bad-value", "must look like vpc-", ""},
		{"Zzzzzz", "x", "unknown-parameter", "no parameter", "choose VpcId"},
		{"VpcID", "x", "unknown-parameter", `no parameter "VpcID"`, `did you mean "VpcId"?`},
		{"Token", "hush", "no-echo-parameter", "Token", "leave it out"},
		{"Size", "t3.large", "", "", ""},
		{"Size", "T3.LARGE", "bad-value", "none of m6i.xlarge, t3.large", ""},
		{"Path", "/a/b/", "", "", ""},
		{"Path", "/a/\n", "bad-value", "does not match", "it must begin and end with /"},
		{"Path", "x/a/", "bad-value", "does not match", ""},
		{"Path", "", "bad-value", "has 0 characters, needed are 1", ""},
		{"Path", "/abcdefg/", "bad-value", "has 9 characters, allowed are 8", ""},
		{"Free", strings.Repeat("é", 2048), "", "", ""},
		{"Free", strings.Repeat("é", 2048) + "x", "value-too-long", "4097 bytes", ""},
		{"Free", "\xff", "bad-value", "not UTF-8", ""},
		{"Java", "x", "pattern-not-checked", "Java", "as Java does"},
		{"Count", "2.0", "", "", ""}, {"Count", "1e1", "", "", ""},
		{"Count", "1.99", "bad-value", "less than 2", ""},
		{"Count", "11", "bad-value", "more than 10", ""},
		{"Count", "0x5", "bad-value", "is no number", ""}, {"Count", "", "bad-value", "no number", ""},
		{"Count", "1e999999999", "bad-value", "no number", ""},
		{"Subnets", "subnet-0a1b2c3d, subnet-0a1b2c3d4e5f67890", "", "", ""},
		{"Pair", "a, b", "bad-value", "Pair: \"a, b\" does not match", "it must be two letters, without spaces"},
		{"Subnets", "subnet-0a1b2c3d,", "bad-value", `"" must look like subnet-`, ""},
		{"Words", "a,b", "", "", ""}, {"Words", "a,B", "bad-value", `"B" does not match`, ""},
		{"Image", "/aws/service/x", "", "", ""},
		{"Image", "a b", "bad-value", "AWS::SSM::Parameter::Name", ""},
	} {
		diags := Check(sample(), Options{Params: []Param{{tc.name, tc.value}}})
		expect(t, tc.name+"="+tc.value, diags, tc.id, tc.summary, tc.hint)
	}
}

func expect(t *testing.T, what string, diags diag.List, id, summary, hint string) {
	t.Helper()
	if id == "" {
		if len(diags) > 0 {
			t.Errorf("%.40q: unexpected %v", what, diags)
		}
		return
	}
	if len(diags) != 1 || diags[0].ID != id || !strings.Contains(diags[0].Summary, summary) ||
		!strings.Contains(diags[0].Hint, hint) || diags[0].At.File != "command line" {
		t.Errorf("%.40q: got %+v, want %s %q %q", what, diags, id, summary, hint)
	}
}

func TestCheckStackRegionAndURL(t *testing.T) {
	for _, name := range []string{"1a", "a_b", "a b", strings.Repeat("a", 129), "-a"} {
		expect(t, name, Check(sample(), Options{StackName: name}), "bad-stack-name", "no name", "")
	}
	expect(t, "128", Check(sample(), Options{StackName: strings.Repeat("a", 128)}), "", "", "")
	two := Options{Params: []Param{{"Free", "1"}, {"Free", "2"}}}
	expect(t, "twice", Check(sample(), two), "parameter-twice", "twice", "")

	_, diags := Make(sample(), "us-esat-1", Options{})
	expect(t, "offered", diags, "region-not-offered", "not offered in us-esat-1", "choose us-east-1")
	_, diags = Make(sample(), "useast1", Options{})
	expect(t, "region", diags, "unknown-region", "no region", "us-east-1")
	p := sample()
	p.Product.Prefix = strings.Repeat("x", 1024)
	link, diags := Make(p, "us-east-1", Options{})
	expect(t, "url", diags, "template-url-too-long", "the console takes 1024", "shorten")
	if link != (Link{}) {
		t.Error("a refused link is given")
	}
	p = sample()
	p.Product.Bucket = ""
	_, diags = Make(p, "us-east-1", Options{})
	expect(t, "bucket", diags, "not-published", "no bucket", "product.yaml")
	if links, diags := All(p, Options{}); len(links)+len(diags) > 0 {
		t.Error(links, diags)
	}
	if !strings.Contains(Commands(p).Create.Prepare, "--template-body file://template.yaml") {
		t.Error("no template in the command")
	}
	all := Options{StackName: "1", Params: []Param{{"Nope", ""}, {"Token", ""}, {"Size", "x"}}}
	if _, diags = All(sample(), all); len(diags) != 4 {
		t.Errorf("want every mistake once: %v", diags)
	}
}

// TestVendorAndOnce: a stack of the vendor has no links, one that fits once has one for each partition.
func TestVendorAndOnce(t *testing.T) {
	p := sample()
	p.Regions = []string{"cn-north-1", "us-east-1", "cn-northwest-1", "eu-west-1"}
	p.Once = true
	links, diags := All(p, Options{})
	if len(diags) > 0 || len(links) != 2 || links[0].Region != "cn-north-1" || links[1].Region != "us-east-1" {
		t.Errorf("%v %v", links, diags)
	}
	if link, diags := Make(p, "eu-west-1", Options{}); len(diags) > 0 || link.QuickCreate == "" {
		t.Errorf("any region will do: %v", diags)
	}
	p.VendorSide = true
	if links, diags = All(p, Options{}); len(links)+len(diags) > 0 {
		t.Errorf("%v %v", links, diags)
	}
	expect(t, "vendor, all", NoLinks(p), "launched-by-vendor", "agent is launched by the vendor", "README.md")
	p.VendorSide, p.Regions = false, nil
	expect(t, "nowhere", NoLinks(p), "no-regions", "names no regions", "--region")
	p.VendorSide = true
	_, diags = Make(p, "us-east-1", Options{})
	expect(t, "vendor", diags, "launched-by-vendor", "agent is launched by the vendor", "README.md")
}

func TestPartitionOf(t *testing.T) {
	for region, want := range map[string]string{
		"ap-southeast-7": "aws", "mx-central-1": "aws", "cn-northwest-1": "aws-cn",
		"us-gov-east-1": "aws-us-gov", "us-isob-east-1": "aws-iso-b", "us-iso-west-1": "aws-iso",
		"eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f", "eusc-de-east-1": "aws-eusc",
		"": "", "us": "", "us-east": "", "us-east-1a": "", "US-east-1": "", "xx-east-1": "",
		"us--1": "", "us-east-": "", "us-east-1 ": "", "us-east-1/..": "",
	} {
		if p, ok := PartitionOf(region); p.Name != want || ok != (want != "") {
			t.Errorf("%q: got %q", region, p.Name)
		}
	}
}

func TestStackName(t *testing.T) {
	for _, tc := range []struct{ product, stack, want string }{
		{"velodb", "agent", "velodb-agent-nat"}, {"3d", "ä", "stack-3d-nat"}, {"a_b", "c.d", "a-b-c-d-nat"},
	} {
		p := sample()
		p.Product.Name, p.Stack = tc.product, tc.stack
		if got := StackName(p); got != tc.want {
			t.Errorf("%s: got %s", tc.want, got)
		}
	}
}

func TestCapabilities(t *testing.T) {
	role := plan.Resource{Body: &plan.Role{}}
	for _, tc := range []struct {
		name string
		r    []plan.Resource
		want string
	}{
		{"none", []plan.Resource{{Body: &plan.Bucket{}}}, ""},
		{"role", []plan.Resource{role}, "CAPABILITY_IAM"},
		{"named", []plan.Resource{role, {Body: &plan.Role{Name: cfn.Ref("X")}}}, "CAPABILITY_NAMED_IAM"},
		{"user", []plan.Resource{{Body: &plan.User{Name: cfn.Ref("X")}}}, "CAPABILITY_NAMED_IAM"},
		{"extra", []plan.Resource{{Body: &plan.User{}, Extra: cfn.Map{{Key: "UserName",
			Value: cfn.String("u")}}}}, "CAPABILITY_NAMED_IAM"},
		{"key", []plan.Resource{{Body: &plan.Raw{Type: "AWS::IAM::AccessKey", Properties: cfn.Map{
			{Key: "UserName", Value: cfn.Ref("U")}}}}}, "CAPABILITY_IAM"},
		{"raw", []plan.Resource{{Body: &plan.Raw{Type: "AWS::IAM::Group", Properties: cfn.Map{
			{Key: "GroupName", Value: cfn.Ref("U")}}}}}, "CAPABILITY_NAMED_IAM"},
	} {
		if got := strings.Join(Capabilities(&plan.Plan{Resources: tc.r}), " "); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestDocument(t *testing.T) {
	p := sample()
	links, diags := All(p, Options{})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	got, err := Describe(p, strings.Repeat("0", 64), links).JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"description": "a \"vpc\" <b> & more"`, `"name": "VpcId",`, `"required": true`,
		`"default": ""`, `"capabilities": []`, `"partition": "aws-us-gov"`,
		`REGION=us-east-1\naws cloudformation create-change-set --region \"$REGION\" `,
		`\\\n  --stack-name velo-db-agent-nat`,
		`'ParameterKey=Subnets,ParameterValue=\"<first>,<second>\"'`,
		`https://vb-$REGION.s3.$REGION.amazonaws.com/a%20b/1.0.0%2B%C3%A4/agent-nat/template.yaml`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// TestDemands: a parameter that the other values ask for is missed where it is empty.
func TestDemands(t *testing.T) {
	p := &plan.Plan{Parameters: []plan.Parameter{
		{Name: "Shout", Kind: "switch", AllowedValues: []string{"yes", "no"}, Default: ptr("no")},
		{Name: "Mode", AllowedValues: []string{"a", "b"}, Default: ptr("b")},
		{Name: "Cry", Default: ptr(""), IsRequired: true, RequiredWhen: []plan.Literal{{Atom: "Shout"}, {Atom: "Mode=a", Not: true}}},
		{Name: "Always", Default: ptr(""), IsRequired: true},
	}}
	for values, want := range map[string]string{
		"": "", "Shout=yes": "Cry is not given", "Shout=yes Cry=": "Cry is empty", "Shout=yes Cry=x": "",
		"Shout=yes Mode=a Cry=": "", "Cry=": "", "Always=": "Always is empty",
	} {
		var o Options
		for word := range strings.FieldsSeq(values) {
			name, value, _ := strings.Cut(word, "=")
			o.Params = append(o.Params, Param{name, value})
		}
		diags := Check(p, o)
		id := ""
		if want != "" {
			id = "value-missing"
		}
		expect(t, values, diags, id, want, "")
	}
}
