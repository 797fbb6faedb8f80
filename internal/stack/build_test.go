package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// sample has something in every section.
func sample() *plan.Plan {
	row := func(key, service string) plan.MappingRow {
		return plan.MappingRow{Key: key, Cols: cfn.Map{
			{Key: "service", Value: cfn.String(service)},
			{Key: "zones", Value: cfn.Strings("use1-az2", "use1-az4")},
		}}
	}
	user := cfn.Map{{Key: "AWS", Value: cfn.Ref("AWS::AccountId")}}
	return &plan.Plan{
		Product: plan.Product{
			Title: "Odd Cloud", Release: "2.0.1", Docs: "https://odd.example/docs",
		},
		Stack: "agent", Variant: "shut", VariantText: "No way out",
		About: "Installs the agent, e.g. in your VPC. It pulls instructions, pushes metrics and " +
			"does nothing else that anybody would have to know of before it is launched.",
		Origin: "templates/odd/agent.stack.yaml",
		Parameters: []plan.Parameter{
			{
				Name: "VpcId", Type: "AWS::EC2::VPC::Id", Group: "Network", Label: "VPC",
				Description: "The VPC", Example: "vpc-0a",
			},
			{
				Name: "Loose", Type: "String", Default: new(""), AllowedPattern: "^$|^a$",
				ConstraintDescription: "must be a", Description: "Any.", Example: "a",
				MinLength: new(0), MaxLength: new(1), NoEcho: true,
			},
			{
				Name: "Zones", Type: "Number", Group: "Network", Example: "3", Default: new("007"),
				AllowedValues: []string{"007", "on"}, MinValue: new(-1), MaxValue: new(9),
			},
		},
		Rules: []plan.Rule{{
			Name: "Supported", Comment: "Where it is offered", Description: "Not offered here.",
			Assert: cfn.Equals(cfn.Ref("AWS::Region"), cfn.String("us-east-1")),
		}},
		Mapping: &plan.Mapping{
			Name: "Regions", Comment: "What differs",
			Rows: []plan.MappingRow{row("us-east-1", "vpce-1")},
		},
		Conditions: []plan.Condition{{Name: "On", Value: cfn.Not(cfn.Cond("Off"))}},
		Resources: []plan.Resource{
			{
				ID: "Second", Section: plan.Network, Comment: "Alphabet is not order",
				Body: &plan.WaitHandle{},
			},
			{
				ID: "First", Section: plan.Network, Body: &plan.GroupRule{
					Of: cfn.Ref("G"),
					Rule: plan.GroupPermission{
						Comment: "Its own", Protocol: "-1", Group: cfn.Ref("G"),
					},
				},
			},
			{
				ID: "Role", Section: plan.Functions, Comment: "Who it is", Condition: "On",
				Body: &plan.Role{Trust: plan.Document{Statements: []plan.Statement{{
					Sid: "Self", Effect: "Allow", Principal: user,
					Actions: []string{"sts:AssumeRole"},
					Why:     strings.Repeat("A reason that needs more than one line. ", 3),
				}}}},
			},
		},
		Outputs: []plan.Output{
			{Name: "Zone", Description: "Where", Condition: "On", Value: cfn.Ref("Second")},
			{Name: "Bare", Value: cfn.String("x")},
		},
	}
}

func TestBuild(t *testing.T) {
	p := sample()
	template, err := Build(p)
	if err != nil {
		t.Fatal(err)
	}
	want := trees(t, "testdata/build.txtar")
	if diff := cmp.Diff(want["header"], template.Header+"\n"); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want["tree"], show(template.Tree)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(sample(), p); diff != "" {
		t.Errorf("Build changed its plan:\n%s", diff)
	}
}

// What the caller does to a template does not reach the plan.
func TestTemplateIsACopy(t *testing.T) {
	p := sample()
	properties := cfn.Map{{Key: "A", Value: cfn.Map{{Key: "B", Value: cfn.Int(1)}}}}
	p.Resources = []plan.Resource{{ID: "R", Body: &plan.Raw{Type: "T", Properties: properties}}}
	template, err := Build(p)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := find(template.Tree, "Resources/R/Properties/A/B")
	*at = cfn.Int(2)
	if got := properties[0].Value.(cfn.Map)[0].Value; got != cfn.Int(1) {
		t.Errorf("the plan has %v", got)
	}
}

func TestEmptySectionsAreLeftOut(t *testing.T) {
	template, err := Build(&plan.Plan{Stack: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(template.Tree); strings.Count(got, "\n") != 2 {
		t.Errorf("more than version and description:\n%s", got)
	}
}

// Every resource that the plan got wrong is named at once.
func TestAllMistakes(t *testing.T) {
	_, err := Build(&plan.Plan{Resources: []plan.Resource{
		{ID: "One", Body: &plan.AccessKey{}},
		{ID: "Two", Body: &plan.WaitHandle{}},
		{ID: "Three"},
	}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, id := range []string{"One", "Three"} {
		if !strings.Contains(err.Error(), "resource "+id) {
			t.Errorf("%s is missing in %q", id, err)
		}
	}
	if strings.Contains(err.Error(), "Two") {
		t.Errorf("Two is well: %q", err)
	}
}

func TestDescription(t *testing.T) {
	for name, tt := range map[string]struct{ about, want string }{
		"one sentence":   {"Does it.", "T 1, s. Does it."},
		"two sentences":  {"Does it. And that.", "T 1, s. Does it."},
		"abbreviation":   {"Does e.g. this. Or that.", "T 1, s. Does e.g. this."},
		"two lines":      {"Does\nit all", "T 1, s. Does it all"},
		"two paragraphs": {"Does it\n\nAnd that.", "T 1, s. Does it"},
		"nothing":        {" ", "T 1, s."},
	} {
		product := plan.Product{Title: "T", Release: "1"}
		p := &plan.Plan{Product: product, Stack: "s", About: tt.about}
		if got := description(p); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestShortened(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"just fits", 9, "just fits"},
		{"one two three", 12, "one two ..."},
		{"one two three", 11, "one two ..."},
		{"one two three", 10, "one ..."},
		{"äääääääääää", 10, "äää ..."},
	} {
		got := shortened(tt.in, tt.limit)
		if got != tt.want || len(got) > tt.limit {
			t.Errorf("shortened(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	p := sample()
	for i := range 60 {
		role := p.Resources[2]
		role.ID += string(rune('A' + i))
		p.Resources = append(p.Resources, role)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Build(p); err != nil {
			b.Fatal(err)
		}
	}
}
