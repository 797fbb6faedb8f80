package fakeec2

// subnetField knows the filters that a function of ours could use; EC2 has more.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
func subnetField(s *Subnet, filter string) ([]string, bool) {
	switch filter {
	case "subnet-id":
		return []string{s.ID}, true
	case "vpc-id":
		return []string{s.VPC}, true
	case "availability-zone", "availabilityZone":
		return []string{s.Zone}, true
	case "availability-zone-id", "availabilityZoneId":
		return []string{s.ZoneID}, true
	case "cidr-block", "cidr", "cidrBlock":
		return []string{s.CIDR}, true
	case "owner-id":
		return []string{s.Owner}, true
	case "state":
		return []string{available}, true
	}
	return tagField(s.Tags, filter)
}

// shelfOfSubnets shows subnets that others share, too: with their owner, and without tags, which
// the owner does not share.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
func (r *run) shelfOfSubnets() shelf[Subnet] {
	return shelf[Subnet]{from: &r.subnets, fields: subnetField,
		missing: "InvalidSubnetID.NotFound", noun: "subnet ID",
		write: inSet(r, "subnetSet", func(s *Subnet) {
			r.out.text("subnetId", s.ID)
			r.out.text("vpcId", s.VPC)
			r.out.text("state", available)
			r.out.text("cidrBlock", s.CIDR)
			r.out.text("availabilityZone", s.Zone)
			r.out.text("availabilityZoneId", s.ZoneID)
			r.out.text("ownerId", s.Owner)
			if s.Owner == r.role.Account {
				r.out.tags(s.Tags)
			}
		})}
}
