package iam

import (
	"slices"
	"strings"
)

// Reach tells how a service can be called from a VPC without a way to the internet.
type Reach struct {
	Endpoints []string // all are needed; the part of the service name after com.amazonaws.REGION
	Gateway   bool     // a gateway endpoint of the first serves as well
	Unknown   bool     // the table does not hold the service; ask before refusing
	Why       string   // where there is no endpoint: one line without a period
}

// Endpoint gives the VPC endpoints which actions of a service prefix need; ok is false where none
// serves them. Names were compared with the list in AWS CDK (aws-ec2,
// InterfaceVpcEndpointAwsService, read 2026-11-21) and the VPC User Guide, "AWS services that
// integrate with AWS PrivateLink". Whether a region offers them is not known here.
func Endpoint(service string) (reach Reach, ok bool) {
	switch service {
	case "s3", "dynamodb":
		return Reach{Endpoints: []string{service}, Gateway: true}, true
	case "ecr":
		// Layers come from S3, so pulling images needs that too. ECR User Guide, "Amazon ECR
		// interface VPC endpoints (AWS PrivateLink)".
		return Reach{Endpoints: []string{"ecr.api", "ecr.dkr", "s3"}}, true
	}
	if why := noEndpoint(service); why != "" {
		return Reach{Why: why}, false
	}
	if name := renamedEndpoint(service); name != "" {
		return Reach{Endpoints: []string{name}}, true
	}
	if slices.Contains(namedAlike(), service) {
		return Reach{Endpoints: []string{service}}, true
	}
	return Reach{Unknown: true, Why: "which endpoint serves " + service + " is not known"}, false
}

// KnownEndpoint tells whether an endpoint service of AWS has this name after com.amazonaws.REGION.
// New ones may be missing.
func KnownEndpoint(name string) bool { return slices.Contains(endpointNames(), name) }

// SuggestEndpoint gives the endpoint service that was meant by a misspelt name, by the prefix of the
// actions or by the name of an SDK's client, or "".
func SuggestEndpoint(name string) string {
	lower := strings.ToLower(name)
	if noEndpoint(lower) != "" {
		return ""
	}
	for _, prefix := range []string{lower, prefixOfClient(lower),
		prefixOfClient(strings.ReplaceAll(lower, "-", ""))} {
		if reach, ok := Endpoint(prefix); ok {
			return reach.Endpoints[0]
		}
	}
	return nearest(lower, endpointNames())
}

// endpointNames lists every endpoint of the table.
func endpointNames() []string {
	names := append([]string{"s3", "dynamodb"}, namedAlike()...)
	for _, prefix := range []string{"ecr", "cloudwatch", "kinesis", "firehose", "ses", "tag",
		"sagemaker", "pricing", "appsync"} {
		reach, _ := Endpoint(prefix)
		names = append(names, reach.Endpoints...)
	}
	return names
}

// noEndpoint: services whose interface is global. com.amazonaws.iam (without a region) exists in
// the commercial partition; it is not counted, because it is offered at the service's home region
// and was not tried from the others. Route 53 and CloudFront are absent from the list.
func noEndpoint(service string) string {
	switch service {
	case "iam":
		return "IAM is a global service; com.amazonaws.iam is offered in its home region only"
	case "route53", "cloudfront", "globalaccelerator":
		return service + " is a global service without an endpoint in a VPC"
	}
	return ""
}

// renamedEndpoint: endpoints named unlike the prefix of the actions.
func renamedEndpoint(service string) string {
	switch service {
	case "cloudwatch":
		return "monitoring"
	case "kinesis":
		return "kinesis-streams"
	case "firehose":
		return "kinesis-firehose"
	case "ses":
		return "email"
	case "tag":
		return "tagging"
	case "sagemaker":
		return "sagemaker.api"
	case "pricing":
		return "pricing.api"
	case "appsync":
		return "appsync-api"
	}
	return ""
}

// namedAlike: endpoints that have the name of the prefix.
func namedAlike() []string {
	return []string{
		"access-analyzer", "account", "acm", "acm-pca", "application-autoscaling", "aps", "athena",
		"autoscaling", "backup", "batch", "bedrock", "ce", "cloudformation", "cloudtrail",
		"codebuild", "codecommit", "codedeploy", "codepipeline", "config", "datasync", "dms", "ds",
		"ebs", "ec2", "ec2messages",
		"ecs", "eks", "eks-auth", "elasticache", "elasticbeanstalk", "elasticfilesystem",
		"elasticloadbalancing", "elasticmapreduce", "emr-containers", "emr-serverless", "events",
		"execute-api", "fis", "fsx", "glue", "grafana", "guardduty", "imagebuilder", "inspector2",
		"kafka", "kafkaconnect", "kms", "lakeformation", "lambda", "license-manager", "logs", "mq",
		"network-firewall", "organizations", "pi", "pipes", "polly", "ram", "rds", "rds-data",
		"redshift", "redshift-data", "redshift-serverless", "rekognition", "resource-groups",
		"rolesanywhere", "s3tables", "schemas", "secretsmanager", "securityhub", "servicecatalog",
		"servicediscovery", "sns", "sqs", "ssm", "ssmmessages", "states", "storagegateway", "sts",
		"swf", "textract", "transcribe", "translate", "verifiedpermissions", "vpc-lattice", "wafv2",
		"xray",
	}
}
