package iam

import "strings"

// Escalates tells whether whoever may do this can get permissions that the statement does not
// name: by changing policies, taking identities, or changing code that runs under a role.
// Documents show it beside the action. Sources: policy-sentry's audit list of privilege escalation
// (MIT) and the descriptions of the Service Authorization Reference; name is full, letter case
// does not count.
func Escalates(name string) bool {
	prefix, short, _ := strings.Cut(strings.ToLower(name), ":")
	for _, known := range escalating(prefix) {
		if strings.EqualFold(known, short) {
			return true
		}
	}
	return false
}

func escalating(prefix string) []string {
	switch prefix {
	case "iam":
		return []string{
			"AddRoleToInstanceProfile", "AddUserToGroup", "AttachGroupPolicy", "AttachRolePolicy",
			"AttachUserPolicy", "CreateAccessKey", "CreateLoginProfile", "CreatePolicyVersion",
			"CreateServiceSpecificCredential", "DeleteRolePermissionsBoundary",
			"DeleteUserPermissionsBoundary", "PassRole", "PutGroupPolicy",
			"PutRolePermissionsBoundary",
			"PutRolePolicy", "PutUserPermissionsBoundary", "PutUserPolicy",
			"SetDefaultPolicyVersion",
			"UpdateAccessKey", "UpdateAssumeRolePolicy", "UpdateLoginProfile",
		}
	case "sts":
		return []string{"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity",
			"AssumeRoot"}
	case "kms":
		return []string{"CreateGrant", "PutKeyPolicy"}
	case "lambda":
		return []string{"AddPermission", "CreateEventSourceMapping", "CreateFunction",
			"InvokeFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration"}
	case "ec2":
		return []string{"AssociateIamInstanceProfile", "ModifyInstanceAttribute",
			"ReplaceIamInstanceProfileAssociation", "RunInstances"}
	case "ec2-instance-connect":
		return []string{"SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"}
	case "ssm":
		return []string{"SendCommand", "StartSession", "StartAutomationExecution"}
	case "cloudformation":
		return []string{"CreateChangeSet", "CreateStack", "CreateStackSet", "ExecuteChangeSet",
			"SetStackPolicy", "UpdateStack"}
	case "s3":
		return []string{"PutBucketAcl", "PutBucketPolicy", "PutObjectAcl"}
	case "secretsmanager":
		return []string{"PutResourcePolicy"}
	}
	return escalatingElsewhere(prefix)
}

// escalatingElsewhere: services that run what they are given under a role.
func escalatingElsewhere(prefix string) []string {
	switch prefix {
	case "glue":
		return []string{"CreateDevEndpoint", "CreateJob", "UpdateDevEndpoint", "UpdateJob"}
	case "codebuild":
		return []string{"CreateProject", "StartBuild", "UpdateProject"}
	case "datapipeline":
		return []string{"CreatePipeline", "PutPipelineDefinition"}
	case "ecs":
		return []string{"ExecuteCommand", "RegisterTaskDefinition", "RunTask", "StartTask"}
	case "eks":
		return []string{"AssociateAccessPolicy", "CreateAccessEntry", "UpdateAccessEntry"}
	case "autoscaling":
		return []string{"CreateAutoScalingGroup", "CreateLaunchConfiguration",
			"UpdateAutoScalingGroup"}
	case "rds":
		return []string{"AddRoleToDBCluster", "AddRoleToDBInstance"}
	case "sagemaker":
		return []string{"CreateNotebookInstance", "CreatePresignedNotebookInstanceUrl",
			"CreateProcessingJob", "CreateTrainingJob"}
	case "states":
		return []string{"CreateStateMachine", "UpdateStateMachine"}
	}
	return nil
}
