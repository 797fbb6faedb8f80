package lambda

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/contract"
)

var update = flag.Bool("update", false, "rewrite README.md")

const marker = "<!-- The table comes from internal/contract: go test ./lambda -update -->\n"

// shapes are the properties and attributes of each function.
func shapes() map[string][2]reflect.Type {
	return map[string][2]reflect.Type{
		"subnetfacts":     {reflect.TypeFor[contract.SubnetFactsProperties](), reflect.TypeFor[contract.SubnetFactsData]()},
		"vpcdns":          {reflect.TypeFor[contract.VpcDNSProperties](), reflect.TypeFor[contract.VpcDNSData]()},
		"endpointnames":   {reflect.TypeFor[contract.EndpointNamesProperties](), reflect.TypeFor[contract.EndpointNamesData]()},
		"gatewayendpoint": {reflect.TypeFor[contract.GatewayEndpointProperties](), reflect.TypeFor[contract.GatewayEndpointData]()},
		"clusterfacts":    {reflect.TypeFor[contract.ClusterFactsProperties](), reflect.TypeFor[contract.ClusterFactsData]()},
		"leftovers":       {reflect.TypeFor[contract.LeftoversProperties](), reflect.TypeFor[contract.LeftoversData]()},
	}
}

// TestReadme holds the table in README.md against the contract.
func TestReadme(t *testing.T) {
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(data), marker)
	if !found {
		t.Fatal("README.md has lost the line before its table")
	}
	want := head + marker + table()
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(data) {
		t.Error("README.md is not what the contract says: go test ./lambda -update")
	}
}

func table() string {
	var b strings.Builder
	for _, f := range contract.Functions() {
		shape := shapes()[f.Name]
		fmt.Fprintf(&b, "\n## %s: `%s`\n\n%s. Runs for at most %d s; CloudFormation waits %d s.\n\n",
			f.Name, f.Type, f.Description, f.Timeout, f.Service)
		fmt.Fprintf(&b, "| | |\n|---|---|\n| Properties | %s |\n| Attributes | %s |\n",
			names(shape[0]), names(shape[1]))
		fmt.Fprintf(&b, "| On deletion | %s |\n", f.Leaves)
		for _, p := range f.Permissions {
			fmt.Fprintf(&b, "| %s | %s: %s on %s%s |\n", p.Sid, p.Why, code(p.Actions), code(p.Resources),
				conditions(p.Condition))
		}
	}
	return b.String()
}

func names(shape reflect.Type) string {
	var all []string
	for field := range fields(shape) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch field.Type.Kind() {
		case reflect.Slice:
			name += "[]"
		case reflect.Map:
			name += "LogicalId"
		}
		all = append(all, name)
	}
	if all == nil {
		return "none"
	}
	return code(all)
}

func fields(shape reflect.Type) func(func(reflect.StructField) bool) {
	own := slices.DeleteFunc(reflect.VisibleFields(shape), func(f reflect.StructField) bool { return f.Anonymous })
	return slices.Values(own)
}

func code(words []string) string { return "`" + strings.Join(words, "`, `") + "`" }

func conditions(all []contract.Condition) string {
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintf(&b, ", where %s `%s` is %s", c.Operator, c.Key, code(c.Values))
	}
	return b.String()
}

// TestEveryFolderIsAFunction holds the folders against the contract.
func TestEveryFolderIsAFunction(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var folders, known []string
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	for _, f := range contract.Functions() {
		known = append(known, f.Name)
		if shape := shapes()[f.Name]; shape[0] == nil || shape[1] == nil {
			t.Errorf("%s has no shapes here", f.Name)
		}
		for _, file := range []string{"cmd/" + f.Name + "/main.go", f.Name + ".go", f.Name + "_test.go"} {
			if _, err := os.Stat(f.Name + "/" + file); err != nil {
				t.Error(err)
			}
		}
	}
	slices.Sort(known)
	if !slices.Equal(folders, known) {
		t.Errorf("folders %v, functions %v", folders, known)
	}
}
