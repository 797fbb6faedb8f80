package published

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestProviderTakesCustomersRoles: the user of the SaaS provider may take the operator role of any
// customer, whatever path and prefix the customer's house rules give it, and no role of another name.
func TestProviderTakesCustomersRoles(t *testing.T) {
	vendor := opened(t, "vendor", nil)
	holders, err := vendor.Holders()
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for _, h := range holders {
		for _, s := range h.Statements {
			if slices.Contains(s.Actions, "sts:AssumeRole") {
				patterns = union(patterns, s.Resources)
			}
		}
	}
	taken := func(arn string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, arn) })
	}
	for _, house := range []map[string]string{
		{}, {"IamPath": "/vendors/eu/"}, {"NamePrefix": "vendor-"},
		{"IamPath": "/x/", "NamePrefix": "acme_corp-01"},
	} {
		values := map[string]string{"DeploymentName": "Sample0123456789", "Operator": "role",
			"SaasUser":   vendor.attribute("UserSaasCapideployOperator", "Arn"),
			"ExternalId": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}
		for name, value := range house {
			values[name] = value
		}
		customer := opened(t, "customer", values)
		operator := customer.attribute("RoleCapideployOperator", "Arn")
		access := customer.attribute("RoleAccessCapillaries", "Arn")
		if err := customer.Err(); err != nil || !taken(operator) || taken(access) {
			t.Errorf("%v: the provider takes %s: %v; %s: %v; %v",
				house, operator, taken(operator), access, taken(access), err)
		}
	}
}

// opened is a launch of a stack of Capillaries.
func opened(t *testing.T, stack string, values map[string]string) *Stack {
	t.Helper()
	file := filepath.Join(root, "dist", "capillaries", stack, "template.json")
	s, err := Open(read(t, file), sample(stack, values, nil))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
