package plan

import (
	"path"
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// keyless finds a statement about the objects of a bucket that a KMS key encrypts, where whoever holds
// the statement may not use the key: S3 then refuses what the statement allows.
// Source: S3 user guide, "Using server-side encryption with AWS KMS keys", permissions.
func (m *maker) keyless(in statementsOf, n spec.Named[spec.Statement], s Statement) []iam.Finding {
	if in.kind == bucketPolicy || s.Effect != "Allow" || !slices.ContainsFunc(s.Actions, movesData) {
		return nil
	}
	for _, t := range n.Value.Resources {
		name, _, objects := strings.Cut(t.Raw, "/")
		b := m.in.Stack.Buckets.Get(name)
		if !objects || b == nil || b.Key == nil || !m.mayBe(*b.Key, keySort) {
			continue
		}
		lacks := func(held []spec.Statement) bool { return !mayUse(held, b.Key.Raw) }
		if slices.ContainsFunc(m.heldBeside(in.owner), lacks) {
			return []iam.Finding{{Severity: diag.Warning, ID: "no-key-rights",
				Summary: "a key encrypts " + name + ", and whoever holds this may not use it",
				Hint: "add a statement with kms:Decrypt to read, kms:GenerateDataKey to write, and resources: " +
					quote(b.Key.Raw)}}
		}
	}
	return nil
}

// movesData tells whether an action may read or write objects.
func movesData(action string) bool {
	for _, moving := range []string{"s3:GetObject", "s3:PutObject"} {
		if ok, err := path.Match(action, moving); ok && err == nil {
			return true
		}
	}
	return false
}

// mayUse tells whether one of the statements allows something of KMS on the key, or on more than it.
func mayUse(held []spec.Statement, key string) bool {
	return slices.ContainsFunc(held, func(s spec.Statement) bool {
		ofKMS := func(t spec.Text) bool { return strings.HasPrefix(t.Raw, "kms:") || t.Raw == "*" }
		onKey := func(t spec.Text) bool {
			_, lone := t.Lone()
			return t.Raw == key || !lone
		}
		return slices.ContainsFunc(s.Actions, ofKMS) && slices.ContainsFunc(s.Resources, onKey)
	})
}

// heldBeside gives, for every holder of the statements of a role, user or policy, all that it may do as
// far as the stack knows. Who holds a policy from elsewhere, may do anything.
func (m *maker) heldBeside(owner string) [][]spec.Statement {
	var out [][]spec.Statement
	add := func(id string, own spec.Keyed[spec.Statement], policies spec.Texts) {
		named := func(t spec.Text) bool { return t.Raw == owner }
		if id != owner && !slices.ContainsFunc(policies, named) {
			return
		}
		held := valuesOf(own)
		for _, t := range policies {
			p := m.in.Stack.Policies.Get(t.Raw)
			if p == nil {
				return
			}
			held = append(held, valuesOf(p.Allow)...)
		}
		out = append(out, held)
	}
	for _, r := range m.in.Stack.Roles {
		add(r.Name.Value, r.Value.Allow, r.Value.Policies)
	}
	for _, u := range m.in.Stack.Users {
		add(u.Name.Value, u.Value.Allow, u.Value.Policies)
	}
	if p := m.in.Stack.Policies.Get(owner); p != nil && len(out) == 0 && p.Boundary == nil {
		out = append(out, valuesOf(p.Allow))
	}
	return out
}

func valuesOf(all spec.Keyed[spec.Statement]) []spec.Statement {
	var out []spec.Statement
	for _, n := range all {
		out = append(out, n.Value)
	}
	return out
}
