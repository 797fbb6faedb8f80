package plan

// TypeName gives the CloudFormation type of a body, such as AWS::IAM::Role.
func TypeName(b Body) string {
	switch b := b.(type) {
	case *Instance:
		return "AWS::EC2::Instance"
	case *LaunchTemplate:
		return "AWS::EC2::LaunchTemplate"
	case *InterfaceEndpoint:
		return "AWS::EC2::VPCEndpoint"
	case *SecurityGroup:
		return "AWS::EC2::SecurityGroup"
	case *GroupRule:
		if b.Egress {
			return "AWS::EC2::SecurityGroupEgress"
		}
		return "AWS::EC2::SecurityGroupIngress"
	case *Bucket:
		return "AWS::S3::Bucket"
	case *BucketPolicy:
		return "AWS::S3::BucketPolicy"
	case *Role:
		return "AWS::IAM::Role"
	case *InstanceProfile:
		return "AWS::IAM::InstanceProfile"
	case *ManagedPolicy:
		return "AWS::IAM::ManagedPolicy"
	case *User:
		return "AWS::IAM::User"
	case *AccessKey:
		return "AWS::IAM::AccessKey"
	case *Secret:
		return "AWS::SecretsManager::Secret"
	case *LambdaFunction:
		return "AWS::Lambda::Function"
	case *FunctionVersion:
		return "AWS::Lambda::Version"
	case *InvokeConfig:
		return "AWS::Lambda::EventInvokeConfig"
	case *LogGroup:
		return "AWS::Logs::LogGroup"
	case *Custom:
		return b.Type
	case *WaitHandle:
		return "AWS::CloudFormation::WaitConditionHandle"
	case *WaitCondition:
		return "AWS::CloudFormation::WaitCondition"
	case *Raw:
		return b.Type
	}
	return ""
}
