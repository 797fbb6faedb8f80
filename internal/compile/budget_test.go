//go:build unix

package compile_test

import (
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"byocfn/internal/compile"
	"byocfn/internal/emit"
	"byocfn/internal/workspace"
)

// What the templates may cost, so that all that ship take less than 150 ms on two processors. Both
// limits hold on any machine: the bytes allocated for each byte that is left, and the time beside the
// time that the YAML library takes to read the templates once: 17.5 and 3.9 when this was written.
const (
	allocatedPerByte = 20
	timesAsLong      = 6.0
)

// TestBudget compiles the shipped products again and again, and takes the best run of each kind, since
// other programs can only make one slower.
func TestBudget(t *testing.T) {
	products, diags := workspace.Products("../../templates", nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	opt := options()
	left, sources, templates := 0, []compile.Sources{}, [][]byte{}
	for _, name := range products {
		src, unread := workspace.Load("../../templates/" + name)
		result, diags := compile.Compile(src, opt)
		if diags = append(unread, diags...); diags.HasErrors() {
			t.Fatal(diags)
		}
		sources = append(sources, src)
		for _, f := range result.Files.Files {
			left += len(f.Data)
		}
		for _, p := range result.Plans {
			template, _ := result.Files.Get(compile.Dir(p) + "/template.yaml")
			templates = append(templates, template)
		}
	}
	all := func() {
		for _, src := range sources {
			compile.Compile(src, opt)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))  // the time of one processor,
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // without that of collecting
	whole, reading := time.Hour, time.Hour
	var bytes uint64
	for range 15 {
		runtime.GC()
		bytes = allocated(func() { whole = min(whole, taken(all)) })
		reading = min(reading, taken(func() {
			for _, template := range templates {
				if _, err := emit.Parse(template); err != nil {
					t.Error(err)
				}
			}
		}))
	}
	t.Logf("%d templates: %v, %.1f times reading them; %d bytes allocated, %.1f for each left", len(templates),
		whole, float64(whole)/float64(reading), bytes, float64(bytes)/float64(left))
	if bytes > allocatedPerByte*uint64(left) {
		t.Errorf("compiling allocates %d bytes for %d that it leaves, over %d for each", bytes, left,
			allocatedPerByte)
	}
	if float64(whole) > timesAsLong*float64(reading) {
		t.Errorf("compiling takes %v, over %.1f times as long as reading the templates, %v", whole, timesAsLong,
			reading)
	}
}

// taken gives the time that processors spend on it, whatever else they do.
func taken(do func()) time.Duration {
	begin := spent()
	do()
	return spent() - begin
}

func spent() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
