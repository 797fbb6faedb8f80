package plan

import (
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// stale finds ARNs, written out, of identities under a path that is the stack's own, where the stack
// has nothing of that name: a list that names what an older release had neither denies nor hands on
// what it seems to. Names with wildcards, and those outside the path, may be of things made later.
func (m *maker) stale(judged iam.Statement) []iam.Finding {
	var out []iam.Finding
	var named []string
	note := func(text string) {
		if resource, ours := ownIdentity(text); ours {
			named = append(named, resource)
		}
	}
	for _, r := range judged.Resources {
		note(r.Text)
	}
	for _, c := range judged.Conditions {
		for _, value := range c.Values {
			note(value)
		}
	}
	if len(named) == 0 {
		return nil
	}
	own := m.ownARNs()
	for _, resource := range named {
		path := resource[:strings.LastIndex(resource, "/")+1]
		under := func(known string) bool { return strings.HasPrefix(known, path) }
		if !slices.ContainsFunc(own, under) || slices.Contains(own, resource) {
			continue
		}
		out = append(out, iam.Finding{Severity: diag.Warning, ID: "stale-name",
			Summary: resource + " lies under the stack's own path, and the stack has nothing of that name",
			Hint: or(diag.DidYouMean(resource, own),
				"remove it, or write the name of what the stack has, which cannot go stale")})
	}
	return out
}

// ownIdentity gives the resource of an ARN of this account that names one role, user or policy under a
// path of its own: role/Acme/Agent.
func ownIdentity(text string) (string, bool) {
	if !strings.Contains(text, ":iam::") {
		return "", false
	}
	parts := iam.SplitARN(text)
	if len(parts) != 6 || parts[2] != "iam" || parts[4] != "${AWS::AccountId}" {
		return "", false
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	known := kind == "role" || kind == "user" || kind == "policy"
	return parts[5], known && strings.Contains(rest, "/") && !strings.ContainsAny(rest, "*?$")
}

// ownARNs are the resources of the ARNs of what the stack makes under fixed paths and names.
func (m *maker) ownARNs() []string {
	var out []string
	for _, id := range sortedKeys(m.names) {
		e := m.names[id]
		if e.iamArn == nil || e.absent {
			continue
		}
		if resource, ours := ownIdentity(Plain(e.iamArn)); ours {
			out = append(out, resource)
		}
	}
	return out
}

// ofRoles tells whether only roles can hold a statement: its own role does, or the policy is attached
// to roles alone.
func (m *maker) ofRoles(owner string) bool {
	held := func(policies spec.Texts) bool {
		return slices.ContainsFunc(policies, func(t spec.Text) bool { return t.Raw == owner })
	}
	e := m.names[owner]
	if e == nil || e.noun != "policy" {
		return e != nil && e.noun == "role"
	}
	roles := false
	for _, r := range m.in.Stack.Roles {
		roles = roles || held(r.Value.Policies)
	}
	for _, u := range m.in.Stack.Users {
		if held(u.Value.Policies) {
			return false
		}
	}
	return roles
}
