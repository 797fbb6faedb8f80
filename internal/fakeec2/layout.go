package fakeec2

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Customer is the role under which the journal holds what a world begins with, and what the Edit
// and Remove methods do.
const Customer = "customer"

// AddVPC puts a VPC there. Without an Owner it belongs to the account that roles have by default.
// What is added has always been there: no lag hides it.
func (c *Cloud) AddVPC(v VPC) {
	v.Owner = cmp.Or(v.Owner, defaultAccount)
	add(c, &c.vpcs, v.ID, v)
}

// AddSubnet puts a subnet there.
func (c *Cloud) AddSubnet(s Subnet) {
	s.Owner = cmp.Or(s.Owner, defaultAccount)
	add(c, &c.subnets, s.ID, s)
}

// AddRouteTable puts a route table there.
func (c *Cloud) AddRouteTable(r RouteTable) {
	r.Owner = cmp.Or(r.Owner, defaultAccount)
	add(c, &c.tables, r.ID, r)
}

// AddService puts an endpoint service there; an interface service where Type is empty.
func (c *Cloud) AddService(s Service) {
	s.Owner, s.Type = cmp.Or(s.Owner, "amazon"), cmp.Or(s.Type, interfaceType)
	add(c, &c.services, s.Name, s)
}

// AddCustomerEndpoint puts an endpoint there that no function made. Without a State it is
// available, without a Type a gateway.
func (c *Cloud) AddCustomerEndpoint(e Endpoint) {
	e.Owner = cmp.Or(e.Owner, defaultAccount)
	e.State, e.Type = cmp.Or(e.State, available), cmp.Or(e.Type, gatewayType)
	add(c, &c.endpoints, e.ID, e)
}

func add[T kind[T]](c *Cloud, in *store[T], id string, value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id == "" || in.now(id) != nil {
		panic(fmt.Sprintf("fakeec2: %q is there already, or no id", id))
	}
	in.put(time.Time{}, id, &value)
	c.made[id] = Customer
}

// EditVPC changes a VPC as its owner does, at once, past all rules. An unknown id is a panic.
func (c *Cloud) EditVPC(id string, edit func(*VPC)) { change(c, &c.vpcs, id, edit) }

// EditSubnet changes a subnet.
func (c *Cloud) EditSubnet(id string, edit func(*Subnet)) { change(c, &c.subnets, id, edit) }

// EditRouteTable changes a route table.
func (c *Cloud) EditRouteTable(id string, edit func(*RouteTable)) { change(c, &c.tables, id, edit) }

// EditService changes a service as its provider does.
func (c *Cloud) EditService(name string, edit func(*Service)) { change(c, &c.services, name, edit) }

// EditEndpoint changes an endpoint: its state, its tags, its route tables.
func (c *Cloud) EditEndpoint(id string, edit func(*Endpoint)) { change(c, &c.endpoints, id, edit) }

// Accept is the provider's answer to an endpoint in pendingAcceptance: it is pending, then
// available (hashicorp/terraform-provider-aws#14604).
func (c *Cloud) Accept(id string) {
	c.EditEndpoint(id, func(e *Endpoint) { e.State = pending })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.schedule(time.Now().Add(c.settings.Pending), id, becomeAvailable)
}

// Reject is the provider's other answer.
func (c *Cloud) Reject(id string) {
	c.EditEndpoint(id, func(e *Endpoint) { e.State = rejected })
}

// Remove takes an object of any kind away at once, past all rules. An unknown id is a panic.
func (c *Cloud) Remove(id string) {
	switch kind, _, _ := strings.Cut(id, "-"); kind {
	case "vpc":
		change(c, &c.vpcs, id, nil)
	case "subnet":
		change(c, &c.subnets, id, nil)
	case "rtb":
		change(c, &c.tables, id, nil)
	case "vpce":
		change(c, &c.endpoints, id, nil)
	case "i":
		change(c, &c.instances, id, nil)
	case "vol":
		change(c, &c.volumes, id, nil)
	case "eni":
		change(c, &c.interfaces, id, nil)
	case "sg":
		change(c, &c.groups, id, nil)
	default:
		change(c, &c.services, id, nil)
	}
}

// change puts a new state of an object there; edit nil removes it.
func change[T kind[T]](c *Cloud, in *store[T], id string, edit func(*T)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.advance(now)
	was := in.now(id)
	if was == nil {
		panic(fmt.Sprintf("fakeec2: %q is not there", id))
	}
	w := Write{At: now, Role: Customer, Action: "Edit"}
	if edit == nil {
		w.Action = "Remove"
		replace(&w, in, now, id, nil)
	} else {
		is := (*was).clone()
		edit(&is)
		replace(&w, in, now, id, &is)
	}
	c.journal = append(c.journal, w)
}
