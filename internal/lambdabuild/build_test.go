package lambdabuild

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byocfn/internal/contract"
)

const module = "../.."

// TestTwoFoldersGiveTheSameZips builds the module where it is and a copy of it elsewhere, with
// other settings around it, and goes on with the copy: what is unchanged is not built, what is
// missing is built again, what is tampered with is found.
func TestTwoFoldersGiveTheSameZips(t *testing.T) {
	here := Options{ModuleDir: module, OutDir: t.TempDir(), Functions: contract.Functions()}
	first, err := Build(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "GOFLAGS": "-tags=noise -ldflags=-X=a.b=c",
		"GOARM64": "v9.0", "GOOS": "plan9", "GOARCH": "mips", "CGO_ENABLED": "1", "GOWORK": "/nowhere",
	} {
		t.Setenv(name, value)
	}
	written := filepath.Join(t.TempDir(), "env")
	add(t, written, "GOEXPERIMENT=nogreenteagc\nGODEBUG=panicnil=1\nGO111MODULE=off\nGOAMD64=v3\n")
	t.Setenv("GOENV", written)
	there := Options{ModuleDir: copyModule(t), OutDir: t.TempDir(), Functions: contract.Functions()}
	second, err := Build(t.Context(), there)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := fmt.Sprint(first), fmt.Sprint(second); a != b {
		t.Errorf("two folders give different zips\n%s\n%s", a, b)
	}
	checkZips(t, there.OutDir, second)
	again(t, there, second)
	damaged(t, there, second)
}

func checkZips(t *testing.T, dir string, manifest Manifest) {
	t.Helper()
	for _, entry := range manifest.Functions {
		if entry.Size >= 4_000_000 {
			t.Errorf("%s is %d bytes, want less than 4 MB", entry.Name, entry.Size)
		}
		archive, err := zip.OpenReader(filepath.Join(dir, entry.File()))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = archive.Close() }()
		file := archive.File[0]
		if len(archive.File) != 1 || file.Name != "bootstrap" || file.Mode() != 0o755 ||
			file.ModifiedDate != 0 || file.ModifiedTime != 0 {
			t.Errorf("%s: the entry is %+v", entry.Name, file.FileHeader)
		}
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		binary, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		program, err := elf.NewFile(bytes.NewReader(binary))
		if err != nil || program.Machine != elf.EM_AARCH64 {
			t.Errorf("%s is no program for arm64: %v", entry.Name, err)
		}
		if bytes.Contains(binary, []byte("byocfn-test-copy")) {
			t.Errorf("%s holds the path of the folder that it was built in", entry.Name)
		}
	}
}

// again shows that unchanged sources are not built: there is no go command to build with.
func again(t *testing.T, options Options, want Manifest) {
	t.Helper()
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	got, err := Build(t.Context(), options)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("a second build gives %v, %v", got, err)
	}
	if err := os.Remove(filepath.Join(options.OutDir, want.Functions[1].File())); err != nil {
		t.Fatal(err)
	}
	var missing *ToolchainError
	if _, err := Build(t.Context(), options); !errors.As(err, &missing) {
		t.Errorf("without a go command, a missing zip gives %v", err)
	}
	t.Setenv("PATH", path)
	got, err = Build(t.Context(), options)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("a missing zip was built as %v, %v", got, err)
	}
}

func damaged(t *testing.T, options Options, manifest Manifest) {
	t.Helper()
	entry := manifest.Functions[2]
	path := filepath.Join(options.OutDir, entry.File())
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := manifest.Verify(options.OutDir); err == nil || !strings.Contains(err.Error(), entry.SHA256) {
		t.Errorf("a changed bit in a zip gives %v", err)
	}
	if err := os.Truncate(path, 7); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	if err := manifest.Verify(options.OutDir); err != nil {
		t.Errorf("a cut zip was not built again: %v", err)
	}
	other := Manifest{Toolchain, manifest.Architecture, append([]Entry(nil), manifest.Functions...)}
	other.Functions[0].SHA256 = strings.Repeat("ab", 32)
	if err := other.write(options.OutDir); err != nil {
		t.Fatal(err)
	}
	var mismatch *MismatchError
	if _, err := Build(t.Context(), options); !errors.As(err, &mismatch) {
		t.Errorf("other bytes than the manifest's give %v", err)
	}
}

// TestSources shows what makes a function be built again, and what does not.
func TestSources(t *testing.T) {
	tests := []struct {
		name, file, add string
		want            string // the function that is built again, or all of them
	}{
		{"nothing", "", "", ""},
		{"its own code", "lambda/vpcdns/vpcdns.go", "// é\n", "vpcdns"},
		{"a new file", "lambda/subnetfacts/zz.go", "package subnetfacts\n", "subnetfacts"},
		{"what they share", "internal/customresource/ec2util/call.go", "//\n", "all"},
		{"the contract", "internal/contract/contract.go", "//\n", "all"},
		{"the packer", "internal/lambdabuild/pack/main.go", "//\n", "all"},
		{"a library", "go.sum", "github.com/aws/smithy-go v9.9.9 h1:AA=\n", "all"},
		{"a replaced module", "go.mod", "replace a.b/c => ../d\n", "all"},
		{"a test", "lambda/vpcdns/other_test.go", "package main\n", ""},
		{"a module of the compiler", "go.mod", "require gopkg.in/odd.v7 v7.0.1 // indirect\n", ""},
		{"its sum", "go.sum", "gopkg.in/odd.v7 v7.0.1/go.mod h1:AA=\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			options := Options{ModuleDir: copyModule(t), Functions: contract.Functions(), Arch: "arm64"}
			before, err := sources(options)
			if err != nil {
				t.Fatal(err)
			}
			options.OutDir = t.TempDir()
			manifest := Manifest{Toolchain: Toolchain, Architecture: "arm64"}
			for i, f := range options.Functions {
				manifest.Functions = append(manifest.Functions,
					Entry{Name: f.Name, SHA256: strings.Repeat("a", 64), Size: 1, Sources: before[i]})
			}
			if err := manifest.write(options.OutDir); err != nil {
				t.Fatal(err)
			}
			if test.file != "" {
				add(t, filepath.Join(options.ModuleDir, test.file), test.add)
			}
			current, err := Current(options)
			if err != nil || current != (test.want == "") {
				t.Errorf("the manifest is that of the sources: %v; %v", current, err)
			}
			after, err := sources(options)
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range options.Functions {
				want := test.want == "all" || test.want == f.Name
				if again := before[i] != after[i]; again != want {
					t.Errorf("%s is built again: %v", f.Name, again)
				}
			}
		})
	}
}

// TestFunctionsImportOnlyWhatIsDigested holds the folders and modules in sources against the graph
// of packages.
func TestFunctionsImportOnlyWhatIsDigested(t *testing.T) {
	args := []string{"list", "-deps", "-tags=lambda.norpc",
		"-f", "{{if not .Standard}}{{.ImportPath}} {{.Module.Path}}{{end}}"}
	for _, function := range contract.Functions() {
		args = append(args, "./lambda/"+function.Name+"/cmd/"+function.Name)
	}
	command := exec.Command("go", args...)
	command.Dir = module
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(output)) {
		path, from, _ := strings.Cut(strings.TrimSpace(line), " ")
		count++
		digested := strings.HasPrefix(from, libraries)
		for _, own := range []string{"lambda/", "internal/contract", "internal/customresource"} {
			digested = digested || strings.HasPrefix(path, "byocfn/"+own)
		}
		if !digested {
			t.Errorf("%s is imported by a function and not part of its digest", path)
		}
	}
	if count < 20 {
		t.Errorf("go list found %d packages only", count)
	}
}

func TestPruneKeepsWhatIsNotAZipOfOurs(t *testing.T) {
	dir := t.TempDir()
	named := Entry{Name: "a", SHA256: strings.Repeat("0f", 32)}
	old := strings.Repeat("1e", 32) + ".zip"
	for _, name := range []string{named.File(), old, "notes.zip", ManifestName} {
		add(t, filepath.Join(dir, name), "x")
	}
	if err := prune(dir, Manifest{Functions: []Entry{named}}); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 3 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, old)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old zip is still there: %v", err)
	}
}

func TestLoadRefusesOddManifests(t *testing.T) {
	good := `{"toolchain":"x","architecture":"arm64","functions":[{"name":"a","sha256":"` +
		strings.Repeat("0f", 32) + `","size":7,"sources":"s"}]}`
	tests := map[string]bool{
		good:                                     true,
		strings.Replace(good, "0f0f", "0F0F", 1): false,
		strings.Replace(good, `"size":7`, `"size":0`, 1): false,
		strings.Replace(good, `"size"`, `"sise"`, 1):     false,
		strings.Replace(good, `"a"`, `""`, 1):            false,
		good[:40]:                                        false,
	}
	for text, ok := range tests {
		dir := t.TempDir()
		add(t, filepath.Join(dir, ManifestName), text)
		if _, err := Load(dir); (err == nil) != ok {
			t.Errorf("%s gives %v", text, err)
		}
	}
	if _, err := Load(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no manifest gives %v", err)
	}
}

func TestCodeSHA256(t *testing.T) {
	entry := Entry{SHA256: hex.EncodeToString([]byte("\xfb\xff0123456789abcdefghijklmnopqrst"))}
	if got, want := entry.CodeSHA256(), "+/8wMTIzNDU2Nzg5YWJjZGVmZ2hpamtsbW5vcHFyc3Q="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestCheckIsQuick guards the budget of a build that has nothing to do: 20 ms, here with slack for
// a busy machine. What it takes is in BenchmarkUnchanged.
func TestCheckIsQuick(t *testing.T) {
	options := Options{ModuleDir: module, Functions: contract.Functions(), Arch: "arm64"}
	best := time.Hour
	for range 5 {
		begin := time.Now()
		if _, err := sources(options); err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(begin))
	}
	if best > 20*time.Millisecond {
		t.Errorf("digesting the sources takes %v", best)
	}
}

func BenchmarkUnchanged(b *testing.B) {
	options := Options{ModuleDir: module, Functions: contract.Functions(), Arch: "arm64"}
	for b.Loop() {
		if _, err := sources(options); err != nil {
			b.Fatal(err)
		}
	}
}

func add(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = file.WriteString(text)
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// copyModule copies what functions are built from.
func copyModule(t *testing.T) string {
	t.Helper()
	target := filepath.Join(t.TempDir(), "byocfn-test-copy")
	for _, name := range []string{
		"lambda", "internal/contract", "internal/customresource", "internal/lambdabuild/pack",
	} {
		if err := os.CopyFS(filepath.Join(target, name), os.DirFS(filepath.Join(module, name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			t.Fatal(err)
		}
		add(t, filepath.Join(target, name), string(data))
	}
	return target
}

// TestPlaces takes where Go finds its modules from the environment and from `go env -w`.
func TestPlaces(t *testing.T) {
	written := filepath.Join(t.TempDir(), "env")
	add(t, written, "GOPROXY=https://proxy.example\nGOPRIVATE=a.example\nGOEXPERIMENT=nogreenteagc\n")
	t.Setenv("GOENV", written)
	t.Setenv("GOPRIVATE", "b.example")
	machine, err := places(t.Context(), module)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(machine, "\n")
	for _, want := range []string{"GOPROXY=https://proxy.example", "GOPRIVATE=b.example", "GOMODCACHE="} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	output, err := run(t.Context(), module, machine, "env", "GOEXPERIMENT", "GOPROXY")
	if err != nil || output != "https://proxy.example" {
		t.Errorf("a build sees %q, %v", output, err)
	}
}
