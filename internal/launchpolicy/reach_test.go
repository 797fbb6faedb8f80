package launchpolicy_test

import (
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/launchpolicy"
	"byocfn/internal/plan"
)

// TestReaches: every statement that changes something and is held to the stack neither by names nor by
// a tag tells what else it reaches, as does every name without the name of the stack.
func TestReaches(t *testing.T) {
	facts, wide := iam.Load(), 0
	for _, product := range products(t) {
		for _, p := range plans(t, product) {
			l := launchpolicy.Make(p, built(t, p), facts)
			said, names := map[string]bool{}, []string{}
			for _, r := range l.Reaches {
				said[r.Sid] = true
				names = append(names, r.Names...)
			}
			all := slices.Concat(l.Create, l.Update, l.Delete)
			for _, d := range all {
				for _, s := range d.Statements {
					if !changes(facts, s) {
						continue
					}
					if unheld(s) && !elsewhere(all, s) {
						if wide++; !said[s.Sid] {
							t.Errorf("%s %s: what else does %s reach?", product, d.Name, s.Sid)
						}
					}
					for _, arn := range s.Resources {
						if name, ok := foreign(l.StackName, arn); ok && !slices.Contains(names, name) && !said[s.Sid] {
							t.Errorf("%s %s: %s is not said to reach all of %s", product, d.Name, s.Sid, name)
						}
					}
				}
			}
		}
	}
	if wide < 10 {
		t.Errorf("only %d statements reach beyond: is anybody asked?", wide)
	}
}

func changes(facts *iam.Facts, s launchpolicy.Statement) bool {
	return slices.ContainsFunc(s.Actions, func(name string) bool {
		a, _ := facts.Action(name)
		return a.Level.Changes()
	})
}

// unheld tells whether a resource of a statement is every one of a type, and no condition holds it.
func unheld(s launchpolicy.Statement) bool {
	for _, c := range s.Condition {
		if c.Operator == "StringEquals" && (c.Key == stackTag || c.Key == "ec2:CreateAction") {
			return false
		}
	}
	return slices.ContainsFunc(s.Resources, func(arn string) bool {
		return arn == "*" || strings.HasSuffix(arn, ":*") || strings.HasSuffix(arn, "/*") && strings.Count(arn, "/") == 1
	})
}

// elsewhere tells whether a statement that the tag of the stack holds has the same actions: EC2 asks for
// both, so this one is about what the first is given.
func elsewhere(all []launchpolicy.Document, s launchpolicy.Statement) bool {
	for _, d := range all {
		for _, o := range d.Statements {
			holds := slices.ContainsFunc(o.Condition, func(c launchpolicy.Clause) bool {
				return c.Operator == "StringEquals" && c.Key == stackTag
			})
			has := func(a string) bool { return !slices.Contains(o.Actions, a) }
			if holds && !slices.ContainsFunc(s.Actions, has) {
				return true
			}
		}
	}
	return false
}

// foreign gives the name in an ARN of a named type, where it lacks the name of the stack.
func foreign(stack, arn string) (string, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] == "ec2" || parts[2] == "eks" {
		return "", false
	}
	name := parts[5][strings.LastIndexByte(parts[5], ':')+1:]
	if strings.HasPrefix(parts[5], "secret:") || strings.Contains(strings.ToLower(name), stack) {
		return "", false
	}
	return name, true
}

// TestReachOfNames: names that a parameter or the vendor fixes are told, those of the stack are not.
func TestReachOfNames(t *testing.T) {
	none := ""
	p := &plan.Plan{Stack: "s", Product: plan.Product{Name: "p"}, Parameters: []plan.Parameter{{Name: "Any"},
		{Name: "Maybe", Default: &none}}}
	named := func(id, kind, property string, v cfn.Value) cfn.Entry {
		body := cfn.Map{{Key: "Type", Value: cfn.String(kind)}}
		if v != nil {
			body.Set("Properties", cfn.Map{{Key: property, Value: v}})
		}
		return cfn.Entry{Key: id, Value: body}
	}
	for _, c := range []struct {
		value cfn.Value
		want  []string
	}{
		{nil, nil},
		{cfn.NoValue(), nil},
		{cfn.Sub("${AWS::StackName}-q"), nil},
		{cfn.String("P-S-upper"), nil},
		{cfn.Sub("jobs-${Any}"), []string{"jobs-*"}},
		{cfn.Ref("Maybe"), []string{"*"}},
		{cfn.String("p"), []string{"p"}},
	} {
		tree := cfn.Map{{Key: "Resources", Value: cfn.Map{named("Q", "AWS::SQS::Queue", "QueueName", c.value),
			named("S", "AWS::SecretsManager::Secret", "Name", nil)}}}
		var got []string
		for _, r := range launchpolicy.Make(p, tree, nil).Reaches {
			got = append(got, r.Names...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.value, got, c.want)
		}
	}
}

// TestReachOfRoles: a role that is chosen at the launch can be any.
func TestReachOfRoles(t *testing.T) {
	p := &plan.Plan{Stack: "s", Product: plan.Product{Name: "p"}, Parameters: []plan.Parameter{{Name: "Any"}}}
	body := func(kind, property string, v cfn.Value) cfn.Map {
		return cfn.Map{{Key: "Type", Value: cfn.String(kind)},
			{Key: "Properties", Value: cfn.Map{{Key: property, Value: v}}}}
	}
	for _, c := range []struct {
		resource cfn.Map
		sid      string
	}{
		{body("AWS::Lambda::Function", "Role", cfn.Ref("Any")), "GiveRolesToLambda"},
		{body("AWS::Lambda::Function", "Role", cfn.String("arn:aws:iam::111122223333:role/one")), ""},
		{body("AWS::IAM::ManagedPolicy", "Users", cfn.Values(cfn.Ref("Any"))), "AttachToUsers"},
		{body("AWS::IAM::ManagedPolicy", "Users", cfn.Values(cfn.String("bot"))), ""},
	} {
		sid := ""
		for _, r := range launchpolicy.Make(p, cfn.Map{{Key: "Resources",
			Value: cfn.Map{{Key: "R", Value: c.resource}}}}, nil).Reaches {
			sid += r.Sid
		}
		if sid != c.sid {
			t.Errorf("%v: %q, want %q", c.resource, sid, c.sid)
		}
	}
}

// TestLaunchTemplateWithoutTag: nothing holds its statement, and the page says so.
func TestLaunchTemplateWithoutTag(t *testing.T) {
	for _, c := range []struct {
		tags cfn.Value
		gaps int
	}{
		{nil, 1},
		{cfn.Ref("Owner"), 1},
		{cfn.String("BYOC"), 0},
	} {
		var tags cfn.Map
		if c.tags != nil {
			tags = cfn.Map{{Key: "TagSpecifications", Value: cfn.Values(cfn.Map{{Key: "Tags",
				Value: cfn.Values(cfn.Map{{Key: "Key", Value: cfn.String("app")}, {Key: "Value", Value: c.tags}})}})}}
		}
		tree := cfn.Map{{Key: "Resources", Value: cfn.Map{{Key: "T", Value: cfn.Map{
			{Key: "Type", Value: cfn.String("AWS::EC2::LaunchTemplate")}, {Key: "Properties", Value: tags}}}}}}
		l := launchpolicy.Make(&plan.Plan{Stack: "s"}, tree, nil)
		if len(l.Gaps) != c.gaps {
			t.Errorf("%v: %v", c.tags, l.Gaps)
		}
	}
}
