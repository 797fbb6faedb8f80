package proof

// createOnly gives the properties of a raw resource whose change makes CloudFormation replace it.
// Source: createOnlyProperties in the CloudFormation registry's schemas of these types, read in
// November 2026; a type that has none there, or is not in the list, is recorded by its id alone.
func createOnly(resourceType string) []string {
	switch resourceType {
	case "AWS::EC2::Instance":
		return []string{"AvailabilityZone", "CpuOptions", "EnclaveOptions", "HibernationOptions",
			"ImageId", "KeyName", "LaunchTemplate", "NetworkInterfaces", "PlacementGroupName",
			"PrivateIpAddress", "SubnetId"}
	case "AWS::EC2::VPCEndpoint":
		return []string{"ServiceName", "VpcEndpointType", "VpcId", "ServiceNetworkArn",
			"ResourceConfigurationArn", "ServiceRegion"}
	case "AWS::EC2::SecurityGroup":
		return []string{"GroupDescription", "GroupName", "VpcId"}
	case "AWS::S3::Bucket":
		return []string{"BucketName", "BucketNamePrefix", "BucketNamespace"}
	case "AWS::IAM::Role":
		return []string{"Path", "RoleName"}
	case "AWS::IAM::InstanceProfile":
		return []string{"InstanceProfileName", "Path"}
	case "AWS::IAM::ManagedPolicy":
		return []string{"ManagedPolicyName", "Description", "Path"}
	case "AWS::IAM::User":
		return []string{"UserName"}
	case "AWS::IAM::AccessKey":
		return []string{"UserName", "Serial"}
	case "AWS::SecretsManager::Secret":
		return []string{"Name"}
	case "AWS::Lambda::Function":
		return []string{"FunctionName", "PackageType"}
	case "AWS::Logs::LogGroup":
		return []string{"LogGroupName"}
	case "AWS::SQS::Queue":
		return []string{"FifoQueue", "QueueName"}
	case "AWS::SNS::Topic":
		return []string{"TopicName", "FifoTopic"}
	}
	return nil
}

// fixesName tells which property gives a physical name; a resource with one cannot be replaced,
// for its successor would need the same name at the same time.
func fixesName(property string) bool {
	switch property {
	case "BucketName", "RoleName", "UserName", "ManagedPolicyName", "InstanceProfileName",
		"GroupName", "FunctionName", "QueueName", "TopicName", "LogGroupName", "Name":
		return true
	}
	return false
}
