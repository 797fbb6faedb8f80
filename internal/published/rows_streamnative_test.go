package published

import "slices"

// streamNative has stacks of IAM alone.
func streamNative() Product {
	const account = "arn:aws:iam::111122223333:"
	trust := []string{"bootstrap-trust"}
	always := []Pair{
		{"StreamNativeCloudPermissionBoundary", []string{"permission-boundary"}},
		{"StreamNativeCloudManagementRole.trust", []string{"management-trust"}},
		{"StreamNativeCloudManagementRole", []string{"management", "attached"}},
		{"StreamNativeCloudRuntimePolicy", []string{"runtime"}},
		{"StreamNativeCloudLBPolicy", []string{"load-balancer"}},
	}
	bootstrap := []Pair{{"StreamNativeCloudBootstrapRole.trust", trust},
		{"StreamNativeCloudBootstrapRole", []string{"provision-preserve", "provision1", "provision2", "attached"}}}
	attachable := []string{account + "policy/StreamNative/*", "arn:aws:iam::aws:policy/AmazonEKS*",
		"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
		"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
		"arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"}
	const tables = "arn:aws:s3tables:eu-central-1:111122223333:bucket/acme-tables"
	return Product{
		Name: "streamnative",
		Values: Values{
			"${partition}": {"aws"}, "${account_id}": {"111122223333"}, "${region}": {"*"},
			"${cluster_pattern}": {"*snc*"}, "${bucket_pattern}": {"*snc*"}, "$${": {"${"},
			"${external_id}": {"o-xhopj"},
			"${streamnative_vendor_access_role_arns}":  {"arn:aws:iam::311022431024:role/cloud-manager"},
			"${streamnative_support_access_role_arns}": {"arn:aws:iam::311022431024:role/cloud-support-general"},
			"${streamnative_google_account_ids}":       {"108050666045451143798"},
			"${vpc_ids}":                               {"arn:aws:ec2:*:111122223333:vpc/*"},
			"${r53_zone_arns}":                         {"arn:aws:route53:::hostedzone/*"},
			"${kms_arns}": {"arn:aws:kms:us-east-1:111122223333:key/of-alias-aws-ebs",
				"arn:aws:kms:us-east-1:111122223333:key/of-alias-aws-s3"},
			"${allowed_iam_policies}": attachable,
		},
		Cases: []Case{
			{"as the page has it", "access", sample("access", map[string]string{"ExternalIds": "o-xhopj"},
				nil), nil, slices.Concat(always, bootstrap)},
			{"within limits", "access", sample("access", map[string]string{"ExternalIds": "o-xhopj",
				"ClusterRegion": "eu-central-1", "VpcIds": "vpc-0a1b2c3d4e5f67890,vpc-0a1b2c3d",
				"HostedZoneIds": "Z0123456789ABCDEFGHIJ,Z1", "TagExisting": "yes",
				"AdditionalPolicyArns": "arn:aws:iam::111122223333:policy/AcmeNodes",
				"KmsKeyArns":           "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
				nil), Values{
				"${region}":               {"eu-central-1"},
				"${allowed_iam_policies}": append([]string{account + "policy/AcmeNodes"}, attachable...),
				"${vpc_ids}": {"arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-0a1b2c3d4e5f67890",
					"arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-0a1b2c3d"},
				"${r53_zone_arns}": {"arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
					"arn:aws:route53:::hostedzone/Z1"},
				"${kms_arns}": {"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
			}, slices.Concat(always, bootstrap)},
			{"without the bootstrap role", "access", sample("access", map[string]string{
				"ExternalIds": "o-xhopj", "CreateBootstrapRole": "no"}, nil), nil, always},
			{"volumes", "volume-access", sample("volume-access", map[string]string{
				"RoleName": "volumes", "ExternalId": "o-xhopj", "AccountIds": "444455556666",
				"Buckets": "acme-lake,acme-sea", "Paths": "acme-lake/tenants,acme-sea"}, nil), Values{
				"${identifiers_list}": {"arn:aws:iam::444455556666:root"},
				"${bucket_list}":      {"arn:aws:s3:::acme-lake", "arn:aws:s3:::acme-sea"},
				"${bucket_path_list}": {"arn:aws:s3:::acme-lake/tenants", "arn:aws:s3:::acme-sea"},
			}, []Pair{{"VolumeAccess.trust", []string{"volume-trust"}}, {"VolumeAccess", []string{"volume"}}}},
			{"tables", "s3-table-access", sample("s3-table-access", map[string]string{
				"RoleName": "volumes", "TableBuckets": tables}, nil), Values{"${s3_tables}": {tables}},
				[]Pair{{"TableAccess", []string{"tables"}}}},
		},
	}
}
