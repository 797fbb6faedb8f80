package published

// sample is a launch with nothing of the vendor's kind said.
func sample(stack string, parameters, attributes map[string]string) Inputs {
	return Inputs{Region: "us-east-1", Account: "111122223333", StackName: stack,
		Parameters: parameters, Attributes: attributes}
}

// tonic has one stack, for either process and for a role that exists already.
func tonic() Product {
	key := "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	return Product{
		Name: "tonic",
		Values: Values{
			"<aws account id>":                {"111122223333"},
			"<ARN to Structural Lambda Role>": {"arn:aws:iam::111122223333:role/tonic-lambda-" + stackUUID},
			"<ARN to AWS KMS key>":            {key},
			"${region}":                       {"us-east-1"},
			"${account_id}":                   {"111122223333"},
		},
		Cases: []Case{
			{"Data Pipeline V2", "structural", sample("structural", nil, nil), nil, []Pair{
				{"StructuralServer", []string{"server-v2"}}}},
			{"the previous process", "structural", sample("structural", map[string]string{
				"PreviousProcess": "yes", "KmsKey": key}, nil), nil, []Pair{
				{"StructuralServer", []string{"server-previous", "kms-roles"}},
				{"StructuralLambda", []string{"lambda-policy", "kms-roles"}},
				{"StructuralLambda.trust", []string{"lambda-trust"}}}},
			{"a role that the machine has", "structural", sample("structural", map[string]string{
				"ServerRole": "structural-server"}, nil), nil, []Pair{
				{"DataPipeline", []string{"server-v2"}}}},
		},
	}
}

// capillaries has a stack for the customer and one for the SaaS provider.
func capillaries() Product {
	const external = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
	access := []Pair{{"RoleAccessCapillaries", []string{"access-policy"}},
		{"RoleAccessCapillaries.trust", []string{"access-trust"}}}
	user := append([]Pair{{"UserCapideployOperator", []string{"operator-policy"}}}, access...)
	role := append([]Pair{{"RoleCapideployOperator", []string{"operator-policy"}},
		{"RoleCapideployOperator.trust", []string{"operator-trust"}}}, access...)
	saas := []Pair{{"UserSaasCapideployOperator", []string{"saas-policy"}}}
	with := func(more ...string) map[string]string {
		out := map[string]string{"DeploymentName": "sample001"}
		for i := 0; i < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	provider := []string{"Operator", "role", "ExternalId", external,
		"SaasUser", "arn:aws:iam::444455556666:user/UserSaasCapideployOperator"}
	return Product{
		Name: "capillaries",
		Values: Values{
			"capillaries-testbucket":          {"customer-capillariesbucket"},
			"RoleAccessCapillariesTestbucket": {"RoleAccessCapillaries-sample001"},
			"<customer_aws_account_id>":       {"111122223333"},
			"<saas_provider_aws_account_id>":  {"444455556666"},
			"someExternalId":                  {external},
		},
		Cases: []Case{
			{"you run capideploy", "customer", sample("customer", with(), nil), nil, user},
			{"a SaaS provider runs capideploy", "customer", sample("customer", with(append(provider,
				"BucketName", "customer-capillariesbucket")...), nil), nil, role},
			{"a SaaS provider runs capideploy, as documented", "customer", sample("customer",
				with(append(provider, "DocumentedPermissions", "yes")...), nil), nil, role},
			{"the provider, for any customer", "vendor", sample("vendor", nil, nil), nil, saas},
			{"the provider, for one customer", "vendor", sample("vendor", map[string]string{
				"CustomerRoles": "arn:aws:iam::111122223333:role/RoleCapideployOperator-sample001"}, nil),
				nil, saas},
			{"the provider, as documented", "vendor", sample("vendor", map[string]string{
				"DocumentedPermissions": "yes"}, nil), nil, saas},
		},
	}
}
