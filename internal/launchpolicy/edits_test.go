package launchpolicy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byocfn/internal/iam"
	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

// edits are those that the page asks for, done as it says, and the launch that needs each.
func edits() map[string]struct {
	name, parameter, value string
	edit                   func(stack, text string) string
} {
	type edit = struct {
		name, parameter, value string
		edit                   func(stack, text string) string
	}
	return map[string]edit{
		"another name of the stack": {"vdb-prod", "", "", func(stack, text string) string {
			return strings.ReplaceAll(text, stack, "vdb-prod")
		}},
		"a path": {"", plan.PathParameter, "/vendors/x/", func(_, text string) string {
			for _, kind := range []string{"role", "user", "policy", "instance-profile"} {
				begin := "arn:aws:iam::*:" + kind + "/"
				if strings.HasPrefix(text, begin) && text != begin+"*" { // those of others keep their paths
					text = begin + "vendors/x/" + text[len(begin):]
				}
			}
			return text
		}},
		"a prefix": {"", plan.PrefixParameter, "vendor-", func(stack, text string) string {
			entry, profile := "arn:aws:eks:*:*:access-entry/*/*/", "arn:aws:iam::*:instance-profile/"
			switch {
			case strings.HasPrefix(text, entry): // of a role
				return entry + "vendor-*/*"
			case strings.HasPrefix(text, profile) && !strings.HasPrefix(text, profile+stack):
				return profile + "vendor-*" // called like its role
			}
			for _, begin := range []string{"arn:aws:iam::*:role/", "arn:aws:iam::*:user/",
				"arn:aws:lambda:*:*:function:"} {
				if strings.HasPrefix(text, begin) && text != begin+"*" {
					text = begin + "vendor-*"
				}
			}
			return text
		}},
	}
}

// TestEdits launches every shipped template with a house rule of the customer, or under another name,
// after the edit that the page asks for.
func TestEdits(t *testing.T) {
	facts, launches := iam.Load(), 0
	for _, product := range products(t) {
		for _, p := range plans(t, product) {
			for what, e := range edits() {
				if e.parameter != "" && !has(p, e.parameter) {
					continue
				}
				for _, l := range house(t, p, e.name, map[string]string{e.parameter: e.value}) {
					launches++
					all := shipped(t, l.dir, "create-*")
					t.Run(product+"/"+p.Stack+p.Variant+"/"+what, func(t *testing.T) {
						l.launches(t, facts, all.edited(func(text string) string {
							return e.edit(launch.StackName(p), text)
						}))
					})
				}
			}
		}
	}
	if launches < 20 {
		t.Errorf("only %d launches", launches)
	}
}

// TestBoundary demands a boundary as the page says: launches with it go on, roles and users without it
// are refused.
func TestBoundary(t *testing.T) {
	facts, roles := iam.Load(), 0
	for _, product := range products(t) {
		for _, p := range plans(t, product) {
			if !has(p, plan.BoundaryParameter) {
				continue
			}
			l := house(t, p, "", map[string]string{plan.BoundaryParameter: "boundaries/vendors"})[0]
			all := shipped(t, l.dir, "create-*")
			for i := range all {
				if strings.HasPrefix(all[i].Sid, "RightsOf") {
					all[i].Condition = map[string]map[string]texts{"ArnLike": {
						"iam:PermissionsBoundary": {"arn:aws:iam::*:policy/boundaries/vendors"}}}
				}
			}
			l.launches(t, facts, all)
			for _, id := range l.Made() {
				if l.Kind(id) == "AWS::IAM::Role" {
					roles++
					for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy"} {
						if all.allows(request{action, l.arn[id], nil}) {
							t.Errorf("%s: %s without the boundary", id, action)
						}
					}
				}
			}
		}
	}
	if roles < 20 {
		t.Errorf("only %d roles", roles)
	}
}

func has(p *plan.Plan, parameter string) bool {
	for _, q := range p.Parameters {
		if q.Name == parameter {
			return true
		}
	}
	return false
}

// house opens two launches, with all choices made and with none, under another name of the stack and
// a rule of the house.
func house(t *testing.T, p *plan.Plan, name string, rule map[string]string) (out []launched) {
	t.Helper()
	dir := filepath.Join("../../dist", p.Product.Name, p.Stack)
	if p.Variant != "" {
		dir += "-" + p.Variant
	}
	template, err := os.ReadFile(filepath.Join(dir, "template.json"))
	if err != nil {
		t.Fatal(err)
	}
	if name == "" {
		name = launch.StackName(p)
	}
	all := rows(p)
	for _, row := range all[len(all)-2:] {
		for parameter, value := range rule {
			if parameter != "" {
				row[parameter] = value
			}
		}
		out = append(out, open(t, p, dir, template, name, row))
	}
	return out
}

// edited gives the statements with every text edited.
func (a allowance) edited(edit func(string) string) (out allowance) {
	each := func(list texts) (edited texts) {
		for _, text := range list {
			edited = append(edited, edit(text))
		}
		return edited
	}
	for _, s := range a {
		s.Resource = each(s.Resource)
		condition := map[string]map[string]texts{}
		for operator, keys := range s.Condition {
			condition[operator] = map[string]texts{}
			for key, values := range keys {
				condition[operator][key] = each(values)
			}
		}
		s.Condition = condition
		out = append(out, s)
	}
	return out
}
