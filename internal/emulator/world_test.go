package emulator

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"byocfn/internal/compile"
	"byocfn/internal/contract"
	"byocfn/internal/iam"
	"byocfn/internal/lambdabuild"
	"byocfn/internal/plan"
	"byocfn/internal/workspace"
)

// world is the emulator with what the vendor publishes.
type world struct {
	url       string
	zips      string // the folder of this machine's zips
	manifest  lambdabuild.Manifest
	templates map[string]template // by variant: velodb/agent-nat
	accounts  atomic.Int64
}

// template is one as customers launch it, and its JSON for the test's own questions.
type template struct {
	yaml, json []byte
	Resources  map[string]struct{ Type, Condition, DeletionPolicy string }
	Parameters map[string]struct{ Default any }
	Rules      map[string]rule
	Mappings   struct {
		Regions map[string]struct {
			EndpointService string   `json:"endpointService"`
			Zones           []string `json:"zones"`
		}
	}
}

func newWorld(t *testing.T, products ...string) *world {
	t.Helper()
	w := &world{templates: map[string]template{}, zips: filepath.Join(root, ".cache", "emulator-lambda")}
	var err error
	w.manifest, err = lambdabuild.Build(t.Context(), lambdabuild.Options{
		ModuleDir: root, OutDir: w.zips, Functions: contract.Functions(), Arch: runtime.GOARCH,
	})
	if err != nil {
		t.Fatal(err)
	}
	services := map[string][]string{}
	for name, text := range w.compile(t, products) {
		var parsed template
		if err := json.Unmarshal(text.json, &parsed); err != nil {
			t.Fatal(err)
		}
		for _, facts := range parsed.Mappings.Regions {
			services[facts.EndpointService] = facts.Zones
		}
		parsed.yaml, parsed.json = text.yaml, text.json
		w.templates[name] = parsed
	}
	w.url = start(t, services)
	return w
}

type texts struct{ json, yaml []byte }

// compile makes the templates that name this machine's zips. dist/ names those for arm64.
func (w *world) compile(t *testing.T, products []string) map[string]texts {
	t.Helper()
	codes := map[string]plan.Code{}
	for _, e := range w.manifest.Functions {
		codes[e.Name] = plan.Code{SHA256: e.SHA256, Base64: e.CodeSHA256()}
	}
	out := map[string]texts{}
	for _, product := range products {
		src, diags := workspace.Load(filepath.Join(root, "templates", product))
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		result, diags := compile.Compile(src, compile.Options{Facts: iam.Load(), Functions: codes})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, p := range result.Plans {
			dir := compile.Dir(p)
			asJSON, ok := result.Files.Get(dir + "/template.json")
			asYAML, both := result.Files.Get(dir + "/template.yaml")
			if !ok || !both {
				t.Fatalf("no template in %s", dir)
			}
			out[dir] = texts{native(t, asJSON, `"Architectures": ["arm64"]`, `"Type": "AWS::Lambda::Function"`),
				native(t, asYAML, "Architectures: [arm64]", "\n    Type: AWS::Lambda::Function\n")}
		}
	}
	return out
}

// native turns the functions into this machine's kind. A zip for another one would not start.
func native(t *testing.T, text []byte, shipped, function string) []byte {
	t.Helper()
	kinds := map[string]string{"arm64": "arm64", "amd64": "x86_64"}
	if kinds[runtime.GOARCH] == "" {
		t.Fatalf("Lambda runs no %s", runtime.GOARCH)
	}
	if bytes.Count(text, []byte(shipped)) != bytes.Count(text, []byte(function)) {
		t.Fatalf("not every function says %s", shipped)
	}
	here := strings.ReplaceAll(shipped, "arm64", kinds[runtime.GOARCH])
	return bytes.ReplaceAll(text, []byte(shipped), []byte(here))
}

// publish puts functions and templates into a bucket of the account's own, as a customer does who
// launches from a copy. In the emulator no account sees another one's buckets, whatever their policy.
func (w *world) publish(t *testing.T, a *account, variants []string) {
	t.Helper()
	a.bucket(t, a.copyOf()+"-"+region)
	used := map[string]lambdabuild.Entry{}
	for _, variant := range variants {
		text := w.templates[variant].yaml
		a.put(t, a.copyOf()+"-"+region, variant+".yaml", text)
		for _, e := range w.manifest.Functions {
			if bytes.Contains(text, []byte(e.File())) {
				used[e.Name] = e
			}
		}
	}
	for _, e := range used {
		a.put(t, a.copyOf()+"-"+region, copyPrefix+e.File(), w.zip(t, e))
	}
}

// beside runs a test of this world at the same time as others.
func (w *world) beside(t *testing.T, name string, test func(*testing.T, *world)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		test(t, w)
	})
}

// copyPrefix is the parameter FunctionPrefix.
const copyPrefix = "copy/of-vendor.s/"

// copyOf is the parameter FunctionBucket.
func (a *account) copyOf() string { return "copy-" + a.id }

func (w *world) zip(t *testing.T, e lambdabuild.Entry) []byte {
	t.Helper()
	data := must(os.ReadFile(filepath.Join(w.zips, e.File())))(t)
	return data
}
