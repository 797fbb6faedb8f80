package fakeec2

import (
	"net/http"
	"slices"
	"strings"
)

// nameFor checks that an endpoint may get the private name of its service in its VPC. e is the
// endpoint as it is now, or as it is to be made.
func (r *run) nameFor(e *Endpoint, service *Service) error {
	vpc := r.vpcs.now(e.VPC)
	switch {
	case e.Type != interfaceType:
		return refuse("InvalidParameter", "Private DNS is only supported for Interface endpoints.")
	case service.PrivateName == "" || (service.NameState != "" && service.NameState != verified):
		// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PrivateDnsNameConfiguration.html
		// The text is from vespa-engine/vespa PR #33303.
		return refuse("InvalidParameter", "Private DNS can't be enabled because the service %s "+
			"does not provide a private DNS name.", service.Name)
	case e.State == pendingAcceptance:
		// crossplane-contrib/provider-aws#1363; the code is unverified.
		return refuse("InvalidParameter",
			"VPCEndpoint can't enable private dns before it is accepted")
	case vpc != nil && (!vpc.DNSSupport || !vpc.DNSHostnames):
		// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
		return refuse("InvalidParameter", "Enabling private DNS requires both enableDnsSupport "+
			"and enableDnsHostnames VPC attributes set to true for %s", e.VPC)
	}
	if r.nameTaken(e, service.PrivateName) {
		// hashicorp/terraform-provider-aws#17535 and #37783.
		code := "InvalidParameter"
		if r.settings.ConflictIsDomainExists {
			code = "ConflictingDomainExists"
		}
		return refuse(code, "private-dns-enabled cannot be set because there is already a "+
			"conflicting DNS domain for %s in the VPC %s", service.PrivateName, e.VPC)
	}
	return nil
}

// nameTaken looks for another endpoint in the VPC that has the name, and for a private hosted zone.
func (r *run) nameTaken(e *Endpoint, name string) bool {
	for _, other := range r.endpoints.all() {
		service := r.services.now(other.Service)
		if other.ID != e.ID && other.VPC == e.VPC && (other.PrivateDNS || other.claims) &&
			other.State != deleted &&
			service != nil && service.PrivateName == name {
			return true
		}
	}
	vpc := r.vpcs.now(e.VPC)
	return vpc != nil && slices.ContainsFunc(vpc.Zones, func(zone string) bool {
		return zone == name || strings.HasSuffix(zone, "."+name)
	})
}

// tieName is what EC2 does on behalf of the role when it switches a private name on. Which actions
// a role needs for that is unverified, and what happens without: boto/boto3#2554 saw a call that
// hung.
func (r *run) tieName(vpc string) error {
	err := r.allowed("route53:AssociateVPCWithHostedZone", resource{name: "*",
		keys: map[string][]string{
			"route53:VPCs": {"VPCId=" + vpc + ",VPCRegion=" + r.settings.Region},
		}})
	if err != nil && r.settings.DeniedNamesHang {
		return errHang
	}
	return err
}

// busy is EC2's answer while another change of an endpoint is at work
// (hashicorp/terraform-provider-aws#3382).
func busy() error {
	return refusal{"OperationInProgress", "VpcEndpoint modify operation in progress",
		http.StatusBadRequest}
}
