package launchpolicy

import (
	"slices"
	"strings"

	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

// launcher is what the console and the commands of the page ask of CloudFormation itself: all of it
// about this stack, but for lists and for templates that are looked at before there is a stack.
// Source: Service Authorization Reference, "AWS CloudFormation".
func (m *maker) launcher() []Statement {
	out := m.calls()
	if len(m.plan.Product.Bucket) > 0 {
		key := strings.Replace(launch.TemplateKey(m.plan), "/"+m.plan.Product.Release+"/", "/*/", 1)
		out = append(out, Statement{Sid: "ReadTemplate", Source: cloudFormation,
			Why:       "CloudFormation fetches the template in your name",
			Actions:   []string{"s3:GetObject", "s3:GetObjectVersion"},
			Resources: []string{m.arn + "s3:::" + m.plan.Product.Bucket + "-" + m.region + "/" + key}})
	}
	return append(out, m.choices...)
}

// deleter is for who may delete the stack and no more. It takes no template: on a stack that keeps a
// service role, whoever brings a template has the rights of that role.
func (m *maker) deleter() []Statement {
	return slices.DeleteFunc(m.calls(), func(s Statement) bool {
		return s.Sid == changing || s.Sid == carryOut
	})
}

const (
	carryOut       = "CarryOut"
	cloudFormation = "CloudFormation User Guide, Control access with IAM"
	changing       = "ChangeTheStack" // the statement of what takes a template
)

func (m *maker) calls() []Statement {
	stack := []string{m.arn + "cloudformation:" + m.region + ":*:stack/" + m.stack + "/*"}
	about := func(sid, why, actions string) Statement {
		return Statement{Sid: sid, Why: why, Source: cloudFormation, Resources: stack,
			Actions: strings.Fields(actions)}
	}
	see := about("SeeStacks", "Look at templates and at the list of stacks; there is no narrower resource",
		"cloudformation:DescribeStackDriftDetectionStatus cloudformation:GetTemplateSummary "+
			"cloudformation:ListStacks cloudformation:ValidateTemplate")
	see.Resources = []string{"*"}
	return []Statement{see,
		about("SeeTheStack", "Follow what the stack does",
			"cloudformation:DescribeChangeSet cloudformation:DescribeEvents "+
				"cloudformation:DescribeStackEvents cloudformation:DescribeStackResource "+
				"cloudformation:DescribeStackResourceDrifts cloudformation:DescribeStackResources "+
				"cloudformation:DescribeStacks cloudformation:GetStackPolicy cloudformation:GetTemplate "+
				"cloudformation:ListChangeSets cloudformation:ListStackResources"),
		about(changing, "Create and update the stack, by a link or by a change set",
			"cloudformation:CreateChangeSet cloudformation:CreateStack cloudformation:UpdateStack"),
		about(carryOut, "Carry out change sets, tag the stack, look for drift, and mend what failed",
			"cloudformation:CancelUpdateStack cloudformation:ContinueUpdateRollback "+
				"cloudformation:DeleteChangeSet cloudformation:DetectStackDrift "+
				"cloudformation:ExecuteChangeSet cloudformation:RollbackStack cloudformation:TagResource "+
				"cloudformation:UntagResource cloudformation:UpdateTerminationProtection"),
		about("DeleteTheStack", "Delete the stack, also one whose launch failed",
			"cloudformation:DeleteStack"),
	}
}

// parameterTypes says what reads the values of a parameter type, for the console's lists and for the
// check of CloudFormation. Source: CloudFormation User Guide, "Specify existing resources at runtime
// with CloudFormation-supplied parameter types".
func parameterTypes() [][2]string {
	return [][2]string{
		{"AWS::EC2::AvailabilityZone::Name", "ec2:DescribeAvailabilityZones"},
		{"AWS::EC2::Image::Id", "ec2:DescribeImages"},
		{"AWS::EC2::Instance::Id", "ec2:DescribeInstances"},
		{"AWS::EC2::KeyPair::KeyName", "ec2:DescribeKeyPairs"},
		{"AWS::EC2::SecurityGroup::GroupName", "ec2:DescribeSecurityGroups"},
		{"AWS::EC2::SecurityGroup::Id", "ec2:DescribeSecurityGroups"},
		{"AWS::EC2::Subnet::Id", "ec2:DescribeSubnets"},
		{"AWS::EC2::VPC::Id", "ec2:DescribeVpcs"},
		{"AWS::EC2::Volume::Id", "ec2:DescribeVolumes"},
	}
}

// chosen is what parameters of AWS's own types need, of the person and of CloudFormation.
func (m *maker) chosen() []Statement {
	list := Statement{Sid: "ChooseParameters", Resources: []string{"*"}, Source: parameterSource,
		Why: "Fill the lists of the console, and check what is chosen; there is no narrower resource"}
	read := Statement{Sid: "ReadParameters", Actions: []string{"ssm:GetParameters"},
		Source: parameterSource, Why: "Read the values of parameters that Systems Manager keeps"}
	for i := range m.plan.Parameters {
		q := &m.plan.Parameters[i]
		kind := strings.TrimSuffix(strings.TrimPrefix(q.Type, "List<"), ">")
		switch {
		case strings.HasPrefix(kind, "AWS::SSM::Parameter::"):
			read.Resources = union(read.Resources, m.ssmParameter(q))
			read.For = append(read.For, q.Name)
		case strings.HasPrefix(kind, "AWS::"):
			action := readerOf(kind)
			if action == "" {
				m.gaps = append(m.gaps, Gap{q.Name, q.Type, "what a parameter of this type needs"})
				continue
			}
			list.Actions = union(list.Actions, action)
			list.For = append(list.For, q.Name)
		}
	}
	var out []Statement
	for _, s := range []Statement{list, read} {
		if len(s.For) > 0 {
			out = append(out, s)
		}
	}
	return out
}

const parameterSource = "CloudFormation User Guide, CloudFormation-supplied parameter types"

func readerOf(kind string) string {
	for _, t := range parameterTypes() {
		if t[0] == kind {
			return t[1]
		}
	}
	return ""
}

// ssmParameter gives the parameter of Systems Manager that a parameter names.
func (m *maker) ssmParameter(q *plan.Parameter) string {
	name := "*"
	if m.edit(q); !open(q) {
		name = strings.TrimPrefix(*q.Default, "/")
	}
	return m.arn + "ssm:" + m.region + ":*:parameter/" + name
}

// role proposes a name for a service role.
func (m *maker) role() string {
	const tail = "-cloudformation"
	return m.stack[:min(len(m.stack), 64-len(tail))] + tail
}

// trust lets CloudFormation take the service role.
func (m *maker) trust() []Statement {
	return []Statement{{Sid: "CloudFormation", Actions: []string{"sts:AssumeRole"},
		Service: "cloudformation.amazonaws.com", Source: roleSource,
		Why: "CloudFormation acts as this role"}}
}

const roleSource = "CloudFormation User Guide, CloudFormation service role"

// roleLauncher is the launcher's document for a launch with the service role: whoever has it can do
// through the role what the vendor's templates say, and nothing else. Without the condition on the
// template, any template could be launched with the rights of the role.
func (m *maker) roleLauncher() []Statement {
	role := m.arn + "iam::*:role/" + m.role()
	out := m.launcher()
	for i := range out {
		if s := &out[i]; s.Sid == changing {
			s.Why = "Create and update the stack, with the vendor's templates and this role only"
			s.Condition = []Clause{{"ArnLikeIfExists", "cloudformation:RoleArn", []string{role}}}
			if urls := m.templates(); len(urls) > 0 {
				s.Condition = append(s.Condition, Clause{"StringLike", "cloudformation:TemplateUrl", urls})
			}
		}
	}
	return append(out,
		Statement{Sid: "PassServiceRole", Actions: []string{"iam:PassRole"}, Resources: []string{role},
			Why: "Give CloudFormation the service role", Source: passSource,
			Condition: []Clause{{"StringEquals", "iam:PassedToService",
				[]string{"cloudformation.amazonaws.com"}}}},
		Statement{Sid: "ChooseRole", Actions: []string{"iam:ListRoles"}, Resources: []string{"*"},
			Why: "Fill the console's list of roles; there is no narrower resource", Source: roleSource})
}

// templates gives the addresses of the vendor's templates for this stack, in any release. The buckets
// stand there in full: anybody could make one whose name only begins alike.
func (m *maker) templates() (out []string) {
	if m.plan.Product.Bucket == "" {
		return nil
	}
	key := launch.TemplateKey(m.plan)
	release := "/" + m.plan.Product.Release + "/"
	for _, region := range m.plan.Regions {
		url := launch.ObjectURL(m.plan.Product.Bucket+"-"+region, key, region, "")
		out = append(out, strings.Replace(url, release, "/*/", 1))
	}
	return out
}
