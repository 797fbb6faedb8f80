package emulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// must gives what a call gave; an error ends the test.
func must[T any](is T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
}

// call calls an operation of a service that speaks JSON and whose client nothing else here needs.
func (a *account) call(t *testing.T, service, target string, input, output any) {
	t.Helper()
	body := must(json.Marshal(input))(t)
	request := must(http.NewRequestWithContext(t.Context(), http.MethodPost, a.world.url, bytes.NewReader(body)))(t)
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", target)
	sum := sha256.Sum256(body)
	root := aws.Credentials{AccessKeyID: a.id, SecretAccessKey: "test"}
	err := v4.NewSigner().SignHTTP(t.Context(), root, request, hex.EncodeToString(sum[:]), service, region, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	response := must(http.DefaultClient.Do(request))(t)
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s (%v)", target, response.Status, said, err)
	}
	if err := json.Unmarshal(said, output); err != nil {
		t.Fatalf("%s: %v in %s", target, err, said)
	}
}
