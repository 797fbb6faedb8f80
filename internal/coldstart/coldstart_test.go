package coldstart

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/lambdabuild"
)

const (
	root  = "../.."
	least = 20 // starts behind every measure
	delay = 90 * time.Millisecond
	bulk  = 70 * mebi
)

// TestMain is also the program that TestMeasures measures: slow, large and of known size.
func TestMain(m *testing.M) {
	kind := os.Getenv("COLDSTART_PROGRAM")
	if kind == "" {
		os.Exit(m.Run())
	}
	call := "runtime/invocation/next"
	switch kind {
	case "slow":
		time.Sleep(delay)
	case "large":
		defer runtime.KeepAlive(bytes.Repeat([]byte{1}, bulk))
	case "failing":
		call = "runtime/init/error"
	case "talking":
		fmt.Println("ünable")
	case "ending":
		fmt.Println("no poll")
		os.Exit(3)
	}
	url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/" + call
	if response, err := http.Get(url); err == nil {
		defer func() { _ = response.Body.Close() }() // the test kills this process
	}
	time.Sleep(time.Minute)
}

// TestMeasures is the control: what is slow, large or broken is found to be.
func TestMeasures(t *testing.T) {
	for _, test := range []struct {
		kind, err   string
		poll        time.Duration
		least, most int
	}{
		{"plain", "", 0, mebi, 40 * mebi},
		{"slow", "", delay, mebi, 40 * mebi},
		{"large", "", 0, bulk, 2 * bulk},
		{"failing", "called GET /2018-06-01/runtime/init/error", 0, 0, 0},
		{"talking", "it printed: ünable", 0, 0, 0},
		{"ending", "without a poll (exit status 3): no poll", 0, 0, 0},
	} {
		own := program{[]string{os.Args[0]}, []string{"COLDSTART_PROGRAM=" + test.kind}}
		got, err := own.start()
		switch {
		case test.err != "":
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: error %v, want %s", test.kind, err, test.err)
			}
		case err != nil:
			t.Errorf("%s: %v", test.kind, err)
		case got.poll <= test.poll || got.peak < test.least || got.peak > test.most:
			t.Errorf("%s: %v and %d bytes", test.kind, got.poll, got.peak)
		}
	}
}

func TestMedian(t *testing.T) {
	s := samples{{9, 2}, {1, 7}, {3, 5}}
	if s.median() != 3 || s.peak() != 7 {
		t.Errorf("median %v, peak %d", s.median(), s.peak())
	}
}

// TestZips holds the zips that are shipped to 4 MB.
func TestZips(t *testing.T) {
	manifest, err := lambdabuild.Load(filepath.Join(root, "dist", "lambda"))
	if err != nil {
		t.Fatal(err)
	}
	for _, function := range contract.Functions() {
		if entry, ok := manifest.Entry(function.Name); !ok || entry.Size >= 4_000_000 {
			t.Errorf("%s: %d bytes, want one zip of less than 4 MB", function.Name, entry.Size)
		}
	}
}

// TestStart holds every function to its limits, that of time with slack for a busy machine: it is
// 30 ms, and BenchmarkStart measures it.
func TestStart(t *testing.T) {
	for name, program := range functions(t) {
		got := run(t, program)
		if got.median() >= 150*time.Millisecond {
			t.Errorf("%s polls after %v, want less than 150 ms", name, got.median())
		}
		if got.peak() >= 40*mebi {
			t.Errorf("%s takes %d bytes, want less than 40 MiB", name, got.peak())
		}
	}
}

func BenchmarkStart(b *testing.B) {
	programs := functions(b)
	for _, function := range contract.Functions() {
		b.Run(function.Name, func(b *testing.B) {
			var got samples
			for b.Loop() {
				got = append(got, once(b, programs[function.Name]))
			}
			report(b, append(got, run(b, programs[function.Name])...))
		})
	}
}

// BenchmarkStartPython measures the comparison, and our subnetfacts in between.
func BenchmarkStartPython(b *testing.B) {
	theirs, ours := python(b), functions(b)["subnetfacts"]
	var slow, fast samples
	both := func() { slow, fast = append(slow, once(b, theirs)), append(fast, once(b, ours)) }
	for b.Loop() {
		both()
	}
	for len(slow) < least {
		both()
	}
	report(b, slow)
	b.ReportMetric(float64(slow.median())/float64(fast.median()), "x-time")
	b.ReportMetric(float64(slow.peak())/float64(fast.peak()), "x-memory")
}

// report leaves out ns/op, which would count the end of the process.
func report(b *testing.B, s samples) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(s.median())/float64(time.Millisecond), "ms/first-poll")
	b.ReportMetric(float64(s.peak())/mebi, "MiB")
}

func run(tb testing.TB, p program) samples {
	tb.Helper()
	var out samples
	for range least {
		out = append(out, once(tb, p))
	}
	return out
}

func once(tb testing.TB, p program) sample {
	tb.Helper()
	got, err := p.start()
	if err != nil {
		tb.Fatalf("%s: %v", strings.Join(p.line, " "), err)
	}
	return got
}

// functions builds every function for this machine and unpacks it.
func functions(tb testing.TB) map[string]program {
	tb.Helper()
	zips := filepath.Join(root, ".cache", "coldstart")
	manifest, err := lambdabuild.Build(tb.Context(), lambdabuild.Options{
		ModuleDir: root, OutDir: zips, Functions: contract.Functions(), Arch: runtime.GOARCH,
	})
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string]program{}
	for _, entry := range manifest.Functions {
		bootstrap := filepath.Join(tb.TempDir(), entry.Name)
		if err := unpack(filepath.Join(zips, entry.File()), bootstrap); err != nil {
			tb.Fatal(err)
		}
		out[entry.Name] = program{line: []string{bootstrap}}
	}
	return out
}

// unpack writes the one file of a zip.
func unpack(path, target string) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }() // only read
	content, err := archive.Open("bootstrap")
	if err != nil {
		return err
	}
	binary, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	return os.WriteFile(target, binary, 0o755)
}

// python is the comparison.
func python(b *testing.B) program {
	b.Helper()
	folder, err := filepath.Abs("python")
	if err != nil {
		b.Fatal(err)
	}
	venv, err := filepath.Abs(filepath.Join(root, ".cache", "coldstart-python"))
	if err != nil {
		b.Fatal(err)
	}
	lock, err := os.ReadFile(filepath.Join(folder, "requirements.txt"))
	if err != nil {
		b.Fatal(err)
	}
	if stamp, err := os.ReadFile(filepath.Join(venv, "stamp")); err != nil || !bytes.Equal(stamp, lock) {
		b.Fatal("crhelper, boto3 and awslambdaric are not installed as pinned: run make bench-tools")
	}
	interpreter := filepath.Join(venv, "venv", "bin", "python") // pip compiles what it installs
	return program{
		line: []string{interpreter, "-m", "awslambdaric", "subnetfacts.handler"},
		env:  []string{"PYTHONPATH=" + folder, "PYTHONDONTWRITEBYTECODE=1"},
	}
}
