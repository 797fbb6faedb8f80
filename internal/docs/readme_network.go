package docs

import (
	"fmt"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// network lists the rules of every security group, those that are resources of their own included.
func network(w *page, p *plan.Plan) {
	var rows [][]string
	for _, r := range p.Resources {
		gate := always(when(p, r.Gate, gateless(p, r)))
		add := func(group string, egress bool, rule plan.GroupPermission) {
			direction := "in from"
			if egress {
				direction = "out to"
			}
			why := rule.Comment
			if why == "" {
				why = rule.Description
			}
			rows = append(rows, []string{
				code(group), direction, code(peer(rule)), ports(rule), gate, cell(why),
			})
		}
		switch b := r.Body.(type) {
		case *plan.SecurityGroup:
			for _, rule := range b.Ingress {
				add(r.ID, false, rule)
			}
			for _, rule := range b.Egress {
				add(r.ID, true, rule)
			}
		case *plan.GroupRule:
			add(groupName(b.Of), b.Egress, b.Rule)
		}
	}
	if len(rows) == 0 {
		return
	}
	w.heading(2, "Network")
	w.table([]string{"Security group", "Direction", "Peer", "Ports", "When", "Why"}, rows)
}

// groupName gives the logical id of a group of the stack, or what else names the group.
func groupName(of cfn.Value) string {
	if fn, ok := of.(cfn.Fn); ok && (fn.Name == "Ref" || fn.Name == "Fn::GetAtt") {
		return Text(argsOf(fn).at(0))
	}
	return Text(of)
}

func peer(rule plan.GroupPermission) string {
	for _, v := range []cfn.Value{rule.CIDR, rule.CIDRv6, rule.Group, rule.PrefixList} {
		if v != nil {
			return Text(v)
		}
	}
	return ""
}

func ports(rule plan.GroupPermission) string {
	switch {
	case rule.Protocol == "-1":
		return "all"
	case rule.FromPort == rule.ToPort:
		return inline(fmt.Sprintf("%s %d", rule.Protocol, rule.FromPort))
	}
	return inline(fmt.Sprintf("%s %d to %d", rule.Protocol, rule.FromPort, rule.ToPort))
}
