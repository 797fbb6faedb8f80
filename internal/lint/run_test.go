package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

const root = "../.."

// mustTools fails where the linters are missing: a skipped lint looks like a clean one.
func mustTools(t *testing.T) Tools {
	t.Helper()
	tools, err := FindTools(root)
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

// TestBothToolsComplain is the negative control of all that the linters prove.
func TestBothToolsComplain(t *testing.T) {
	tools := mustTools(t)
	archive, err := txtar.ParseFile(filepath.Join("testdata", "mistakes.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	var cases []Case
	for _, file := range archive.Files {
		c := Case{
			Name: file.Name, Template: file.Data,
			Regions: []string{"ap-southeast-7", "me-south-1"},
		}
		for line := range strings.Lines(string(file.Data)) {
			if text, ok := strings.CutPrefix(line, "# want: "); ok {
				want[c.Name] = append(want[c.Name], strings.TrimSpace(text))
			}
			if text, ok := strings.CutPrefix(line, "# launch: "); ok {
				c.Scenarios = append(c.Scenarios, scenario(text))
			}
		}
		if c.Scenarios == nil {
			c.Scenarios = []Scenario{{Region: "ap-southeast-7"}, {Region: "me-south-1"}}
		}
		cases = append(cases, c)
	}
	found, err := Run(t.Context(), tools, cases)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, f := range found {
		text := strings.TrimSpace(f.Tool + " " + f.Rule + " " + f.Path)
		got[f.Case] = append(got[f.Case], text)
	}
	for _, c := range cases {
		slices.Sort(got[c.Name])
		if !slices.Equal(got[c.Name], want[c.Name]) {
			t.Errorf("%s: got %q, want %q", c.Name, got[c.Name], want[c.Name])
		}
	}
}

// scenario reads "REGION NAME=VALUE ...".
func scenario(text string) Scenario {
	words := strings.Fields(text)
	s := Scenario{Region: words[0], Parameters: map[string]string{}}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		s.Parameters[name] = value
	}
	return s
}

func TestToolsThatDoNotWorkAreErrors(t *testing.T) {
	tools := mustTools(t)
	regions := func(region string) Case {
		return Case{Name: "c", Template: []byte("{}"), Regions: []string{region}}
	}
	launched := regions("us-east-1")
	launched.Regions, launched.Scenarios = nil, []Scenario{{Region: "us-east-1"}}
	noPython, noEngine := tools, tools
	noPython.Python, noEngine.Dir = "/nowhere/python", t.TempDir()
	for _, test := range []struct {
		name, want string
		tools      Tools
		c          Case
	}{
		{"unknown region", "mars-1", tools, regions("mars-1")},
		{"no Python", "no such file", noPython, regions("us-east-1")},
		{"no engine", "Cannot find module", noEngine, launched},
	} {
		_, err := Run(t.Context(), test.tools, []Case{test.c})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}

func TestAnswersThatProveNothing(t *testing.T) {
	one := []launch{{name: "a"}}
	for _, test := range []struct{ answer, want string }{
		{``, "answer 1 of 1"},
		{`{"id":1,"status":"OK"}`, "for launch 1"},
		{`{"id":0,"status":"ERROR"}`, "no finding"},
		{`{"id":0,"status":"ANALYSIS_INCOMPLETE","findings":[{"rule":"W1"}]}`, "INCOMPLETE"},
		{`{"id":0,"status":"OK","suppressed":2}`, "2 findings suppressed"},
		{`{"id":0,"status":"OK"}{"id":1}`, "more answers"},
	} {
		_, err := readValidate([]byte(test.answer), one)
		if !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.answer, err, test.want)
		}
	}
	for _, answer := range []string{``, `[{"Filename":null,"Rule":{"Id":"E0003"}}]`} {
		if _, err := readCfnLint([]byte(answer), map[string]string{"/x.yaml": "x"}); err == nil {
			t.Errorf("cfn-lint saying %q was taken for clean", answer)
		}
	}
}

func TestMissingOrOldToolsAreErrors(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"internal/lint/tools/requirements.txt":  "cfn-lint==1\n",
		"internal/lint/tools/package-lock.json": "{}",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stamp := filepath.Join(dir, ".cache", "lint", "stamp")
	if err := os.MkdirAll(filepath.Dir(stamp), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ stamp, want string }{
		{"", "not installed: run make tools"},
		{"cfn-lint==0\n{}", "not those of the lock files: run make tools"},
		{"cfn-lint==1\n{}", "<nil>"},
	} {
		if test.stamp != "" {
			if err := os.WriteFile(stamp, []byte(test.stamp), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := FindTools(dir); !strings.Contains(fmt.Sprint(err), test.want) {
			t.Errorf("stamp %q: got %v, want %q", test.stamp, err, test.want)
		}
	}
}
