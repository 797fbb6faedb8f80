package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"byocfn/internal/diag"
	"byocfn/internal/each"
)

// quiet is a world without environment, terminal and readers.
func quiet() stdio {
	return stdio{out: io.Discard, err: io.Discard, env: func(string) string { return "" }}
}

func TestColor(t *testing.T) {
	for _, c := range []struct {
		flag, env string
		terminal  bool
		want      bool
	}{
		{colorAuto, "", true, true},
		{colorAuto, "", false, false},
		{colorAuto, "NO_COLOR=1", true, false},
		{colorAuto, "TERM=dumb", true, false},
		{colorAuto, "TERM=xterm", true, true},
		{colorAlways, "NO_COLOR=1", false, true},
		{colorNever, "", true, false},
	} {
		name, value, _ := strings.Cut(c.env, "=")
		world := stdio{terminal: c.terminal, env: func(s string) string {
			if s == name {
				return value
			}
			return ""
		}}
		if got := world.color(c.flag); got != c.want {
			t.Errorf("--color %s, %q, terminal %v: %v", c.flag, c.env, c.terminal, got)
		}
	}
}

// TestColorReachesTheText: what is decided is also done, for stderr alone.
func TestColorReachesTheText(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		var words bytes.Buffer
		world := quiet()
		world.err, world.terminal = &words, terminal
		code := run(t.Context(), []string{"check", "--templates", "absent"}, world)
		if got := strings.Contains(words.String(), "\x1b["); code != exitErrors || got != terminal {
			t.Errorf("terminal %v: exit code %d, %q", terminal, code, words.String())
		}
	}
}

// TestDefect: a panic is one line and exit code 3; the trace comes on demand, and is that of the
// goroutine in which it happened.
func TestDefect(t *testing.T) {
	for _, debug := range []string{"", "1"} {
		var words bytes.Buffer
		world := stdio{err: &words, env: func(string) string { return debug }}
		func() {
			defer func() { confess(world, recover()) }()
			each.Do(3, func(i int) {
				if i == 1 {
					misbehave()
				}
			})
		}()
		lines := strings.Count(words.String(), "\n")
		if !strings.Contains(words.String(), "defect of byocfn") ||
			!strings.Contains(words.String(), "impossible value") || (debug == "") != (lines == 1) ||
			(debug != "") != strings.Contains(words.String(), "misbehave") {
			t.Errorf("BYOCFN_DEBUG=%q: %s", debug, words.String())
		}
	}
}

func misbehave() { panic("impossible value") }

// TestDefectExitCode: stdout panics, as any part of byocfn might.
func TestDefectExitCode(t *testing.T) {
	world := quiet()
	world.out = writerFunc(func([]byte) (int, error) { panic("impossible value") })
	if code := run(t.Context(), []string{"version"}, world); code != exitDefect {
		t.Errorf("exit code %d", code)
	}
	a := &app{stdio: quiet(), format: formatText}
	var done exit
	err := a.report(defect(diag.Range{}, errors.New("impossible value")))
	if !errors.As(err, &done) || done.code != exitDefect {
		t.Errorf("a diagnostic about byocfn itself: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestFullDisk: data that cannot be written is an error, never a silent success.
func TestFullDisk(t *testing.T) {
	full := writerFunc(func([]byte) (int, error) {
		return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
	})
	for _, command := range []string{"version", "schema stack", "completion bash", "completion zsh",
		"completion fish", "completion powershell", "check --format json --templates absent"} {
		var words bytes.Buffer
		world := quiet()
		world.out, world.err = full, &words
		code := run(t.Context(), strings.Fields(command), world)
		if code != exitErrors {
			t.Errorf("%s: exit code %d: %s", command, code, words.String())
		}
	}
}

// TestInterrupted: a run that is interrupted before it writes leaves nothing.
func TestInterrupted(t *testing.T) {
	templates, out := filepath.Join(t.TempDir(), "templates"), filepath.Join(t.TempDir(), "dist")
	shared := []string{"--templates", templates, "--out", out}
	if code := run(t.Context(), append([]string{"init", "acme"}, shared...), quiet()); code != exitOK {
		t.Fatalf("init: exit code %d", code)
	}
	stack := filepath.Join(templates, "acme", "app.stack.yaml")
	spec := "about: Installs Acme.\nbuckets: { Data: { keep: data, why: The data } }\n"
	if err := os.WriteFile(stack, []byte(spec), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := run(ctx, append([]string{"synth"}, shared...), quiet()); code != exitErrors {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("something was written")
	}
	whole := exec.CommandContext(t.Context(), "byocfn", append([]string{"synth"}, shared...)...)
	if said, err := whole.CombinedOutput(); err != nil { // a process, since the drawer is beside it
		t.Errorf("without interruption: %v: %s", err, said)
	}
}

// TestHelp: every command says what it does, with examples that its flags and arguments take.
func TestHelp(t *testing.T) {
	root := newRoot(&app{stdio: quiet()})
	for _, c := range append(root.Commands(), root) {
		if c.Short == "" || c.Example == "" || c.Long == "" {
			t.Errorf("%s has no short or long text or no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			checkExample(t, root, line)
		}
	}
}

func checkExample(t *testing.T, root *cobra.Command, line string) {
	t.Helper()
	_, line, found := strings.Cut(strings.TrimSpace(line), "byocfn ")
	if !found {
		t.Errorf("%q shows no call of byocfn", line)
		return
	}
	line, _, _ = strings.Cut(line, "   ") // a comment stands apart
	line = strings.TrimRight(strings.FieldsFunc(line, func(r rune) bool {
		return r == '>' || r == '|'
	})[0], ") ")
	c, args, err := root.Find(strings.Fields(strings.ReplaceAll(line, `"Team=R & D"`, "Team=R")))
	if err != nil {
		t.Errorf("%q: %v", line, err)
		return
	}
	if err := c.ParseFlags(args); err != nil {
		t.Errorf("%q: %v", line, err)
	}
	if err := c.ValidateArgs(c.Flags().Args()); err != nil {
		t.Errorf("%q: %v", line, err)
	}
}

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		changes []string
		want    string
	}{
		{nil, "unchanged"},
		{[]string{"~README.md", "-iam/Old.json"}, "~README.md -iam/Old.json"},
		{[]string{"+a", "+b", "~c", "-d"}, "2 files new, 1 file changed, 1 file removed"},
	} {
		if got := describe(c.changes); got != c.want {
			t.Errorf("%q: %q, not %q", c.changes, got, c.want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 999: "999", 1000: "1 000", 51200: "51 200", 1234567: "1 234 567",
	} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %q, not %q", n, got, want)
		}
	}
}
