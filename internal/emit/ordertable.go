package emit

// The order of keys, as readers of CloudFormation know it from the user guide: what a thing is,
// where it lies, what it does, then its details.

// attributeKeys come before the properties of a resource.
var attributeKeys = []string{"Type", "Condition", "DependsOn", "CreationPolicy", "UpdatePolicy",
	"Metadata", "DeletionPolicy", "UpdateReplacePolicy"}

// customKeys come first in a custom resource.
var customKeys = []string{"ServiceToken", "ServiceTimeout", "Release"}

// tags come last wherever they stand.
var tags = []string{"Tags"}

var groupRule = []string{"GroupId", "GroupName", "IpProtocol", "FromPort", "ToPort", "CidrIp",
	"CidrIpv6", "SourceSecurityGroupId", "SourceSecurityGroupName", "SourceSecurityGroupOwnerId",
	"SourcePrefixListId", "DestinationSecurityGroupId", "DestinationPrefixListId", "Description"}

var iamRole = []string{"RoleName", "UserName", "GroupName", "Description", "Path",
	"PermissionsBoundary", "MaxSessionDuration", "AssumeRolePolicyDocument", "ManagedPolicyArns",
	"Groups", "Policies"}

var iamPolicy = []string{"ManagedPolicyName", "PolicyName", "Description", "Path", "Roles",
	"Users", "Groups", "RoleName", "UserName", "GroupName", "PolicyDocument"}

// typeKeys come first among the properties of a resource type.
var typeKeys = map[string][]string{
	"AWS::CloudFormation::WaitCondition": {"Handle", "Timeout", "Count"},
	"AWS::EC2::Instance": {"InstanceType", "ImageId", "LaunchTemplate", "KeyName",
		"AvailabilityZone", "SubnetId", "SecurityGroupIds", "NetworkInterfaces",
		"IamInstanceProfile", "MetadataOptions", "BlockDeviceMappings",
		"PropagateTagsToVolumeOnCreation"},
	"AWS::EC2::LaunchTemplate": {"LaunchTemplateName", "VersionDescription", "LaunchTemplateData"},
	"AWS::EC2::SecurityGroup": {"GroupName", "GroupDescription", "VpcId", "SecurityGroupIngress",
		"SecurityGroupEgress"},
	"AWS::EC2::SecurityGroupEgress":  groupRule,
	"AWS::EC2::SecurityGroupIngress": groupRule,
	"AWS::EC2::VPCEndpoint": {"VpcEndpointType", "ServiceName", "VpcId", "SubnetIds",
		"SecurityGroupIds", "RouteTableIds", "PrivateDnsEnabled", "PolicyDocument"},
	"AWS::EC2::Subnet": {"VpcId", "AvailabilityZone", "CidrBlock"},
	"AWS::EC2::VPC":    {"CidrBlock", "EnableDnsSupport", "EnableDnsHostnames"},
	"AWS::EKS::AccessEntry": {"ClusterName", "PrincipalArn", "Type", "Username",
		"KubernetesGroups", "AccessPolicies"},
	"AWS::Events::Rule": {"Name", "Description", "State", "ScheduleExpression", "EventPattern",
		"Targets"},
	"AWS::IAM::AccessKey":       {"UserName", "Serial", "Status"},
	"AWS::IAM::InstanceProfile": {"InstanceProfileName", "Path", "Roles"},
	"AWS::IAM::ManagedPolicy":   iamPolicy,
	"AWS::IAM::Policy":          iamPolicy,
	"AWS::IAM::RolePolicy":      iamPolicy,
	"AWS::IAM::UserPolicy":      iamPolicy,
	"AWS::IAM::OIDCProvider":    {"Url", "ClientIdList", "ThumbprintList"},
	"AWS::IAM::Role":            iamRole,
	"AWS::IAM::User":            iamRole,
	"AWS::KMS::Alias":           {"AliasName", "TargetKeyId"},
	"AWS::KMS::Key":             {"Description", "Enabled", "EnableKeyRotation", "KeyPolicy"},
	"AWS::Lambda::EventInvokeConfig": {"FunctionName", "Qualifier", "MaximumRetryAttempts",
		"MaximumEventAgeInSeconds"},
	"AWS::Lambda::Function": {"FunctionName", "Description", "Runtime", "Architectures",
		"Handler", "Code", "Role", "MemorySize", "Timeout", "Environment", "VpcConfig",
		"LoggingConfig"},
	"AWS::Lambda::Permission": {"FunctionName", "Principal", "Action", "SourceAccount",
		"SourceArn"},
	"AWS::Lambda::Version": {"FunctionName", "Description", "CodeSha256"},
	"AWS::Logs::LogGroup":  {"LogGroupName", "RetentionInDays", "KmsKeyId"},
	"AWS::S3::Bucket": {"BucketName", "BucketEncryption", "OwnershipControls",
		"PublicAccessBlockConfiguration", "VersioningConfiguration", "LifecycleConfiguration"},
	"AWS::S3::BucketPolicy": {"Bucket", "PolicyDocument"},
	"AWS::SNS::Topic":       {"TopicName", "DisplayName"},
	"AWS::SNS::TopicPolicy": {"Topics", "PolicyDocument"},
	"AWS::SQS::Queue":       {"QueueName"},
	"AWS::SQS::QueuePolicy": {"Queues", "PolicyDocument"},
	"AWS::SSM::Parameter":   {"Name", "Description", "Type", "Value"},
	"AWS::SecretsManager::Secret": {"Name", "Description", "KmsKeyId", "SecretString",
		"GenerateSecretString"},
}

var document = []string{"Version", "Id", "Statement"}

// nestedKeys come first in the mappings under a property.
var nestedKeys = map[string][]string{
	"AssumeRolePolicyDocument": document,
	"KeyPolicy":                document,
	"PolicyDocument":           document,
	"ResourcePolicy":           document,
	"Statement": {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
		"NotResource", "Condition"},
	"Principal":            {"AWS", "Service", "Federated", "CanonicalUser"},
	"Policies":             {"PolicyName", "PolicyDocument"},
	"Tags":                 {"Key", "Value"},
	"TagSpecifications":    {"ResourceType"},
	"SecurityGroupEgress":  groupRule,
	"SecurityGroupIngress": groupRule,
	"BlockDeviceMappings":  {"DeviceName", "VirtualName", "NoDevice", "Ebs"},
	"Ebs": {"Encrypted", "KmsKeyId", "SnapshotId", "VolumeType", "VolumeSize", "Iops",
		"Throughput", "DeleteOnTermination"},
	"MetadataOptions": {"HttpEndpoint", "HttpTokens", "HttpPutResponseHopLimit",
		"InstanceMetadataTags"},
	"LaunchTemplate": {"LaunchTemplateId", "LaunchTemplateName", "Version"},
	"LaunchTemplateData": {"InstanceType", "ImageId", "KeyName", "SecurityGroupIds",
		"NetworkInterfaces", "IamInstanceProfile", "MetadataOptions", "BlockDeviceMappings"},
	"Code":          {"S3Bucket", "S3Key", "S3ObjectVersion"},
	"LoggingConfig": {"LogGroup", "LogFormat"},
	"Rules":         {"Id", "Status", "Prefix"},
	"Targets":       {"Id", "Arn", "RoleArn"},
	"PublicAccessBlockConfiguration": {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls",
		"RestrictPublicBuckets"},
	"AccessPolicies": {"PolicyArn", "AccessScope"},
	"AccessScope":    {"Type", "Namespaces"},
}
