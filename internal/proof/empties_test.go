package proof

import (
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func doc(statements ...plan.Statement) plan.Document {
	return plan.Document{Statements: statements}
}

func statement(sid, gate string, resources ...cfn.Value) plan.Statement {
	return plan.Statement{Sid: sid, Gate: gate, Effect: "Allow", Actions: []string{"sqs:SendMessage"},
		Resources: resources}
}

func TestEmpties(t *testing.T) {
	any := cfn.String("*")
	onlySiren := cfn.If("Siren", cfn.String("a"), cfn.NoValue())
	trust := doc(plan.Statement{Sid: "T", Actions: []string{"sts:AssumeRole"}, Principal: any})
	lost := statement("L", "", any)
	lost.Condition = cfn.Map{prop("StringEquals", cfn.Map{prop("aws:SourceVpc", onlySiren)})}
	idle := statement("Idle", "", any)
	idle.Actions = nil
	cases := map[string]struct {
		resource plan.Resource
		want     []string
	}{
		"one always": {res("P", "", &plan.ManagedPolicy{Policy: doc(
			statement("A", "Siren", any), statement("B", "", any))}), nil},
		"all choices covered": {res("P", "", &plan.ManagedPolicy{Policy: doc(
			statement("A", "ModeIsKrill", any), statement("B", "ModeIsSquid", any))}), nil},
		"gone with the switch": {res("P", "", &plan.ManagedPolicy{Policy: doc(
			statement("A", "Siren", any))}), []string{"empty-policy: P has no statement when not Siren"}},
		"gone with its resource": {res("P", "Siren", &plan.ManagedPolicy{Policy: doc(
			statement("A", "Siren", any))}), nil},
		"inline under its own gate": {res("R", "", &plan.Role{Trust: trust,
			Policies: []plan.InlinePolicy{{Name: "In", Condition: "Siren", Policy: doc(statement("A", "Siren", any))}}}), nil},
		"inline": {res("R", "", &plan.Role{Trust: trust,
			Policies: []plan.InlinePolicy{{Name: "In", Policy: doc(statement("A", "Siren", any))}}}),
			[]string{"empty-policy: policy In of R has no statement when not Siren"}},
		"user": {res("U", "", &plan.User{Policies: []plan.InlinePolicy{{Name: "In", Policy: doc()}}}),
			[]string{"empty-policy: In of U"}},
		"no trust": {res("R", "", &plan.Role{}), []string{"empty-policy: trust of R"}},
		"nobody is trusted": {res("R", "", &plan.Role{Trust: doc(plan.Statement{Sid: "T",
			Actions: []string{"sts:AssumeRole"}, Principal: cfn.Map{prop("AWS",
				cfn.Values(onlySiren))}})}),
			[]string{"empty-statement: trust of R, statement T has no principal when not Siren"}},
		"bucket policy for nobody": {res("B", "", &plan.BucketPolicy{Policy: doc(
			statement("A", "", any))}), []string{"empty-statement: no principal"}},
		"resources": {res("P", "", &plan.ManagedPolicy{Policy: doc(
			statement("A", "", onlySiren))}),
			[]string{"empty-statement: P, statement A has no resources when not Siren"}},
		"resources under the gate": {res("P", "", &plan.ManagedPolicy{Policy: doc(
			statement("A", "Siren", onlySiren), statement("B", "", any))}), nil},
		"no resources at all": {res("P", "", &plan.ManagedPolicy{Policy: doc(
			statement("A", ""))}), []string{"empty-statement: resources"}},
		"no actions": {res("P", "", &plan.ManagedPolicy{Policy: doc(idle)}),
			[]string{"empty-statement: Idle has no actions"}},
		"condition lost": {res("P", "", &plan.ManagedPolicy{Policy: doc(lost)}),
			[]string{"lost-condition: aws:SourceVpc when not Siren"}},
		"roles": {res("P", "", &plan.ManagedPolicy{Policy: doc(statement("A", "", any)),
			Roles: plan.Holders{List: []cfn.Value{onlySiren}}}), []string{"empty-list: P has an empty list of Roles"}},
		"users left out as a whole": {res("P", "", &plan.ManagedPolicy{
			Policy: doc(statement("A", "", any)),
			Users:  plan.Holders{List: []cfn.Value{cfn.String("u")}, OnlyIf: "Siren"}}), nil},
		"users left empty": {res("P", "", &plan.ManagedPolicy{
			Policy: doc(statement("A", "", any)),
			Users:  plan.Holders{List: []cfn.Value{onlySiren}, OnlyIf: "NotSiren"}}),
			[]string{"empty-list: Users"}},
		"groups": {res("E", "", &plan.InterfaceEndpoint{Subnets: []cfn.Value{any},
			SecurityGroups: []cfn.Value{onlySiren}}), []string{"empty-list: SecurityGroups when not Siren"}},
		"profile": {res("P", "", &plan.InstanceProfile{}), []string{"internal: holds no role"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { expect(t, on(checkEmpties, gated(c.resource)), c.want...) })
	}
}

func TestEmptiesRefusesTooManyChoices(t *testing.T) {
	var statements []plan.Statement
	for _, letter := range "abcdefghijklmno" {
		st := statement("S", "", cfn.String("*"))
		st.Literals = []plan.Literal{{Atom: "region." + string(letter)}}
		statements = append(statements, st)
	}
	p := gated(res("P", "", &plan.ManagedPolicy{Policy: doc(statements...)}))
	expect(t, on(checkEmpties, p), "too-many-gates: P depends")
}

// TestMayLack lets go what the vendor said may be left out, but not an operator with nothing in it.
func TestMayLack(t *testing.T) {
	key := cfn.Map{{Key: "aws:SourceVpc", Value: cfn.If("Siren", cfn.String("vpc-1"), cfn.NoValue())}}
	for _, c := range []struct {
		operator cfn.Value
		lack     []string
		want     bool
	}{
		{key, nil, true},
		{cfn.If("Siren", key, cfn.NoValue()), nil, true},
		{key, []string{"aws:SourceVpc"}, true},
		{cfn.If("Siren", key, cfn.NoValue()), []string{"aws:SourceVpc"}, false},
		{append(cfn.Map{{Key: "aws:PrincipalArn", Value: cfn.String("x")}}, key...),
			[]string{"aws:SourceVpc"}, false},
	} {
		st := statement("Read", "", cfn.String("*"))
		st.Condition = cfn.Map{{Key: "StringEquals", Value: c.operator}}
		st.MayLack = c.lack
		found := on(checkEmpties, gated(res("P", "", &plan.ManagedPolicy{Policy: doc(st)})))
		if got := len(found) > 0; got != c.want {
			t.Errorf("%v without %v: %v", c.operator, c.lack, found)
		}
	}
}
