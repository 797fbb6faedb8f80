// Package fakeeks is the two actions that clusterfacts calls, EKS's DescribeCluster and IAM's
// GetOpenIDConnectProvider, in memory for tests. It is used through the real SDK clients,
// signatures and endpoints included, but without sockets, so that it works in a testing/synctest
// bubble.
//
// It is strict: what AWS would not take is a breach and fails the test, and what a role's
// permissions do not allow is refused. Every call can be refused, lost, delayed or killed, by the
// faults of package fakeec2. Rules carry their source; "unverified" marks those without.
package fakeeks

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/fakeec2"
	"byocfn/internal/iam"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
)

// Settings say where a Cloud is, and who is told about requests that AWS does not take; nil means
// panic.
type Settings struct {
	Partition, Region, Account string // aws, eu-north-1, 111122223333 where empty
	Breach                     func(format string, args ...any)
}

// Cluster is an EKS cluster of the region.
type Cluster struct {
	Name       string
	Status     string // ACTIVE where empty
	Issuer     string // with https://; empty for none
	AccessMode string // empty: there is no accessConfig
	Issue      string // code of what is wrong with it
	Connected  bool   // registered by the EKS Connector
	Outpost    bool
}

// Provider is an OIDC provider of the account. IAM shows it from a time on.
type Provider struct {
	Issuer    string // without https://
	Audiences []string
	From      time.Time
}

// Role is who calls. Permissions are the whole policy; Fill gives the values of ${ClusterName}.
type Role struct {
	Permissions []contract.Permission
	Fill        map[string]string
	From        time.Time // before, the policy is not known everywhere
	Boundary    string    // an action that a permissions boundary forbids

	Hook func(Call) fakeec2.Fault // what goes wrong with a call; nil means nothing
}

// Call is one request.
type Call struct {
	N      int    // from 0, over all roles; repetitions by the SDK count
	Action string // eks:DescribeCluster
	About  string // the ARN that it names
	Code   string // of the refusal, or why no answer came; empty in Hook and for calls that worked
}

// Cloud is one region and its account. All methods may be called at the same time.
type Cloud struct {
	settings  Settings
	mu        sync.Mutex
	clusters  map[string]Cluster
	providers map[string]Provider
	calls     []Call
}

// New gives an account without clusters.
func New(s Settings) *Cloud {
	for _, is := range []struct {
		value    *string
		standard string
	}{{&s.Partition, "aws"}, {&s.Region, "eu-north-1"}, {&s.Account, "111122223333"}} {
		if *is.value == "" {
			*is.value = is.standard
		}
	}
	return &Cloud{settings: s, clusters: map[string]Cluster{}, providers: map[string]Provider{}}
}

// SetCluster puts a cluster there, or changes it.
func (c *Cloud) SetCluster(is Cluster) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clusters[is.Name] = is
}

// RemoveCluster takes a cluster away.
func (c *Cloud) RemoveCluster(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.clusters, name)
}

// SetProvider puts a provider there, or changes it.
func (c *Cloud) SetProvider(is Provider) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.providers[is.Issuer] = is
}

// Calls lists every request in order, those that were refused or lost too.
func (c *Cloud) Calls() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Call(nil), c.calls...)
}

// EKS gives a client of EKS for a role. It repeats calls as the functions' own client does.
func (c *Cloud) EKS(role Role, options ...func(*eks.Options)) *eks.Client {
	host := "eks." + c.settings.Region + "." + c.suffix()
	return eks.NewFromConfig(c.config(role, host, c.describe), options...)
}

// IAM gives a client of IAM for a role.
func (c *Cloud) IAM(role Role, options ...func(*awsiam.Options)) *awsiam.Client {
	host := "iam.amazonaws.com"
	if c.settings.Partition == "aws-cn" {
		host = "iam.cn-north-1.amazonaws.com.cn"
	}
	return awsiam.NewFromConfig(c.config(role, host, c.provider), options...)
}

// suffix is the domain of a partition's services.
// Source: botocore, partitions.json, dnsSuffix.
func (c *Cloud) suffix() string {
	if c.settings.Partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

func (c *Cloud) config(role Role, host string, serve handler) aws.Config {
	role.Permissions = c.complete(role)
	return aws.Config{
		Region: c.settings.Region, HTTPClient: wire{c, role, host, serve},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.MaxBackoff = 5, 8*time.Second
			})
		},
	}
}

// complete makes whole ARNs of a role's permissions, as the template does. What stays open is a
// breach.
func (c *Cloud) complete(role Role) (all []contract.Permission) {
	pairs := []string{"${AWS::Partition}", c.settings.Partition,
		"${AWS::Region}", c.settings.Region, "${AWS::AccountId}", c.settings.Account}
	for name, value := range role.Fill {
		pairs = append(pairs, "${"+name+"}", value)
	}
	facts, fill := iam.Load(), strings.NewReplacer(pairs...)
	for _, p := range role.Permissions {
		whole := p
		whole.Resources = nil
		for _, short := range p.Resources {
			arn, _, _ := iam.Complete(facts, short)
			if arn = fill.Replace(arn); strings.Contains(arn, "${") || arn == "" {
				c.breach("permission %s has an open value: %s", p.Sid, arn)
			}
			whole.Resources = append(whole.Resources, arn)
		}
		all = append(all, whole)
	}
	return all
}

func (c *Cloud) breach(format string, args ...any) {
	if c.settings.Breach == nil {
		panic(fmt.Sprintf("fakeeks: "+format, args...))
	}
	c.settings.Breach("fakeeks: "+format, args...)
}
