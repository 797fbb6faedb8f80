package stack

import (
	"fmt"
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/iam"
	"github.com/awslabs/goformation/v7/cloudformation/secretsmanager"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func role(t *tickets, r *plan.Role) (draft, error) {
	trust, err := document(r.Trust)
	if err != nil {
		return draft{}, fmt.Errorf("trust: %w", err)
	}
	policies, gates, err := inlinePolicies(t, r.Policies)
	return draft{
		typed: &iam.Role{
			RoleName:                 t.maybe(r.Name),
			Path:                     t.maybe(r.Path),
			PermissionsBoundary:      t.maybe(r.Boundary),
			AssumeRolePolicyDocument: t.text("trust", trust),
			ManagedPolicyArns:        t.list("managed policy", r.Managed),
			Policies:                 policies,
			Tags:                     tagList(t, r.Tags),
		},
		edits: slices.Concat(gates, tagComments("Tags", r.Tags),
			textEdits("AssumeRolePolicyDocument", r.Trust)),
	}, err
}

func user(t *tickets, u *plan.User) (draft, error) {
	policies, gates, err := inlinePolicies(t, u.Policies)
	r := &iam.User{
		UserName:            t.maybe(u.Name),
		Path:                t.maybe(u.Path),
		PermissionsBoundary: t.maybe(u.Boundary),
		ManagedPolicyArns:   t.list("managed policy", u.Managed),
		Tags:                tagList(t, u.Tags),
	}
	for _, p := range policies {
		r.Policies = append(r.Policies, iam.User_Policy(p))
	}
	return draft{typed: r, edits: append(gates, tagComments("Tags", u.Tags)...)}, err
}

// inlinePolicies gives the policies, and edits that wrap the gated ones in their conditions.
func inlinePolicies(t *tickets, ps []plan.InlinePolicy) ([]iam.Role_Policy, []edit, error) {
	var (
		out   []iam.Role_Policy
		gates []edit
	)
	for i, p := range ps {
		policy, err := document(p.Policy)
		if err != nil {
			return nil, nil, fmt.Errorf("policy %s: %w", p.Name, err)
		}
		out = append(out, iam.Role_Policy{
			PolicyName:     t.text("name of a policy", literal(p.Name)),
			PolicyDocument: t.text("policy", policy),
		})
		path := fmt.Sprintf("Policies/%d", i)
		gates = append(gates, textEdits(path+"/PolicyDocument", p.Policy)...)
		gates = append(gates, edit{path: path, gate: p.Condition})
	}
	return out, gates, nil
}

func instanceProfile(t *tickets, p *plan.InstanceProfile) draft {
	return draft{typed: &iam.InstanceProfile{
		InstanceProfileName: t.maybe(p.Name),
		Path:                t.maybe(p.Path),
		Roles:               t.list("role", []cfn.Value{p.Role}),
	}}
}

func managedPolicy(t *tickets, p *plan.ManagedPolicy) (draft, error) {
	policy, err := document(p.Policy)
	r := &iam.ManagedPolicy{
		ManagedPolicyName: t.maybe(p.Name),
		Path:              t.maybe(p.Path),
		Roles:             holders(t, p.Roles),
		Users:             holders(t, p.Users),
		PolicyDocument:    t.text("policy", policy),
	}
	return draft{typed: r, edits: textEdits("PolicyDocument", p.Policy)}, err
}

// holders gives the list of those who hold a policy, or nothing where the condition fails.
func holders(t *tickets, h plan.Holders) []string {
	if h.OnlyIf == "" {
		return t.list("holder", h.List)
	}
	return t.whole(cfn.If(h.OnlyIf, cfn.Values(h.List...), cfn.NoValue()))
}

func accessKey(t *tickets, k *plan.AccessKey) draft {
	return draft{
		lacks: cfn.Map{{Key: "Serial", Value: k.Serial}}, // goformation takes a literal only
		typed: &iam.AccessKey{UserName: t.text("user", k.User)},
	}
}

func secret(t *tickets, s *plan.Secret) draft {
	return draft{
		typed: &secretsmanager.Secret{
			Description:  t.word(s.Description),
			SecretString: t.maybe(s.Text),
			Tags:         tagList(t, s.Tags),
		},
		edits: tagComments("Tags", s.Tags),
	}
}
