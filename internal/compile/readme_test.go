package compile_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"byocfn/internal/compile"
	"byocfn/internal/plan"
)

// TestReadme compiles what README.md shows: its spec gives the permission that it quotes, its mistake
// the message, and it names every kind of parameter.
func TestReadme(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(data)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readme, -1)
	if len(blocks) != 3 {
		t.Fatalf("README.md shows %d blocks of YAML, the test knows 3", len(blocks))
	}
	files := map[string]string{"product.yaml": blocks[0][1], "reader.stack.yaml": blocks[1][1]}
	src, diags := loaded(t, files)
	if diags.HasErrors() {
		t.Fatal(text(t, diags))
	}
	result, diags := compile.Compile(src, options())
	if len(diags) > 0 {
		t.Fatal(text(t, diags))
	}
	template, _ := result.Files.Get("collector/reader/template.yaml")
	if !strings.Contains(string(template), blocks[2][1]) {
		t.Errorf("the template does not hold what README.md quotes:\n%s", blocks[2][1])
	}
	mistaken(t, readme, files)
	for _, kind := range plan.KindNames() {
		if !strings.Contains(readme, "`"+kind+"`") {
			t.Errorf("README.md does not name the kind %s", kind)
		}
	}
}

// mistaken makes the README's mistake and looks for the message it shows.
func mistaken(t *testing.T, readme string, files map[string]string) {
	t.Helper()
	files["reader.stack.yaml"] = strings.Replace(files["reader.stack.yaml"],
		"[s3:GetObject]", "[s3:GetObjekt]", 1)
	src, diags := loaded(t, files)
	_, more := compile.Compile(src, options())
	message := text(t, append(diags, more...))
	for _, line := range strings.Split(strings.TrimSpace(message), "\n") {
		_, line, _ = strings.Cut(line, "reader.stack.yaml:") // the folder is the test's own
		if !strings.Contains(readme, line) {
			t.Errorf("README.md does not show %q of\n%s", line, message)
		}
	}
}
