package fakeec2

import "strconv"

func (r *run) shelfOfVPCs() shelf[VPC] {
	return shelf[VPC]{from: &r.vpcs, fields: vpcField,
		missing: "InvalidVpcID.NotFound", noun: "vpc ID",
		write: inSet(r, "vpcSet", func(v *VPC) {
			r.out.text("vpcId", v.ID)
			r.out.text("ownerId", v.Owner)
			r.out.text("state", available)
			r.out.text("cidrBlock", v.CIDR)
			r.out.text("isDefault", "false")
			r.out.tags(v.Tags)
		})}
}

// vpcField knows the filters that a function of ours could use; EC2 has more.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
func vpcField(v *VPC, filter string) ([]string, bool) {
	switch filter {
	case "vpc-id":
		return []string{v.ID}, true
	case "cidr", "cidr-block-association.cidr-block":
		return []string{v.CIDR}, true
	case "owner-id":
		return []string{v.Owner}, true
	case "state":
		return []string{available}, true
	case "is-default":
		return []string{"false"}, true
	}
	return tagField(v.Tags, filter)
}

// describeVPCAttribute gives one attribute per call. Its reads lag behind ModifyVpcAttribute
// (hashicorp/terraform-provider-aws#16697).
func describeVPCAttribute(p *params) operation {
	id, attribute := p.text("VpcId"), p.text("Attribute")
	return func(r *run) error {
		if err := r.permit("DescribeVpcAttribute", r.tagged(id)); err != nil {
			return err
		}
		found, _, err := find(r, r.shelfOfVPCs(), search{ids: []string{id}})
		if err != nil {
			return err
		}
		value := found[0].DNSSupport
		switch attribute {
		case "enableDnsSupport":
		case "enableDnsHostnames":
			value = found[0].DNSHostnames
		default:
			return refuse("InvalidParameterValue",
				"Value (%s) for parameter attribute is invalid. Unknown attribute.", attribute)
		}
		r.out.text("vpcId", id)
		r.out.open(attribute)
		r.out.flag("value", value)
		r.out.close(attribute)
		return nil
	}
}

// switches is what ModifyVpcAttribute was asked for.
type switches struct {
	id                       string
	support, names           bool
	supportGiven, namesGiven bool
}

// modifyVPCAttribute takes one attribute per call, and host names only where support is on.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
// The codes for breaking these rules are unverified.
func modifyVPCAttribute(p *params) operation {
	s := switches{id: p.text("VpcId")}
	s.support, s.supportGiven = p.flag("EnableDnsSupport.Value")
	s.names, s.namesGiven = p.flag("EnableDnsHostnames.Value")
	return func(r *run) error {
		was := r.vpcs.now(s.id)
		on := r.tagged(s.id)
		on.keys["ec2:VpcID"] = []string{s.id}
		on.keys["ec2:Attribute"] = []string{map[bool]string{
			true: "EnableDnsSupport", false: "EnableDnsHostnames"}[s.supportGiven]}
		if err := r.permit("ModifyVpcAttribute", on); err != nil {
			return err
		}
		if err := r.switchable(s, was); err != nil {
			return err
		}
		is := was.clone()
		if s.supportGiven {
			is.DNSSupport = s.support
		} else {
			is.DNSHostnames = s.names
		}
		if is.DNSSupport != was.DNSSupport || is.DNSHostnames != was.DNSHostnames {
			replace(&r.done, &r.vpcs, r.now, s.id, &is)
		}
		r.out.text("return", strconv.FormatBool(true))
		return nil
	}
}

func (r *run) switchable(s switches, was *VPC) error {
	switch {
	case was == nil:
		return refuse("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", s.id)
	case was.Owner != r.role.Account:
		// A participant of a shared VPC may not change it; the code is unverified.
		// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
		return r.denied("ec2:ModifyVpcAttribute", "vpc/"+s.id)
	case s.supportGiven && s.namesGiven:
		return refuse("InvalidParameterCombination", "You cannot modify the DNS resolution and "+
			"DNS hostnames attributes in the same request. Use separate requests for each "+
			"attribute.")
	case !s.supportGiven && !s.namesGiven:
		return refuse("MissingParameter", "The request must contain an attribute to modify")
	case s.names && !was.DNSSupport:
		return refuse("InvalidParameter", "EnableDnsHostnames can only be set to true if "+
			"EnableDnsSupport is true for VPC: %s", s.id)
	}
	return nil
}
