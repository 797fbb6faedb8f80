package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// account is one AWS account. Each launch has its own, so that what it leaves behind is its own.
type account struct {
	id      string
	world   *world
	cfn     *cloudformation.Client
	ec2     *ec2.Client
	eks     *eks.Client
	iam     *iam.Client
	lambda  *lambda.Client
	logs    *cloudwatchlogs.Client
	s3      *s3.Client
	secrets *secretsmanager.Client
}

// account gives a new account from which these templates can be launched; without a name, all. The
// emulator takes an access key of 12 digits for the root of the account with that number.
func (w *world) account(t *testing.T, variants ...string) *account {
	t.Helper()
	a := w.inRegion(fmt.Sprintf("1111222%05d", w.accounts.Add(1)), region)
	if len(variants) == 0 {
		variants = slices.Collect(maps.Keys(w.templates))
	}
	w.publish(t, a, variants)
	return a
}

func (w *world) inRegion(id, region string) *account {
	config := aws.Config{
		Region: region, BaseEndpoint: aws.String(w.url),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: "test"}, nil
		}),
	}
	return &account{
		id: id, world: w,
		cfn: cloudformation.NewFromConfig(config), ec2: ec2.NewFromConfig(config), eks: eks.NewFromConfig(config),
		iam: iam.NewFromConfig(config), lambda: lambda.NewFromConfig(config),
		logs: cloudwatchlogs.NewFromConfig(config), secrets: secretsmanager.NewFromConfig(config),
		s3: s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
	}
}

func (a *account) bucket(t *testing.T, name string) {
	t.Helper()
	must(a.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}))(t)
}

func (a *account) put(t *testing.T, bucket, key string, data []byte) {
	t.Helper()
	must(a.s3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(data),
	}))(t)
}

// ownRole makes a role of the customer's own, with a policy.
func (a *account) ownRole(t *testing.T, name, path string) {
	t.Helper()
	must(a.iam.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: &name, Path: &path, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":` +
			`[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	}))(t)
	must(a.iam.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
		RoleName: &name, PolicyArn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess"),
	}))(t)
}

// network is the customer's VPC. The service of the vendor is offered in the zone of offered alone.
type network struct {
	vpc, offered, table, elsewhere, gateway string
}

// network makes a VPC with both DNS attributes off, two subnets with a route table each and, where
// asked for, an S3 endpoint of the customer's own.
func (a *account) network(t *testing.T, ownGateway bool) network {
	t.Helper()
	made := must(a.ec2.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.20.0.0/16")}))(t)
	n := network{vpc: *made.Vpc.VpcId}
	must(a.ec2.ModifyVpcAttribute(t.Context(), &ec2.ModifyVpcAttributeInput{
		VpcId: &n.vpc, EnableDnsSupport: &types.AttributeBooleanValue{Value: aws.Bool(false)},
	}))(t)
	n.offered, n.table = a.subnet(t, n.vpc, "10.20.1.0/24", region+"b", "use1-az2")
	n.elsewhere, _ = a.subnet(t, n.vpc, "10.20.2.0/24", region+"a", "use1-az1")
	if ownGateway {
		gateway := must(a.ec2.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{
			VpcId: &n.vpc, ServiceName: aws.String("com.amazonaws." + region + ".s3"),
			RouteTableIds: []string{n.table}, VpcEndpointType: types.VpcEndpointTypeGateway,
			TagSpecifications: []types.TagSpecification{{
				ResourceType: types.ResourceTypeVpcEndpoint,
				Tags:         []types.Tag{{Key: aws.String("owner"), Value: aws.String("network team")}},
			}},
		}))(t)
		n.gateway = *gateway.VpcEndpoint.VpcEndpointId
	}
	return n
}

func (a *account) subnet(t *testing.T, vpc, cidr, zone, zoneID string) (subnet, table string) {
	t.Helper()
	made := must(a.ec2.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
		VpcId: &vpc, CidrBlock: &cidr, AvailabilityZone: &zone,
	}))(t)
	if got := aws.ToString(made.Subnet.AvailabilityZoneId); got != zoneID {
		t.Fatalf("the emulator calls %s %s, the test expects %s", zone, got, zoneID)
	}
	routes := must(a.ec2.CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: &vpc}))(t)
	must(a.ec2.AssociateRouteTable(t.Context(), &ec2.AssociateRouteTableInput{
		SubnetId: made.Subnet.SubnetId, RouteTableId: routes.RouteTable.RouteTableId,
	}))(t)
	return *made.Subnet.SubnetId, *routes.RouteTable.RouteTableId
}

// networks describes everything of EC2's network in the account, as JSON.
func (a *account) networks(t *testing.T) string {
	t.Helper()
	ctx := t.Context()
	vpcs := must(a.ec2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{}))(t)
	subnets := must(a.ec2.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{}))(t)
	tables := must(a.ec2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{}))(t)
	endpoints := must(a.ec2.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{}))(t)
	groups := must(a.ec2.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{}))(t)
	text := must(json.MarshalIndent([]any{
		vpcs.Vpcs, subnets.Subnets, tables.RouteTables, endpoints.VpcEndpoints, groups.SecurityGroups,
	}, "", " "))(t)
	return string(text)
}

// inventory names what else the account holds: identities, functions, logs, secrets, machines, data.
func (a *account) inventory(t *testing.T) []string {
	t.Helper()
	ctx := t.Context()
	roles := must(a.iam.ListRoles(ctx, &iam.ListRolesInput{}))(t)
	users := must(a.iam.ListUsers(ctx, &iam.ListUsersInput{}))(t)
	policies := must(a.iam.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal}))(t)
	profiles := must(a.iam.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{}))(t)
	functions := must(a.lambda.ListFunctions(ctx, &lambda.ListFunctionsInput{}))(t)
	logs := must(a.logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{}))(t)
	secrets := must(a.secrets.ListSecrets(ctx, &secretsmanager.ListSecretsInput{}))(t)
	templates := must(a.ec2.DescribeLaunchTemplates(ctx, &ec2.DescribeLaunchTemplatesInput{}))(t)
	buckets := must(a.s3.ListBuckets(ctx, &s3.ListBucketsInput{}))(t)
	var all []string
	all = append(all, named("role", roles.Roles, func(x iamtypes.Role) *string { return x.RoleName })...)
	all = append(all, named("user", users.Users, func(x iamtypes.User) *string { return x.UserName })...)
	all = append(all, named("policy", policies.Policies, func(x iamtypes.Policy) *string { return x.Arn })...)
	all = append(all, named("profile", profiles.InstanceProfiles,
		func(x iamtypes.InstanceProfile) *string { return x.Arn })...)
	all = append(all, named("function", functions.Functions,
		func(x lambdatypes.FunctionConfiguration) *string { return x.FunctionName })...)
	all = append(all, named("log", logs.LogGroups, func(x logstypes.LogGroup) *string { return x.LogGroupName })...)
	all = append(all, named("secret", secrets.SecretList,
		func(x secretstypes.SecretListEntry) *string { return x.ARN })...)
	all = append(all, named("launch template", templates.LaunchTemplates,
		func(x types.LaunchTemplate) *string { return x.LaunchTemplateName })...)
	all = append(all, named("bucket", buckets.Buckets, func(x s3types.Bucket) *string { return x.Name })...)
	all = append(all, named("instance", a.instances(t),
		func(x types.Instance) *string { return x.InstanceId })...)
	slices.Sort(all)
	return all
}

func named[T any](kind string, items []T, name func(T) *string) []string {
	var names []string
	for _, item := range items {
		names = append(names, kind+" "+aws.ToString(name(item)))
	}
	return names
}

// instances lists those that are not terminated.
func (a *account) instances(t *testing.T) []types.Instance {
	t.Helper()
	all := must(a.ec2.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}))(t)
	var running []types.Instance
	for _, reservation := range all.Reservations {
		for _, instance := range reservation.Instances {
			if instance.State.Name != types.InstanceStateNameTerminated {
				running = append(running, instance)
			}
		}
	}
	return running
}
