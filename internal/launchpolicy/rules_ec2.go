package launchpolicy

import (
	"strings"

	"byocfn/internal/cfn"
)

// stackTag is the tag that CloudFormation puts on what it makes. Nobody else can set a tag whose key
// begins with aws:. AWS's own policy AmazonECS_FullAccess holds deletions to it in the same way.
// Source: CloudFormation User Guide, "Resource tag"; the registry's cloudFormationSystemTags.
const stackTag = "aws:ResourceTag/aws:cloudformation:stack-name"

const tagSource = "CloudFormation User Guide, Resource tag; handlers of the type"

// ofStack holds a rule to what carries the tag of the stack.
func (m *maker) ofStack() []Clause { return []Clause{{"StringEquals", stackTag, []string{m.stack}}} }

// ofNoOther holds a rule to that, or to what carries no such tag: it may not have arrived yet.
func (m *maker) ofNoOther() []Clause {
	return []Clause{{"StringEqualsIfExists", stackTag, []string{m.stack}}}
}

// ec2 gives ARNs of all resources of some types; an image belongs to no account.
func (m *maker) ec2(types ...string) []string {
	out := make([]string, len(types))
	for i, t := range types {
		account := "*"
		if t == "image" {
			account = ""
		}
		out[i] = m.arn + "ec2:" + m.region + ":" + account + ":" + t + "/*"
	}
	return out
}

// tags is the tagging of what EC2 makes, which goes with making it.
func (m *maker) tags(types ...string) rule {
	return rule{sid: "TagInEC2", on: m.ec2(types...), source: tagSource,
		why: "Tag what is made with the tags of the template and of the stack. What belongs to another " +
			"stack is out of reach, what belongs to none is not: the tag of the stack may arrive last",
		create: "ec2:CreateTags", where: m.ofNoOther(),
		beyond: "tags of what belongs to no stack; mind policies of yours that decide by tags"}
}

// untag is what takes tags away again.
func (m *maker) untag(types ...string) rule {
	return rule{sid: "UntagInEC2", on: m.ec2(types...), source: tagSource,
		why:    "Take tags away that a release no longer has",
		update: "ec2:DeleteTags", where: m.ofStack()}
}

// see is reading, for which EC2 knows no narrower resource.
func see(actions string) rule {
	return rule{sid: "SeeInEC2", read: actions, source: handlers,
		why: "See whether it is there yet; EC2 knows no narrower resource for looking"}
}

func instance(m *maker, r *resource) []rule {
	own := m.ec2("instance")
	run := rule{sid: "RunInstances", create: "ec2:RunInstances", source: handlers,
		beyond: "instances of any image and size, in every subnet and security group",
		why: "Start the instance. What it is started with has no name that could be known; its role " +
			"is held by GiveRolesToEC2",
		on: m.ec2("image", "instance", "launch-template", "network-interface", "security-group",
			"subnet", "volume")}
	if r.uses("KeyName") {
		run.on = append(run.on, m.ec2("key-pair")...)
	}
	change := rule{sid: "ChangeInstances", on: own, source: tagSource,
		why:    "Change and remove instances of the stack",
		update: "ec2:ModifyInstanceAttribute ec2:StartInstances ec2:StopInstances",
		remove: "ec2:TerminateInstances", where: m.ofStack()}
	for _, p := range instanceProperties() {
		change = r.used(change, property{p[0], p[1], p[1]})
	}
	m.gap(r, "missing if your account encrypts new volumes with a KMS key of its own: kms:CreateGrant, "+
		"kms:Decrypt, kms:DescribeKey, kms:GenerateDataKeyWithoutPlaintext and kms:ReEncrypt* on this key")
	m.strange(r, "Volumes", "SsmAssociations", "Affinity", "HostId", "HostResourceGroupArn",
		"LicenseSpecifications", "PlacementGroupName", "Tenancy")
	m.profileOf(r, r.properties.Get("IamInstanceProfile"))
	out := []rule{see("ec2:DescribeIamInstanceProfileAssociations ec2:DescribeInstanceAttribute " +
		"ec2:DescribeInstanceCreditSpecifications ec2:DescribeInstances ec2:DescribeKeyPairs " +
		"ec2:DescribeLaunchTemplateVersions ec2:DescribeLaunchTemplates ec2:DescribeNetworkInterfaces " +
		"ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVolumes ec2:DescribeVpcs"),
		{sid: "SeeAssociations", read: "ssm:DescribeAssociation ssm:ListAssociations", source: handlers,
			why: "Read whether documents of Systems Manager are tied to the instance"},
		run, change, m.tags("instance", "network-interface", "volume"), m.untag("instance", "volume")}
	if r.uses("SecurityGroupIds") {
		out = append(out, rule{sid: "GroupsOfInstances", on: m.ec2("security-group"), source: handlers,
			why:    "Give an instance of the stack other security groups",
			update: "ec2:ModifyInstanceAttribute"})
	}
	return out
}

// instanceProperties says which actions set a property of an instance after it was started.
func instanceProperties() [][2]string {
	return [][2]string{
		{"CreditSpecification", "ec2:ModifyInstanceCreditSpecification"},
		{"DisableApiTermination", "ec2:ModifyInstanceAttribute"},
		{"IamInstanceProfile", "ec2:AssociateIamInstanceProfile ec2:DisassociateIamInstanceProfile " +
			"ec2:ReplaceIamInstanceProfileAssociation"},
		{"MetadataOptions", "ec2:ModifyInstanceMetadataOptions"},
		{"Monitoring", "ec2:MonitorInstances ec2:UnmonitorInstances"},
		{"PrivateDnsNameOptions", "ec2:ModifyPrivateDnsNameOptions"},
		{"SourceDestCheck", "ec2:ModifyInstanceAttribute"},
	}
}

// strange reports properties about which the table knows nothing.
func (m *maker) strange(r *resource, properties ...string) {
	for _, p := range properties {
		if r.uses(p) {
			m.gap(r, "what its property "+p+" needs")
		}
	}
}

// profileOf reports an instance profile that others made: which role it holds is not known.
func (m *maker) profileOf(r *resource, profile cfn.Value) {
	elements(profile, func(v cfn.Value) {
		if m.referred(v) == nil {
			m.gap(r, "iam:PassRole to ec2.amazonaws.com on the role of its instance profile, which is "+
				"not of this stack")
		}
	})
}

// launchTemplate is looked up by EC2 at each launch with the rights of the caller, its image too.
// CloudFormation puts no tag of its own on it; one of the template holds deletions instead.
func launchTemplate(m *maker, r *resource) []rule {
	data, _ := r.properties.Get("LaunchTemplateData").(cfn.Map)
	profile, _ := data.Get("IamInstanceProfile").(cfn.Map)
	m.profileOf(r, profile.Get("Name"))
	m.profileOf(r, profile.Get("Arn"))
	own := m.ec2("launch-template")
	tag := ownTag(r.properties.Get("TagSpecifications"))
	others := "every launch template"
	if len(tag) > 0 {
		_, key, _ := strings.Cut(tag[0].Key, "/")
		others = "launch templates of others with the tag " + key + "=" + tag[0].Values[0]
	} else {
		m.gap(r, "what LaunchTemplates holds on every launch template, for this one carries no tag with a "+
			"fixed value, is for you to narrow")
	}
	out := []rule{
		see("ec2:DescribeLaunchTemplateVersions ec2:DescribeLaunchTemplates"),
		{sid: "MakeLaunchTemplates", on: own, source: handlers, create: "ec2:CreateLaunchTemplate",
			why: "Make the launch template", beyond: "further launch templates"},
		{sid: "LaunchTemplates", on: own, source: handlers,
			why:    "Change and remove launch templates with this tag",
			update: "ec2:CreateLaunchTemplateVersion ec2:CreateTags ec2:ModifyLaunchTemplate",
			remove: "ec2:DeleteLaunchTemplate ec2:DeleteTags", where: tag,
			beyond: others},
		{sid: "TagLaunchTemplates", on: own, create: "ec2:CreateTags",
			why: "Tag the launch template while it is being made, and no other: whoever could tag one " +
				"could also change it",
			source: "EC2 API Reference, CreateLaunchTemplate; handlers of the type; " +
				"cloudformation-coverage-roadmap#979 shows that the tags go with the call",
			where: []Clause{{"StringEquals", "ec2:CreateAction", []string{"CreateLaunchTemplate"}}}},
	}
	for _, image := range m.patterns(data.Get("ImageId")) {
		name, ok := strings.CutPrefix(image, "resolve:ssm:")
		if !ok {
			continue
		}
		if read, ok := m.resolve("ssm", name); ok {
			read.sid, read.why = "ReadImage", "Find the image that the instance starts from"
			read.source = "EC2 User Guide, Use a Systems Manager parameter instead of an AMI ID"
			out = append(out, read)
		}
	}
	return out
}

// ownTag gives the first tag of a launch template whose value is fixed.
func ownTag(specifications cfn.Value) (out []Clause) {
	elements(specifications, func(v cfn.Value) {
		specification, _ := v.(cfn.Map)
		elements(specification.Get("Tags"), func(v cfn.Value) {
			tag, _ := v.(cfn.Map)
			key, isText := tag.Get("Key").(cfn.String)
			value, isFixed := tag.Get("Value").(cfn.String)
			if isText && isFixed && out == nil {
				out = []Clause{{"StringEquals", "aws:ResourceTag/" + string(key), []string{string(value)}}}
			}
		})
	})
	return out
}

func securityGroup(m *maker, r *resource) []rule {
	own := m.ec2("security-group")
	first := rule{sid: "FirstRulesOfGroups", on: own, source: handlers, where: m.ofNoOther(),
		beyond: "rules of security groups that belong to no stack",
		why: "Write the rules that a security group is made with. Groups of another stack are out of " +
			"reach, those of none are not: the tag of the stack may still be missing then"}
	first = r.used(first,
		property{"SecurityGroupIngress", "ec2:AuthorizeSecurityGroupIngress", ""},
		property{"SecurityGroupEgress", "ec2:AuthorizeSecurityGroupEgress ec2:RevokeSecurityGroupEgress",
			""})
	later := m.laterRules()
	later.update = "ec2:AuthorizeSecurityGroupEgress ec2:AuthorizeSecurityGroupIngress " +
		"ec2:RevokeSecurityGroupEgress ec2:RevokeSecurityGroupIngress " +
		"ec2:UpdateSecurityGroupRuleDescriptionsEgress ec2:UpdateSecurityGroupRuleDescriptionsIngress"
	later.remove = "ec2:DeleteSecurityGroup"
	return []rule{see("ec2:DescribeInstances ec2:DescribeSecurityGroups"),
		{sid: "MakeGroups", on: m.ec2("security-group", "vpc"), source: handlers,
			why: "Make the security groups, in the VPC that is named", create: "ec2:CreateSecurityGroup",
			beyond: "security groups in every VPC"},
		first, later, m.tags("security-group"), m.untag("security-group")}
}

// laterRules is what happens to groups that carry the tag of the stack.
func (m *maker) laterRules() rule {
	return rule{sid: "Groups", on: m.ec2("security-group"), source: tagSource, where: m.ofStack(),
		why: "Write and remove rules of the security groups of the stack, and the groups"}
}

// groupRule is a rule that is a resource of its own, of a group of the stack or of another one.
func groupRule(m *maker, r *resource) []rule {
	way := strings.TrimPrefix(r.kind, "AWS::EC2::SecurityGroup")
	out := m.laterRules()
	if g := m.referred(r.properties.Get("GroupId")); g == nil {
		out.sid, out.where = "RulesOfYourGroups", nil
		out.why = "Write and remove rules of the security group that is named at the launch"
		out.beyond = "rules of every security group"
		out.source = handlers
	}
	out.create = "ec2:AuthorizeSecurityGroup" + way
	out.update = "ec2:UpdateSecurityGroupRuleDescriptions" + way
	out.remove = "ec2:RevokeSecurityGroup" + way
	return []rule{see("ec2:DescribeSecurityGroupRules ec2:DescribeSecurityGroups"), out}
}

func endpoint(m *maker, r *resource) []rule {
	rooms := []string{"subnet", "security-group"}
	if r.uses("RouteTableIds") {
		rooms = append(rooms, "route-table")
	}
	out := []rule{
		see("ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcEndpoints ec2:DescribeVpcs"),
		{sid: "MakeEndpoints", create: "ec2:CreateVpcEndpoint", source: handlers,
			why:    "Make the endpoints, in the VPC and subnets that are named",
			beyond: "endpoints in every VPC and subnet",
			on:     m.ec2(append([]string{"vpc-endpoint", "vpc"}, rooms...)...)},
		{sid: "ChangeEndpoints", on: m.ec2("vpc-endpoint"), source: tagSource, where: m.ofStack(),
			why:    "Change and remove the endpoints of the stack",
			update: "ec2:ModifyVpcEndpoint",
			remove: "ec2:CreateTags ec2:DeleteTags ec2:DeleteVpcEndpoints"},
		{sid: "PlaceEndpoints", on: m.ec2(rooms...), source: handlers, update: "ec2:ModifyVpcEndpoint",
			why: "Give an endpoint of the stack other subnets and security groups"},
		m.tags("vpc-endpoint")}
	if r.uses("PrivateDnsEnabled") && r.properties.Get("PrivateDnsEnabled") != cfn.Bool(false) {
		out = append(out, rule{sid: "PrivateNames", create: "route53:AssociateVPCWithHostedZone",
			update: "route53:AssociateVPCWithHostedZone",
			why: "Tie the private name of an endpoint to the VPC; the zone belongs to AWS. The " +
				"registry's list lacks it",
			beyond: "private zones of yours, which a VPC can be tied to",
			source: "EC2 API Reference, actions that CreateVpcEndpoint depends on; hasura/ddn-docs#1075"})
	}
	m.strange(r, "ServiceNetworkArn", "ServiceRegion", "ResourceConfigurationArn")
	return out
}
