package fakeec2

import (
	"slices"
	"strings"
)

// modification is what ModifyVpcEndpoint was asked for.
type modification struct {
	id                string
	add, remove       []string // route tables
	names, namesGiven bool
	policy            string
	reset             bool
}

// modifyEndpoint changes an endpoint, one change at a time. What a request of a function of ours
// cannot hold (subnets, security groups) is not modelled, and thus a breach.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
func modifyEndpoint(p *params) operation {
	m := modification{id: p.text("VpcEndpointId"), policy: p.text("PolicyDocument")}
	m.add, m.remove = p.list("AddRouteTableId"), p.list("RemoveRouteTableId")
	m.names, m.namesGiven = p.flag("PrivateDnsEnabled")
	m.reset, _ = p.flag("ResetPolicy")
	return func(r *run) error {
		on := []resource{r.tagged(m.id)}
		for _, id := range slices.Concat(m.add, m.remove) {
			on = append(on, r.tagged(id))
		}
		if err := r.permit("ModifyVpcEndpoint", on...); err != nil {
			return err
		}
		was := r.endpoints.now(m.id)
		if was == nil || was.State == deleted || was.Owner != r.role.Account {
			return refuse("InvalidVpcEndpointId.NotFound",
				"The VpcEndpoint Id '%s' does not exist", m.id)
		}
		if err := r.modify(m, *was); err != nil {
			return err
		}
		r.out.flag("return", true)
		return nil
	}
}

// modify checks and applies a change. Names come into force at the end of the change; in the
// meantime the endpoint has claimed them.
func (r *run) modify(m modification, was Endpoint) error {
	switch {
	case was.State == pendingAcceptance && m.namesGiven && m.names:
	case was.State != available:
		// The code is unverified.
		return refuse("IncorrectState", "VPC endpoint %s is in state %s", was.ID, was.State)
	case r.now.Before(was.busy):
		return busy()
	}
	service := r.services.now(was.Service)
	if service == nil {
		return refuse("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist",
			was.Service)
	}
	is := was.clone()
	if err := r.modifyTables(m, &is, service); err != nil {
		return err
	}
	if m.reset {
		is.Policy = openPolicy
	} else if m.policy != "" {
		is.Policy = m.policy
	}
	if m.namesGiven && m.names != was.PrivateDNS {
		if err := r.modifyNames(m, &is, service); err != nil {
			return err
		}
	}
	is.busy = r.now.Add(r.settings.Modifying)
	replace(&r.done, &r.endpoints, r.now, is.ID, &is)
	return nil
}

func (r *run) modifyTables(m modification, e *Endpoint, service *Service) error {
	if len(m.add)+len(m.remove) > 0 && e.Type != gatewayType {
		return refuse("InvalidParameter", "Route tables are only supported for Gateway endpoints.")
	}
	if err := r.tablesFor(m.add, e.VPC, service, e.ID); err != nil {
		return err
	}
	for _, id := range m.add {
		if !slices.Contains(e.Tables, id) {
			e.Tables = append(e.Tables, id)
		}
	}
	e.Tables = slices.DeleteFunc(e.Tables, func(id string) bool {
		return slices.Contains(m.remove, id)
	})
	return nil
}

func (r *run) modifyNames(m modification, e *Endpoint, service *Service) error {
	if m.names {
		if err := r.tieName(e.VPC); err != nil {
			return err
		}
		if err := r.nameFor(e, service); err != nil {
			return err
		}
	}
	if r.settings.Modifying == 0 {
		e.PrivateDNS = m.names
		return nil
	}
	e.claims = m.names
	r.schedule(r.now.Add(r.settings.Modifying), e.ID, func(e *Endpoint) bool {
		if e.State == deleting || e.State == deleted {
			return false
		}
		e.PrivateDNS, e.claims = m.names, false
		return true
	})
	return nil
}

// deleteEndpoints answers 200 and lists what it did not delete; there, a missing endpoint has
// another code than in the other actions (hashicorp/terraform-provider-aws, internal/service/ec2).
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
func deleteEndpoints(p *params) operation {
	ids := p.list("VpcEndpointId")
	return func(r *run) error {
		var on []resource
		for _, id := range ids {
			on = append(on, r.tagged(id))
		}
		if err := r.permit("DeleteVpcEndpoints", on...); err != nil {
			return err
		}
		if len(ids) == 0 {
			return refuse("MissingParameter", "The request must contain the parameter "+
				"VpcEndpointId")
		}
		r.out.open("unsuccessful")
		for _, id := range ids {
			if err := r.deleteEndpoint(id); err != nil {
				code, message, _ := strings.Cut(err.Error(), ": ")
				r.out.open("item")
				r.out.text("resourceId", id)
				r.out.open("error")
				r.out.text("code", code)
				r.out.text("message", message)
				r.out.close("error")
				r.out.close("item")
			}
		}
		r.out.close("unsuccessful")
		return nil
	}
}

// deleteEndpoint begins a deletion. One that has begun is left to itself, and one that is changing
// is refused; both are unverified.
func (r *run) deleteEndpoint(id string) error {
	was := r.endpoints.now(id)
	switch {
	case was == nil || was.State == deleted || was.Owner != r.role.Account:
		return refuse("InvalidVpcEndpoint.NotFound", "The VpcEndpoint Id '%s' does not exist", id)
	case was.State == deleting:
		return nil
	case r.now.Before(was.busy):
		return busy()
	}
	is := was.clone()
	is.State, is.PrivateDNS, is.claims = deleting, false, false
	end := r.now.Add(r.settings.Deleting)
	if r.settings.Deleting == 0 {
		is.State = deleted
	} else {
		r.schedule(end, id, func(e *Endpoint) bool { e.State = deleted; return true })
	}
	if r.settings.Lingering == 0 && r.settings.Deleting == 0 {
		replace(&r.done, &r.endpoints, r.now, id, nil)
		return nil
	}
	replace(&r.done, &r.endpoints, r.now, id, &is)
	r.due = append(r.due, transition{at: end.Add(r.settings.Lingering), id: id, end: true})
	return nil
}
