package published

// e6data has a stack for the cluster and one for the workspace.
func e6data() Product {
	const issuer = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
	facts := map[string]string{"ClusterFacts.OidcIssuer": issuer}
	return Product{
		Name: "e6data",
		Values: Values{
			"<AWS_REGION>":                            {"us-east-1"},
			"<AWS_ACCOUNT_ID>":                        {"111122223333"},
			"<YOUR_AWS_ACCOUNT_ID>":                   {"111122223333"},
			"<ARN_OF_YOUR_EKS_CLUSTER>":               {"arn:aws:eks:us-east-1:111122223333:cluster/data"},
			"<E6DATA_BUCKET_CREATED_IN_STEP1>":        {"workspace-workspacebucket"},
			"<E6DATA_EKS_NODEGROUP_NAME>":             {"e6nodes"},
			"<E6DATA_WORKSPACE_NAME>":                 {"analytics"},
			"<KUBERNETES_NAMESPACE_TO_DEPLOY_E6DATA>": {"e6data"},
			"<OIDC_PROVIDER_SUFFIX>":                  {issuer},
			"<QUERY_DATA_BUCKET_1>":                   {"acme-lake"},
			"<QUERY_DATA_BUCKET_2>":                   {"acme-events"},
			"<UNLOAD_BUCKET>":                         {"acme-results"},
			"<e6data_account_id>":                     {"442042515899"},
			"<e6data_cross_account_external_id>":      {"external-id-of-acme"},
			"<EKS_CLUSTER_NAME>":                      {"data"},
			"<E6DATA_KARPENTER_NODEPOOL_NAME>":        {"e6data-analytics"},
			"<E6DATA_KARPENTER_EC2NODECLASS_NAME>":    {"e6data-analytics"},
			"e6data-final-spot-interruption-queue":    {"cluster-InterruptionQueue"},
			"<EKS_CLUSTER_NAME>-KarpenterNodeRole":    {"e6data-nodes-" + stackUUID},
			"${AWS::Partition}":                       {"aws"},
			"${AWS::Region}":                          {"us-east-1"},
			"${AWS::AccountId}":                       {"111122223333"},
			"${AWS::URLSuffix}":                       {"amazonaws.com"},
			"${ClusterName}":                          {"data"},
			"${KarpenterNodeRole.Arn}":                {"arn:aws:iam::111122223333:role/e6data-nodes-" + stackUUID},
			"${KarpenterInterruptionQueue.Arn}":       {"arn:aws:sqs:us-east-1:111122223333:cluster-InterruptionQueue"},
		},
		Cases: []Case{
			{"the cluster", "cluster", sample("cluster", map[string]string{"ClusterName": "data"}, facts),
				nil, []Pair{
					{"KarpenterController", []string{"karpenter-controller"}},
					{"LoadBalancerControllerRole", []string{"load-balancer-controller"}},
					{"KarpenterNodeRole", []string{"karpenter-node"}},
					{"KarpenterNodeRole.trust", []string{"karpenter-node-trust"}},
					{"InterruptionQueuePolicy", []string{"karpenter-queue-upstream"}},
				}},
			{"all of a workspace", "workspace", sample("workspace", map[string]string{
				"WorkspaceName": "analytics", "ExternalId": "external-id-of-acme", "ClusterName": "data",
				"NodegroupName": "e6nodes", "WorkspaceBucketName": "workspace-workspacebucket",
				"QueryBuckets": "acme-lake,acme-events", "UnloadBucket": "acme-results",
				"GlueCatalog": "yes"}, facts), nil, []Pair{
				{"EngineRole.trust", []string{"engine-trust"}},
				{"EngineRole", []string{"s3-read-write", "engine-query-data", "engine-glue", "engine-unload"}},
				{"CrossAccountRole.trust", []string{"cross-account-trust"}},
				{"CrossAccountRole", []string{"cross-account-eks", "s3-read-write"}},
			}},
			{"the least of a workspace", "workspace", sample("workspace", map[string]string{
				"WorkspaceName": "analytics", "ExternalId": "external-id-of-acme", "ClusterName": "data",
				"NodegroupName": "e6nodes", "QueryBuckets": "acme-lake,acme-events",
				"ClusterAccess": "aws-auth"}, facts),
				nil, []Pair{
					{"EngineRole.trust", []string{"engine-trust"}},
					{"EngineRole", []string{"s3-read-write", "engine-query-data"}},
					{"CrossAccountRole.trust", []string{"cross-account-trust"}},
					{"CrossAccountRole", []string{"cross-account-eks", "s3-read-write"}},
				}},
		},
	}
}
