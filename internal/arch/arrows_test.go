package arch

import (
	"slices"
	"strings"
	"testing"
)

// arrows is who may import whom of ours, from the bottom up: a package imports only packages above
// its own line. What a stage needs beyond it comes as an argument.
func arrows() []arrow {
	return []arrow{
		// Words that everybody speaks.
		{"internal/diag", ""},
		{"internal/cfn", ""},
		{"internal/contract", ""},
		{"internal/each", ""},
		{"internal/artifact", "each"},
		{"internal/jsontext", ""},

		// What the vendor wrote.
		{"internal/source", "diag"},
		{"internal/spec", "cfn diag jsontext source"},
		{"internal/boot", "diag"},
		{"internal/starter", "artifact spec"},

		// What it means. Behind plan nobody sees the spec.
		{"internal/iam", "diag"},
		{"internal/registry", "cfn diag"},
		{"internal/plan", "cfn contract diag iam registry source spec"},
		{"internal/proof", "cfn diag iam plan registry"},

		// What it becomes.
		{"internal/stack", "cfn plan"},
		{"internal/emit", "cfn"},
		{"internal/launch", "cfn diag plan"},
		{"internal/launchpolicy", "cfn iam launch plan"},
		{"internal/docs", "artifact cfn contract iam jsontext launch launchpolicy plan"},
		{"internal/diagram", "cfn docs plan"},
		{"internal/diagram/draw", "diagram"},

		// All of it in order, and its edges.
		{"internal/compile",
			"artifact boot cfn contract diag diagram docs each emit iam launch launchpolicy plan proof " +
				"source spec stack"},
		{"internal/workspace", "compile diag source"},
		{"internal/publish", "artifact diag launch plan"},
		{"internal/publish/store", "artifact diag launch publish"},
		{"internal/lint", ""},
		{"internal/lambdabuild", "contract"},
		{"internal/lambdabuild/pack", ""},

		// What runs in the customer's account. It shares only the contract with the compiler.
		{"internal/customresource", ""},
		{"internal/customresource/ec2util", "customresource"},
		{"lambda/*", "contract customresource customresource/ec2util lambda/*"}, // command → function
		{"lambda", "contract"},                                                  // the tests of all of them

		// Helpers of tests.
		{"internal/golden", ""},
		{"internal/published", "cfn diag emit source"},
		{"internal/ec2test", ""},
		{"internal/fakeec2", "*"},
		{"internal/fakeeks", "*"},
		{"internal/fakes3", ""},
		{"internal/engine", "*"},
		{"internal/histories", "*"},
		{"internal/emulator", "*"},
		{"internal/coldstart", "*"},
		{"internal/arch", ""},

		{"cmd/byocfn", // not diagram/draw and publish/store, which have processes of their own
			"artifact compile contract diag each iam lambdabuild launch plan publish spec starter workspace"},
		{"cmd/byocfn-draw", "diagram/draw"},
		{"cmd/byocfn-publish", "publish/store"},
	}
}

// libraries is where each foreign library may be imported, outside of tests. One that is not here
// may be imported nowhere.
func libraries() []arrow {
	return []arrow{
		{"github.com/aws/aws-lambda-go", "internal/customresource lambda/*"},
		{"github.com/aws/aws-sdk-go-v2", "internal/customresource/ec2util internal/publish/store lambda/*"},
		{"github.com/aws/smithy-go", "internal/customresource/ec2util internal/publish/store lambda/*"},
		{"github.com/awslabs/goformation", "internal/stack"},
		{"github.com/google/go-cmp", "internal/golden"},
		{"github.com/rivo/uniseg", "internal/diag"},
		{"github.com/rogpeppe/go-internal", "internal/golden"},
		{"github.com/spf13/cobra", "cmd/byocfn"},
		{"go.yaml.in/yaml", "internal/emit internal/source"},
		{"golang.org/x/term", "cmd/byocfn"},
		{"mvdan.cc/sh", "internal/boot"},
		{"oss.terrastruct.com/d2/d2ast", "internal/diagram"}, // its words; drawing takes long to prepare
		{"oss.terrastruct.com/d2/d2format", "internal/diagram"},
		{"oss.terrastruct.com/d2/lib/version", "internal/diagram"},
		{"oss.terrastruct.com", "internal/diagram/draw"},
	}
}

// edges is where the world is touched: files and processes, the network, the clock. Everywhere else
// the same input gives the same output.
func edges() []arrow {
	return []arrow{
		{"os", "internal/artifact internal/golden internal/lambdabuild internal/lambdabuild/pack " +
			"internal/lint internal/source internal/workspace internal/customresource internal/publish/store " +
			"lambda/* cmd/byocfn cmd/byocfn-draw cmd/byocfn-publish"},
		{"os/exec", "internal/lambdabuild internal/lint cmd/byocfn"},
		{"net/http", "internal/customresource internal/customresource/ec2util internal/publish/store " +
			"cmd/byocfn"},
	}
}

// clock is where the time may be asked or waited for.
func clock() arrow {
	return arrow{"time", "internal/customresource internal/customresource/ec2util lambda/* cmd/byocfn"}
}

// arrow is a name and what it goes with, separated by spaces; * stands for everything.
type arrow struct{ name, with string }

// covers tells whether a name is that of a row; a row may end with /* and a library has packages.
func (a arrow) covers(name string) bool {
	if folder, many := strings.CutSuffix(a.name, "*"); many {
		return strings.HasPrefix(name, folder)
	}
	return a.name == name
}

func (a arrow) allows(name string) bool {
	for _, w := range strings.Fields(a.with) {
		if w == "*" || (arrow{name: w}).covers(name) || (arrow{name: "internal/" + w}).covers(name) {
			return true
		}
	}
	return false
}

func TestArrows(t *testing.T) {
	rows, used := arrows(), map[string]bool{}
	for _, f := range goFiles(t) {
		i := slices.IndexFunc(rows, func(a arrow) bool { return a.covers(f.dir) })
		if i < 0 {
			t.Errorf("%s is no package of the table: give it a line", f.dir)
			continue
		}
		used[rows[i].name] = true
		for _, path := range f.imports() {
			if ours, ok := strings.CutPrefix(path, "byocfn/"); ok && !f.isTest() && !rows[i].allows(ours) {
				t.Errorf("%s imports %s: the table has no such arrow", f.name, ours)
			}
		}
	}
	for _, row := range rows {
		if !used[row.name] {
			t.Errorf("the table knows %s, the repository does not", row.name)
		}
	}
}

// TestArrowsPointUp reads the table itself: no line names a package of its own or a later line.
func TestArrowsPointUp(t *testing.T) {
	above := map[string]bool{}
	for _, row := range arrows() {
		for _, w := range strings.Fields(row.with) {
			if w != "*" && w != row.name && !above["internal/"+w] {
				t.Errorf("%s may import %s, which does not stand above it", row.name, w)
			}
		}
		above[row.name] = true
	}
}

func TestLibraries(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, path := range f.imports() {
			domain, _, _ := strings.Cut(path, "/")
			if f.isTest() || !strings.Contains(domain, ".") {
				continue
			}
			i := slices.IndexFunc(libraries(), func(a arrow) bool {
				return path == a.name || strings.HasPrefix(path, a.name+"/")
			})
			if i < 0 || !libraries()[i].allows(f.dir) {
				t.Errorf("%s imports %s, which belongs elsewhere", f.name, path)
			}
		}
	}
}

func TestEdges(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, path := range f.imports() {
			for _, edge := range edges() {
				if path == edge.name && !f.isTest() && !edge.allows(f.dir) {
					t.Errorf("%s imports %s: it is no edge of the program", f.name, path)
				}
			}
		}
	}
}

// TestTable is the control: the tables can refuse.
func TestTable(t *testing.T) {
	for _, c := range []struct {
		row  arrow
		name string
		want bool
	}{
		{arrow{"internal/plan", "cfn spec"}, "internal/spec", true},
		{arrow{"internal/plan", "cfn spec"}, "internal/emit", false},
		{arrow{"internal/plan", ""}, "internal/cfn", false},
		{arrow{"x", "lambda/*"}, "lambda/vpcdns", true},
		{arrow{"x", "lambda/*"}, "internal/lambdabuild", false},
		{arrow{"x", "*"}, "internal/docs", true},
		{arrow{"x", "customresource"}, "internal/customresource/ec2util", false},
	} {
		if got := c.row.allows(c.name); got != c.want {
			t.Errorf("%v allows %s: %v", c.row, c.name, got)
		}
	}
}
