package fakeec2

import (
	"cmp"
	"maps"
	"slices"
)

// What a product runs in a VPC beside its stack. It is not in a Snapshot: no function of ours may
// change any of it, and no action that could is modelled.

// Instance is in a state as EC2 writes it: pending, running, shutting-down, terminated, stopping,
// stopped. Instances with one Reservation are listed together; without, each is alone.
type Instance struct {
	ID, Reservation, VPC, Subnet, Owner, State string
	Groups                                     []string
	Tags                                       map[string]string
}

// Volume is creating, available, in-use, deleting, deleted or error.
type Volume struct {
	ID, Zone, Owner, State string
	Tags                   map[string]string
}

// NetworkInterface is available, associated, attaching, in-use or detaching.
type NetworkInterface struct {
	ID, VPC, Subnet, Owner, State string
	Groups                        []string
	Tags                          map[string]string
}

// SecurityGroup belongs to a VPC.
type SecurityGroup struct {
	ID, Name, VPC, Owner string
	Tags                 map[string]string
}

func (i Instance) clone() Instance {
	i.Groups, i.Tags = slices.Clone(i.Groups), maps.Clone(i.Tags)
	return i
}

func (v Volume) clone() Volume {
	v.Tags = maps.Clone(v.Tags)
	return v
}

func (n NetworkInterface) clone() NetworkInterface {
	n.Groups, n.Tags = slices.Clone(n.Groups), maps.Clone(n.Tags)
	return n
}

func (g SecurityGroup) clone() SecurityGroup {
	g.Tags = maps.Clone(g.Tags)
	return g
}

// AddInstance puts an instance there as the product's agent does; a running one without a State.
func (c *Cloud) AddInstance(i Instance) {
	i.Owner, i.State = cmp.Or(i.Owner, defaultAccount), cmp.Or(i.State, "running")
	i.Reservation = cmp.Or(i.Reservation, "r-"+i.ID)
	add(c, &c.instances, i.ID, i)
}

// AddVolume puts a volume there; an available one without a State.
func (c *Cloud) AddVolume(v Volume) {
	v.Owner, v.State = cmp.Or(v.Owner, defaultAccount), cmp.Or(v.State, available)
	add(c, &c.volumes, v.ID, v)
}

// AddNetworkInterface puts a network interface there; one in use without a State.
func (c *Cloud) AddNetworkInterface(n NetworkInterface) {
	n.Owner, n.State = cmp.Or(n.Owner, defaultAccount), cmp.Or(n.State, "in-use")
	add(c, &c.interfaces, n.ID, n)
}

// AddSecurityGroup puts a security group there.
func (c *Cloud) AddSecurityGroup(g SecurityGroup) {
	g.Owner = cmp.Or(g.Owner, defaultAccount)
	add(c, &c.groups, g.ID, g)
}

// EditInstance changes an instance: it stops, it is terminated, it gets other tags.
func (c *Cloud) EditInstance(id string, edit func(*Instance)) { change(c, &c.instances, id, edit) }

// EditVolume changes a volume.
func (c *Cloud) EditVolume(id string, edit func(*Volume)) { change(c, &c.volumes, id, edit) }

// Instances lists the instances that there are, terminated ones too while they are described.
func (c *Cloud) Instances() []Instance {
	c.mu.Lock()
	defer c.mu.Unlock()
	return sorted(&c.instances, func(i Instance) string { return i.ID })
}
