package gatewayendpoint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	rounds     = 4                 // of find, then make or join, before giving up
	settle     = 20 * time.Second  // after joining, until the endpoint is looked at again
	reappear   = 20 * time.Second  // until an endpoint whose route exists is visible
	goneWithin = 90 * time.Second  // until an endpoint that is being deleted is gone
	readyIn    = 120 * time.Second // until an endpoint and its route are there
)

// ensure is one run of Create or Update.
type ensure struct {
	api     API
	target  target
	marks   marks
	request request
	main    bool   // the route table is the main one
	round   int    // an endpoint that vanished needs a new token
	wrote   bool   // something was made or marked under the target's id
	note    string // for the answer of a success
}

var errVanished = errors.New("the endpoint was deleted while it was joined")

// run finds the route table's endpoint, or makes it, and waits until it serves the route table.
func (e *ensure) run(ctx context.Context) (found types.VpcEndpoint, is mode, err error) {
	for e.round = range rounds {
		found, is, err = e.once(ctx)
		if !errors.Is(err, errVanished) {
			return found, is, err
		}
		e.request.Log.Warn("the endpoint vanished; looking again", "routeTable", e.target.table)
	}
	return found, is, fmt.Errorf("endpoints of route table %s keep vanishing: another stack or "+
		"tool deletes them; stop that, then try again", e.target.table)
}

func (e *ensure) once(ctx context.Context) (types.VpcEndpoint, mode, error) {
	found, err := e.find(ctx)
	if err != nil {
		return types.VpcEndpoint{}, "", err
	}
	if found == nil {
		found, err = e.create(ctx)
		if err != nil {
			return types.VpcEndpoint{}, "", err
		}
	}
	is := e.marks.mode(*found)
	if err := e.join(ctx, *found, is); err != nil {
		return types.VpcEndpoint{}, "", err
	}
	ready, err := e.ready(ctx, aws.ToString(found.VpcEndpointId), is)
	return ready, is, err
}

// find gives the endpoint that serves the route table, or nil. It waits for one that is going away,
// since its route is still in the way of a new one.
func (e *ensure) find(ctx context.Context) (found *types.VpcEndpoint, err error) {
	err = ec2util.Poll(ctx, goneWithin, func() (bool, string, error) {
		endpoints, err := e.serving(ctx)
		if err != nil {
			return false, "", err
		}
		found = nil
		going := ""
		for i, endpoint := range endpoints {
			switch {
			case ec2util.In(endpoint, types.StateDeleting):
				going = aws.ToString(endpoint.VpcEndpointId)
			case !leaving(endpoint):
				found = &endpoints[i]
			}
		}
		return found != nil || going == "", "endpoint " + going + " is still being deleted; " +
			"try again when it is gone", nil
	})
	return found, err
}

func leaving(endpoint types.VpcEndpoint) bool {
	return ec2util.In(endpoint, types.StateDeleting, types.StateDeleted, types.StateFailed,
		types.StateRejected, types.StateExpired)
}

// serving lists the gateway endpoints of the service that have the route table. EC2 has no filter
// for route tables. Where this very request has begun to use another route table, as its subnet had
// that one then, it goes on there: one request has one physical id, and leaves nothing without one.
func (e *ensure) serving(ctx context.Context) ([]types.VpcEndpoint, error) {
	all, err := ec2util.Endpoints(ctx, ec2util.Making(), e.api,
		ec2util.Filter("vpc-id", e.target.vpc),
		ec2util.Filter("service-name", e.target.serviceName()),
		ec2util.Filter("vpc-endpoint-type", "Gateway"))
	for _, endpoint := range all {
		tables := endpoint.RouteTableIds
		_, by := e.marks.since(endpoint)
		if by == e.marks.request && by != "" && !slices.Contains(tables, e.target.table) &&
			len(tables) > 0 && !leaving(endpoint) {
			e.target.table = tables[0]
		}
	}
	return slices.DeleteFunc(all, func(endpoint types.VpcEndpoint) bool {
		return !slices.Contains(endpoint.RouteTableIds, e.target.table)
	}), err
}

// create makes an endpoint for this one route table, with its tags in the same call. When the route
// exists already, the endpoint behind it may just not be visible yet: it is looked for again.
func (e *ensure) create(ctx context.Context) (*types.VpcEndpoint, error) {
	tags, err := e.tags(ctx)
	if err != nil {
		return nil, err
	}
	e.request.Claim(e.target.id())
	e.wrote = true
	token := e.marks.token(e.request.StackID, e.target.table, e.round, tags)
	output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:CreateVpcEndpoint",
		e.api.CreateVpcEndpoint, &ec2.CreateVpcEndpointInput{
			VpcEndpointType:   types.VpcEndpointTypeGateway,
			VpcId:             aws.String(e.target.vpc),
			ServiceName:       aws.String(e.target.serviceName()),
			RouteTableIds:     []string{e.target.table},
			PolicyDocument:    aws.String(fullAccess),
			PrivateDnsEnabled: aws.Bool(false),
			ClientToken:       aws.String(token),
			TagSpecifications: []types.TagSpecification{{
				ResourceType: types.ResourceTypeVpcEndpoint, Tags: tags,
			}},
		})
	switch {
	case err == nil && output.VpcEndpoint != nil:
		made := *output.VpcEndpoint
		made.Tags = tags
		return &made, nil
	case err == nil:
		return nil, errors.New("ec2:CreateVpcEndpoint answered without an endpoint; try again")
	case routeExists(err):
		return e.behindRoute(ctx)
	}
	return nil, err
}

// routeExists knows the code and, since EC2 was seen to use another one, the text.
func routeExists(err error) bool {
	return ec2util.Code(err) == "RouteAlreadyExists" ||
		strings.Contains(ec2util.Message(err), "already has a route with destination-prefix-list")
}

func (e *ensure) behindRoute(ctx context.Context) (*types.VpcEndpoint, error) {
	for pause := 2 * time.Second; pause <= 8*time.Second; pause *= 2 {
		if found, err := e.find(ctx); found != nil || err != nil {
			return found, err
		}
		if err := ec2util.Pause(ctx, pause); err != nil {
			break
		}
	}
	return nil, fmt.Errorf("route table %s already sends the addresses of %s elsewhere (%s), not "+
		"through a gateway endpoint: remove that route, or choose a subnet with another route "+
		"table", e.target.table, e.target.service, e.prefixRoutes(ctx))
}

// prefixRoutes names the routes to prefix lists that are in the way, for the reason of a failure.
func (e *ensure) prefixRoutes(ctx context.Context) string {
	tables, err := ec2util.RouteTables(ctx, ec2util.Making(), e.api,
		ec2util.Filter("route-table-id", e.target.table))
	if err != nil || len(tables) != 1 {
		return "its routes cannot be read"
	}
	var routes []string
	for _, route := range tables[0].Routes {
		if list := aws.ToString(route.DestinationPrefixListId); list != "" {
			routes = append(routes, list+" to "+through(route))
		}
	}
	if routes == nil {
		return "the route is not visible"
	}
	return strings.Join(routes[:min(3, len(routes))], ", ")
}

func through(route types.Route) string {
	targets := []*string{
		route.GatewayId, route.NatGatewayId, route.TransitGatewayId, route.NetworkInterfaceId,
		route.VpcPeeringConnectionId, route.InstanceId, route.LocalGatewayId,
	}
	for _, target := range targets {
		if target != nil {
			return *target
		}
	}
	return "another target"
}

// join records this resource at an endpoint of this vendor. An endpoint of somebody else is left as
// it is, and so is a record that this request need not renew: its own, that of a later request, and
// the one that CloudFormation knows this resource by. EC2 cannot compare and swap: the stack that
// made the endpoint may be deleting it right now, so it is looked at again after a while, which is
// longer than a deletion goes on after its last look (see believed).
func (e *ensure) join(ctx context.Context, found types.VpcEndpoint, is mode) error {
	if is == adopted {
		return nil
	}
	_, marked := value(found, e.marks.user())
	_, by := e.marks.since(found)
	if marked && (by == e.marks.request || e.marks.late(found) ||
		e.request.PhysicalID == e.target.id()) {
		e.wrote = true
		return nil
	}
	e.request.Claim(e.target.id())
	e.wrote = true
	id := aws.ToString(found.VpcEndpointId)
	_, err := ec2util.Call(ctx, ec2util.Making(), "ec2:CreateTags", e.api.CreateTags,
		&ec2.CreateTagsInput{
			Resources: []string{id},
			Tags:      []types.Tag{e.marks.use()},
		})
	if ec2util.IsMissing(ec2util.Code(err)) {
		return errVanished
	}
	if err != nil {
		return err
	}
	if err := ec2util.Pause(ctx, settle); err != nil {
		return fmt.Errorf("ran out of time after joining endpoint %s; try again", id)
	}
	now, err := e.find(ctx)
	if err == nil && (now == nil || aws.ToString(now.VpcEndpointId) != id) {
		return errVanished
	}
	return err
}

// ready waits until the endpoint is available and, unless it is somebody else's, until the route
// table shows its route. New objects are not visible at once.
func (e *ensure) ready(ctx context.Context, id string, is mode) (now types.VpcEndpoint, err error) {
	begin := time.Now()
	err = ec2util.Poll(ctx, readyIn, func() (bool, string, error) {
		all, err := ec2util.Endpoints(ctx, ec2util.Making(), e.api,
			ec2util.Filter("vpc-endpoint-id", id))
		if err != nil {
			return false, "", err
		}
		if len(all) != 1 || ec2util.In(all[0], types.StateDeleting, types.StateDeleted) {
			if time.Since(begin) > reappear {
				return false, "", errVanished
			}
			return false, "endpoint " + id + " is not visible; try again", nil
		}
		now = all[0]
		if ec2util.In(now, types.StateFailed, types.StateRejected, types.StateExpired) {
			return false, "", fmt.Errorf("endpoint %s is %s: %s. Try again", id, now.State,
				ec2util.Why(now))
		}
		if !ec2util.In(now, types.StateAvailable) {
			return false, fmt.Sprintf("endpoint %s is still %s; try again", id, now.State), nil
		}
		if is == adopted {
			return true, "", nil
		}
		routed, err := e.routed(ctx, id)
		return routed, fmt.Sprintf("route table %s shows no route to %s; try again",
			e.target.table, id), err
	})
	return now, err
}

func (e *ensure) routed(ctx context.Context, id string) (bool, error) {
	tables, err := ec2util.RouteTables(ctx, ec2util.Making(), e.api,
		ec2util.Filter("route-table-id", e.target.table))
	if err != nil || len(tables) != 1 {
		return false, err
	}
	e.main = ec2util.Main(tables[0])
	return slices.ContainsFunc(tables[0].Routes, func(route types.Route) bool {
		return aws.ToString(route.GatewayId) == id
	}), nil
}
