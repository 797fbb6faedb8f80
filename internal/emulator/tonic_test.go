package emulator

import (
	"strings"
	"testing"
)

func tonic() product {
	const key = "arn:aws:kms:us-east-1:ACCOUNT:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	return product{
		name: "tonic",
		values: map[string]string{
			"Prefix": "acme-9-", "ServerRole": "Server_of.tonic@Acme", "KmsKey": key,
		},
		customer: func(t *testing.T, a *account) { a.ownRole(t, "Server_of.tonic@Acme", "/machines/") },
		looks:    map[string]func(*testing.T, *stack){"structural": tonicStructural},
	}
}

func tonicStructural(t *testing.T, s *stack) {
	t.Helper()
	ids, outputs := s.resources(t), s.outputs(t)
	if made := ids["StructuralServer"] + ids["StructuralServerProfile"]; (made == "") != (s.params["ServerRole"] != "") {
		t.Errorf("%s is made where the role %q is given", made, s.params["ServerRole"])
	}
	settings := outputs["Settings"]
	if (settings == "") == (s.params["PreviousProcess"] == "yes") {
		t.Errorf("previous process %s: the settings are %q", s.params["PreviousProcess"], settings)
	}
	if settings == "" {
		return
	}
	if !strings.Contains(settings, "TONIC_LAMBDA_ROLE="+outputs["LambdaRoleArn"]+"\n") {
		t.Errorf("the settings do not say the role %s:\n%s", outputs["LambdaRoleArn"], settings)
	}
	const key = "\nTONIC_LAMBDA_KMS_MASTER_KEY=1234abcd-12ab-34cd-56ef-1234567890ab\n"
	if strings.Contains(settings, "KMS_MASTER_KEY") != (s.params["KmsKey"] != "") ||
		s.params["KmsKey"] != "" && !strings.Contains(settings, key) {
		t.Errorf("the key %q: the settings are\n%s", s.params["KmsKey"], settings)
	}
}
