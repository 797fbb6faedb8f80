package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/contract"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// created looks at everything that a new stack made.
func (c combination) created(t *testing.T, s *stack, n network, env map[string]string) {
	t.Helper()
	ids := s.resources(t)
	var want []string
	on := map[string]bool{
		"": true, "RegionHasEc2messages": true, "AgentUser": c.user == "yes",
		"TokenKey": c.ownKey(), "HasTokenKey": c.ownKey(),
		"DocumentedPermissions": c.documented == "yes", "NotDocumentedPermissions": c.documented == "no",
	}
	for name, r := range s.world.templates[s.variant].Resources {
		if on[r.Condition] {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(ids)); !slices.Equal(got, want) {
		t.Errorf("the stack holds %q, want %q", got, want)
	}
	c.settings(t, s, ids, env)
	c.outputs(t, s, ids)
	c.endpoints(t, s, ids, n)
	c.identities(t, s, ids)
	s.functionLogs(t, ids)
	s.rules(t, ids, c.variant)
}

// settings must reach the vendor's script byte by byte.
func (c combination) settings(t *testing.T, s *stack, ids, env map[string]string) {
	t.Helper()
	names := s.endpointNames(t, ids["VeloDBEndpoint"])
	if len(names) == 0 {
		t.Fatal("the vendor's endpoint has no name")
	}
	want := map[string]string{
		"AGENT_URL": s.params["AgentUrl"], "AGENT_SHA256": s.params["AgentSha256"],
		"VELODB_REGION": region, "VELODB_ENDPOINT": names[0], "VELODB_BUCKET": ids["VeloDBBucket"],
		"VELODB_ROLE": s.role(t, ids["VeloDBRole"]), "VELODB_SECURITY_GROUP": ids["VeloDBSecurityGroup"],
		"VELODB_INSTANCE_PROFILE": ids["VeloDBRoleProfile"],
		"VELODB_SUBNET":           s.params["SubnetId"], "VELODB_CREATED_BY_TAG": "resource-created-by=velodb",
		"VELODB_TOKEN_SECRET": s.params["ConsoleToken"], "VELODB_KEY_SECRET": ids["VeloDBAkSkSecret"],
	}
	for name, value := range want {
		if got, there := env[name]; !there || got != value {
			t.Errorf("the boot script finds %s=%q, want %q", name, got, value)
		}
	}
	for name := range env {
		if _, known := want[name]; !known && strings.HasPrefix(name, "VELODB_") {
			t.Errorf("the agent is given %s, which the test does not know", name)
		}
	}
}

func (c combination) outputs(t *testing.T, s *stack, ids map[string]string) {
	t.Helper()
	want := map[string]string{
		"BucketName": ids["VeloDBBucket"], "AgentInstance": ids["VeloDBAgent"],
		"AgentRole": s.role(t, ids["VeloDBRole"]), "EndpointId": ids["VeloDBEndpoint"],
		"SecurityGroup": ids["VeloDBSecurityGroup"],
	}
	if c.user == "yes" {
		want["KeySecret"] = ids["VeloDBAkSkSecret"]
		c.key(t, s, ids)
	}
	if got := s.outputs(t); !maps.Equal(got, want) {
		t.Errorf("the outputs are %q, want %q", got, want)
	}
}

// key looks into the secret, which must hold the key of the user.
func (c combination) key(t *testing.T, s *stack, ids map[string]string) {
	t.Helper()
	secret := ids["VeloDBAkSkSecret"]
	out := must(s.secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &secret}))(t)
	var key struct{ AccessKeyID, SecretAccessKey string }
	err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), &key)
	if err != nil || key.AccessKeyID != ids["VeloDBAkSk"] || len(key.SecretAccessKey) < 40 {
		t.Errorf("the secret holds %s (%v)", aws.ToString(out.SecretString), err)
	}
}

func (a *account) endpointNames(t *testing.T, id string) (names []string) {
	t.Helper()
	for _, e := range a.vpcEndpoints(t) {
		for _, entry := range e.DnsEntries {
			if *e.VpcEndpointId == id {
				names = append(names, *entry.DnsName)
			}
		}
	}
	return names
}

func (a *account) vpcEndpoints(t *testing.T) []types.VpcEndpoint {
	t.Helper()
	out := must(a.ec2.DescribeVpcEndpoints(t.Context(), &ec2.DescribeVpcEndpointsInput{}))(t)
	return out.VpcEndpoints
}

// endpoints: the stack's own serve their names, and one gateway serves the route table: the
// customer's where there was one.
func (c combination) endpoints(t *testing.T, s *stack, ids map[string]string, n network) {
	t.Helper()
	var gateways []types.VpcEndpoint
	for _, e := range s.vpcEndpoints(t) {
		if e.VpcEndpointType == types.VpcEndpointTypeGateway {
			gateways = append(gateways, e)
		} else if !aws.ToBool(e.PrivateDnsEnabled) {
			t.Errorf("%s serves no private names", *e.ServiceName)
		}
	}
	if len(gateways) != 1 || fmt.Sprint(gateways[0].RouteTableIds) != "["+n.table+"]" {
		t.Fatalf("gateway endpoints: %+v", gateways)
	}
	ours := false
	for _, tag := range gateways[0].Tags {
		ours = ours || *tag.Key == "velodb:managed"
	}
	if n.gateway != "" && (ours || *gateways[0].VpcEndpointId != n.gateway) {
		t.Errorf("the customer's endpoint %s was not taken as it is: %+v", n.gateway, gateways[0])
	}
	if n.gateway == "" && !ours {
		t.Errorf("the endpoint that was made carries no mark: %+v", gateways[0])
	}
	s.dnsIsOn(t, n.vpc)
}

// identities: no role, user or function escapes the house rules.
func (c combination) identities(t *testing.T, s *stack, ids map[string]string) {
	t.Helper()
	wantPath, wantBoundary, wantPrefix := "/", "", ""
	if c.house == "yes" {
		wantPath, wantPrefix = path, prefix
		wantBoundary = "arn:aws:iam::" + s.id + ":policy/" + boundaryName
	}
	see := func(name, path, boundary string) {
		if path != wantPath || boundary != wantBoundary || !strings.HasPrefix(name, wantPrefix) {
			t.Errorf("%s has the path %q and the boundary %q", name, path, boundary)
		}
	}
	for name, r := range s.world.templates[s.variant].Resources {
		id := ids[name]
		switch {
		case id == "":
		case r.Type == "AWS::IAM::Role":
			out := must(s.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &id}))(t)
			see(id, *out.Role.Path, boundaryOf(out.Role.PermissionsBoundary))
		case r.Type == "AWS::IAM::User":
			out := must(s.iam.GetUser(t.Context(), &iam.GetUserInput{UserName: &id}))(t)
			see(id, *out.User.Path, boundaryOf(out.User.PermissionsBoundary))
		case r.Type == "AWS::Lambda::Function":
			see(id, wantPath, wantBoundary)
		}
	}
}

func (a *account) role(t *testing.T, name string) string {
	t.Helper()
	out := must(a.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name}))(t)
	return *out.Role.Arn
}

// functionLogs: each function ran, logged into its own group and nowhere else, and logged no error.
func (s *stack) functionLogs(t *testing.T, ids map[string]string) {
	t.Helper()
	for _, f := range contract.Functions() {
		id := ids[f.ID+"Function"]
		is, used := s.world.templates[s.variant].Resources[f.ID+"Function"]
		if !used || is.Condition != "" && id == "" {
			continue
		}
		config := must(s.lambda.GetFunctionConfiguration(t.Context(),
			&lambda.GetFunctionConfigurationInput{FunctionName: &id}))(t)
		group := aws.ToString(config.LoggingConfig.LogGroup)
		if group != ids[f.ID+"Logs"] {
			t.Errorf("%s logs into %s, not into %s", f.Name, group, ids[f.ID+"Logs"])
		}
		out := must(s.logs.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group}))(t)
		lines, errors := 0, ""
		for _, e := range out.Events {
			var line struct{ Level, Msg, Error string }
			if json.Unmarshal([]byte(aws.ToString(e.Message)), &line) == nil && line.Level != "" {
				lines++
				if strings.Contains(line.Error, "connection reset by peer") {
					continue // a busy emulator drops a connection; the function answered once more
				}
				if line.Level == "ERROR" || line.Level == "WARN" {
					errors += *e.Message + "\n"
				}
			}
		}
		if lines == 0 || errors != "" {
			t.Errorf("%s logged %d lines of JSON and these errors: %s", f.Name, lines, errors)
		}
	}
}

// rules looks at the doors of the security group.
func (s *stack) rules(t *testing.T, ids map[string]string, variant string) {
	t.Helper()
	out := must(s.ec2.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{
		GroupIds: []string{ids["VeloDBSecurityGroup"]},
	}))(t)
	var in []string
	for _, p := range out.SecurityGroups[0].IpPermissions {
		for _, r := range p.IpRanges {
			in = append(in, fmt.Sprintf("%s %d-%d %s", *p.IpProtocol, *p.FromPort, *p.ToPort, *r.CidrIp))
		}
		for _, g := range p.UserIdGroupPairs {
			in = append(in, *p.IpProtocol+" "+*g.GroupId)
		}
	}
	slices.Sort(in)
	want := map[string]string{
		"velodb/agent-restricted": "tcp 8666-8666 10.20.1.0/24,tcp 8777-8777 10.20.1.0/24",
		"velodb/agent-nat":        "tcp 8000-10000 10.20.0.0/16",
	}[variant]
	if got := strings.Join(in, ","); got != "-1 "+ids["VeloDBSecurityGroup"]+","+want {
		t.Errorf("the group lets in %s", got)
	}
}

func (a *account) dnsIsOn(t *testing.T, vpc string) {
	t.Helper()
	for _, name := range []types.VpcAttributeName{
		types.VpcAttributeNameEnableDnsSupport, types.VpcAttributeNameEnableDnsHostnames,
	} {
		out := must(a.ec2.DescribeVpcAttribute(t.Context(), &ec2.DescribeVpcAttributeInput{VpcId: &vpc, Attribute: name}))(t)
		on := out.EnableDnsSupport
		if on == nil {
			on = out.EnableDnsHostnames
		}
		if !aws.ToBool(on.Value) {
			t.Errorf("%s of %s is off", name, vpc)
		}
	}
}
