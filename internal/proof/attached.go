package proof

import (
	"fmt"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// An update attaches what comes before it detaches what goes: CloudFormation makes new resources and
// replacements first, and removes the old ones in its cleanup. Source: CloudFormation user guide,
// "Update behaviors of stack resources" and "Stack status codes", UPDATE_COMPLETE_CLEANUP_IN_PROGRESS.
// So a principal holds old and new side by side for a moment, and where both do not fit, the update
// fails and rolls back whenever it is tried. The old is what the customer chose before, or the last
// release, which the lock remembers (moment.go).
//
// In what order a role exchanges its own ManagedPolicyArns and inline policies, no page of AWS says:
// the worse is assumed, which is the same. An inline policy that keeps its name is put in place of
// itself; so each counts at its greatest, whatever the others hold at that time (budget.go).

// holding is who holds managed policies: a role or user of the stack, or a role of the customer, by
// the parameter with its name.
type holding struct {
	what, id      string
	limit, inline int            // managed policies, characters of inline ones
	of            *plan.Resource // whom to blame
	own           []element      // ARNs at the holder
	under         formula
}

const comesFirst = "an update attaches what comes before it detaches what goes: "

// attachments counts the managed policies that each principal can hold at once: those of the stack
// that name it, parts of divided ones included, and those that it names itself, with every element
// of a list. What fits even if everything stood side by side is not looked into. What fits at rest,
// and not while a customer goes from one choice to another, is a warning: such an update fails and
// rolls back, and the customer can go there in two.
func (r *report) attachments(m *ruler) {
	for _, h := range r.holdings() {
		named := r.naming(h.id)
		if m.everything(h, named).mostBeside() <= h.limit {
			continue
		}
		held := m.held(h, named)
		if n := held.most(); n > h.limit {
			r.found.Error(h.of.From, "too-many-policies",
				fmt.Sprintf("%s %s can hold %d managed policies, IAM takes %d", h.what, h.id, n, h.limit),
				"put statements together, or into allow, which makes an inline policy")
		} else if n := held.mostBeside(); n > h.limit {
			r.found.Warn(h.of.From, "too-many-policies", fmt.Sprintf("%s %s can hold %d managed "+
				"policies while a customer changes parameters, IAM takes %d", h.what, h.id, n, h.limit),
				comesFirst+"put statements together, each with its when, or let a list be shorter"+held.why())
		}
	}
}

// holdings gives the principals in the order of the template, CloudFormation's own words included.
func (r *report) holdings() []holding {
	var out []holding
	theirs := map[string]bool{}
	for i := range r.Resources {
		res := &r.Resources[i]
		switch plan.TypeName(res.Body) {
		case "AWS::IAM::User":
			out = append(out, holding{"the user", res.ID, iam.MaxManagedPerUser, iam.MaxUserInline, res,
				ownPolicies(res), r.gate(res)})
		case "AWS::IAM::Role":
			out = append(out, holding{"the role", res.ID, iam.MaxManagedPerRole, iam.MaxRoleInline, res,
				ownPolicies(res), r.gate(res)})
		}
		for _, holders := range holdersOf(res) {
			r.walk(cfn.Values(holders.List...), formula{}, func(ref reference) {
				if r.parameters[ref.name] != nil && !theirs[ref.name] {
					theirs[ref.name] = true
					out = append(out, holding{"your customer's role", ref.name, iam.MaxManagedPerRole,
						iam.MaxRoleInline, res, nil, formula{}})
				}
			})
		}
	}
	return out
}

// holdersOf gives who holds a managed policy; none for other resources.
func holdersOf(res *plan.Resource) []plan.Holders {
	if plan.TypeName(res.Body) != "AWS::IAM::ManagedPolicy" {
		return nil
	}
	var out []plan.Holders
	if b, ok := res.Body.(*plan.ManagedPolicy); ok {
		out = []plan.Holders{b.Roles, b.Users}
	}
	for _, key := range []string{"Roles", "Users"} {
		if v := inOwnWords(res, key); v != nil {
			out = append(out, plan.Holders{List: []cfn.Value{v}})
		}
	}
	return out
}

// ownPolicies gives the managed policies that a principal names itself.
func ownPolicies(res *plan.Resource) []element {
	var own []cfn.Value
	switch b := res.Body.(type) {
	case *plan.Role:
		own = b.Managed
	case *plan.User:
		own = b.Managed
	}
	switch v := inOwnWords(res, "ManagedPolicyArns").(type) {
	case nil:
	case cfn.List:
		own = args(cfn.Fn{Arg: v})
	default:
		own = []cfn.Value{v}
	}
	var out []element
	for _, v := range own {
		out = append(out, apart(v)...)
	}
	return out
}

// inOwnWords gives a property that the vendor wrote in CloudFormation's words, or nil.
func inOwnWords(res *plan.Resource, key string) cfn.Value {
	if raw, ok := res.Body.(*plan.Raw); ok {
		return raw.Properties.Get(key)
	}
	return res.Extra.Get(key)
}
