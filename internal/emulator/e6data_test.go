package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func e6data() product {
	return product{
		name: "e6data",
		values: map[string]string{
			"ClusterName": "Data_platform-9", "Namespace": "e6-data", "KarpenterNamespace": "karpenter-9",
			"NodePools": "e6data-*,batch.*,*", "NodeClasses": "e6data-a,e6data-b",
			"WorkspaceBucketName": "own.workspace-ACCOUNT", "AccessLogBucket": "logs.ACCOUNT",
			"QueryBuckets": "acme-lake,acme.events,third-bucket", "UnloadBucket": "results-ACCOUNT",
		},
		customer: func(t *testing.T, a *account) {
			a.bucket(t, "own.workspace-"+a.id)
			a.cluster(t, "Data_platform-9", "API_AND_CONFIG_MAP", "sts.amazonaws.com")
		},
		looks: map[string]func(*testing.T, *stack){"cluster": e6dataCluster, "workspace": e6dataWorkspace},
	}
}

// cluster makes an EKS cluster and, for an audience, the identity provider of its issuer.
func (a *account) cluster(t *testing.T, name, mode, audience string) {
	t.Helper()
	a.ownRole(t, name, "/")
	must(a.eks.CreateCluster(t.Context(), &eks.CreateClusterInput{
		Name: &name, RoleArn: aws.String("arn:aws:iam::" + a.id + ":role/" + name),
		ResourcesVpcConfig: &ekstypes.VpcConfigRequest{},
		AccessConfig:       &ekstypes.CreateAccessConfigRequest{AuthenticationMode: ekstypes.AuthenticationMode(mode)},
	}))(t)
	issuer := ""
	eventually(t, "the cluster runs", func() bool {
		out := must(a.eks.DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: &name}))(t)
		issuer = *out.Cluster.Identity.Oidc.Issuer
		return out.Cluster.Status == ekstypes.ClusterStatusActive
	})
	if audience == "" {
		return
	}
	must(a.iam.CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: &issuer, ClientIDList: []string{audience},
	}))(t)
}

// taken tells who may take a role from a cluster: the issuer and the service account of the trust.
func (s *stack) taken(t *testing.T, role string) (issuer, who string) {
	t.Helper()
	held, _ := s.holdings(t)["role "+s.resources(t)[role]].(principal)
	data := must(json.Marshal(held.Trust))(t)
	var trust struct {
		Statement []struct {
			Principal struct{ Federated string }
			Condition struct{ StringEquals map[string]string }
		}
	}
	if err := json.Unmarshal(data, &trust); err != nil || len(trust.Statement) != 1 {
		t.Fatalf("%s is trusted by %s: %v", role, data, err)
	}
	is := trust.Statement[0]
	_, issuer, _ = strings.Cut(is.Principal.Federated, ":oidc-provider/")
	if equal := is.Condition.StringEquals; len(equal) != 2 || equal[issuer+":aud"] != "sts.amazonaws.com" {
		t.Errorf("%s is trusted under %v", role, equal)
	}
	return issuer, is.Condition.StringEquals[issuer+":sub"]
}

func e6dataCluster(t *testing.T, s *stack) {
	t.Helper()
	s.functionLogs(t, s.resources(t))
	facts, outputs := s.clusterFacts(t, "Is"), s.outputs(t)
	for role, account := range map[string]string{
		"KarpenterController":        s.params["KarpenterNamespace"] + ":karpenter",
		"LoadBalancerControllerRole": "kube-system:aws-load-balancer-controller",
	} {
		if s.resources(t)[role] == "" {
			continue
		}
		if issuer, who := s.taken(t, role); issuer != facts["Is.OidcIssuer"] || who != "system:serviceaccount:"+account {
			t.Errorf("%s may be taken by %s of %s", role, who, issuer)
		}
	}
	if s.params["Karpenter"] == "no" {
		if len(outputs) > 1 {
			t.Errorf("without Karpenter the outputs are %q", outputs)
		}
		return
	}
	keys := map[string]bool{}
	for name, id := range s.resources(t) {
		if held, is := s.holdings(t)["policy "+id].(policy); is && strings.HasPrefix(name, "KarpenterNodes") {
			conditionKeys(held.Document, keys)
		}
	}
	for _, kind := range []string{"RequestTag", "ResourceTag"} {
		if key := "aws:" + kind + "/kubernetes.io/cluster/" + s.params["ClusterName"]; !keys[key] {
			t.Errorf("no condition has the key %s: %v", key, keys)
		}
	}
	node := "role/" + s.resources(t)["KarpenterNodeRole"] + "\n"
	if lines := outputs["AwsAuthNodes"]; (lines != "") != (s.params["ClusterAccess"] == "aws-auth") ||
		lines != "" && !strings.Contains(lines, "rolearn: arn:aws:iam::"+s.id+":"+node) {
		t.Errorf("%s: the lines for aws-auth are\n%s", s.params["ClusterAccess"], lines)
	}
}

// conditionKeys collects the keys below the operators of a policy's conditions.
func conditionKeys(document any, keys map[string]bool) {
	is, _ := document.(map[string]any)
	statements, _ := is["Statement"].([]any)
	for _, one := range statements {
		statement, _ := one.(map[string]any)
		condition, _ := statement["Condition"].(map[string]any)
		for _, operator := range condition {
			under, _ := operator.(map[string]any)
			for key := range under {
				keys[key] = true
			}
		}
	}
}

func e6dataWorkspace(t *testing.T, s *stack) {
	t.Helper()
	s.functionLogs(t, s.resources(t))
	facts, outputs := s.clusterFacts(t, "Is"), s.outputs(t)
	issuer, who := s.taken(t, "EngineRole")
	account := s.params["Namespace"] + ":" + s.params["WorkspaceName"]
	if issuer != facts["Is.OidcIssuer"] || issuer != outputs["OidcProviderSuffix"] || who != "system:serviceaccount:"+account {
		t.Errorf("the engine's role may be taken by %s of %s", who, issuer)
	}
	if !strings.Contains(issuer, "oidc.eks."+region+".amazonaws.com/id/") {
		t.Errorf("the issuer is %s", issuer)
	}
	engine, _ := s.holdings(t)["role "+s.resources(t)["EngineRole"]].(principal)
	found := fmt.Sprint(engine.Inline["EngineRole"])
	for _, name := range strings.Split(s.params["QueryBuckets"], ",") {
		if !strings.Contains(found, "arn:*:s3:::"+name+" ") && !strings.Contains(found, "arn:*:s3:::"+name+"]") &&
			!strings.Contains(found, "arn:aws:s3:::"+name) {
			t.Errorf("the engine reads not %s: %s", name, found)
		}
	}
	if strings.Contains(found, "glue:") != (s.params["GlueCatalog"] == "yes") {
		t.Errorf("Glue %s: %s", s.params["GlueCatalog"], found)
	}
	if !strings.Contains(outputs["ServiceAccount"], "eks.amazonaws.com/role-arn: "+outputs["EngineRoleArn"]+"\n") {
		t.Errorf("the service account is\n%s", outputs["ServiceAccount"])
	}
}

// expectations are clusters on which e6data's stacks must not be launched, with what the customer is
// told; nothing is left of them. An update to such a cluster rolls back.
func expectations(t *testing.T, w *world) {
	for _, test := range []struct{ name, mode, audience, want string }{
		{"no cluster", "", "", "has no EKS cluster Data_platform-9 in us-east-1"},
		{"aws-auth alone", "CONFIG_MAP", "sts.amazonaws.com", "Choose aws-auth in place of access-entry (AccessMode is CONFIG_MAP)"},
		{"no provider", "API", "", "has no identity provider in IAM"},
		{"no audience", "API", "other.amazonaws.com", "lacks the audience sts.amazonaws.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := w.account(t, "e6data/workspace")
			if test.mode != "" {
				a.cluster(t, "Data_platform-9", test.mode, test.audience)
			}
			a.cluster(t, "good", "API", "sts.amazonaws.com")
			s := e6data().least(t, a, "workspace")
			before := a.holdings(t)
			if err := s.create(t); err != nil {
				t.Fatal(err)
			}
			s.wait(t, types.StackStatusRollbackComplete)
			s.says(t, "ClusterFacts CREATE_FAILED", test.want)
			if after := a.holdings(t); !slices.Equal(keysOf(after), keysOf(before)) {
				t.Errorf("left are %v, before there was %v", keysOf(after), keysOf(before))
			}
			bad := s.params["ClusterName"]
			s.name, s.params["ClusterName"] = a.unique("moves"), "good"
			if err := s.create(t); err != nil {
				t.Fatal(err)
			}
			s.wait(t, types.StackStatusCreateComplete)
			made := a.holdings(t)
			if err := s.update(t, map[string]string{"ClusterName": bad}); err != nil {
				t.Fatal(err)
			}
			s.wait(t, types.StackStatusUpdateRollbackComplete)
			s.says(t, "ClusterFacts UPDATE_FAILED", test.want)
			if after := a.holdings(t); !slices.Equal(keysOf(after), keysOf(made)) {
				t.Errorf("the rollback leaves %v, before there was %v", keysOf(after), keysOf(made))
			}
		})
	}
}

// least is a launch with the first value of every choice.
func (p product) least(t *testing.T, a *account, stackName string) *stack {
	t.Helper()
	variant, row := p.name+"/"+stackName, map[string]string{}
	is := a.world.templates[variant]
	for _, c := range p.choices(t, is, stackName) {
		row[c.Name] = c.Values[0]
	}
	return &stack{account: a, name: a.unique("least"), variant: variant, params: p.entered(a, is, row)}
}

// profilesLeft deletes the stack of a cluster while an instance profile that Karpenter made holds the
// nodes' role: the deletion fails and says what to do.
func profilesLeft(t *testing.T, w *world) {
	a := w.account(t, "e6data/cluster")
	e6data().customer(t, a)
	s := e6data().least(t, a, "cluster")
	s.params["Karpenter"] = "yes"
	if err := s.create(t); err != nil {
		t.Fatal(err)
	}
	s.wait(t, types.StackStatusCreateComplete)
	role, name := s.resources(t)["KarpenterNodeRole"], aws.String("Data_platform-9_1234567890")
	must(a.iam.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: name}))(t)
	must(a.iam.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{
		InstanceProfileName: name, RoleName: &role,
	}))(t)
	must(a.cfn.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &s.name}))(t)
	s.wait(t, types.StackStatusDeleteFailed)
	s.says(t, "Leftovers DELETE_FAILED", "1 instance profile with "+role, "Delete the NodePools and EC2NodeClasses of e6data")
}
