package diagram

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/golden"
	"byocfn/internal/plan"

	"oss.terrastruct.com/d2/d2ast"
	"oss.terrastruct.com/d2/d2compiler"
)

// hostile has everything that means something in D2, XML, JavaScript or Markdown.
const hostile = "\"q\" 'p' ${x} $y {a} |md # h | # \\n \\ `b` <script>x</script> ]]> & &amp; ; -> *.* " +
	"...@f\n\x00\x1b\r\tgröße 東京\xff\uFFFE"

// sample names resources after keywords of D2, and two that differ in case only.
func sample() *plan.Plan {
	subnets := []cfn.Value{cfn.Ref("SubnetId")}
	gate := []plan.Literal{{Atom: "Switch"}}
	return &plan.Plan{
		Product: plan.Product{Title: hostile, Vendor: hostile, Release: "1"}, Stack: "app", Variant: "nat",
		Parameters: []plan.Parameter{{Name: "Switch", Kind: "switch"}},
		Resources: []plan.Resource{
			{ID: "Label", Body: &plan.Instance{LaunchTemplate: "Template", Subnet: subnets[0],
				SecurityGroups: []cfn.Value{cfn.GetAtt("Group", "GroupId")}}},
			{ID: "Template", Body: &plan.LaunchTemplate{Profile: cfn.Ref("Profile"),
				UserData: cfn.Sub("${Data} ${!Secret}")}},
			{ID: "Profile", Body: &plan.InstanceProfile{Role: cfn.Ref("Shape")}},
			{ID: "Vendor", Body: &plan.InterfaceEndpoint{VPC: cfn.String(hostile), Subnets: subnets,
				Service: cfn.FindInMap("Regions", cfn.Ref("AWS::Region"), cfn.String("service"))}},
			{ID: "Sts", Gate: gate, Body: &plan.InterfaceEndpoint{VPC: cfn.String(hostile),
				Subnets: subnets, Service: cfn.Sub("com.amazonaws.${AWS::Region}.sts")}},
			{ID: "Group", Body: &plan.SecurityGroup{VPC: cfn.Ref("VpcId")}},
			{ID: "Data", Body: &plan.Bucket{}},
			{ID: "DATA", Body: &plan.Secret{Text: cfn.Ref("User")}},
			{ID: "Shape", Body: &plan.Role{Trust: plan.Document{Statements: []plan.Statement{
				{Principal: cfn.GetAtt("User", "Arn")}}}}},
			{ID: "User", Gate: gate, Body: &plan.User{}},
			{ID: "Policy", Body: &plan.ManagedPolicy{
				Roles: plan.Holders{List: []cfn.Value{cfn.Ref("Shape")}},
				Policy: plan.Document{Statements: []plan.Statement{
					{Resources: []cfn.Value{cfn.Sub("${DATA.Arn}/*")}}}}}},
			{ID: "FactsFunction", Body: &plan.LambdaFunction{}},
			{ID: "FactsRole", Section: plan.Functions, Body: &plan.Role{}},
			{ID: "S3", Body: &plan.Custom{Type: gateway, Properties: cfn.Map{
				{Key: "Service", Value: cfn.String("s3")}}}},
			{ID: "Dns", Body: &plan.Custom{Type: "Custom::VpcDns"}},
			{ID: "class", Body: &plan.Raw{Type: "AWS::Ünknown::" + hostile}},
		},
	}
}

func TestSource(t *testing.T) {
	golden.Run(t, "testdata", func(t *testing.T, _ map[string]string) map[string]string {
		return map[string]string{"diagram.d2": Source(sample())}
	})
}

// TestNoTextIsD2 reads D2's own opinion: the hostile plan has the boxes and arrows of the same plan
// with harmless texts.
func TestNoTextIsD2(t *testing.T) {
	shape := func(src string) string {
		graph, _, err := d2compiler.Compile("", strings.NewReader(src), nil)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, o := range graph.Objects {
			out.WriteString(o.AbsID() + "\n")
		}
		for _, e := range graph.Edges {
			out.WriteString(e.AbsID() + "\n")
		}
		return out.String()
	}
	hostilePlan, harmless := sample(), sample()
	harmless.Product.Title, harmless.Product.Vendor = "T", "V"
	for _, r := range harmless.Resources {
		switch b := r.Body.(type) {
		case *plan.InterfaceEndpoint:
			b.VPC = cfn.Ref("VpcId")
		case *plan.Raw:
			b.Type = "AWS::X::Y"
		}
	}
	got, want := shape(Source(hostilePlan)), shape(Source(harmless))
	if got != want || strings.Count(got, "\n") < 20 {
		t.Errorf("hostile:\n%s\nharmless:\n%s", got, want)
	}
}

func FuzzQuote(f *testing.F) {
	f.Add(hostile)
	f.Add("")
	f.Add("null")
	for keyword := range d2ast.ReservedKeywords {
		f.Add(keyword)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := writer{paths: map[string]string{}, taken: map[string]bool{}}
		w.box(&box{key: text, lines: []string{"x"}, children: []*box{
			{key: "b", lines: []string{text}}}}, "", 0)
		src := "classes: {frame: {width: 1}; node: {width: 1}}\n" + w.text.String()
		graph, _, err := d2compiler.Compile("", strings.NewReader(src), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(graph.Objects) != 2 {
			t.Fatalf("%d objects in %s", len(graph.Objects), src)
		}
		clean := strings.Map(drawable, strings.ToValidUTF8(text, "\uFFFD"))
		if got := graph.Objects[1].Label.Value; got != clean {
			t.Errorf("label %q, want %q", got, clean)
		}
	})
}

func TestCurrent(t *testing.T) {
	src := Source(sample())
	svg := []byte("<svg role=\"img\"" + Digest(src) + ">\n<title>")
	if !Current(svg, src) {
		t.Error("an own drawing is not current")
	}
	for _, old := range [][]byte{nil, svg[:80], []byte("<svg>" + Digest(src))} {
		if Current(old, src) {
			t.Errorf("%.60q is current", old)
		}
	}
	if Current(svg, src+" ") {
		t.Error("current for another text")
	}
}
