// Package endpointnames is the function behind Custom::EndpointNames: it switches on private DNS of
// interface endpoints of its own stack once they are available. Where an endpoint of the customer
// serves the same names in the VPC already, it leaves both as they are and says so.
package endpointnames

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// API is every operation that this function calls.
type API interface {
	ec2.DescribeVpcEndpointsAPIClient
	DescribeVpcEndpointServices(
		context.Context, *ec2.DescribeVpcEndpointServicesInput, ...func(*ec2.Options),
	) (*ec2.DescribeVpcEndpointServicesOutput, error)
	ModifyVpcEndpoint(
		context.Context, *ec2.ModifyVpcEndpointInput, ...func(*ec2.Options),
	) (*ec2.ModifyVpcEndpointOutput, error)
}

type (
	properties = contract.EndpointNamesProperties
	request    = customresource.Request[properties]
	answer     = customresource.Answer
	function   struct{ api API }
)

// New gives the function that calls this API.
func New(api API) customresource.Function[properties] { return function{api} }

const (
	budget   = 200 * time.Second // for all endpoints together
	appear   = 90 * time.Second  // until an endpoint of this stack is visible
	vendored = "com.amazonaws.vpce."
)

// Create switches the names on.
func (f function) Create(ctx context.Context, r request) (answer, error) {
	id := physicalID(r.Properties.EndpointIDs)
	p := r.Properties
	w := &work{api: f.api, vpc: p.VpcID, begin: time.Now(), own: p.EndpointIDs,
		account: r.Stack().Account}
	err := w.all(ctx)
	return answer{PhysicalID: id, Data: w.data()}, err
}

// Update looks again: a change of the endpoint may have switched its names off.
func (f function) Update(ctx context.Context, r request) (answer, error) { return f.Create(ctx, r) }

// Delete leaves the endpoints alone: their own deletion takes the names away.
func (f function) Delete(context.Context, request) (answer, error) { return answer{}, nil }

// physicalID depends on the set of endpoints alone.
func physicalID(endpoints []string) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(endpoints)))
	id := "private-dns/" + cmp.Or(strings.Join(sorted, "+"), "none")
	if len(id) <= 500 {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "private-dns/" + hex.EncodeToString(sum[:16])
}

// work is one run over all endpoints. Each has one of three results: on, other (the id of the
// customer's endpoint that serves its names), or none yet.
type work struct {
	api     API
	vpc     string
	account string
	own     []string
	begin   time.Time
	asked   map[string]bool   // switched on by this run, not seen on yet
	on      map[string]bool   // its names are on
	other   map[string]string // its names are served by another endpoint
}

func (w *work) data() contract.EndpointNamesData {
	var enabled, adopted []string
	for _, id := range w.own {
		if w.on[id] {
			enabled = append(enabled, id)
		} else if w.other[id] != "" {
			adopted = append(adopted, id+"="+w.other[id])
		}
	}
	return contract.EndpointNamesData{
		Enabled: strings.Join(enabled, ","), Adopted: strings.Join(adopted, ","),
	}
}

// all steps all endpoints forward together until each is done. One description per round serves
// them all, which keeps the number of calls independent of the number of endpoints.
func (w *work) all(ctx context.Context) error {
	w.own = slices.DeleteFunc(slices.Clone(w.own), func(id string) bool { return id == "" })
	slices.Sort(w.own)
	w.own = slices.Compact(w.own)
	w.asked, w.on, w.other = map[string]bool{}, map[string]bool{}, map[string]string{}
	if len(w.own) == 0 {
		return nil
	}
	return ec2util.Poll(ctx, budget, func() (bool, string, error) {
		endpoints, err := ec2util.Endpoints(ctx, ec2util.Making(), w.api,
			ec2util.Filter("vpc-endpoint-id", w.own...))
		if err != nil {
			return false, "", err
		}
		byID := map[string]types.VpcEndpoint{}
		for _, endpoint := range endpoints {
			byID[aws.ToString(endpoint.VpcEndpointId)] = endpoint
		}
		var waits []string
		for _, id := range w.own {
			endpoint, visible := byID[id]
			wait, err := w.step(ctx, id, endpoint, visible)
			if err != nil {
				return false, "", err
			}
			if wait != "" {
				waits = append(waits, wait)
			}
		}
		return waits == nil, strings.Join(waits, "; "), nil
	})
}

// step does the next thing for one endpoint and says what it waits for then; "" means done.
func (w *work) step(
	ctx context.Context, id string, endpoint types.VpcEndpoint, visible bool,
) (wait string, err error) {
	if w.other[id] != "" {
		return "", nil
	}
	if !visible {
		if time.Since(w.begin) < appear {
			return id + " is not visible yet", nil
		}
		return "", fmt.Errorf("endpoint %s was not found: it was deleted outside this stack. "+
			"Update the stack without the endpoint and then with it again, or delete the stack", id)
	}
	service := aws.ToString(endpoint.ServiceName)
	if err := w.fits(id, endpoint); err != nil {
		return "", err
	}
	if !ec2util.In(endpoint, types.StateAvailable) {
		return w.notYet(id, service, endpoint)
	}
	if aws.ToBool(endpoint.PrivateDnsEnabled) {
		w.on[id] = true
		return "", nil
	}
	delete(w.on, id)
	if !w.asked[id] {
		if err := w.switchOn(ctx, id, service, endpoint); err != nil {
			return "", err
		}
		if w.other[id] != "" {
			return "", nil
		}
	}
	return id + " does not show its private names yet; try again", nil
}

// notYet says what an endpoint waits for, or why it will never be available.
func (w *work) notYet(id, service string, endpoint types.VpcEndpoint) (wait string, err error) {
	switch {
	case ec2util.In(endpoint, types.StatePendingAcceptance):
		return fmt.Sprintf("the provider of %s has not accepted %s: ask the provider to accept "+
			"account %s, then try again", service, id, w.account), nil
	case ec2util.In(endpoint, types.StateRejected, types.StateExpired):
		return "", fmt.Errorf("%s is %s by the provider of %s: ask the provider to accept "+
			"account %s, then try again", id, said(endpoint), service, w.account)
	case ec2util.In(endpoint, types.StateFailed):
		return "", fmt.Errorf("%s to %s has failed (%s): try again; if it fails again, ask the "+
			"service's provider", id, service, ec2util.Why(endpoint))
	case ec2util.In(endpoint, types.StateDeleting, types.StateDeleted):
		return "", fmt.Errorf("%s is %s by somebody outside this stack: delete the stack and "+
			"launch it again", id, said(endpoint))
	}
	return fmt.Sprintf("%s is still %s; try again", id, endpoint.State), nil
}

// said is an endpoint's state as it reads in a sentence.
func said(endpoint types.VpcEndpoint) string {
	words := map[types.State]string{types.StateRejected: "rejected", types.StateDeleted: "deleted",
		types.StateDeleting: "being deleted", types.StateExpired: "expired, not accepted in time,"}
	for state, text := range words {
		if ec2util.In(endpoint, state) {
			return text
		}
	}
	return string(endpoint.State)
}

func (w *work) fits(id string, endpoint types.VpcEndpoint) error {
	if kind := string(endpoint.VpcEndpointType); kind != "" &&
		!strings.EqualFold(kind, string(types.VpcEndpointTypeInterface)) {
		return fmt.Errorf("endpoint %s is of type %s: only interface endpoints have private names",
			id, kind)
	}
	if vpc := aws.ToString(endpoint.VpcId); w.vpc != "" && vpc != w.vpc {
		return fmt.Errorf("endpoint %s is in %s, not in %s", id, vpc, w.vpc)
	}
	return nil
}

// switchOn asks for the names. When they are taken in this VPC, it looks for the endpoint that has
// them.
func (w *work) switchOn(
	ctx context.Context, id, service string, endpoint types.VpcEndpoint,
) error {
	if err := w.hasName(ctx, service); err != nil {
		return err
	}
	_, err := ec2util.Call(ctx, ec2util.Making().AwaitNew(), "ec2:ModifyVpcEndpoint",
		w.api.ModifyVpcEndpoint, &ec2.ModifyVpcEndpointInput{
			VpcEndpointId: aws.String(id), PrivateDnsEnabled: aws.Bool(true),
		})
	vpc := aws.ToString(endpoint.VpcId)
	switch {
	case err == nil:
		w.asked[id] = true
		return nil
	case isConflict(err):
		return w.adopt(ctx, id, service, vpc, ec2util.Message(err))
	case strings.Contains(ec2util.Message(err), "enableDnsSupport"):
		return fmt.Errorf("DNS resolution or DNS host names are off in %s, and %s needs both for "+
			"its private names: switch both on in the VPC's settings, then try again", vpc, id)
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("ec2:ModifyVpcEndpoint did not answer in time; it does that where " +
			"route53:AssociateVPCWithHostedZone is denied: allow that for the role of this " +
			"function, in its permissions boundary and in your organization's policies, then try " +
			"again")
	}
	return err
}

// hasName fails early, with a clear reason, for a vendor's service without usable private names.
func (w *work) hasName(ctx context.Context, service string) error {
	if !strings.HasPrefix(service, vendored) {
		return nil
	}
	output, err := ec2util.Call(ctx, ec2util.Making(), "ec2:DescribeVpcEndpointServices",
		w.api.DescribeVpcEndpointServices,
		&ec2.DescribeVpcEndpointServicesInput{ServiceNames: []string{service}})
	if err != nil {
		return err
	}
	for _, detail := range output.ServiceDetails {
		state := string(detail.PrivateDnsNameVerificationState)
		if aws.ToString(detail.PrivateDnsName) == "" && len(detail.PrivateDnsNames) == 0 {
			return fmt.Errorf("%s has no private DNS name: its provider must set one", service)
		}
		if state != "" && !strings.EqualFold(state, string(types.DnsNameStateVerified)) {
			return fmt.Errorf("the private DNS name of %s is %s: its provider must verify the "+
				"domain, then try again", service, state)
		}
	}
	return nil
}

// isConflict recognises both forms in which EC2 says that the names are taken
// (hashicorp/terraform-provider-aws#17535, #37783).
func isConflict(err error) bool {
	return ec2util.Code(err) == "ConflictingDomainExists" ||
		strings.Contains(ec2util.Message(err), "conflicting DNS domain")
}

// adopt looks for the endpoint that has the names. conflict is what EC2 said.
func (w *work) adopt(ctx context.Context, id, service, vpc, conflict string) error {
	endpoints, err := ec2util.Endpoints(ctx, ec2util.Making(), w.api,
		ec2util.Filter("vpc-id", vpc), ec2util.Filter("service-name", service))
	if err != nil {
		return err
	}
	for _, candidate := range endpoints {
		other := aws.ToString(candidate.VpcEndpointId)
		if other != id && aws.ToBool(candidate.PrivateDnsEnabled) &&
			ec2util.In(candidate, types.StateAvailable) && w.fits(other, candidate) == nil {
			w.other[id] = other
			return nil
		}
	}
	name := "the private name of " + service
	if _, text, ok := strings.Cut(conflict, "conflicting DNS domain for "); ok {
		name, _, _ = strings.Cut(text, " ")
	}
	return fmt.Errorf("%s is taken in %s, but not by an endpoint to %s: find the private hosted "+
		"zone or the endpoint that has it, and remove it or detach it from the VPC, then try again",
		name, vpc, service)
}
