package subnetfacts

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// vendored begins the names of all services that are not AWS's own.
const vendored = "com.amazonaws.vpce."

// names says for each endpoint, by its logical id, whether it may have its private names from the
// beginning. What is not known counts as no: then EndpointNames switches them on, or says why not.
func (f function) names(
	ctx context.Context, r request, subnet types.Subnet, details map[string]types.ServiceDetail,
) map[string]string {
	if len(r.Properties.Names) == 0 {
		return nil
	}
	l := look{request: r, times: map[string]int{}}
	for _, pair := range r.Properties.Names {
		_, service, _ := strings.Cut(pair, "=")
		l.times[service]++
	}
	owner := aws.ToString(subnet.OwnerId)
	if owner == "" || owner == r.Stack().Account { // else the owner's endpoints are not visible
		l.endpoints, l.seen = f.endpoints(ctx, r, aws.ToString(subnet.VpcId))
	}
	answers := map[string]string{}
	for _, pair := range r.Properties.Names {
		id, service, _ := strings.Cut(pair, "=")
		answers[id] = strconv.FormatBool(l.allows(pair, details[service]))
	}
	return answers
}

// endpoints reads those of the VPC. It waits for nobody: without an answer the launch goes on as
// well.
func (f function) endpoints(
	ctx context.Context, r request, vpc string,
) ([]types.VpcEndpoint, bool) {
	all, err := ec2util.Endpoints(ctx, ec2util.Patience{Busy: 5 * time.Second}, f.api,
		ec2util.Filter("vpc-id", vpc))
	if err != nil {
		r.Log.Warn("private names are not decided before the endpoints are made", "error", err)
	}
	return all, err == nil
}

// look is what was seen of the VPC's endpoints.
type look struct {
	request   request
	times     map[string]int // how often a service is among Names
	endpoints []types.VpcEndpoint
	seen      bool
}

// allows tells whether the endpoint of a LogicalId=service text can be made, or kept, with its
// names.
func (l look) allows(pair string, detail types.ServiceDetail) bool {
	_, service, _ := strings.Cut(pair, "=")
	if !l.seen || l.times[service] != 1 || !ready(service, detail) {
		return false
	}
	for _, endpoint := range l.endpoints {
		if !aws.ToBool(endpoint.PrivateDnsEnabled) || ec2util.In(endpoint, types.StateDeleted) ||
			!hasNames(endpoint, service, detail) {
			continue
		}
		if !l.own(endpoint) || aws.ToString(endpoint.ServiceName) != service || !l.stays(pair) {
			return false
		}
	}
	return true
}

// ready tells whether a service gives names to whoever asks for them: without its provider's
// consent, and of a domain that is proven to be the provider's.
func ready(service string, detail types.ServiceDetail) bool {
	state := string(detail.PrivateDnsNameVerificationState)
	verified := strings.EqualFold(state, string(types.DnsNameStateVerified)) ||
		state == "" && !strings.HasPrefix(service, vendored)
	return detail.AcceptanceRequired != nil && !*detail.AcceptanceRequired && verified &&
		len(privateNames(detail)) > 0
}

func privateNames(detail types.ServiceDetail) []string {
	names := []string{aws.ToString(detail.PrivateDnsName)}
	for _, more := range detail.PrivateDnsNames {
		names = append(names, aws.ToString(more.PrivateDnsName))
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// hasNames tells whether an endpoint whose names are on has those of a service: it is of this
// service, or its provider gave the same domain to another one.
func hasNames(endpoint types.VpcEndpoint, service string, detail types.ServiceDetail) bool {
	return aws.ToString(endpoint.ServiceName) == service ||
		slices.ContainsFunc(endpoint.DnsEntries, func(entry types.DnsEntry) bool {
			return slices.ContainsFunc(privateNames(detail), func(name string) bool {
				return strings.EqualFold(aws.ToString(entry.DnsName), name)
			})
		})
}

// own tells whether an endpoint is of this stack, and there to stay.
func (l look) own(endpoint types.VpcEndpoint) bool {
	of, _ := ec2util.Tag(endpoint.Tags, l.request.Properties.Vendor+":stack")
	return of != "" && of == l.request.Stack().UUID &&
		ec2util.In(endpoint, types.StatePending, types.StateAvailable)
}

// stays tells whether an endpoint of this stack is the one that the pair speaks of. In an update
// that renames it, or before which the stack did not ask, it may be another: CloudFormation makes
// the new one while the old one still has the names.
func (l look) stays(pair string) bool {
	return l.request.Type != cfn.RequestUpdate || slices.Contains(l.request.Old.Names, pair)
}
