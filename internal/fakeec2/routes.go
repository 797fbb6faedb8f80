package fakeec2

import (
	"slices"
	"strconv"
	"strings"
)

// shelfOfTables hides the tables of a shared VPC's owner, unless Settings says otherwise: whether
// participants see them is unverified.
func (r *run) shelfOfTables() shelf[RouteTable] {
	return shelf[RouteTable]{from: &r.tables, fields: r.tableField, sees: func(t *RouteTable) bool {
		return t.Owner == r.role.Account || r.settings.ParticipantsSeeTables
	}, missing: "InvalidRouteTableID.NotFound", noun: "routeTable ID",
		write: inSet(r, "routeTableSet", func(t *RouteTable) {
			r.out.text("routeTableId", t.ID)
			r.out.text("vpcId", t.VPC)
			r.out.text("ownerId", t.Owner)
			list(&r.out, "routeSet", r.routes(t), r.out.route)
			r.associations(t)
			r.out.tags(t.Tags)
		})}
}

// tableField knows the filters that a function of ours could use. association.subnet-id knows
// explicit associations only (boto/boto3#2245).
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
func (r *run) tableField(t *RouteTable, filter string) ([]string, bool) {
	switch filter {
	case "route-table-id":
		return []string{t.ID}, true
	case "vpc-id":
		return []string{t.VPC}, true
	case "owner-id":
		return []string{t.Owner}, true
	case "association.main":
		return []string{strconv.FormatBool(t.Main)}, true
	case "association.subnet-id":
		return slices.Concat(t.Subnets, t.Leaving), true
	case "association.gateway-id":
		return t.Gateways, true
	case "route.destination-prefix-list-id":
		return r.targets(t, func(route Route) string { return route.PrefixList }), true
	case "route.gateway-id":
		return r.targets(t, func(route Route) string { return route.Target }), true
	}
	return tagField(t.Tags, filter)
}

func (r *run) targets(t *RouteTable, of func(Route) string) (values []string) {
	for _, route := range r.routes(t) {
		values = append(values, of(route))
	}
	return values
}

// routes gives a table's own routes and those of gateway endpoints, which come and go with the
// table's association, as the read shows them at the table: seconds later than the endpoint.
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing
func (r *run) routes(t *RouteTable) []Route {
	routes := slices.Clone(t.Routes)
	moment := r.moment(t.ID)
	for _, o := range r.endpoints.objects {
		e := o.at(moment)
		if e == nil || !e.routed() || !slices.Contains(e.Tables, t.ID) {
			continue
		}
		if service := r.services.now(e.Service); service != nil {
			routes = append(routes, Route{PrefixList: service.PrefixList, Target: e.ID})
		}
	}
	return routes
}

// routed tells whether an endpoint has routes: a gateway's last until it is gone. That they last
// while it is deleting is unverified.
func (e *Endpoint) routed() bool {
	return e.Type == gatewayType && e.State != deleted && e.State != failedState &&
		e.State != rejected
}

// taken gives the way on which a table sends a prefix list already, or nil. The endpoint itself
// does not count. It looks at the true state, whoever owns what.
func (r *run) taken(table *RouteTable, list, except string) *Route {
	for _, route := range table.Routes {
		if route.PrefixList == list {
			return &route
		}
	}
	for _, e := range r.endpoints.all() {
		service := r.services.now(e.Service)
		if e.ID != except && e.routed() && slices.Contains(e.Tables, table.ID) &&
			service != nil && service.PrefixList == list {
			return &Route{PrefixList: list, Target: e.ID}
		}
	}
	return nil
}

// tablesFor checks the route tables that a gateway endpoint is to get: they exist, are of its VPC,
// and none has a route to the service yet. The code of that refusal was seen in two forms:
// RouteAlreadyExists in Ansible's ec2_vpc_endpoint, InvalidParameter in one public log.
func (r *run) tablesFor(ids []string, vpc string, service *Service, except string) error {
	for _, id := range ids {
		table := r.tables.now(id)
		if table == nil || (table.Owner != r.role.Account && !r.settings.ParticipantsSeeTables) {
			return refuse("InvalidRouteTableId.NotFound", "The routeTable ID '%s' does not exist",
				id)
		}
		if table.VPC != vpc {
			return refuse("InvalidParameter", "route table %s and network %s belong to different "+
				"networks", id, vpc)
		}
		if r.taken(table, service.PrefixList, except) != nil {
			code := "RouteAlreadyExists"
			if r.settings.ConflictIsInvalid {
				code = "InvalidParameter"
			}
			return refuse(code, "route table %s already has a route with "+
				"destination-prefix-list-id %s", id, service.PrefixList)
		}
	}
	return nil
}

// associations leaves out ids and states that say nothing here: the SDK's XML decoder is what takes
// the time of a history.
func (r *run) associations(t *RouteTable) {
	r.out.open("associationSet")
	one := func(kind, what, state string) {
		r.out.open("item")
		r.out.text(kind, what)
		r.out.flag("main", kind == "")
		r.out.open("associationState")
		r.out.text("state", state)
		r.out.close("associationState")
		r.out.close("item")
	}
	for _, subnet := range t.Leaving {
		one("subnetId", subnet, "disassociated")
	}
	if t.Main {
		one("", "", "associated")
	}
	for _, subnet := range t.Subnets {
		one("subnetId", subnet, "associated")
	}
	for _, gateway := range t.Gateways {
		one("gatewayId", gateway, "associated")
	}
	r.out.close("associationSet")
}

// route writes a route's target under the name that its kind has.
func (d *document) route(route Route) {
	d.text("destinationCidrBlock", route.CIDR)
	d.text("destinationPrefixListId", route.PrefixList)
	kind, _, _ := strings.Cut(route.Target, "-")
	names := map[string]string{
		"nat": "natGatewayId", "tgw": "transitGatewayId", "eni": "networkInterfaceId",
		"pcx": "vpcPeeringConnectionId", "i": "instanceId", "lgw": "localGatewayId",
	}
	if name := names[kind]; name != "" {
		d.text(name, route.Target)
	} else {
		d.text("gatewayId", route.Target)
	}
	d.text("state", "active")
}
