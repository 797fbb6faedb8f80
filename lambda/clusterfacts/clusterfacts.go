// Package clusterfacts is the function behind Custom::ClusterFacts: it reads an EKS cluster, makes
// sure that IAM trusts the issuer of its service accounts' tokens where the stack rests on it,
// checks what the stack expects of the cluster, and changes nothing.
package clusterfacts

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/customresource"
	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// EKS is every operation of EKS that this function calls.
type EKS = eks.DescribeClusterAPIClient

// IAM is every operation of IAM that this function calls.
type IAM interface {
	GetOpenIDConnectProvider(
		context.Context, *iam.GetOpenIDConnectProviderInput, ...func(*iam.Options),
	) (*iam.GetOpenIDConnectProviderOutput, error)
}

type (
	properties = contract.ClusterFactsProperties
	request    = customresource.Request[properties]
	answer     = customresource.Answer
	function   struct {
		eks EKS
		iam IAM
	}
)

// New gives the function that calls these APIs.
func New(eks EKS, iam IAM) customresource.Function[properties] { return function{eks, iam} }

// Create reads the facts.
func (f function) Create(ctx context.Context, r request) (answer, error) {
	data, err := f.read(ctx, r)
	return answer{PhysicalID: "cluster-facts/" + r.Properties.ClusterName, Data: data}, err
}

// Update reads them again.
func (f function) Update(ctx context.Context, r request) (answer, error) { return f.Create(ctx, r) }

// Delete has nothing to remove, and succeeds even when the cluster is gone.
func (f function) Delete(context.Context, request) (answer, error) { return answer{}, nil }

func (f function) read(ctx context.Context, r request) (data contract.ClusterFactsData, err error) {
	p := r.Properties
	cluster, err := f.cluster(ctx, p.ClusterName, r.Stack())
	if err != nil {
		return data, err
	}
	if slices.Contains(p.Facts, "OidcIssuer") {
		if data.OidcIssuer, err = issuer(cluster, p.ClusterName); err != nil {
			return data, err
		}
		if err = f.trusted(ctx, data.OidcIssuer, p.ClusterName, r.Stack()); err != nil {
			return data, err
		}
	}
	data.AccessMode = accessMode(cluster)
	return data, expected(p.Expect, data)
}

// cluster reads the cluster, and refuses one that is not there to stay.
func (f function) cluster(
	ctx context.Context, name string, stack customresource.Stack,
) (types.Cluster, error) {
	if name == "" {
		return types.Cluster{}, errors.New("ClusterName is empty: name an EKS cluster")
	}
	output, err := ec2util.Call(ctx, ec2util.Making(), "eks:DescribeCluster",
		f.eks.DescribeCluster, &eks.DescribeClusterInput{Name: aws.String(name)})
	gone := ec2util.Code(err) == "ResourceNotFoundException"
	if err != nil && !gone {
		return types.Cluster{}, err
	}
	if gone || output.Cluster == nil {
		return types.Cluster{}, fmt.Errorf("account %s has no EKS cluster %s in %s: check the "+
			"name, upper and lower case too, and launch the stack in the region of the cluster",
			stack.Account, name, stack.Region)
	}
	return *output.Cluster, state(*output.Cluster, name)
}

// state passes clusters that run. An update leaves issuer and access mode as they are; a state that
// is not known yet is no reason to fail.
// Source: EKS API reference, Cluster, status.
func state(c types.Cluster, name string) error {
	switch {
	case c.ConnectorConfig != nil:
		return fmt.Errorf("cluster %s is only registered in EKS (EKS Connector), so its service "+
			"accounts cannot take roles: name a cluster that EKS runs", name)
	case c.Status == types.ClusterStatusCreating || c.Status == types.ClusterStatusPending:
		return fmt.Errorf("cluster %s is %s: wait until it is ACTIVE, then try again", name,
			c.Status)
	case c.Status == types.ClusterStatusDeleting:
		return fmt.Errorf("cluster %s is DELETING: name another one", name)
	case c.Status == types.ClusterStatusFailed:
		return fmt.Errorf("cluster %s is FAILED%s: repair it or name another one, then try again",
			name, health(c))
	}
	return nil
}

// health gives the first of the issues that EKS reports.
func health(c types.Cluster) string {
	if c.Health == nil || len(c.Health.Issues) == 0 {
		return ""
	}
	return " (" + string(c.Health.Issues[0].Code) + ")"
}

// accessMode is how the cluster lets IAM principals in; before there was a choice, its ConfigMap
// said so. Source: EKS user guide, "Grant IAM users and roles access to Kubernetes APIs".
func accessMode(c types.Cluster) string {
	if c.AccessConfig == nil || c.AccessConfig.AuthenticationMode == "" {
		return string(types.AuthenticationModeConfigMap)
	}
	return string(c.AccessConfig.AuthenticationMode)
}

// expected holds the facts against rows of attribute, sentence and values.
func expected(rows [][]string, data contract.ClusterFactsData) error {
	facts := map[string]string{"OidcIssuer": data.OidcIssuer, "AccessMode": data.AccessMode}
	for _, row := range rows {
		if len(row) < 3 {
			return errors.New("a row of Expect needs an attribute, a sentence and values")
		}
		is, known := facts[row[0]]
		if !known {
			return fmt.Errorf("Expect speaks of %s, which this function does not read", row[0])
		}
		if !slices.Contains(row[2:], is) {
			return fmt.Errorf("%s (%s is %s)", row[1], row[0], is)
		}
	}
	return nil
}

// issuerForm is an issuer without https://, safe in the text of a policy.
var issuerForm = regexp.MustCompile(`^[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)+$`)

// issuer gives the issuer of the cluster's tokens as IAM writes it, without https://.
func issuer(c types.Cluster, name string) (string, error) {
	if c.Identity != nil && c.Identity.Oidc != nil && aws.ToString(c.Identity.Oidc.Issuer) != "" {
		url := aws.ToString(c.Identity.Oidc.Issuer)
		if found := strings.TrimPrefix(url, "https://"); issuerForm.MatchString(found) {
			return found, nil
		}
		return "", fmt.Errorf("cluster %s has an issuer that IAM does not take, %.40q: name "+
			"another one", name, url)
	}
	if c.OutpostConfig != nil {
		return "", fmt.Errorf("cluster %s runs on an Outpost and has no OIDC issuer, so its "+
			"service accounts cannot take roles: name a cluster that runs in the region", name)
	}
	return "", fmt.Errorf("cluster %s has no OIDC issuer, so its service accounts cannot take "+
		"roles: name another cluster", name)
}

// audience is for whom the tokens of service accounts are made.
// Source: EKS user guide, "Create an IAM OIDC provider for your cluster".
const audience = "sts.amazonaws.com"

// shown is how long a provider that was made just before may stay unseen: IAM is only eventually
// consistent. The last look comes up to one pause of 8 s earlier.
const shown = 30 * time.Second

// trusted makes sure that IAM takes the issuer's tokens: without a provider the roles can be made,
// but no service account can ever take them.
func (f function) trusted(
	ctx context.Context, issuer, name string, stack customresource.Stack,
) error {
	arn := fmt.Sprintf("arn:%s:iam::%s:oidc-provider/%s", stack.Partition, stack.Account, issuer)
	patience := ec2util.Making()
	patience.Missing = shown
	output, err := ec2util.Call(ctx, patience, "iam:GetOpenIDConnectProvider",
		f.iam.GetOpenIDConnectProvider,
		&iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: aws.String(arn)})
	switch {
	case ec2util.Code(err) == "NoSuchEntity":
		return fmt.Errorf("the cluster has no identity provider in IAM, so its service "+
			"accounts cannot take roles: run eksctl utils associate-iam-oidc-provider --region %s "+
			"--cluster %s --approve, then try again", stack.Region, name)
	case err != nil:
		return err
	case !slices.Contains(output.ClientIDList, audience):
		return fmt.Errorf("the identity provider %s in IAM lacks the audience %s: add it with aws "+
			"iam add-client-id-to-open-id-connect-provider, then try again", issuer, audience)
	}
	return nil
}
