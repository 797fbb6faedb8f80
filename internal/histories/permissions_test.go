package histories

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"byocfn/internal/contract"
)

// used gives the actions that each function called in every case and flow.
func used(t *testing.T) map[string][]string {
	all := map[string][]string{}
	note := func(w *world) {
		w.finish(false)
		for _, call := range w.cloud.Calls() {
			if _, function, ok := strings.Cut(call.Role, "/"); ok {
				service := "ec2:"
				if call.Action == "ListInstanceProfilesForRole" {
					service = "iam:"
				}
				all[function] = append(all[function], service+call.Action)
			}
		}
	}
	for _, c := range cases() {
		synctest.Test(t, func(*testing.T) {
			w := newWorld(c.world)
			_ = c.do(w) // TestCases holds it
			note(w)
		})
	}
	for _, f := range flows() {
		synctest.Test(t, func(*testing.T) {
			w := newWorld(f.world)
			f.do(w)
			note(w)
		})
	}
	for function := range all {
		slices.Sort(all[function])
		all[function] = slices.Compact(all[function])
	}
	return all
}

// unseen are permissions for what no function calls itself, and those that only worlds need which
// are not played here.
func unseen() map[string]string {
	return map[string]string{
		"route53:AssociateVPCWithHostedZone": "EC2 asks for it during ModifyVpcEndpoint",
		"ec2:DescribeTags":                   "only with TagsOf, a security group's tags",
	}
}

// TestFunctionsAndPoliciesAgree holds the calls that were made against the roles: nothing is called
// that is not allowed, and nothing is allowed that is never called.
func TestFunctionsAndPoliciesAgree(t *testing.T) {
	calls := used(t)
	for _, f := range driven() {
		for _, action := range calls[f.Name] {
			if !slices.Contains(f.Actions(), action) {
				t.Errorf("%s calls %s and may not", f.Name, action)
			}
		}
		for _, action := range f.Actions() {
			if !slices.Contains(calls[f.Name], action) && unseen()[action] == "" {
				t.Errorf("%s may %s and never calls it", f.Name, action)
			}
		}
	}
}

// TestEveryStatementIsNeeded takes one statement away from the roles at a time: some case must fail
// then, or a statement is too much.
func TestEveryStatementIsNeeded(t *testing.T) {
	for _, f := range driven() {
		for _, p := range f.Permissions {
			if p.Sid == "ReadTagsToCopy" {
				continue // see unseen
			}
			needed := false
			for _, c := range cases() {
				if needed {
					break
				}
				c.world.Without, c.world.Quiet = p.Sid, true
				synctest.Test(t, func(*testing.T) {
					w := newWorld(c.world)
					err := c.do(w)
					w.rest()
					needed = err != nil || w.finish(!c.stays) != nil
				})
			}
			if !needed {
				t.Errorf("%s works without %s", f.Name, p.Sid)
			}
		}
	}
}

// TestTimesFit is F21: CloudFormation waits longer than a function runs, and leaves time for an
// event that is delivered late.
func TestTimesFit(t *testing.T) {
	for _, f := range contract.Functions() {
		if f.Service < f.Timeout+60 || f.Service > 3600 || f.Timeout > 900 {
			t.Errorf("%s runs %d s and CloudFormation waits %d s", f.Name, f.Timeout, f.Service)
		}
	}
}
