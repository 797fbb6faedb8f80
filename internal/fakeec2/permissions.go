package fakeec2

import (
	"net/http"
	"slices"
	"strings"

	"byocfn/internal/contract"
)

// resource is one object that an action is about, as IAM sees it: vpc/vpc-1, or * where the action
// knows no resources. keys are the condition keys that IAM knows for it.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
type resource struct {
	name string
	keys map[string][]string
	gone bool // conditions on its tags are not looked at
}

// fill puts a role's values into its permissions. What stays open is a breach: the template would
// fill it.
func (c *Cloud) fill(role Role) []contract.Permission {
	pairs := []string{"${AWS::Region}", c.settings.Region, "${AWS::AccountId}", role.Account}
	for _, name := range sortedKeys(role.Fill) {
		pairs = append(pairs, "${"+name+"}", role.Fill[name])
	}
	replacer := strings.NewReplacer(pairs...)
	replace := func(text string) string {
		text = replacer.Replace(text)
		if strings.Contains(text, "${") {
			c.breach("permission of %s has an open value: %s", role.Name, text)
		}
		return text
	}
	all := slices.Clone(role.Permissions)
	for i, permission := range all {
		all[i].Resources = each(permission.Resources, replace)
		all[i].Condition = slices.Clone(permission.Condition)
		for j, condition := range permission.Condition {
			all[i].Condition[j].Key = replace(condition.Key)
			all[i].Condition[j].Values = each(condition.Values, replace)
		}
	}
	return all
}

func each(texts []string, change func(string) string) []string {
	changed := make([]string, len(texts))
	for i, text := range texts {
		changed[i] = change(text)
	}
	return changed
}

// allowed gives EC2's refusal unless, for every resource of the action, a permission allows it. A
// role whose policy is not spread yet, or deleted, may do nothing: IAM is eventually consistent.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html
func (r *run) allowed(action string, on ...resource) error {
	if r.role.Everything {
		return nil
	}
	active := !r.now.Before(r.role.From) && (r.role.Until.IsZero() || r.now.Before(r.role.Until))
	for _, one := range on {
		granted := active && slices.ContainsFunc(r.role.Permissions,
			func(p contract.Permission) bool { return r.grants(p, action, one) })
		if !granted {
			return r.denied(action, one.name)
		}
	}
	return nil
}

// free is the resource of actions that know none.
func free() resource { return resource{name: "*"} }

func (r *run) grants(p contract.Permission, action string, on resource) bool {
	named := slices.ContainsFunc(p.Actions, func(pattern string) bool {
		return Glob(strings.ToLower(pattern), strings.ToLower(action))
	})
	if !named {
		return false
	}
	meant := slices.ContainsFunc(p.Resources, func(pattern string) bool {
		short, ok := strings.CutPrefix(pattern, "ec2:")
		if strings.HasPrefix(pattern, "arn:aws:iam::") {
			short, ok = pattern, true
		}
		if !ok && pattern != "*" {
			r.breach("resource %s of a permission is in no known form", pattern)
		}
		return pattern == "*" || (on.name != "*" && Glob(short, on.name))
	})
	return meant && !slices.ContainsFunc(p.Condition, func(condition contract.Condition) bool {
		tagged := strings.HasPrefix(condition.Key, "aws:ResourceTag/")
		return (!on.gone || !tagged) && !r.holds(condition, on.keys)
	})
}

// denied has the text of EC2, with the encoded message that the functions must cut off.
func (r *run) denied(action, on string) error {
	return refusal{"UnauthorizedOperation", "You are not authorized to perform this operation. " +
		"User: arn:aws:sts::" + r.role.Account + ":assumed-role/" + r.role.Name + " is not " +
		"authorized to perform: " + action + " on resource: " + on + " because no identity-based " +
		"policy allows the " + action + " action. Encoded authorization failure message: " +
		strings.Repeat("x", 64), http.StatusForbidden}
}

// permit is the common beginning of operations: the role may do it, and it is not only a trial.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html (DryRun)
func (r *run) permit(action string, on ...resource) error {
	if err := r.allowed("ec2:"+action, on...); err != nil {
		return err
	}
	return r.trial()
}

func (r *run) trial() error {
	if r.dry {
		return refusal{"DryRunOperation", "Request would have succeeded, but DryRun flag is set.",
			http.StatusPreconditionFailed}
	}
	return nil
}

// objectOf is the resource of something that exists or not, with the tags that conditions see.
func objectOf(kind, id string, tags map[string]string) resource {
	keys := map[string][]string{}
	for key, value := range tags {
		keys["aws:ResourceTag/"+key] = []string{value}
	}
	return resource{name: kind + "/" + id, keys: keys}
}

// absent is the resource of something that does not exist. Whether EC2 looks at conditions or at
// its existence first is unverified.
func (r *run) absent(kind, id string) resource {
	one := objectOf(kind, id, nil)
	one.gone = !r.settings.MissingIsDenied
	return one
}
