package stack

import (
	"fmt"

	"github.com/awslabs/goformation/v7/cloudformation/ec2"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// interfaceEndpoint takes its tags beside the struct: they are younger than goformation. So it does
// with PrivateDnsEnabled, which is a bool there: a look at the subnet may tell it.
func interfaceEndpoint(t *tickets, e *plan.InterfaceEndpoint) draft {
	return draft{
		typed: &ec2.VPCEndpoint{
			VpcEndpointType:  new("Interface"),
			ServiceName:      t.text("service", e.Service),
			VpcId:            t.text("VPC", e.VPC),
			SubnetIds:        t.list("subnet", e.Subnets),
			SecurityGroupIds: t.list("security group", e.SecurityGroups),
		},
		lacks: append(tagTree(e.Tags), cfn.Entry{Key: "PrivateDnsEnabled",
			Value: e.PrivateDNS, Comment: e.PrivateDNSComment}),
	}
}

func securityGroup(t *tickets, g *plan.SecurityGroup) draft {
	group := &ec2.SecurityGroup{
		GroupDescription: t.text("description", literal(g.Description)),
		VpcId:            t.maybe(g.VPC),
		Tags:             tagList(t, g.Tags),
	}
	edits := tagComments("Tags", g.Tags)
	for i, p := range g.Ingress {
		group.SecurityGroupIngress = append(group.SecurityGroupIngress, ingress(t, p))
		edits = append(edits, ruleComment("SecurityGroupIngress", i, p))
	}
	for i, p := range g.Egress {
		group.SecurityGroupEgress = append(group.SecurityGroupEgress, egress(t, p))
		edits = append(edits, ruleComment("SecurityGroupEgress", i, p))
	}
	return draft{typed: group, edits: edits}
}

func ruleComment(list string, i int, p plan.GroupPermission) edit {
	return edit{path: fmt.Sprintf("%s/%d", list, i), comment: p.Comment}
}

// ingress has no ports where the protocol is every protocol.
func ingress(t *tickets, p plan.GroupPermission) ec2.SecurityGroup_Ingress {
	from, to := ports(p)
	return ec2.SecurityGroup_Ingress{
		IpProtocol:            t.text("protocol", literal(p.Protocol)),
		FromPort:              from,
		ToPort:                to,
		CidrIp:                t.maybe(p.CIDR),
		CidrIpv6:              t.maybe(p.CIDRv6),
		SourceSecurityGroupId: t.maybe(p.Group),
		SourcePrefixListId:    t.maybe(p.PrefixList),
		Description:           t.word(p.Description),
	}
}

func egress(t *tickets, p plan.GroupPermission) ec2.SecurityGroup_Egress {
	from, to := ports(p)
	return ec2.SecurityGroup_Egress{
		IpProtocol:                 t.text("protocol", literal(p.Protocol)),
		FromPort:                   from,
		ToPort:                     to,
		CidrIp:                     t.maybe(p.CIDR),
		CidrIpv6:                   t.maybe(p.CIDRv6),
		DestinationSecurityGroupId: t.maybe(p.Group),
		DestinationPrefixListId:    t.maybe(p.PrefixList),
		Description:                t.word(p.Description),
	}
}

func ports(p plan.GroupPermission) (from, to *int) {
	if p.Protocol == "-1" {
		return nil, nil
	}
	return new(p.FromPort), new(p.ToPort)
}

// groupRule is a rule that is a resource of its own: it names its group, and is otherwise the same.
func groupRule(t *tickets, r *plan.GroupRule) draft {
	group := t.text("group", r.Of)
	if r.Egress {
		p := egress(t, r.Rule)
		return draft{comment: r.Rule.Comment, typed: &ec2.SecurityGroupEgress{
			GroupId:                    group,
			IpProtocol:                 p.IpProtocol,
			FromPort:                   p.FromPort,
			ToPort:                     p.ToPort,
			CidrIp:                     p.CidrIp,
			CidrIpv6:                   p.CidrIpv6,
			DestinationSecurityGroupId: p.DestinationSecurityGroupId,
			DestinationPrefixListId:    p.DestinationPrefixListId,
			Description:                p.Description,
		}}
	}
	p := ingress(t, r.Rule)
	return draft{comment: r.Rule.Comment, typed: &ec2.SecurityGroupIngress{
		GroupId:               new(group),
		IpProtocol:            p.IpProtocol,
		FromPort:              p.FromPort,
		ToPort:                p.ToPort,
		CidrIp:                p.CidrIp,
		CidrIpv6:              p.CidrIpv6,
		SourceSecurityGroupId: p.SourceSecurityGroupId,
		SourcePrefixListId:    p.SourcePrefixListId,
		Description:           p.Description,
	}}
}
