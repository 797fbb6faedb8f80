package launchpolicy

import (
	"strings"

	"byocfn/internal/cfn"
)

// function needs the rights to read its code: Lambda fetches it in the name of the caller. From the
// key only the folder counts, so that a release with other code needs no other policy.
func function(m *maker, r *resource) []rule {
	own := within(m.arnsOf(r), "*") // versions follow behind a colon
	functions := rule{sid: "Functions", on: own, source: handlers,
		why: "Make, read, change and remove the functions of the stack, and their versions",
		read: "lambda:GetFunction lambda:GetFunctionCodeSigningConfig lambda:GetFunctionRecursionConfig " +
			"lambda:GetFunctionScalingConfig lambda:GetRuntimeManagementConfig lambda:ListTags",
		create: "lambda:CreateFunction lambda:TagResource",
		update: "lambda:PublishVersion lambda:UntagResource lambda:UpdateFunctionCode " +
			"lambda:UpdateFunctionConfiguration",
		remove: "lambda:DeleteFunction"}
	functions = r.used(functions,
		property{"RecursiveLoop", "lambda:PutFunctionRecursionConfig", "lambda:PutFunctionRecursionConfig"},
		property{"RuntimeManagementConfig", "lambda:PutRuntimeManagementConfig",
			"lambda:PutRuntimeManagementConfig"},
		property{"FunctionScalingConfig", "lambda:PutFunctionScalingConfig",
			"lambda:PutFunctionScalingConfig"},
		property{"ReservedConcurrentExecutions", "lambda:PutFunctionConcurrency",
			"lambda:DeleteFunctionConcurrency lambda:PutFunctionConcurrency"})
	out := []rule{functions}
	if roles := m.those(r.properties.Get("Role"), "AWS::IAM::Role"); len(roles) > 0 {
		out = append(out, m.pass(roles, "GiveRolesToLambda", "lambda.amazonaws.com", "Lambda"))
	}
	m.strange(r, "VpcConfig", "KmsKeyArn", "FileSystemConfigs", "Layers", "CodeSigningConfigArn",
		"CapacityProviderConfig", "ImageUri")
	return append(out, m.code(r)...)
}

func (m *maker) code(r *resource) (out []rule) {
	code, _ := r.properties.Get("Code").(cfn.Map)
	actions := "s3:GetObject"
	if code.Get("S3ObjectVersion") != nil {
		actions = "s3:GetObject s3:GetObjectVersion"
	}
	for _, bucket := range m.patterns(code.Get("S3Bucket")) {
		for _, key := range m.patterns(code.Get("S3Key")) {
			folder := key[:strings.LastIndexByte(key, '/')+1]
			out = append(out, rule{sid: "ReadCode", create: actions, update: actions,
				why:    "Lambda reads the code of the functions in your name",
				source: "Lambda API Reference, CreateFunction; handlers of the type",
				on:     []string{collapse(m.arn + "s3:::" + bucket + "/" + folder + "*")}})
		}
	}
	return out
}

func functionVersion(m *maker, r *resource) []rule {
	out := m.onFunction(r, rule{
		read: "lambda:GetFunctionConfiguration lambda:GetFunctionScalingConfig " +
			"lambda:GetProvisionedConcurrencyConfig lambda:GetRuntimeManagementConfig " +
			"lambda:ListVersionsByFunction",
		create: "lambda:PublishVersion", remove: "lambda:DeleteFunction"})
	out = r.used(out,
		property{"RuntimePolicy", "lambda:PutRuntimeManagementConfig", ""},
		property{"FunctionScalingConfig", "lambda:PutFunctionScalingConfig",
			"lambda:PutFunctionScalingConfig"},
		property{"ProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", ""})
	return []rule{out}
}

func invokeConfig(m *maker, r *resource) []rule {
	return []rule{m.onFunction(r, rule{
		read:   "lambda:GetFunctionEventInvokeConfig",
		create: "lambda:PutFunctionEventInvokeConfig",
		update: "lambda:UpdateFunctionEventInvokeConfig",
		remove: "lambda:DeleteFunctionEventInvokeConfig"})}
}

// onFunction completes a rule about the function that a resource belongs to.
func (m *maker) onFunction(r *resource, out rule) rule {
	out.sid, out.source = "Functions", handlers
	out.why = "Make, read, change and remove the functions of the stack, and their versions"
	out.on = within(m.those(r.properties.Get("FunctionName"), "AWS::Lambda::Function"), "*")
	return out
}

// custom is a custom resource: CloudFormation calls its function in the name of the caller. The
// registry has no list for it. Source: measured by badmintoncryer/cfn-exec-policy (2026-10).
func (m *maker) custom(r *resource) []rule {
	token := r.properties.Get("ServiceToken")
	if m.referred(token) == nil {
		m.gap(r, "lambda:InvokeFunction or sns:Publish on its service token, which is not of this stack")
		return nil
	}
	return []rule{{sid: "CallFunctions", remove: "lambda:InvokeFunction",
		why:    "CloudFormation calls the functions of the stack in your name, when it deletes as well",
		source: "measured by badmintoncryer/cfn-exec-policy; the registry has no list for this type",
		on:     m.those(token, "AWS::Lambda::Function")}}
}

// logGroup is looked for among all: DescribeLogGroups is asked on log-group::log-stream: and the like.
func logGroup(m *maker, r *resource) []rule {
	out := rule{sid: "LogGroups", source: handlers, on: within(m.arnsOf(r), "*"),
		why:    "Make, read, change and remove the log groups of the stack",
		read:   "logs:GetDataProtectionPolicy logs:ListTagsForResource",
		create: "logs:CreateLogGroup logs:TagResource",
		update: "logs:UntagResource",
		remove: "logs:DeleteLogGroup"}
	out = r.used(out,
		property{"RetentionInDays", "logs:PutRetentionPolicy",
			"logs:DeleteRetentionPolicy logs:PutRetentionPolicy"})
	m.strange(r, "DataProtectionPolicy", "FieldIndexPolicies", "KmsKeyId", "ResourcePolicyDocument",
		"BearerTokenAuthenticationEnabled", "DeletionProtectionEnabled")
	return []rule{out, {sid: "SeeLogGroups", source: handlers,
		read: "logs:DescribeIndexPolicies logs:DescribeLogGroups logs:DescribeResourcePolicies",
		why:  "See whether the log groups are there; CloudWatch Logs knows no narrower resource for it"}}
}
