package stack

import (
	"strings"
	"testing"

	"github.com/awslabs/goformation/v7/cloudformation/iam"
	"github.com/google/go-cmp/cmp"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Literals that other tools take for something else come out as they went in.
func TestLiteralsStayLiteral(t *testing.T) {
	for _, text := range []string{
		"eyJSZWYiOiJQIn0=", // goformation's own spelling of {"Ref":"P"}
		`{"Ref":"P"}`,
		"${P}",
		"\x000",  // a ticket's spelling
		"\x00*0", // a list ticket's spelling
		"a<b>&c\u2028d",
		"\xff is not UTF-8",
		"012",
		"",
	} {
		var tk tickets
		tk.text("first", cfn.Ref("Wrong"))
		got, err := tk.properties(&iam.Role{
			AssumeRolePolicyDocument: tk.text("trust", cfn.String(text)),
			ManagedPolicyArns:        tk.list("policy", []cfn.Value{cfn.String(text)}),
			RoleName:                 tk.maybe(cfn.String(text)),
		})
		want := cfn.Map{
			{Key: "AssumeRolePolicyDocument", Value: cfn.String(text)},
			{Key: "ManagedPolicyArns", Value: cfn.Strings(text)},
			{Key: "RoleName", Value: cfn.String(text)},
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
}

func TestLists(t *testing.T) {
	split := cfn.Split(",", cfn.Ref("Ids"))
	for name, tt := range map[string]struct {
		in   []cfn.Value
		want cfn.Value
	}{
		"one": {[]cfn.Value{cfn.Ref("A")}, cfn.Values(cfn.Ref("A"))},
		"two": {
			[]cfn.Value{cfn.Ref("A"), cfn.String("b")},
			cfn.Values(cfn.Ref("A"), cfn.String("b")),
		},
		"whole": {[]cfn.Value{split}, split},
		"gated list": {
			[]cfn.Value{cfn.If("C", split, cfn.NoValue())},
			cfn.If("C", split, cfn.NoValue()),
		},
		"gated item": {
			[]cfn.Value{cfn.If("C", cfn.Ref("A"), cfn.NoValue())},
			cfn.Values(cfn.If("C", cfn.Ref("A"), cfn.NoValue())),
		},
	} {
		t.Run(name, func(t *testing.T) {
			var tk tickets
			got, err := tk.properties(&iam.InstanceProfile{Roles: tk.list("role", tt.in)})
			want := cfn.Map{{Key: "Roles", Value: tt.want}}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestProblemsOfAPlan(t *testing.T) {
	statement := plan.Statement{Sid: "S", Effect: "Allow", Actions: []string{"s3:Get*"}}
	good := plan.Document{Statements: []plan.Statement{statement}}
	noActions, noEffect := statement, statement
	noActions.Actions = nil
	noEffect.Effect = "Alow"
	for want, body := range map[string]plan.Body{
		"no user":                              &plan.AccessKey{},
		"no VPC":                               &plan.InterfaceEndpoint{Service: cfn.String("s")},
		"no way to build a body of type <nil>": nil,
		"no role":                              &plan.InstanceProfile{},
		"no value of tag K":                    &plan.LogGroup{Tags: []plan.Tag{{Key: "K"}}},
		"no launch template": &plan.Instance{
			Type: cfn.String("t3.nano"),
		},
		"a list among the elements of subnet": &plan.InterfaceEndpoint{
			Service: cfn.String("s"), VPC: cfn.Ref("V"),
			Subnets: []cfn.Value{cfn.Ref("A"), cfn.Split(",", cfn.Ref("Ids"))},
		},
		"a policy without statements": &plan.Role{},
		"policy P: a policy without": &plan.Role{
			Trust: good, Policies: []plan.InlinePolicy{{Name: "P"}},
		},
		"statement S: it has no actions": &plan.BucketPolicy{
			Bucket: cfn.Ref("B"), Policy: plan.Document{Statements: []plan.Statement{noActions}},
		},
		`its effect is "Alow"`: &plan.BucketPolicy{
			Bucket: cfn.Ref("B"), Policy: plan.Document{Statements: []plan.Statement{noEffect}},
		},
	} {
		p := &plan.Plan{Resources: []plan.Resource{{ID: "Odd", Body: body}}}
		_, err := Build(p)
		if err == nil {
			t.Errorf("%s: no error", want)
			continue
		}
		for _, part := range []string{"a mistake in byocfn", "resource Odd: ", want} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("want %q in %q", part, err)
			}
		}
	}
}

func TestTicketThatNobodyHandedOut(t *testing.T) {
	var tk tickets
	if _, err := tk.properties(&iam.InstanceProfile{Roles: []string{"\x007"}}); err == nil {
		t.Error("no error")
	}
}
