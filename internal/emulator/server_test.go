package emulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	root   = "../.."
	region = "us-east-1"
	bound  = 8 * time.Minute // of the emulator's life, whatever happens to this process
)

var errTools = errors.New("run make tools")

// TestMain lets more launches live at a time than there are processors: they mostly wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// python finds the interpreter that has the emulator. Missing tools, or ones older than their lock,
// are an error: without them nothing is proven.
func python(root string) (string, error) {
	want, err := os.ReadFile(filepath.Join(root, "internal", "emulator", "tools", "requirements.txt"))
	if err != nil {
		return "", err
	}
	dir, err := filepath.Abs(filepath.Join(root, ".cache", "emulator"))
	if err != nil {
		return "", err
	}
	stamp, err := os.ReadFile(filepath.Join(dir, "stamp"))
	if err != nil {
		return "", fmt.Errorf("the emulator is not installed: %w", errTools)
	}
	if !bytes.Equal(stamp, want) {
		return "", fmt.Errorf("the emulator is not that of the lock file: %w", errTools)
	}
	return filepath.Join(dir, "venv", "bin", "python"), nil
}

// start runs the emulator until the test and its subtests end, and gives its address. The process
// ends when its standard input does, hence also when this process is killed.
func start(t *testing.T, vendorServices map[string][]string) string {
	t.Helper()
	interpreter := must(python(root))(t)
	catalog := must(json.Marshal(vendorServices))(t)
	home := t.TempDir()
	log := must(os.Create(filepath.Join(home, "log")))(t)
	command := exec.Command(interpreter, "tools/launch.py", fmt.Sprint(bound.Seconds()), string(catalog))
	// Nothing of this machine's AWS settings may reach the functions.
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home,
	}
	command.Stderr = log
	stdin := must(command.StdinPipe())(t)
	stdout := must(command.StdoutPipe())(t)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait() // it ends by killing its own session
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("the emulator's log:\n%s", text[max(0, len(text)-6000):])
		}
		_ = log.Close()
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the emulator does not start: %v", err)
	}
	return strings.TrimSpace(address)
}

func TestMissingOrOldToolsAreErrors(t *testing.T) {
	for _, test := range []struct{ stamp, want string }{
		{"", "not installed: run make tools"},
		{"ministack==0\n", "not that of the lock file: run make tools"},
		{"ministack==1\n", "<nil>"},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "internal/emulator/tools/requirements.txt"), "ministack==1\n")
		if test.stamp != "" {
			write(t, filepath.Join(dir, ".cache/emulator/stamp"), test.stamp)
		}
		if _, err := python(dir); !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("stamp %q: got %v, want %q", test.stamp, err, test.want)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
