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
	needs := keyActions(s.Actions)
	if in.kind == bucketPolicy || s.Effect != "Allow" || len(needs) == 0 {
		return nil
	}
	for _, t := range n.Value.Resources {
		name, _, objects := strings.Cut(t.Raw, "/")
		b := m.in.Stack.Buckets.Get(name)
		if !objects || b == nil || b.Key == nil || !m.mayBe(*b.Key, keySort) {
			continue
		}
		lacks := func(held []spec.Statement) bool { return !mayUse(held, b.Key.Raw, needs) }
		if slices.ContainsFunc(m.heldBeside(in.owner), lacks) {
			return []iam.Finding{{Severity: diag.Warning, ID: "no-key-rights",
				Summary: "a key encrypts " + name + ", and whoever holds this may not use it",
				Hint: "add a statement with actions: [" + strings.Join(needs, ", ") + "] and resources: " +
					quote(b.Key.Raw)}}
		}
	}
	return nil
}

// keyActions are what the key must allow to whoever reads or writes objects.
func keyActions(actions []string) []string {
	var out []string
	for _, move := range [][2]string{{"s3:GetObject", "kms:Decrypt"}, {"s3:PutObject", "kms:GenerateDataKey"}} {
		moves := func(pattern string) bool { return matches(pattern, move[0]) }
		if slices.ContainsFunc(actions, moves) {
			out = append(out, move[1])
		}
	}
	return out
}

func matches(pattern, action string) bool {
	ok, err := path.Match(pattern, action)
	return ok && err == nil
}

// mayUse tells whether the statements allow all that is needed on the key, or on more than it.
func mayUse(held []spec.Statement, key string, needs []string) bool {
	onKey := func(t spec.Text) bool {
		_, lone := t.Lone()
		return t.Raw == key || !lone
	}
	return !slices.ContainsFunc(needs, func(need string) bool {
		allows := func(t spec.Text) bool { return matches(t.Raw, need) }
		return !slices.ContainsFunc(held, func(s spec.Statement) bool {
			return slices.ContainsFunc(s.Actions, allows) && slices.ContainsFunc(s.Resources, onKey)
		})
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
