package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/published"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// attributes gives what Ref and Fn::GetAtt must give for the resources that are there, as the services
// say. A custom resource gives what its function answers.
func (s *stack) attributes(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, id := range s.resources(t) {
		all[name] = id
		arn := name + ".Arn"
		switch kind := s.world.templates[s.variant].Resources[name].Type; kind {
		case "AWS::IAM::Role":
			all[arn] = s.role(t, id)
		case "AWS::IAM::User":
			out := must(s.iam.GetUser(t.Context(), &iam.GetUserInput{UserName: &id}))(t)
			all[arn] = *out.User.Arn
		case "AWS::IAM::InstanceProfile":
			out := must(s.iam.GetInstanceProfile(t.Context(), &iam.GetInstanceProfileInput{InstanceProfileName: &id}))(t)
			all[arn] = *out.InstanceProfile.Arn
		case "AWS::IAM::ManagedPolicy":
			all[name+".PolicyArn"] = id
		case "AWS::S3::Bucket":
			all[arn] = "arn:aws:s3:::" + id
		case "AWS::SQS::Queue":
			all[name+".QueueName"] = id[strings.LastIndex(id, "/")+1:]
			all[arn] = "arn:aws:sqs:" + region + ":" + s.id + ":" + all[name+".QueueName"]
		case "AWS::Events::Rule":
			all[arn] = "arn:aws:events:" + region + ":" + s.id + ":rule/" + id
		case "AWS::Logs::LogGroup":
			all[arn] = "arn:aws:logs:" + region + ":" + s.id + ":log-group:" + id + ":*"
		case "Custom::ClusterFacts":
			maps.Copy(all, s.clusterFacts(t, name))
		}
	}
	return all
}

// clusterFacts asks EKS itself what the function must have answered.
func (s *stack) clusterFacts(t *testing.T, name string) map[string]string {
	t.Helper()
	cluster := s.params["ClusterName"]
	out := must(s.eks.DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: &cluster}))(t)
	return map[string]string{
		name + ".OidcIssuer": strings.TrimPrefix(*out.Cluster.Identity.Oidc.Issuer, "https://"),
		name + ".AccessMode": string(out.Cluster.AccessConfig.AuthenticationMode),
	}
}

// said turns what the template says of each resource into what the account must hold.
func (s *stack) said(t *testing.T, is *published.Stack) holdings {
	t.Helper()
	ids, all := s.resources(t), holdings{}
	for _, name := range is.Made() {
		id, kind := ids[name], is.Kind(name)
		switch kind {
		case "AWS::Lambda::Version", "AWS::Lambda::EventInvokeConfig", "Custom::ClusterFacts", "Custom::Leftovers":
			continue // gone with their function; functionLogs looks at what they did
		case "AWS::SecretsManager::Secret": // keyIn looks into it: the template cannot say the key
			all["secret "+id] = nil
			continue
		}
		p, _ := plain(is.Properties(name)).(map[string]any)
		switch kind {
		case "AWS::IAM::Role":
			all["role "+id] = identity(p)
		case "AWS::IAM::User":
			all["user "+id] = identity(p)
		case "AWS::IAM::AccessKey":
			all["key "+id] = p["UserName"]
		case "AWS::IAM::ManagedPolicy":
			all["policy "+id] = policy{text(p["Path"], "/"), written(p["PolicyDocument"])}
		case "AWS::IAM::InstanceProfile":
			all["profile "+id] = profile{text(p["Path"], "/"), list(p["Roles"])}
		case "AWS::S3::Bucket":
			all["bucket "+id] = stored(is, name, p)
		case "AWS::S3::BucketPolicy":
		case "AWS::SQS::Queue":
			all["queue "+id] = queue{text(p["MessageRetentionPeriod"], "345600"),
				text(p["SqsManagedSseEnabled"], ""), policyOf(is, "AWS::SQS::QueuePolicy", "Queues", id)}
		case "AWS::SQS::QueuePolicy":
		case "AWS::Events::Rule":
			all["rule "+id] = wired(p)
		case "AWS::EKS::AccessEntry":
			all["access "+id] = accessEntry{text(p["Username"], text(p["PrincipalArn"], "")),
				text(p["Type"], "STANDARD"), list(p["KubernetesGroups"])}
		case "AWS::Lambda::Function":
			all["function "+id] = nil
		case "AWS::Logs::LogGroup":
			all["log "+id] = nil
		default:
			t.Errorf("%s is a %s, which the test does not compare", name, kind)
		}
	}
	return all
}

// attach adds the policies of the stack to the principals that they name themselves.
func (all holdings) attach(t *testing.T, is *published.Stack) {
	t.Helper()
	for _, name := range is.Made() {
		if is.Kind(name) != "AWS::IAM::ManagedPolicy" {
			continue
		}
		p, _ := plain(is.Properties(name)).(map[string]any)
		for property, kind := range map[string]string{"Roles": "role ", "Users": "user "} {
			for _, who := range list(p[property]) {
				held, there := all[kind+who].(principal)
				if !there {
					t.Errorf("%s is for %s%s, which is not there", name, kind, who)
					continue
				}
				held.Attached = append(slices.Clone(held.Attached), text(plain(is.Value(cfn.Ref(name))), ""))
				slices.Sort(held.Attached)
				all[kind+who] = held
			}
		}
	}
}

func identity(p map[string]any) principal {
	is := principal{Path: text(p["Path"], "/"), Boundary: text(p["PermissionsBoundary"], ""),
		Trust: written(p["AssumeRolePolicyDocument"]), Inline: map[string]any{},
		Attached: list(p["ManagedPolicyArns"]), Tags: map[string]string{}}
	inline, _ := p["Policies"].([]any)
	for _, one := range inline {
		body, _ := one.(map[string]any)
		is.Inline[text(body["PolicyName"], "")] = written(body["PolicyDocument"])
	}
	tags, _ := p["Tags"].([]any)
	for _, one := range tags {
		tag, _ := one.(map[string]any)
		is.Tags[text(tag["Key"], "")] = text(tag["Value"], "")
	}
	slices.Sort(is.Attached)
	return is
}

func stored(is *published.Stack, name string, p map[string]any) bucket {
	closed, _ := p["PublicAccessBlockConfiguration"].(map[string]any)
	versioning, _ := p["VersioningConfiguration"].(map[string]any)
	open := func(v any) bool { return v != true }
	return bucket{
		Versioned: versioning["Status"] == "Enabled",
		Closed:    len(closed) == 4 && !slices.ContainsFunc(slices.Collect(maps.Values(closed)), open),
		Policy:    policyOf(is, "AWS::S3::BucketPolicy", "Bucket", text(plain(is.Value(cfn.Ref(name))), "")),
	}
}

// policyOf finds the policy that the stack has for a bucket or queue.
func policyOf(is *published.Stack, kind, property, id string) any {
	for _, name := range is.Made() {
		p, _ := plain(is.Properties(name)).(map[string]any)
		if is.Kind(name) == kind && slices.Contains(list(p[property]), id) {
			return written(p["PolicyDocument"])
		}
	}
	return nil
}

func wired(p map[string]any) eventRule {
	is := eventRule{written(p["EventPattern"]), map[string]string{}}
	targets, _ := p["Targets"].([]any)
	for _, one := range targets {
		target, _ := one.(map[string]any)
		is.Targets[text(target["Id"], "")] = text(target["Arn"], "")
	}
	return is
}

// plain turns an evaluated value into what JSON reads.
func plain(v cfn.Value) any {
	switch v := v.(type) {
	case cfn.Map:
		out := map[string]any{}
		for _, e := range v {
			out[e.Key] = plain(e.Value)
		}
		return out
	case cfn.List:
		out := []any{}
		for _, item := range v {
			out = append(out, plain(item.Value))
		}
		return out
	case cfn.String:
		return string(v)
	case cfn.Int:
		return float64(v)
	case cfn.Bool:
		return bool(v)
	}
	return nil
}

// written reads a policy, which may be a text.
func written(v any) any {
	if s, isText := v.(string); isText {
		return tree(s)
	}
	return v
}

func text(v any, otherwise string) string {
	if v == nil {
		return otherwise
	}
	return fmt.Sprint(v)
}

// list reads a text or a list of texts.
func list(v any) []string {
	var out []string
	many, isList := v.([]any)
	if !isList && v != nil {
		many = []any{v}
	}
	for _, one := range many {
		out = append(out, text(one, ""))
	}
	return out
}
