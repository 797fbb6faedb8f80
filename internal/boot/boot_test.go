package boot

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"fine", "#!/bin/bash\nset -e\n[[ -n ${A:-} ]] && echo \"${A//x/y}\"\n", ""},
		{"here document", "cat <<'E'\n${not a reference}\nE\n", ""},
		{"open quote", "echo ok\necho 'x\n", "boot.sh:2:6: reached EOF without closing quote"},
		{"missing fi", "if true; then\n  echo\n", "boot.sh:1:1: "},
		{"Windows", "echo a\r\necho b\r\n", "boot.sh:1:1: the script has Windows line ends"},
	} {
		diags := Check("boot.sh", c.script)
		if c.want == "" {
			if len(diags) > 0 {
				t.Errorf("%s: %v", c.name, diags)
			}
			continue
		}
		if len(diags) != 1 {
			t.Errorf("%s: %d diagnostics, want 1", c.name, len(diags))
			continue
		}
		d := diags[0]
		got := d.At.File + ":" + itoa(d.At.Start.Line) + ":" + itoa(d.At.Start.Col) + ": " +
			strings.TrimPrefix(d.Summary, "this is not bash: ")
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s…", c.name, got, c.want)
		}
	}
}

func itoa(n int) string { return string(rune('0' + n)) }

func FuzzCheck(f *testing.F) {
	f.Add("echo ${A}")
	f.Add("if\r")
	f.Fuzz(func(t *testing.T, script string) {
		for _, d := range Check("s", script) {
			if d.At.Start.Line > strings.Count(script, "\n")+1 {
				t.Errorf("line %d of %q", d.At.Start.Line, script)
			}
		}
	})
}
