package fakeec2

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// VPC is a network. Zones are private hosted zones that are tied to it: their names, and those
// under them, are taken.
type VPC struct {
	ID, CIDR, Owner          string
	DNSSupport, DNSHostnames bool
	Zones                    []string
	Tags                     map[string]string
}

// Subnet is a part of a VPC in one zone. In a shared VPC it belongs to the VPC's owner.
type Subnet struct {
	ID, VPC, CIDR, Zone, ZoneID, Owner string
	Tags                               map[string]string
}

// RouteTable has the subnets that are associated explicitly; all others of the VPC use the main
// one. The routes of gateway endpoints are not in Routes: they follow from Endpoint.Tables.
type RouteTable struct {
	ID, VPC, Owner string
	Main           bool
	Subnets        []string
	Leaving        []string // subnets whose association is in state disassociated
	Gateways       []string // gateways that are associated (edge associations)
	Routes         []Route
	Tags           map[string]string
}

// Route goes to a CIDR or a prefix list. Target is an id of any kind, or local.
type Route struct{ CIDR, PrefixList, Target string }

// Service is what endpoints lead to. A gateway service has a prefix list; an interface service may
// have a private name, which is Verified unless its provider has not proven the domain.
type Service struct {
	Name, Type  string // com.amazonaws.eu-north-1.s3, Gateway or Interface
	Owner       string // amazon, or an account
	PrefixList  string
	PrivateName string
	NameState   string // verified, pendingVerification, failed; empty where nobody has to verify
	Zones       []string
	ZoneIDs     []string
	Acceptance  bool
	Closed      []string // accounts that may not see it
	FailsWith   string   // LastError of endpoints that never become available: CODE: TEXT
}

// Endpoint is a VPC endpoint. State is as EC2 writes it: available, pendingAcceptance.
type Endpoint struct {
	ID, VPC, Service, Type, Owner string
	Tables, Subnets, Groups       []string
	PrivateDNS                    bool
	Policy                        string
	State                         string
	ErrorCode, ErrorText          string
	Created                       time.Time
	Tags                          map[string]string
	busy                          time.Time // takes no change before
	claims                        bool      // private names that are not in force yet
}

func (v VPC) clone() VPC {
	v.Zones, v.Tags = slices.Clone(v.Zones), maps.Clone(v.Tags)
	return v
}

func (s Subnet) clone() Subnet {
	s.Tags = maps.Clone(s.Tags)
	return s
}

func (r RouteTable) clone() RouteTable {
	r.Subnets, r.Leaving = slices.Clone(r.Subnets), slices.Clone(r.Leaving)
	r.Gateways, r.Routes = slices.Clone(r.Gateways), slices.Clone(r.Routes)
	r.Tags = maps.Clone(r.Tags)
	return r
}

func (s Service) clone() Service {
	s.Zones, s.ZoneIDs = slices.Clone(s.Zones), slices.Clone(s.ZoneIDs)
	s.Closed = slices.Clone(s.Closed)
	return s
}

func (e Endpoint) clone() Endpoint {
	e.Tables, e.Subnets = slices.Clone(e.Tables), slices.Clone(e.Subnets)
	e.Groups, e.Tags = slices.Clone(e.Groups), maps.Clone(e.Tags)
	return e
}

// String leaves out what says nothing about whose an endpoint is: its times.
func (e Endpoint) String() string {
	return fmt.Sprintf("{%s %s %s %s of %s, tables %v, subnets %v, groups %v, names %t, %s%s, "+
		"policy %q, tags %v}", e.ID, e.Type, e.VPC, e.Service, e.Owner, e.Tables, e.Subnets,
		e.Groups, e.PrivateDNS, e.State, e.ErrorCode, e.Policy, e.Tags)
}
