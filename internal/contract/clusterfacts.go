package contract

// ClusterFactsProperties asks for the facts of an EKS cluster of the stack's account and region.
type ClusterFactsProperties struct {
	Common
	ClusterName string `json:"ClusterName"`
	// Facts are the attributes that the stack reads. Without OidcIssuer among them nobody asks whether
	// IAM trusts the issuer, and it stays empty.
	Facts []string `json:"Facts"`
	// Expect has a row for each value that must be one of several: its attribute, what the failed
	// launch says otherwise, and the values.
	Expect [][]string `json:"Expect,omitempty"`
}

// ClusterFactsData is what it answers with. Keys are the attributes of Fn::GetAtt.
type ClusterFactsData struct {
	OidcIssuer string `json:"OidcIssuer"` // without https://, as IAM writes it
	AccessMode string `json:"AccessMode"` // one of AccessModes
}

// AccessModes are the ways in which a cluster lets IAM principals in.
// Source: EKS API reference, AccessConfigResponse, authenticationMode.
func AccessModes() []string { return []string{"API", "API_AND_CONFIG_MAP", "CONFIG_MAP"} }

func clusterFacts() Function {
	return Function{
		Name: "clusterfacts", Short: "cluster", ID: "ClusterFacts", Type: "Custom::ClusterFacts",
		Description: "Reads the issuer and the access mode of the cluster; changes nothing",
		Leaves:      "nothing: it only reads",
		Timeout:     120, Service: 240,
		Permissions: []Permission{{
			Sid:       "ReadTheCluster",
			Why:       "Read who issues the tokens of this cluster, and whom it lets in",
			Actions:   []string{"eks:DescribeCluster"},
			Resources: []string{"eks:cluster/${ClusterName}"},
		}, {
			Sid: "SeeWhetherIamTrustsTheIssuer",
			Why: "See whether IAM trusts the issuer; its id is not known before the cluster is read, " +
				"so this names all issuers of EKS in this region",
			Actions: []string{"iam:GetOpenIDConnectProvider"},
			Resources: []string{"iam:oidc-provider/oidc.eks.${AWS::Region}.*",
				"iam:oidc-provider/oidc-eks.${AWS::Region}.*"}, // dual-stack
		}},
	}
}
