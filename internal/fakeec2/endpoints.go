package fakeec2

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

// created is what a client token stands for.
type created struct{ request, endpoint string }

// wanted is what CreateVpcEndpoint was asked for.
type wanted struct {
	Endpoint
	token   string
	request string // all parameters but the token
	tags    []tag
	tagged  string // the resource type of the tag specification
}

// shelfOfEndpoints hides the endpoints of a shared VPC's owner; see shelfOfTables.
func (r *run) shelfOfEndpoints() shelf[Endpoint] {
	return shelf[Endpoint]{from: &r.endpoints, fields: endpointField, sees: func(e *Endpoint) bool {
		return e.Owner == r.role.Account || r.settings.ParticipantsSeeTables
	}, missing: "InvalidVpcEndpointId.NotFound", noun: "VpcEndpoint ID",
		write: inSet(r, "vpcEndpointSet", r.endpoint)}
}

// endpointField knows all filters of EC2. There is none for route tables.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html
func endpointField(e *Endpoint, filter string) ([]string, bool) {
	switch filter {
	case "vpc-endpoint-id":
		return []string{e.ID}, true
	case "vpc-id":
		return []string{e.VPC}, true
	case "service-name":
		return []string{e.Service}, true
	case "service-region":
		return []string{regionOf(&Service{Name: e.Service})}, true
	case "vpc-endpoint-type":
		return []string{e.Type}, true
	case "vpc-endpoint-state":
		return []string{e.State}, true
	case "ip-address-type":
		return []string{"ipv4"}, true
	}
	return tagField(e.Tags, filter)
}

func (r *run) endpoint(e *Endpoint) {
	r.out.text("vpcEndpointId", e.ID)
	r.out.text("vpcEndpointType", e.Type)
	r.out.text("vpcId", e.VPC)
	r.out.text("serviceName", e.Service)
	r.out.text("state", e.State)
	r.out.text("policyDocument", e.Policy)
	r.out.texts("routeTableIdSet", e.Tables)
	r.out.texts("subnetIdSet", e.Subnets)
	list(&r.out, "groupSet", e.Groups, func(id string) { r.out.text("groupId", id) })
	r.out.flag("privateDnsEnabled", e.PrivateDNS)
	r.out.flag("requesterManaged", false)
	r.out.text("ownerId", e.Owner)
	r.out.text("creationTimestamp", e.Created.UTC().Format(time.RFC3339))
	if e.ErrorCode != "" {
		r.out.open("lastError")
		r.out.text("code", e.ErrorCode)
		r.out.text("message", e.ErrorText)
		r.out.close("lastError")
	}
	r.out.tags(e.Tags)
}

// createEndpoint makes an endpoint with its tags, and for a gateway the routes of its tables.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
func createEndpoint(p *params) operation {
	w := wanted{token: p.text("ClientToken"), request: withoutToken(p.form)}
	w.Type, w.VPC = p.text("VpcEndpointType"), p.text("VpcId")
	if w.Type == "" {
		w.Type = gatewayType
	}
	w.Service, w.Policy = p.text("ServiceName"), p.text("PolicyDocument")
	w.Tables, w.Subnets = p.list("RouteTableId"), p.list("SubnetId")
	w.Groups = p.list("SecurityGroupId")
	on, said := p.flag("PrivateDnsEnabled")
	// Without the parameter EC2 switches names on (hashicorp/terraform-provider-aws#37783).
	w.PrivateDNS = on || (!said && w.Type == interfaceType)
	if p.size("TagSpecification") > 0 {
		w.tagged = p.text("TagSpecification.1.ResourceType")
		w.tags = p.tags("TagSpecification.1.Tag")
	}
	return func(r *run) error {
		if err := r.mayCreate(w); err != nil {
			return err
		}
		made, err := r.create(w)
		if err != nil {
			return err
		}
		r.out.open("vpcEndpoint")
		r.endpoint(made)
		r.out.close("vpcEndpoint")
		r.out.text("clientToken", w.token)
		return nil
	}
}

func withoutToken(form url.Values) string {
	rest := url.Values{}
	for key, values := range form {
		if key != "ClientToken" {
			rest[key] = values
		}
	}
	return rest.Encode()
}

// mayCreate asks for all resources that the action is about, and for CreateTags, which tags at
// creation need as well.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
func (r *run) mayCreate(w wanted) error {
	vpc := r.tagged(w.VPC)
	vpc.keys["ec2:VpcID"] = []string{w.VPC}
	endpoint := resource{name: "vpc-endpoint/*", keys: requestTags(w.tags)}
	endpoint.keys["ec2:VpceServiceName"] = []string{w.Service}
	if service := r.services.now(w.Service); service != nil {
		endpoint.keys["ec2:VpceServiceOwner"] = []string{service.Owner}
	}
	on := []resource{vpc, endpoint}
	for _, id := range slices.Concat(w.Tables, w.Subnets) {
		on = append(on, r.tagged(id))
	}
	for _, id := range w.Groups {
		on = append(on, objectOf("security-group", id, nil))
	}
	if err := r.allowed("ec2:CreateVpcEndpoint", on...); err != nil {
		return err
	}
	if len(w.tags) > 0 {
		keys := requestTags(w.tags)
		keys["ec2:CreateAction"] = []string{"CreateVpcEndpoint"}
		err := r.allowed("ec2:CreateTags", resource{name: "vpc-endpoint/*", keys: keys})
		if err != nil {
			return err
		}
	}
	if w.PrivateDNS {
		if err := r.tieName(w.VPC); err != nil {
			return err
		}
	}
	return r.trial()
}

// create gives the endpoint that the token stands for, or makes one.
func (r *run) create(w wanted) (*Endpoint, error) {
	if made, err := r.byToken(w); made != nil || err != nil {
		return made, err
	}
	service, err := r.creatable(w)
	if err != nil {
		return nil, err
	}
	e := w.Endpoint
	e.ID, e.Owner, e.Created, e.State = r.newEndpointID(), r.role.Account, r.now, pending
	e.Tags = applied(nil, w.tags)
	if e.Policy == "" {
		e.Policy = openPolicy
	}
	then := becomeAvailable
	switch {
	case service.FailsWith != "":
		then = becomeFailed(service.FailsWith)
	case service.Acceptance:
		then = becomeWaiting
	}
	if r.settings.Pending == 0 {
		then(&e)
	} else {
		r.schedule(r.now.Add(r.settings.Pending), e.ID, then)
	}
	replace(&r.done, &r.endpoints, r.now, e.ID, &e)
	r.made[e.ID] = r.role.Name
	if w.token != "" {
		r.tokens[r.role.Account+" "+w.token] = created{w.request, e.ID}
	}
	return &e, nil
}

// openPolicy is what EC2 gives an endpoint without a policy.
const openPolicy = `{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*",` +
	`"Action":"*","Resource":"*"}]}`

// byToken gives the endpoint that was made with the same token and parameters: as it is now, or, if
// it is gone, as it last was. How long EC2 keeps a token here is unverified; the fake never forgets
// one, so that a token which is used too widely is found.
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
func (r *run) byToken(w wanted) (*Endpoint, error) {
	if len(w.token) > 64 {
		return nil, refuse("InvalidParameterValue", "ClientToken is longer than 64 characters")
	}
	before, used := r.tokens[r.role.Account+" "+w.token]
	if w.token == "" || !used {
		return nil, nil
	}
	if before.request != w.request {
		return nil, refuse("IdempotentParameterMismatch", "The request uses the same client token "+
			"as a previous, but non-identical request. Do not reuse a client token with different "+
			"requests, unless the requests are identical")
	}
	states := r.endpoints.find(before.endpoint).states
	for _, s := range slices.Backward(states) {
		if s.value != nil {
			return s.value, nil
		}
	}
	return nil, nil
}

// creatable checks a request against the world.
func (r *run) creatable(w wanted) (*Service, error) {
	vpc := r.vpcs.now(w.VPC)
	switch {
	case vpc == nil:
		return nil, refuse("InvalidVpcId.NotFound", "The vpc ID '%s' does not exist", w.VPC)
	case vpc.Owner != r.role.Account:
		// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
		// The code is unverified.
		return nil, r.denied("ec2:CreateVpcEndpoint", "vpc/"+w.VPC)
	case w.tagged != "" && w.tagged != "vpc-endpoint":
		return nil, refuse("InvalidParameterValue",
			"'%s' is not a valid taggable resource type for this operation.", w.tagged)
	}
	if w.Policy != "" && !json.Valid([]byte(w.Policy)) {
		return nil, refuse("InvalidPolicyDocument", "The Policy document is invalid")
	}
	service, err := r.serviceFor(w.Service, w.Type)
	if err != nil {
		return nil, err
	}
	if err := taggable(nil, w.tags); err != nil {
		return nil, err
	}
	if w.Type == gatewayType {
		if r.gateways() >= r.settings.Quota {
			// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
			return nil, refuse("VpcEndpointLimitExceeded",
				"The maximum number of VPC endpoints has been reached.")
		}
		if len(w.Subnets)+len(w.Groups) > 0 {
			return nil, refuse("InvalidParameter",
				"Subnets and security groups are not supported for Gateway endpoints.")
		}
		if w.PrivateDNS {
			return nil, r.nameFor(&w.Endpoint, service)
		}
		return service, r.tablesFor(w.Tables, w.VPC, service, "")
	}
	if err := r.zonesOf(service, w.VPC, w.Subnets); err != nil {
		return nil, err
	}
	if w.PrivateDNS {
		return service, r.nameFor(&w.Endpoint, service)
	}
	return service, nil
}

func becomeWaiting(e *Endpoint) bool {
	if e.State != pending {
		return false
	}
	e.State = pendingAcceptance
	return true
}

// becomeFailed gives a transition to failed, with CODE: TEXT as its reason.
func becomeFailed(reason string) func(*Endpoint) bool {
	return func(e *Endpoint) bool {
		if e.State != pending {
			return false
		}
		e.State = failedState
		e.ErrorCode, e.ErrorText, _ = strings.Cut(reason, ": ")
		return true
	}
}

func (r *run) gateways() (n int) {
	for _, e := range r.endpoints.all() {
		if e.routed() && e.Owner == r.role.Account {
			n++
		}
	}
	return n
}
