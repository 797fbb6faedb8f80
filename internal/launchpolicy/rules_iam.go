package launchpolicy

import (
	"strings"

	"byocfn/internal/cfn"
)

// role needs CreateRole and what gives rights in a statement of their own, so that a permissions
// boundary can be demanded there. The reference gives the key to UpdateAssumeRolePolicy as well, AWS's
// examples of delegation do not, so it stays outside.
func role(m *maker, r *resource) []rule {
	own := m.arnsOf(r)
	roles := rule{sid: "Roles", on: own, source: handlers,
		why: "Read, tag, correct and remove the roles of the stack",
		read: "iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies " +
			"iam:ListRoleTags",
		update: "iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription",
		remove: "iam:DeleteRole iam:DeleteRolePolicy iam:DetachRolePolicy iam:TagRole iam:UntagRole"}
	rights := rule{sid: "RightsOfRoles", on: own, source: handlers, create: "iam:CreateRole",
		why: "Make the roles of the stack, with their policies and boundary"}
	rights = r.used(rights, property{"Policies", "iam:PutRolePolicy", "iam:PutRolePolicy"},
		property{"PermissionsBoundary", "iam:PutRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"})
	return m.bounded(r, roles, rights, "iam:DeleteRolePermissionsBoundary",
		m.attach(r.properties.Get("ManagedPolicyArns"), own, "Role"))
}

// user is alike.
func user(m *maker, r *resource) []rule {
	own := m.arnsOf(r)
	users := rule{sid: "Users", on: own, source: handlers,
		why: "Read, tag, correct and remove the users of the stack",
		read: "iam:GetLoginProfile iam:GetUser iam:GetUserPolicy iam:ListAttachedUserPolicies " +
			"iam:ListGroupsForUser iam:ListUserPolicies iam:ListUserTags",
		create: "iam:TagUser",
		update: "iam:UntagUser iam:UpdateUser",
		remove: "iam:DeleteAccessKey iam:DeleteLoginProfile iam:DeleteUser iam:DeleteUserPolicy " +
			"iam:DetachUserPolicy iam:ListAccessKeys"}
	users = r.used(users,
		property{"LoginProfile", "iam:CreateLoginProfile", "iam:CreateLoginProfile iam:UpdateLoginProfile"})
	rights := rule{sid: "RightsOfUsers", on: own, source: handlers, create: "iam:CreateUser",
		why: "Make the users of the stack, with their policies and boundary"}
	rights = r.used(rights, property{"Policies", "iam:PutUserPolicy", "iam:PutUserPolicy"},
		property{"PermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"})
	out := m.bounded(r, users, rights, "iam:DeleteUserPermissionsBoundary",
		m.attach(r.properties.Get("ManagedPolicyArns"), own, "User"))
	if r.uses("Groups") {
		out = append(out, rule{sid: "MembersOfGroups", source: handlers,
			why:    "Put the users of the stack into their groups",
			create: "iam:AddUserToGroup", update: "iam:AddUserToGroup", remove: "iam:RemoveUserFromGroup",
			on: m.those(r.properties.Get("Groups"), "AWS::IAM::Group")})
	}
	return out
}

// bounded demands the boundary that a principal always has, and lets one be taken away only where the
// customer chooses it. The condition is ArnLike, because the account is not known.
func (m *maker) bounded(r *resource, own, rights rule, drop string, attached []rule) []rule {
	boundary := r.properties.Get("PermissionsBoundary")
	switch {
	case boundary == nil:
	case m.mayBeAbsent(boundary):
		own.update = join(own.update, drop)
	default:
		rights.where = []Clause{{"ArnLike", "iam:PermissionsBoundary",
			m.those(boundary, "AWS::IAM::ManagedPolicy")}}
	}
	return append([]rule{own, rights}, attached...)
}

// mayBeAbsent tells whether a value hangs on a condition, whatever is presumed of it.
func (m *maker) mayBeAbsent(v cfn.Value) bool {
	fn, ok := v.(cfn.Fn)
	return ok && (fn.Name == "Fn::If" || isNoValue(fn))
}

// attach is attaching policies to principals of a kind: Role, User or Group. The condition holds it to
// these policies.
func (m *maker) attach(policies cfn.Value, principals []string, kind string) []rule {
	arns := m.those(policies, "AWS::IAM::ManagedPolicy")
	if len(arns) == 0 || len(principals) == 0 {
		return nil
	}
	attach := "iam:Attach" + kind + "Policy"
	detach := "iam:Detach" + kind + "Policy"
	beyond := ""
	if low := strings.ToLower(kind); m.every(low, principals) {
		beyond = "every " + low + ", also of those who launch: by a policy that the stack writes each can get " +
			"any right. Write the name of yours"
	}
	return []rule{{sid: "AttachTo" + kind + "s", on: principals, source: handlers,
		why:    "Attach these policies, and no others, and detach them",
		create: attach, update: attach, remove: detach, beyond: beyond,
		where: []Clause{{"ArnLike", "iam:PolicyARN", arns}}}}
}

func managedPolicy(m *maker, r *resource) []rule {
	own := m.arnsOf(r)
	out := []rule{{sid: "Policies", on: own, source: handlers,
		why: "Make, read, correct and remove the policies of the stack",
		read: "iam:GetPolicy iam:GetPolicyVersion iam:ListEntitiesForPolicy " +
			"iam:ListPolicyVersions",
		create: "iam:CreatePolicy",
		update: "iam:CreatePolicyVersion",
		remove: "iam:DeletePolicy iam:DeletePolicyVersion"}}
	for _, kind := range []string{"Role", "User", "Group"} {
		holders := m.those(r.properties.Get(kind+"s"), "AWS::IAM::"+kind)
		out = append(out, m.attach(cfn.Ref(r.id), holders, kind)...)
	}
	return out
}

// instanceProfile needs PassRole, because whoever puts a role into a profile hands it to EC2.
func instanceProfile(m *maker, r *resource) []rule {
	roles := m.those(r.properties.Get("Roles"), "AWS::IAM::Role")
	return []rule{{sid: "InstanceProfiles", on: m.arnsOf(r), source: handlers,
		why:    "Make, read and remove the instance profiles of the stack, and put a role into each",
		read:   "iam:GetInstanceProfile",
		create: "iam:AddRoleToInstanceProfile iam:CreateInstanceProfile",
		remove: "iam:DeleteInstanceProfile iam:RemoveRoleFromInstanceProfile"},
		m.passToEC2(roles)}
}

// passToEC2 names both principals of EC2, for China has its own.
func (m *maker) passToEC2(roles []string) rule {
	out := m.pass(roles, "GiveRolesToEC2", "ec2.amazonaws.com", "EC2")
	if m.arn != "arn:aws:" {
		out.where[0].Values = append(out.where[0].Values, "ec2.amazonaws.com.cn")
	}
	return out
}

// accessKey has no handlers in the registry; these are the actions on access keys that a resource can
// ask for. Source: IAM API Reference, and the properties of AWS::IAM::AccessKey.
func accessKey(m *maker, r *resource) []rule {
	return []rule{{sid: "AccessKeys", source: "IAM API Reference; the registry has no list for this type",
		why:    "Make, replace and remove the access keys of the users of the stack",
		read:   "iam:ListAccessKeys",
		create: "iam:CreateAccessKey", update: "iam:UpdateAccessKey", remove: "iam:DeleteAccessKey",
		on: m.those(r.properties.Get("UserName"), "AWS::IAM::User")}}
}

// handlers is the source of most rules.
const handlers = "CloudFormation registry, handlers of the type"
