package proof

import (
	"fmt"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// pod has a role and a user, who hold what is added; Tide takes three values.
func pod(resources ...plan.Resource) *plan.Plan {
	p := gated(append([]plan.Resource{
		res("Diver", "", &plan.Role{Path: cfn.Ref(plan.PathParameter), Name: prefixedName("diver")}),
		res("Swimmer", "", &plan.User{Path: cfn.Ref(plan.PathParameter), Name: prefixedName("swimmer")}),
	}, resources...)...)
	p.Parameters = append(p.Parameters, plan.Parameter{Name: "Theirs"},
		plan.Parameter{Name: "Tide", AllowedValues: []string{"ebb", "flow", "slack"}},
		plan.Parameter{Name: "Arns", AllowedPattern: `^a:[a-z]{3}(,a:[a-z]{3}){0,5}$`})
	for _, v := range []string{"ebb", "flow", "slack"} {
		p.Conditions = append(p.Conditions, plan.Condition{Name: "TideIs" + v,
			Value:    cfn.Equals(cfn.Ref("Tide"), cfn.String(v)),
			Literals: []plan.Literal{{Atom: "Tide=" + v}}})
	}
	return p
}

func prefixedName(name string) cfn.Value { return cfn.Sub("${" + plan.PrefixParameter + "}" + name) }

// shoal is n policies under a condition, held by a principal.
func shoal(n int, of, condition string, change func(*plan.ManagedPolicy)) []plan.Resource {
	var out []plan.Resource
	for i := range n {
		b := &plan.ManagedPolicy{Roles: plan.Holders{List: []cfn.Value{cfn.Ref(of)}}}
		if of == "Swimmer" {
			b.Roles, b.Users = b.Users, b.Roles
		}
		if change != nil {
			change(b)
		}
		out = append(out, res(fmt.Sprintf("%s%s%d", of, condition, i), condition, b))
	}
	return out
}

func schools(parts ...[]plan.Resource) *plan.Plan {
	var all []plan.Resource
	for _, part := range parts {
		all = append(all, part...)
	}
	return pod(all...)
}

func own(p *plan.Plan, arns ...cfn.Value) *plan.Plan {
	body[*plan.Role](p, "Diver").Managed = arns
	return p
}

func inWords(p *plan.Plan, id, key string, v cfn.Value) *plan.Plan {
	r := newScope(p).resources[id]
	r.Extra = append(r.Extra, prop(key, v))
	return p
}

// crowds finds what is too much for a principal.
func crowds(p *plan.Plan) diag.List {
	r := &report{scope: newScope(p)}
	r.attachments(newRuler(r.scope))
	r.budgetFindings()
	return r.found
}

// TestUpdateMoment counts what a principal holds while a customer changes parameters.
func TestUpdateMoment(t *testing.T) {
	literal := func(n int) (out []cfn.Value) {
		for i := range n {
			out = append(out, cfn.String(fmt.Sprint("arn:", i)))
		}
		return out
	}
	onPath := func(b *plan.ManagedPolicy) { b.Path = cfn.Ref(plan.PathParameter) }
	list := cfn.Split(",", cfn.Ref("Arns"))
	mixed := cfn.Split("|", cfn.Join("|", cfn.Values(cfn.If("Siren", cfn.Join("|", list), cfn.NoValue()),
		cfn.String("arn:x"), cfn.If("Siren", cfn.NoValue(), cfn.String("arn:y")))))
	rawPolicy := func(of string) plan.Resource {
		return res("Raw"+of, "", &plan.Raw{Type: "AWS::IAM::ManagedPolicy",
			Properties: cfn.Map{prop("Roles", cfn.Values(cfn.Ref(of)))}})
	}
	many := pod(shoal(5, "Diver", "", nil)...)
	for i := range maxAxes + 1 {
		name := fmt.Sprint("Odd", i)
		many.Conditions = append(many.Conditions, plan.Condition{Name: name,
			Literals: []plan.Literal{{Atom: name, Not: true}}})
		many.Resources = append(many.Resources, shoal(1, "Diver", name, nil)...)
	}
	alone := func(n int, of string) []string {
		return []string{fmt.Sprintf("too-many-policies: %s can hold %d managed policies, IAM", of, n)}
	}
	moment := func(n int, of string) []string {
		return []string{fmt.Sprintf("too-many-policies: %s can hold %d managed policies while", of, n)}
	}
	cases := map[string]struct {
		p    *plan.Plan
		want []string
	}{
		"a switch": {schools(shoal(6, "Diver", "Siren", nil), shoal(5, "Diver", "NotSiren", nil)),
			moment(11, "the role Diver")},
		"a user's": {schools(shoal(6, "Swimmer", "Siren", nil), shoal(5, "Swimmer", "NotSiren", nil)),
			moment(11, "the user Swimmer")},
		"too many at rest": {schools(shoal(11, "Diver", "Siren", nil), shoal(1, "Diver", "NotSiren", nil)),
			alone(11, "the role Diver")},
		"two of three values fit": {schools(shoal(5, "Diver", "TideIsebb", nil),
			shoal(5, "Diver", "TideIsflow", nil), shoal(5, "Diver", "TideIsslack", nil)), nil},
		"two of three do not": {schools(shoal(5, "Diver", "TideIsebb", nil),
			shoal(2, "Diver", "TideIsflow", nil), shoal(6, "Diver", "TideIsslack", nil)),
			moment(11, "the role Diver")},
		"replaced with the role": {pod(shoal(6, "Diver", "", onPath)...), nil},
		"replaced, not with the user": {pod(shoal(6, "Swimmer", "", onPath)...),
			moment(12, "the user Swimmer")},
		"replaced, not with a role of the customer": {pod(shoal(6, "Theirs", "", onPath)...),
			moment(12, "your customer's role Theirs")},
		"replaced by a switch": {pod(shoal(6, "Diver", "", func(b *plan.ManagedPolicy) {
			b.Name = cfn.If("Siren", cfn.String("loud"), cfn.String("calm"))
		})...), moment(12, "the role Diver")},
		"named like the role": {pod(shoal(6, "Diver", "", func(b *plan.ManagedPolicy) {
			b.Name = cfn.Sub("${Diver}-${AWS::Region}")
		})...), nil},
		"replaced in own words": {inWords(pod(shoal(10, "Diver", "", nil)...), "Diver3", "Description",
			cfn.Ref("VpcId")), moment(11, "the role Diver")},
		"other elements of a list":       {own(pod(), list), moment(12, "the role Diver")},
		"other elements beside a switch": {own(pod(), mixed), moment(13, "the role Diver")},
		"the same ARNs":                  {own(pod(), literal(10)...), nil},
		"the same ARNs, and a switch": {own(pod(shoal(1, "Diver", "Siren", nil)...), literal(10)...),
			alone(11, "the role Diver")},
		"either of two ARNs": {own(pod(), append(literal(9), cfn.If("Siren", cfn.String("l"),
			cfn.String("r")))...), moment(11, "the role Diver")},
		"in own words": {inWords(pod(append(shoal(1, "Diver", "", nil), rawPolicy("Diver"))...), "Diver",
			"ManagedPolicyArns", cfn.Values(literal(9)...)), alone(11, "the role Diver")},
		"attached in own words": {inWords(pod(shoal(11, "Diver", "", nil)...), "Diver10", "Roles",
			cfn.Values(cfn.Ref("Theirs"))), alone(11, "the role Diver")},
		"more choices than can be tried": {many, alone(5+maxAxes+1, "the role Diver")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			expect(t, crowds(c.p), c.want...)
		})
	}
}

// TestInlineMoment adds up policies that no choice has together.
func TestInlineMoment(t *testing.T) {
	either := func(n int) *plan.Plan {
		p := pod()
		for _, c := range []string{"Siren", "NotSiren"} {
			role := body[*plan.Role](p, "Diver")
			role.Policies = append(role.Policies, plan.InlinePolicy{Name: "Diver" + c, Condition: c,
				Policy: doc(statement("A", "", cfn.String(strings.Repeat("r", n))))})
		}
		return p
	}
	expect(t, crowds(either(4000)))
	expect(t, crowds(either(5100)), "policy-size: inline policies of Diver can reach 104")
}
