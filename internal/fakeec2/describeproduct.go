package fakeec2

// instanceField knows the filters that a function of ours could use; EC2 has more.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
func instanceField(i *Instance, filter string) ([]string, bool) {
	switch filter {
	case "instance-id":
		return []string{i.ID}, true
	case "instance-state-name":
		return []string{i.State}, true
	case "vpc-id":
		return []string{i.VPC}, true
	case "subnet-id":
		return []string{i.Subnet}, true
	case "instance.group-id":
		return i.Groups, true
	case "owner-id":
		return []string{i.Owner}, true
	case "reservation-id":
		return []string{i.Reservation}, true
	}
	return tagField(i.Tags, filter)
}

// codes of instance states.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
func stateCode(name string) string {
	return map[string]string{"pending": "0", "running": "16", "shutting-down": "32",
		"terminated": "48", "stopping": "64", "stopped": "80"}[name]
}

func (r *run) shelfOfInstances() shelf[Instance] {
	return shelf[Instance]{from: &r.instances, fields: instanceField,
		sees:    func(i *Instance) bool { return i.Owner == r.role.Account },
		missing: "InvalidInstanceID.NotFound", noun: "instance ID",
		write: func(found []*Instance) {
			list(&r.out, "reservationSet", reservations(found), r.reservation)
		}}
}

// reservations groups instances that were launched together.
func reservations(all []*Instance) (groups [][]*Instance) {
	at := map[string]int{}
	for _, i := range all {
		n, begun := at[i.Reservation]
		if !begun {
			n, groups = len(groups), append(groups, nil)
			at[i.Reservation] = n
		}
		groups[n] = append(groups[n], i)
	}
	return groups
}

func (r *run) reservation(together []*Instance) {
	r.out.text("reservationId", together[0].Reservation)
	r.out.text("ownerId", together[0].Owner)
	list(&r.out, "instancesSet", together, func(i *Instance) {
		r.out.text("instanceId", i.ID)
		r.out.open("instanceState")
		r.out.text("code", stateCode(i.State))
		r.out.text("name", i.State)
		r.out.close("instanceState")
		r.out.text("vpcId", i.VPC)
		r.out.text("subnetId", i.Subnet)
		list(&r.out, "groupSet", i.Groups, func(id string) { r.out.text("groupId", id) })
		r.out.tags(i.Tags)
	})
}

// volumeField: a volume is in a zone and in no VPC.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
func volumeField(v *Volume, filter string) ([]string, bool) {
	switch filter {
	case "volume-id":
		return []string{v.ID}, true
	case "status":
		return []string{v.State}, true
	case "availability-zone":
		return []string{v.Zone}, true
	}
	return tagField(v.Tags, filter)
}

func (r *run) shelfOfVolumes() shelf[Volume] {
	return shelf[Volume]{from: &r.volumes, fields: volumeField,
		sees:    func(v *Volume) bool { return v.Owner == r.role.Account },
		missing: "InvalidVolume.NotFound", noun: "volume ID",
		write: inSet(r, "volumeSet", func(v *Volume) {
			r.out.text("volumeId", v.ID)
			r.out.text("status", v.State)
			r.out.text("availabilityZone", v.Zone)
			r.out.tags(v.Tags)
		})}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
func interfaceField(n *NetworkInterface, filter string) ([]string, bool) {
	switch filter {
	case "network-interface-id":
		return []string{n.ID}, true
	case "vpc-id":
		return []string{n.VPC}, true
	case "subnet-id":
		return []string{n.Subnet}, true
	case "group-id":
		return n.Groups, true
	case "status":
		return []string{n.State}, true
	case "owner-id":
		return []string{n.Owner}, true
	}
	return tagField(n.Tags, filter)
}

func (r *run) shelfOfInterfaces() shelf[NetworkInterface] {
	return shelf[NetworkInterface]{from: &r.interfaces,
		fields: interfaceField, missing: "InvalidNetworkInterfaceID.NotFound",
		sees: func(n *NetworkInterface) bool { return n.Owner == r.role.Account },
		noun: "networkInterface ID",
		write: inSet(r, "networkInterfaceSet", func(n *NetworkInterface) {
			r.out.text("networkInterfaceId", n.ID)
			r.out.text("subnetId", n.Subnet)
			r.out.text("vpcId", n.VPC)
			r.out.text("ownerId", n.Owner)
			r.out.text("status", n.State)
			list(&r.out, "groupSet", n.Groups, func(id string) { r.out.text("groupId", id) })
			r.out.tags(n.Tags)
		})}
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
func groupField(g *SecurityGroup, filter string) ([]string, bool) {
	switch filter {
	case "group-id":
		return []string{g.ID}, true
	case "group-name":
		return []string{g.Name}, true
	case "vpc-id":
		return []string{g.VPC}, true
	case "owner-id":
		return []string{g.Owner}, true
	}
	return tagField(g.Tags, filter)
}

func (r *run) shelfOfGroups() shelf[SecurityGroup] {
	return shelf[SecurityGroup]{from: &r.groups, fields: groupField,
		sees:    func(g *SecurityGroup) bool { return g.Owner == r.role.Account },
		missing: "InvalidGroup.NotFound", noun: "security group ID",
		write: inSet(r, "securityGroupInfo", func(g *SecurityGroup) {
			r.out.text("groupId", g.ID)
			r.out.text("groupName", g.Name)
			r.out.text("vpcId", g.VPC)
			r.out.text("ownerId", g.Owner)
			r.out.tags(g.Tags)
		})}
}
