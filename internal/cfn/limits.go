package cfn

// Limit is how much AWS takes of something.
type Limit int

// What one template may hold.
// Source: CloudFormation user guide, cloudformation-limits; CloudFormation's API model for the
// sizes of a body and cfn-lint (helpers.py) for reading "1 MB" as 1,000,000 bytes.
const (
	MaxBodyInRequest     Limit = 51_200    // bytes of a template that is pasted or sent
	MaxBodyInS3          Limit = 1_000_000 // bytes of a template in a bucket
	MaxResources         Limit = 500
	MaxParameters        Limit = 200
	MaxOutputs           Limit = 200
	MaxMappings          Limit = 200
	MaxMappingAttributes Limit = 200   // keys of one mapping
	MaxNameLength        Limit = 255   // characters of a logical id
	MaxParameterValue    Limit = 4_096 // bytes
	MaxDescription       Limit = 1_024 // bytes, of a template as of an output
	// MaxParameterDescription is in characters. Source: parameters-section-structure.
	MaxParameterDescription Limit = 4_000
	MaxResponse             Limit = 4_096 // bytes that a custom resource answers with
	MaxServiceTimeout       Limit = 3_600 // seconds that a custom resource may take
)

// What one stack may have. Source: CloudFormation's API model, CreateStackInput.
const (
	MaxStackTags         Limit = 50
	MaxNotificationARNs  Limit = 5
	MaxStackPolicy       Limit = 16_384 // bytes
	MaxStackName         Limit = 128    // characters
	MaxNestedResources   Limit = 2_500  // in one operation on nested stacks
	MaxTemplateURL       Limit = 5_120  // characters, in the API
	MaxConsoleURL        Limit = 1_024  // characters of templateURL in the console
	MaxStacksInAccount   Limit = 2_000  // by default, in one region
	MaxConditionOperands Limit = 10     // of Fn::And and Fn::Or, at least 2
)

// What IAM takes. White space in policies is not counted.
// Source: IAM user guide, reference_iam-quotas.
const (
	MaxManagedPolicy       Limit = 6_144  // characters
	MaxRolePolicies        Limit = 10_240 // characters of a role's inline policies together
	MaxUserPolicies        Limit = 2_048  // the same of a user
	MaxGroupPolicies       Limit = 5_120  // the same of a group
	MaxTrustPolicy         Limit = 2_048  // characters, by default; at most 4,096
	MaxManagedPerRole      Limit = 10     // by default; at most 20
	MaxRoleName            Limit = 64     // characters
	MaxUserName            Limit = 64
	MaxManagedPolicyName   Limit = 128
	MaxInstanceProfileName Limit = 128
	MaxIAMPath             Limit = 512
)
