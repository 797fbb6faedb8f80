package emulator

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func capillaries() product {
	return product{
		name: "capillaries",
		values: map[string]string{
			"BucketName":    "acme.files-ACCOUNT",
			"SaasUser":      "arn:aws:iam::444455556666:user/some/path/Saas+User@x",
			"ExternalId":    "7c9e6679-7425:40de/944b=e07f",
			"KeyRotation":   "2", // other than before, the key is replaced
			"CustomerRoles": "arn:aws:iam::111122223333:role/A,arn:aws:iam::444455556666:role/p/Role_B-2",
		},
		customer: func(t *testing.T, a *account) { a.bucket(t, "acme.files-"+a.id) },
		looks: map[string]func(*testing.T, *stack){
			"customer": capillariesCustomer,
			"vendor": func(t *testing.T, s *stack) {
				s.keyIn(t, "UserSaasCapideployOperatorKey", s.outputs(t)["Secret"])
			},
		},
	}
}

func capillariesCustomer(t *testing.T, s *stack) {
	t.Helper()
	ids, outputs := s.resources(t), s.outputs(t)
	name := strings.TrimPrefix(ids["RoleAccessCapillaries"], s.params["NamePrefix"])
	if want := "RoleAccessCapillaries-" + s.params["DeploymentName"]; name != want ||
		ids["RoleAccessCapillariesProfile"] != ids["RoleAccessCapillaries"] {
		t.Errorf("the profile %s goes with the role %s, want %s of both", ids["RoleAccessCapillariesProfile"], name, want)
	}
	own := s.params["BucketName"]
	if made := ids["CapillariesBucket"]; (made == "") == (own == "") || outputs["BucketName"] != made+own {
		t.Errorf("%s is made and %s put out where %q is given", made, outputs["BucketName"], own)
	}
	if s.params["Operator"] == "user" {
		s.keyIn(t, "UserCapideployOperatorKey", outputs["OperatorSecret"])
	} else if outputs["OperatorSecret"] != "" {
		t.Errorf("the secret %s of nobody", outputs["OperatorSecret"])
	}
	settings := outputs["Settings"]
	for _, want := range []string{`"` + s.params["DeploymentName"] + `"`, outputs["InstanceProfile"]} {
		if !strings.Contains(settings, want) {
			t.Errorf("the settings do not say %s:\n%s", want, settings)
		}
	}
	if strings.Contains(settings, s.params["ExternalId"]) != (s.params["Operator"] == "role") && s.params["ExternalId"] != "" {
		t.Errorf("%s: the settings say\n%s", s.params["Operator"], settings)
	}
}

// keyIn looks into a secret, which must hold the only key of the user, and for it in the outputs,
// which must not.
func (s *stack) keyIn(t *testing.T, name, secret string) {
	t.Helper()
	out := must(s.secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &secret}))(t)
	var key struct{ AccessKeyID, SecretAccessKey string }
	id := s.resources(t)[name]
	if err := json.Unmarshal([]byte(*out.SecretString), &key); err != nil || key.AccessKeyID != id || len(key.SecretAccessKey) < 40 {
		t.Errorf("the secret holds %s, the key is %s (%v)", *out.SecretString, id, err)
	}
	if *out.ARN != secret {
		t.Errorf("the output %s is not the ARN %s", secret, *out.ARN)
	}
	for output, value := range s.outputs(t) {
		if strings.Contains(value, key.SecretAccessKey) {
			t.Errorf("the output %s tells the secret key", output)
		}
	}
}
