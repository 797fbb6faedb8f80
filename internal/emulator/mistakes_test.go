package emulator

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// mistakes are the controls of all that the products prove: each is one resource beside a role, and
// the emulator refuses it in AWS's words.
func mistakes(t *testing.T, w *world) {
	a := w.account(t)
	a.cluster(t, "old", "CONFIG_MAP", "")
	a.cluster(t, "new", "API", "")
	managed := func(statement string) string {
		return `"AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": ` + statement + `}`
	}
	document := func(statement string) string { return `{"Version": "2012-10-17", "Statement": [` + statement + `]}` }
	entry := `"AWS::EKS::AccessEntry", "Properties": {"PrincipalArn": {"Fn::GetAtt": ["R", "Arn"]}, `
	for _, test := range []struct{ is, want string }{
		{managed(`"{\"Version\": \"2012-10-17\", \"Statement\": [}"`), "no JSON"},
		{managed(`"{\"Version\": \"2012-10-17\", \"Version\": \"2012-10-17\", \"Statement\": []}"`), "stands twice"},
		{managed(document(``)), "Statement must be a list that is not empty"},
		{managed(document(`{"Effect": "Allow", "Action": "s3:*", "Resource": []}`)), "resources must be texts"},
		{managed(document(`{"Effect": "Allow", "Action": "s3:*", "Resource": [["*"]]}`)), "resources must be texts"},
		{managed(document(`{"Effect": "Allow", "Action": "s3:*", "Resource": "acme,other"}`)), "must be in ARN format"},
		{managed(document(`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringLike": {}}}`)),
			"condition 'StringLike'"},
		{managed(document(`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringLike": {"a:b": []}}}`)),
			"a:b must be texts"},
		{managed(document(`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}`)), "Principal in a policy"},
		{managed(document(`{"Effect": "Allow", "Action": ["s3:Get` + strings.Repeat("x", 6100) + `"], "Resource": "*"}`)),
			"more than 6144"},
		{`"AWS::IAM::InstanceProfile", "Properties": {"Roles": ["nobody"]}`, "nobody cannot be found"},
		{`"AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": ` + document(
			`{"Effect": "Allow", "Principal": {"Federated": "${X.OidcIssuer}"}, "Action": "sts:AssumeRole"}`) + `}`,
			"Invalid principal in policy"},
		{`"AWS::SQS::QueuePolicy", "Properties": {"Queues": ["q"], "PolicyDocument": ` + document(
			`{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}`) + `}`, "QueueDoesNotExist"},
		{entry + `"ClusterName": "old"}`, "authentication mode must be set"},
		{entry + `"ClusterName": "none"}`, "No cluster found"},
		{entry + `"ClusterName": "new", "Username": "system:admin"}`, "must not begin with"},
		{entry + `"ClusterName": "new", "Type": "EC2_LINUX", "Username": "x"}`, "STANDARD alone"},
		{entry + `"ClusterName": "new", "UserName": "x"}`, "extraneous key"},
		{`"AWS::EKS::AccessEntry", "Properties": {"PrincipalArn": "arn:aws:iam::1:role/x", "ClusterName": "new"}`,
			"principalArn is invalid"},
	} {
		body := `{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": ` + document(
			`{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}`) +
			`}}, "X": {"Type": ` + test.is + `}}}`
		if !json.Valid([]byte(body)) {
			t.Fatalf("the test is wrong: %s", body)
		}
		s := &stack{account: a, name: a.unique("mistake")}
		made := must(a.cfn.CreateStack(t.Context(), &cloudformation.CreateStackInput{
			StackName: &s.name, TemplateBody: aws.String(body), Capabilities: capabilities,
		}))(t)
		s.name = *made.StackId
		s.wait(t, types.StackStatusRollbackComplete)
		s.says(t, "X CREATE_FAILED", test.want)
		must(a.cfn.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: made.StackId}))(t)
	}
}
