package spec

import "byocfn/internal/diag"

// Role is an IAM role.
type Role struct {
	Why             Word             `key:"why,required" doc:"Whose identity it is."`
	Existing        *Text            `key:"existing" doc:"A parameter of kind role-arn with optional: yes: where the customer names a role of their own, none is made; its policy and trust are printed for them to add."`
	Name            *Text            `key:"name" doc:"A fixed name. Needed where policies of this stack name the role."`
	Path            Word             `key:"path" doc:"A fixed IAM path, such as /Acme/, in place of the customer's. Only where policies rest on it."`
	UsedOutside     Word             `key:"usedOutside" doc:"Who outside the stack relies on the name. The customer's prefix is then left out, and the documents say so."`
	Boundary        Word             `key:"boundary" doc:"A policy of this stack that bounds the role, in place of the customer's permissions boundary."`
	Trust           Keyed[Trust]     `key:"trust,required" doc:"Who may take the role. The key names the statement."`
	InstanceProfile *Flag            `key:"instanceProfile" doc:"yes: instances may carry the role. Default: no."`
	ProfileName     Word             `key:"profileName" enum:"role" doc:"role: the instance profile has the name of the role."`
	Policies        Texts            `key:"policies" doc:"Names of policies of this stack, aws/NAME for managed policies of AWS, or references to ARNs of policies."`
	Allow           Keyed[Statement] `key:"allow" doc:"What it may do. The key is the Sid."`
	Deny            Keyed[Statement] `key:"deny" doc:"What it may never do. The key is the Sid."`
	When            Gate             `key:"when" doc:"When it exists."`
	Properties      *Extra           `key:"properties" doc:"CloudFormation properties merged into the resource."`
}

// Trust is one statement of a role's trust policy; exactly one principal is named.
type Trust struct {
	Service        Word      `key:"service" doc:"An AWS service, such as ec2 or lambda."`
	Account        *Text     `key:"account" doc:"Another account, or each of a list: ${each.AccountIds}; needs externalId."`
	Roles          Texts     `key:"roles" doc:"ARNs of roles of another account, or a list parameter with them; needs externalId."`
	User           *Text     `key:"user" doc:"A user of this stack by its name, or the ARN of a user of another account, which needs externalId."`
	Self           *Flag     `key:"self" doc:"yes: the role may assume itself."`
	ServiceAccount *Text     `key:"serviceAccount" doc:"NAMESPACE:NAME of a Kubernetes service account; needs cluster."`
	Cluster        *Text     `key:"cluster" doc:"The EKS cluster of the service account: a parameter of kind cluster-name."`
	Federated      Word      `key:"federated" doc:"A web identity provider that AWS knows, such as accounts.google.com; needs audience."`
	Audience       Texts     `key:"audience" doc:"The audiences (aud) of which the token must carry one."`
	ExternalID     Texts     `key:"externalId" doc:"The external ids of which the caller must give one."`
	SourceIdentity *Values   `key:"sourceIdentity" doc:"The source identities of which the caller must set one; allows sts:SetSourceIdentity."`
	Also           Words     `key:"also" doc:"Further actions under the same conditions, such as sts:TagSession."`
	Condition      Condition `key:"condition" doc:"Further IAM conditions: operator, key, value."`
	When           Gate      `key:"when" doc:"When the statement exists."`
	Why            Word      `key:"why" doc:"Why it may take the role."`
	Accept         Accepts   `key:"accept" doc:"Answers to lints: the lint's id and your reason."`
	Differs        Word      `key:"differs" doc:"Where and why it departs from the vendor's published document."`
	At             diag.Range
}

// Policy is a managed policy.
type Policy struct {
	Why         Word             `key:"why,required" doc:"What it lets its holders do."`
	Name        *Text            `key:"name" doc:"A fixed name."`
	Path        Word             `key:"path" doc:"A fixed IAM path, such as /Acme/, in place of the customer's. Only where policies rest on it."`
	UsedOutside Word             `key:"usedOutside" doc:"Who outside the stack relies on the name. The customer's prefix is then left out, the policy is never split, and the documents say so."`
	AttachTo    Texts            `key:"attachTo" doc:"Names of roles that the customer has: parameters of kind role-name."`
	Split       Word             `key:"split" enum:"auto" doc:"auto: where it can grow over what IAM takes, it becomes several policies, attached alike."`
	Boundary    *Boundary        `key:"boundary" doc:"Makes it a permissions boundary, which limits roles and grants nothing."`
	Allow       Keyed[Statement] `key:"allow" doc:"What it allows. The key is the Sid."`
	Deny        Keyed[Statement] `key:"deny" doc:"What it denies. The key is the Sid."`
	When        Gate             `key:"when" doc:"When it exists."`
	Properties  *Extra           `key:"properties" doc:"CloudFormation properties merged into the resource."`
}

// Statement is one permission.
type Statement struct {
	Why       Word      `key:"why,required" doc:"Why it is needed. Stands above the statement in the template and in the permission tables."`
	Actions   Texts     `key:"actions,required" doc:"IAM actions, such as s3:GetObject, or a fact of the product that lists them, such as ${facts.builds}."`
	Resources Texts     `key:"resources,required" doc:"ARNs, short ARNs (ec2:instance/*), or names of resources of this stack; Name/* is the objects of a bucket."`
	Principal *Trust    `key:"principal" doc:"Only in a bucket's policy: who is allowed."`
	Condition Condition `key:"condition" doc:"IAM conditions: operator, key, value."`
	When      Gate      `key:"when" doc:"When the statement exists."`
	Accept    Accepts   `key:"accept" doc:"Answers to lints: the lint's id and your reason."`
	Differs   Word      `key:"differs" doc:"Where and why it departs from the vendor's published document."`
}

// Boundary says what a permissions boundary sees to. The statements are derived, so they cannot go
// stale: they name what the stack has.
type Boundary struct {
	Demand  *Demand `key:"demand" doc:"Roles that are made later must carry this boundary, and nobody under it can take it off them."`
	Protect Word    `key:"protect" doc:"Why nobody under it may change the roles, users and policies of this stack; the statement lists them all."`
	Prefix  Word    `key:"prefix" doc:"What the names of all roles, users and policies of the stack begin with: protect then names them by it, which is shorter. They share one path."`
}

// Demand says which roles must carry the boundary.
type Demand struct {
	Roles Texts `key:"roles,required" doc:"The roles that may be made, such as iam:role/Acme/*."`
	Why   Word  `key:"why,required" doc:"Why roles are made later."`
}

// Condition is operator, key, values, in file order.
type Condition Keyed[Keyed[Values]]

// Values are the values of a condition's key: a text, a list, or a mapping with value and when.
type Values struct {
	Value Texts `key:"value,required" doc:"One value, or several of which one must match."`
	When  Gate  `key:"when" doc:"When the key is part of the condition. Without it the statement allows more, so nothing leaves it out by itself."`
}

// Accepts answers lints by id, each with a reason that is printed in template and documents.
type Accepts Keyed[Word]

// User is an IAM user.
type User struct {
	Why         Word             `key:"why,required" doc:"Whose identity it is."`
	Name        *Text            `key:"name" doc:"A fixed name."`
	Path        Word             `key:"path" doc:"A fixed IAM path, such as /Acme/, in place of the customer's."`
	UsedOutside Word             `key:"usedOutside" doc:"Who outside the stack relies on the name. The customer's prefix is then left out, and the documents say so."`
	Boundary    Word             `key:"boundary" doc:"A policy of this stack that bounds the user, in place of the customer's permissions boundary."`
	Policies    Texts            `key:"policies" doc:"Names of policies of this stack, aws/NAME for managed policies of AWS, or references to ARNs of policies."`
	Allow       Keyed[Statement] `key:"allow" doc:"What it may do. The key is the Sid."`
	AccessKey   *AccessKey       `key:"accessKey" doc:"A long-lived key, kept in Secrets Manager."`
	When        Gate             `key:"when" doc:"When it exists."`
	Accept      Accepts          `key:"accept" doc:"Answers to lints: the lint's id and your reason."`
	Properties  *Extra           `key:"properties" doc:"CloudFormation properties merged into the resource."`
}

// AccessKey is a user's key and the secret that holds it.
type AccessKey struct {
	Name   Word  `key:"name,required" doc:"Logical id of the key."`
	Secret Word  `key:"secret,required" doc:"Logical id of the secret that holds it."`
	Serial *Text `key:"serial" doc:"Raise it to replace the key: a number, or a parameter of kind number, such as ${KeyRotation}, which customers raise. Default: 1."`
	Why    Word  `key:"why,required" doc:"Who reads it."`
}
