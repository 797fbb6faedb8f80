package launchpolicy

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
)

// bucket reads whatever a bucket can have, and writes what the template sets.
func bucket(m *maker, r *resource) []rule {
	out := rule{sid: "Buckets", on: m.arnsOf(r), source: handlers,
		why: "Make and read the buckets of the stack, list what they hold, and set what the template " +
			"says. A bucket must be empty to be removed",
		read: "s3:GetAccelerateConfiguration s3:GetAnalyticsConfiguration s3:GetBucketAbac " +
			"s3:GetBucketAcl s3:GetBucketCORS s3:GetBucketLogging " +
			"s3:GetBucketMetadataTableConfiguration s3:GetBucketNotification " +
			"s3:GetBucketObjectLockConfiguration s3:GetBucketOwnershipControls " +
			"s3:GetBucketPublicAccessBlock s3:GetBucketTagging s3:GetBucketVersioning " +
			"s3:GetBucketWebsite s3:GetEncryptionConfiguration s3:GetIntelligentTieringConfiguration " +
			"s3:GetInventoryConfiguration s3:GetLifecycleConfiguration s3:GetMetricsConfiguration " +
			"s3:GetReplicationConfiguration s3:ListBucket s3:ListTagsForResource",
		create: "s3:CreateBucket s3:PutBucketTagging s3:TagResource",
		update: "s3:UntagResource",
		remove: "s3:DeleteBucket"}
	for _, p := range bucketProperties() {
		out = r.used(out, property{p[0], p[1], p[1]})
	}
	out = r.used(out, property{"WebsiteConfiguration", "s3:PutBucketWebsite",
		"s3:DeleteBucketWebsite s3:PutBucketWebsite"})
	m.strange(r, "ReplicationConfiguration", "MetadataTableConfiguration", "MetadataConfiguration",
		"AbacStatus", "BucketNamePrefix", "BucketNamespace")
	return []rule{out}
}

// bucketProperties says which action writes a property of a bucket; the same action takes it away.
func bucketProperties() [][2]string {
	return [][2]string{
		{"AccelerateConfiguration", "s3:PutAccelerateConfiguration"},
		{"AccessControl", "s3:PutBucketAcl"},
		{"AnalyticsConfigurations", "s3:PutAnalyticsConfiguration"},
		{"BucketEncryption", "s3:PutEncryptionConfiguration"},
		{"CorsConfiguration", "s3:PutBucketCORS"},
		{"IntelligentTieringConfigurations", "s3:PutIntelligentTieringConfiguration"},
		{"InventoryConfigurations", "s3:PutInventoryConfiguration"},
		{"LifecycleConfiguration", "s3:PutLifecycleConfiguration"},
		{"LoggingConfiguration", "s3:PutBucketLogging"},
		{"MetricsConfigurations", "s3:PutMetricsConfiguration"},
		{"NotificationConfiguration", "s3:PutBucketNotification"},
		{"ObjectLockEnabled", "s3:PutBucketObjectLockConfiguration"},
		{"OwnershipControls", "s3:PutBucketOwnershipControls"},
		{"PublicAccessBlockConfiguration", "s3:PutBucketPublicAccessBlock"},
		{"VersioningConfiguration", "s3:PutBucketVersioning"},
	}
}

func bucketPolicy(m *maker, r *resource) []rule {
	return []rule{{sid: "BucketPolicies", source: handlers,
		why: "Write, read and remove the policies of the buckets of the stack; whoever writes them can " +
			"let themselves at the content",
		read: "s3:GetBucketPolicy", create: "s3:PutBucketPolicy", remove: "s3:DeleteBucketPolicy",
		on: m.those(r.properties.Get("Bucket"), "AWS::S3::Bucket")}}
}

// secret is read back by its handler. Whoever makes a stack with an access key could make another one
// as well, so this is no further right.
func secret(m *maker, r *resource) []rule {
	out := rule{sid: "Secrets", on: m.arnsOf(r), source: handlers, where: m.ofNoOther(),
		why: "Make, read, change and remove the secrets of the stack; the handler reads the value back. " +
			"Their names lack the name of the stack, so its tag keeps those of other stacks out",
		read:   "secretsmanager:DescribeSecret secretsmanager:GetSecretValue",
		create: "secretsmanager:CreateSecret secretsmanager:TagResource",
		update: "secretsmanager:UntagResource secretsmanager:UpdateSecret",
		remove: "secretsmanager:DeleteSecret"}
	m.strange(r, "KmsKeyId", "ReplicaRegions")
	if !r.uses("GenerateSecretString") {
		return []rule{out}
	}
	return []rule{out, {sid: "RandomPasswords", create: "secretsmanager:GetRandomPassword",
		update: "secretsmanager:GetRandomPassword", source: handlers,
		why: "Make up a password; the action knows no narrower resource"}}
}

func queue(m *maker, r *resource) []rule {
	m.strange(r, "KmsMasterKeyId", "RedrivePolicy")
	return []rule{{sid: "Queues", on: m.arnsOf(r), source: handlers,
		why:    "Make, read, change and remove the queues of the stack",
		read:   "sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListQueueTags",
		create: "sqs:CreateQueue sqs:TagQueue",
		update: "sqs:SetQueueAttributes sqs:UntagQueue",
		remove: "sqs:DeleteQueue"}}
}

// queuePolicy has a statement of its own: a queue that it names need not be the stack's.
func queuePolicy(m *maker, r *resource) []rule {
	return []rule{{sid: "QueuePolicies", source: handlers,
		why:    "Write the policies of these queues, and take them away",
		remove: "sqs:SetQueueAttributes", on: m.those(r.properties.Get("Queues"), "AWS::SQS::Queue")}}
}

func eventRule(m *maker, r *resource) []rule {
	out := []rule{{sid: "Rules", on: m.arnsOf(r), source: handlers,
		why:    "Make, read, change and remove the rules of the stack and their targets",
		read:   "events:DescribeRule events:ListTagsForResource events:ListTargetsByRule",
		create: "events:PutRule events:PutTargets events:TagResource",
		update: "events:UntagResource",
		remove: "events:DeleteRule events:RemoveTargets"}}
	roles := m.those(r.properties.Get("RoleArn"), "AWS::IAM::Role")
	elements(r.properties.Get("Targets"), func(v cfn.Value) {
		target, _ := v.(cfn.Map)
		roles = union(roles, m.those(target.Get("RoleArn"), "AWS::IAM::Role")...)
	})
	if len(roles) > 0 {
		out = append(out, m.pass(roles, "GiveRolesToEvents", "events.amazonaws.com", "EventBridge"))
	}
	return out
}

// accessEntry is made on the cluster; what is made has an ARN of its own, with the name of the
// principal: access-entry/CLUSTER/role/ACCOUNT/NAME/UUID. For tags that something is made with, EKS asks
// on the operation instead: "not authorized to perform: eks:TagResource on resource:
// arn:aws:eks:eu-central-1:123412341234:/createaddon" was seen of an add-on.
func accessEntry(m *maker, r *resource) []rule {
	at := m.arn + "eks:" + m.region + ":*:"
	principals := m.those(r.properties.Get("PrincipalArn"), "AWS::IAM::Role")
	var clusters, all, own []string
	elements(r.properties.Get("ClusterName"), func(v cfn.Value) {
		for _, cluster := range m.patterns(v) {
			clusters = append(clusters, at+"cluster/"+cluster)
			all = append(all, collapse(at+"access-entry/"+cluster+"/*"))
			for _, p := range principals {
				name := p[strings.LastIndexByte(p, '/')+1:]
				own = append(own, collapse(at+"access-entry/"+cluster+"/*/"+name+"/*"))
			}
		}
	})
	beyond := ""
	if slices.Contains(clusters, at+"cluster/*") {
		beyond = "every cluster, until you write the name of yours"
	}
	change := rule{sid: "AccessEntries", on: own, source: handlers,
		why:    "Change and remove the entries of the stack's roles in the cluster",
		update: "eks:UntagResource eks:UpdateAccessEntry", remove: "eks:DeleteAccessEntry"}
	change = r.used(change, property{"AccessPolicies", "eks:AssociateAccessPolicy",
		"eks:AssociateAccessPolicy eks:DisassociateAccessPolicy"})
	return []rule{
		{sid: "SeeAccessEntries", on: all, source: handlers,
			why:  "See who may enter the cluster",
			read: "eks:DescribeAccessEntry eks:ListAssociatedAccessPolicies"},
		{sid: "LetIntoCluster", on: clusters, source: handlers, create: "eks:CreateAccessEntry", beyond: beyond,
			why:   "Let the roles of the stack, and nobody else, into the cluster, in any of its groups",
			where: []Clause{{"ArnLike", "eks:principalArn", principals}}},
		{sid: "TagAccessEntries", on: append(own[:len(own):len(own)], at+"/create*"),
			create: "eks:TagResource", update: "eks:TagResource",
			beyond: "tags of what EKS is about to make",
			why:    "Tag the entry; EKS asks for this on the operation while the entry is being made",
			source: "handlers of the type; AccessDenied messages of EKS that name /createaddon"},
		change}
}

// table is not in handlers/; its schema in the registry declares these actions. Indexes and streams have
// ARNs behind that of their table.
func table(m *maker, r *resource) []rule {
	own := m.arnsOf(r)
	on := own[:len(own):len(own)]
	if r.uses("GlobalSecondaryIndexes") {
		on = union(on, within(own, "/index/*")...)
	}
	out := rule{sid: "Tables", on: on, source: "DynamoDB API Reference; registry, handlers of the type",
		why: "Make, read, change and remove the tables of the stack; none of it reads what they hold",
		read: "dynamodb:DescribeContinuousBackups dynamodb:DescribeContributorInsights " +
			"dynamodb:DescribeKinesisStreamingDestination dynamodb:DescribeTable " +
			"dynamodb:DescribeTimeToLive dynamodb:GetResourcePolicy dynamodb:ListTagsOfResource",
		create: "dynamodb:CreateTable dynamodb:TagResource dynamodb:UpdateTable",
		update: "dynamodb:UntagResource", remove: "dynamodb:DeleteTable"}
	out = r.used(out,
		property{"PointInTimeRecoverySpecification", "dynamodb:UpdateContinuousBackups",
			"dynamodb:UpdateContinuousBackups"},
		property{"TimeToLiveSpecification", "dynamodb:UpdateTimeToLive", "dynamodb:UpdateTimeToLive"},
		property{"ResourcePolicy", "dynamodb:PutResourcePolicy",
			"dynamodb:DeleteResourcePolicy dynamodb:PutResourcePolicy"})
	m.strange(r, "ContributorInsightsSpecification", "ImportSourceSpecification",
		"KinesisStreamSpecification", "SSESpecification", "VectorIndexes")
	m.strangeIn(r, "GlobalSecondaryIndexes", "ContributorInsightsSpecification")
	m.strangeIn(r, "StreamSpecification", "ResourcePolicy")
	return []rule{out}
}

// strangeIn reports a property inside of another one, about which the table of rows knows nothing.
func (m *maker) strangeIn(r *resource, outer, inner string) {
	elements(r.properties.Get(outer), func(v cfn.Value) {
		if body, _ := v.(cfn.Map); body.Get(inner) != nil {
			m.gap(r, "what "+inner+" in its property "+outer+" needs")
		}
	})
}
