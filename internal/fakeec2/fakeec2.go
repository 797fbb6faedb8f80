// Package fakeec2 is an EC2, and the one action of IAM that is needed, in memory for tests of the
// functions in lambda/. It is used through the real SDK client, but without sockets, so that it
// works in a testing/synctest bubble, where its clock is the bubble's.
//
// It is as strict as EC2, or stricter: what no EC2 would take is a breach and fails the test; what
// a role's permissions do not allow is refused; reads may lag, pages may be tiny or empty, and
// every call can be refused, lost, delayed or killed. Every write is in a journal, with what it
// changed.
//
// Rules carry their source: AWS's documents, or a report of what AWS answered. No rule was held
// against an account of our own yet. "unverified" marks those without either: no test may need them
// to pass, and where two answers are plausible Settings has a switch, so that both are tried.
package fakeec2

import (
	"cmp"
	"net/url"
	"sync"
	"time"

	"byocfn/internal/contract"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// Settings say how a Cloud behaves. Of the zero value, everything happens at once, everything is
// visible at once, and nothing fails. Hook is called without locks held and may change the Cloud;
// it must be safe for concurrent use where the clients are. Lag must not use the Cloud.
type Settings struct {
	Region string // eu-north-1 where empty

	// Breach is told about requests that no EC2 takes: an unknown action, parameter or type. A test
	// gives t.Errorf; nil means panic. Like Lag, it must not use the Cloud.
	Breach func(format string, args ...any)

	// Hook says what goes wrong with a call; nil or a zero Fault mean nothing.
	Hook func(Call) Fault

	// Lag gives how old the state of an object is that a read shows. It is asked once per read and
	// object, so that reads may go back and forth between old and new, as with several replicas.
	Lag func(read Call, id string) time.Duration

	// Random gives the numbers, from 0 to below 1, by which the SDK's clients make their pauses
	// uneven; nil means the SDK's own. It must be safe for concurrent use.
	Random func() float64

	Quota     int           // of gateway endpoints in the region; 20 where 0
	Page      int           // objects looked at per page before filters apply; 0: all
	Pending   time.Duration // until a new endpoint is available (or waits for acceptance)
	Modifying time.Duration // while an endpoint takes no other change, and until one is in force
	Deleting  time.Duration // from DeleteVpcEndpoints until the endpoint and its routes are gone
	Lingering time.Duration // how long a deleted endpoint is still described as deleted

	// What is unverified, both ways.
	MissingIsDenied        bool // a condition on tags denies calls for objects that do not exist
	ParticipantsSeeTables  bool // of a shared VPC's owner: route tables and endpoints
	ConflictIsInvalid      bool // RouteAlreadyExists has the code InvalidParameter
	ConflictIsDomainExists bool // a taken DNS domain has the code ConflictingDomainExists
	DeniedNamesHang        bool // ModifyVpcEndpoint hangs, not refuses, where route53 is denied
}

// Role is who calls: a function of one stack, as a rule.
type Role struct {
	Name    string // in the journal
	Account string // 111122223333 where empty

	// Permissions are the whole policy; everything else is refused. Fill gives the values of
	// ${Vendor}, ${VpcId}, ${StackSuffix}, ${Service} in them; the region and account are known.
	Permissions []contract.Permission
	Fill        map[string]string

	Everything bool      // allowed, whatever Permissions say: for customers and operators
	From       time.Time // before, the policy is not known everywhere, and all calls are refused
	Until      time.Time // after, the policy is deleted; zero: never
}

// Cloud is one region. All methods may be called at the same time.
type Cloud struct {
	settings Settings
	address  smithyendpoints.Endpoint

	mu        sync.Mutex
	vpcs      store[VPC]
	subnets   store[Subnet]
	tables    store[RouteTable]
	services  store[Service]
	endpoints store[Endpoint]

	instances  store[Instance]
	volumes    store[Volume]
	interfaces store[NetworkInterface]
	groups     store[SecurityGroup]
	roles      store[IAMRole]

	tokens  map[string]created
	due     []transition
	calls   []Call
	journal []Write
	made    map[string]string // object to the role that made it
	ids     int
	writes  int // calls of actions that change something
}

// New gives an empty region.
func New(settings Settings) *Cloud {
	if settings.Region == "" {
		settings.Region = defaultRegion
	}
	settings.Quota = cmp.Or(settings.Quota, 20)
	return &Cloud{
		settings: settings, tokens: map[string]created{}, made: map[string]string{},
		address: smithyendpoints.Endpoint{URI: url.URL{
			Scheme: "https", Host: "ec2." + settings.Region + ".amazonaws.com",
		}},
	}
}

const (
	defaultRegion  = "eu-north-1"
	defaultAccount = "111122223333"
)

// Client gives a client for a role. It repeats calls as the functions' own client does: five
// attempts, at most 8 s apart, 25 s each; options can change that. Clients share nothing, so that
// one's retry quota is not another's.
func (c *Cloud) Client(role Role, options ...func(*ec2.Options)) *ec2.Client {
	if role.Account == "" {
		role.Account = defaultAccount
	}
	role.Permissions = c.fill(role)
	return ec2.New(ec2.Options{
		Region:             c.settings.Region,
		AuthSchemeResolver: unsigned{}, // signatures cost time and prove nothing here
		EndpointResolverV2: resolver{c.address},
		HTTPClient:         wire{c, role, ec2Dialect()},
		RetryMaxAttempts:   5,
		Retryer:            c.retryer(),
		ClientLogMode:      aws.ClientLogMode(0),
	}, options...)
}

// retryer is the one of ec2util.Start, with pauses that Settings.Random makes uneven.
func (c *Cloud) retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = 5, 8*time.Second
		if random := c.settings.Random; random != nil {
			o.Backoff = retry.BackoffDelayerFunc(
				func(attempt int, _ error) (time.Duration, error) {
					// As retry.ExponentialJitterBackoff.
					full := min(time.Second<<attempt, 8*time.Second)
					return time.Duration(random() * float64(full)), nil
				})
		}
	})
}
