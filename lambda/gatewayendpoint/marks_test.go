package gatewayendpoint

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestMarks(t *testing.T) {
	m := marks{prefix: "v:", stack: strings.Repeat("0", 36), logical: strings.Repeat("L", 255), request: "r"}
	if key := m.user(); len(key) > 128 || strings.HasPrefix(key, "aws:") {
		t.Errorf("tag key %s", key)
	}
	tokens := map[string]bool{}
	for _, token := range []string{m.token("s", "rtb", 0, nil), m.token("s", "rtb", 1, nil), m.token("t", "rtb", 0, nil),
		m.token("s", "rtc", 0, nil), m.token("s", "rtb", 0, []types.Tag{tag("a", "b|c")}),
		m.token("s", "rtb", 0, []types.Tag{tag("a|b", "c")})} {
		tokens[token] = true
		if len(token) > 64 {
			t.Errorf("token %s", token)
		}
	}
	if len(tokens) != 6 || m.token("s", "rtb", 0, nil) != m.token("s", "rtb", 0, nil) {
		t.Errorf("tokens %v", tokens)
	}
}

func TestRestricted(t *testing.T) {
	statement := func(s string) string { return `{"Version":"2008-10-17","Statement":[` + s + `]}` }
	all := `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
	for policy, want := range map[string]bool{
		"": false, fullAccess: false, statement(all): false, "{": true, statement(""): true,
		statement(`{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["*"],"Resource":["*"]}`): false,
		statement(all + `,{"Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"*"}`):   true,
		statement(strings.Replace(all, `"Action":"*"`, `"Action":"s3:*"`, 1)):                     true,
		statement(strings.Replace(all, `}`, `,"Condition":{"Bool":{"a":"true"}}}`, 1)):            true,
	} {
		if got := restricted(policy); got != want {
			t.Errorf("%s: %v", policy, got)
		}
	}
}
