package diagram

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
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

func TestRender(t *testing.T) {
	src := Source(sample())
	svg, err := Render(src)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	attrs := map[string]string{}
	var inside string
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			inside = x.Name.Local
			for _, a := range x.Attr {
				if len(found) == 0 {
					attrs[a.Name.Local] = a.Value
				}
				if a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("<%s %s=%q>", inside, a.Name.Local, a.Value)
				}
			}
			found[inside] += ""
		case xml.EndElement:
			inside = ""
		case xml.CharData:
			found[inside] += string(x)
		}
	}
	for _, bad := range []string{"script", "image", "foreignObject", "a"} {
		if _, ok := found[bad]; ok {
			t.Errorf("<%s> came through", bad)
		}
	}
	if strings.Contains(found["style"], "url(http") || strings.Contains(found["style"], "@import") {
		t.Error("a style refers to the outside")
	}
	if attrs["role"] != "img" || attrs["aria-labelledby"] != "title desc" || len(svg) > 60_000 {
		t.Error(attrs, len(svg))
	}
	if !strings.Contains(found["title"], "<script>x</script>") {
		t.Errorf("title %q", found["title"])
	}
	for _, want := range []string{"Label → Shape: acts as", "Label → Data: uses", "DATA → User: uses",
		"Vendor → \"q\"", "User → Shape: may become", "Shape → DATA: uses", "Shape, IAM Role, with Policy",
		"Sts, endpoint of sts, if Switch is on", "S3, gateway endpoint of s3"} {
		if !strings.Contains(found["desc"], want) {
			t.Errorf("no %q in\n%s", want, found["desc"])
		}
	}
	for _, not := range []string{"Label → DATA", "Label → Group", "FactsRole", "Profile", "VPC: uses"} {
		if strings.Contains(found["desc"], not) {
			t.Errorf("%q in\n%s", not, found["desc"])
		}
	}
}

func TestCurrent(t *testing.T) {
	src := Source(sample())
	svg, err := Render(src)
	if err != nil {
		t.Fatal(err)
	}
	if !Current(svg, src) {
		t.Error("an own drawing is not current")
	}
	for _, old := range [][]byte{nil, svg[:80], []byte("<svg>" + digest(src))} {
		if Current(old, src) {
			t.Errorf("%.60q is current", old)
		}
	}
	if Current(svg, src+" ") {
		t.Error("current for another text")
	}
	if _, err := Render("a: {"); err == nil {
		t.Error("drawn from no D2")
	}
}

// TestSameInAnotherProcess draws again here and in a process of its own, whose maps have other seeds.
func TestSameInAnotherProcess(t *testing.T) {
	svg, err := Render(Source(sample()))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("DIAGRAM_TO_STDERR") != "" {
		os.Stderr.Write(svg)
		return
	}
	again, err := Render(Source(sample()))
	if err != nil || !bytes.Equal(svg, again) {
		t.Error("another drawing in the same process", err)
	}
	cmd := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestSameInAnotherProcess$")
	cmd.Env = append(os.Environ(), "DIAGRAM_TO_STDERR=1")
	var other bytes.Buffer
	cmd.Stderr = &other
	if err := cmd.Run(); err != nil || !bytes.Equal(svg, other.Bytes()) {
		t.Error("another drawing in another process", err)
	}
}

func TestEmptyPlan(t *testing.T) {
	if _, err := Render(Source(&plan.Plan{})); err != nil {
		t.Error(err)
	}
}

func BenchmarkRender(b *testing.B) {
	src := Source(sample())
	for b.Loop() {
		if _, err := Render(src); err != nil {
			b.Fatal(err)
		}
	}
}
