package emulator

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// vendorScript stands for the vendor's part of the user data: it keeps the environment it was given
// and ends as it is told. Everything around it is run as it is shipped.
const vendorScript = `#!/bin/bash
env -0 >"$BYOCFN_ROOT/environment"
exit %d
`

// boot runs the user data of the stack's instance, once the instance is there, as the instance would
// on AWS: in a folder of its own, with the vendor's script replaced. It gives what that script found
// in its environment. The last lines signal the stack over HTTP.
func (s *stack) boot(t *testing.T, end int) map[string]string {
	t.Helper()
	var id string
	eventually(t, "the instance is there", func() bool {
		if status := string(s.describe(t).StackStatus); strings.Contains(status, "ROLLBACK") {
			t.Fatalf("%s: %s\n%s", s.name, status, strings.Join(s.failures(t), "\n"))
		}
		id = s.resources(t)["VeloDBAgent"]
		return strings.HasPrefix(id, "i-")
	})
	return run(t, s.userData(t, id), end)
}

func (s *stack) userData(t *testing.T, instance string) string {
	t.Helper()
	out := must(s.ec2.DescribeInstanceAttribute(t.Context(), &ec2.DescribeInstanceAttributeInput{
		InstanceId: &instance, Attribute: types.InstanceAttributeNameUserData,
	}))(t)
	text := must(base64.StdEncoding.DecodeString(aws.ToString(out.UserData.Value)))(t)
	return string(text)
}

// run moves every path of the user data below a folder of the test.
func run(t *testing.T, userData string, end int) map[string]string {
	t.Helper()
	dir := t.TempDir()
	check := exec.Command("bash", "-n")
	check.Stdin = strings.NewReader(userData)
	if out, err := check.CombinedOutput(); err != nil {
		t.Fatalf("bash refuses the user data: %v: %s", err, out)
	}
	script := regexp.MustCompile(`(?s)(<<'BYOCFN_SCRIPT'\n).*?(BYOCFN_SCRIPT\n)`)
	if found := script.FindAllString(userData, -1); len(found) != 1 || !strings.Contains(found[0], "velodb-agent") {
		t.Fatalf("the vendor's script is not where it was:\n%s", userData)
	}
	body := strings.ReplaceAll(fmt.Sprintf(vendorScript, end), "$", "$$")
	text := script.ReplaceAllString(userData, "${1}"+body+"${2}")
	text = regexp.MustCompile(`/(etc|var/log)/byocfn`).ReplaceAllString(text, dir+"/$1/byocfn")
	if left := regexp.MustCompile(`(?m)(?:^|[\s>"'=])/(?:etc|var|opt|usr|home|root)\b`).FindString(text); left != "" {
		t.Fatalf("the user data names a path that the test does not move: %q", left)
	}
	if err := os.MkdirAll(filepath.Join(dir, "var/log"), 0o755); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "bash")
	command.Stdin = strings.NewReader(text)
	command.Dir = dir
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "BYOCFN_ROOT=" + dir}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("the user data ends with %v: %s", err, out)
	}
	return environment(t, dir)
}

func environment(t *testing.T, dir string) map[string]string {
	t.Helper()
	data := must(os.ReadFile(filepath.Join(dir, "environment")))(t)
	values := map[string]string{}
	for pair := range strings.SplitSeq(string(data), "\x00") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			values[name] = value
		}
	}
	info, err := os.Stat(filepath.Join(dir, "etc/byocfn/VeloDBAgent.env"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the settings are readable for others than root: %v %v", info.Mode(), err)
	}
	return values
}
