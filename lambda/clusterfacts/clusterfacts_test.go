package clusterfacts

import (
	"strings"
	"testing"

	"byocfn/internal/contract"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// TestExpected holds facts against what a stack expects of them.
func TestExpected(t *testing.T) {
	data := contract.ClusterFactsData{AccessMode: "CONFIG_MAP"}
	for _, test := range []struct {
		row  []string
		says string
	}{
		{[]string{"AccessMode", "no entries", "API", "CONFIG_MAP"}, ""},
		{[]string{"AccessMode", "no entries", "API", "config_map"}, "no entries (AccessMode is CONFIG_MAP)"},
		{[]string{"OidcIssuer", "other", "x"}, "other (OidcIssuer is )"},
		{[]string{"Version", "old", "1.99"}, "Expect speaks of Version"},
		{[]string{"AccessMode", "no values"}, "a row of Expect needs"},
		{nil, "a row of Expect needs"},
	} {
		err := expected([][]string{{"AccessMode", "fine", "CONFIG_MAP"}, test.row}, data)
		if said := text(err); test.says == "" && err != nil || !strings.HasPrefix(said, test.says) {
			t.Errorf("%q: %s", test.row, said)
		}
	}
}

// TestEveryAccessModeIsKnown holds the contract's list against the SDK's.
func TestEveryAccessModeIsKnown(t *testing.T) {
	known := strings.Join(contract.AccessModes(), " ")
	for _, mode := range types.AuthenticationMode("").Values() {
		if !strings.Contains(known+" ", string(mode)+" ") {
			t.Errorf("the contract does not know %s", mode)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
