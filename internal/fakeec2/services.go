package fakeec2

import (
	"slices"
	"strings"
)

// verified is one of the NameStates of services.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PrivateDnsNameConfiguration.html
const verified = "verified"

func serviceField(s *Service, filter string) ([]string, bool) {
	switch filter {
	case "service-name":
		return []string{s.Name}, true
	case "service-type":
		return []string{s.Type}, true
	case "owner":
		return []string{s.Owner}, true
	case "service-region":
		return []string{regionOf(s)}, true
	}
	return tagField(nil, filter)
}

func regionOf(s *Service) string {
	parts := strings.Split(strings.TrimPrefix(s.Name, "com.amazonaws."), ".")
	if parts[0] == "vpce" && len(parts) > 1 {
		return parts[1]
	}
	return parts[0]
}

// shelfOfServices hides those that are not offered to the account: a vendor's service without
// permission looks like one that does not exist.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidServiceName)
func (r *run) shelfOfServices() shelf[Service] {
	return shelf[Service]{from: &r.services, fields: serviceField, sees: r.offered,
		missing: "InvalidServiceName", noun: "Vpc Endpoint Service",
		write: func(found []*Service) {
			r.out.open("serviceNameSet")
			for _, s := range found {
				r.out.text("item", s.Name)
			}
			r.out.close("serviceNameSet")
			list(&r.out, "serviceDetailSet", found, r.service)
		}}
}

func (r *run) offered(s *Service) bool { return !slices.Contains(s.Closed, r.role.Account) }

func (r *run) service(s *Service) {
	r.out.text("serviceName", s.Name)
	r.out.text("serviceId", "vpce-svc-"+s.Name[strings.LastIndexByte(s.Name, '.')+1:])
	list(&r.out, "serviceType", []string{s.Type}, func(kind string) {
		r.out.text("serviceType", kind)
	})
	r.out.texts("availabilityZoneSet", s.Zones)
	r.out.texts("availabilityZoneIdSet", s.ZoneIDs)
	r.out.text("owner", s.Owner)
	r.out.text("serviceRegion", regionOf(s))
	r.out.flag("acceptanceRequired", s.Acceptance)
	if s.PrivateName != "" {
		r.out.text("privateDnsName", s.PrivateName)
		list(&r.out, "privateDnsNameSet", []string{s.PrivateName}, func(name string) {
			r.out.text("privateDnsName", name)
		})
		r.out.text("privateDnsNameVerificationState", s.NameState)
	}
}

// serviceFor finds the service that an endpoint of a type is to lead to.
func (r *run) serviceFor(name, kind string) (*Service, error) {
	service := r.services.now(name)
	if service == nil || !r.offered(service) {
		return nil, refuse("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist",
			name)
	}
	if service.Type != kind {
		return nil, refuse("InvalidParameter", "Endpoint type (%s) does not match available "+
			"service types ([%s]).", kind, service.Type)
	}
	return service, nil
}

// zonesOf refuses two subnets of one zone, and zones that the service does not reach.
// DuplicateSubnetsInSameZone: openshift/aws-vpce-operator; the other text: aws/aws-cdk#4912.
func (r *run) zonesOf(service *Service, vpc string, subnets []string) error {
	var zones []string
	for _, id := range subnets {
		subnet := r.subnets.now(id)
		if subnet == nil {
			return refuse("InvalidSubnetId.NotFound", "The subnet ID '%s' does not exist", id)
		}
		if subnet.VPC != vpc {
			return refuse("InvalidParameter", "subnet %s and network %s belong to different "+
				"networks", id, vpc)
		}
		if slices.Contains(zones, subnet.ZoneID) {
			return refuse("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the "+
				"availability zone of %s", id)
		}
		zones = append(zones, subnet.ZoneID)
		if len(service.ZoneIDs) > 0 && !slices.Contains(service.ZoneIDs, subnet.ZoneID) {
			return refuse("InvalidParameter", "The VPC endpoint service %s does not support the "+
				"availability zone of the subnet: %s.", service.Name, id)
		}
	}
	return nil
}
