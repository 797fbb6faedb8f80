package coldstart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

const mebi = 1 << 20

// program is a function as Lambda starts it: a command line and what its environment holds beyond
// that of every function.
type program struct {
	line []string
	env  []string
}

// sample is one start: the time to the first poll and the largest resident set until then.
type sample struct {
	poll time.Duration
	peak int // bytes
}

// samples are the starts of one program.
type samples []sample

func (s samples) median() time.Duration {
	times := make([]time.Duration, len(s))
	for i := range s {
		times[i] = s[i].poll
	}
	slices.Sort(times)
	return times[len(times)/2]
}

func (s samples) peak() int {
	return slices.MaxFunc(s, func(a, b sample) int { return a.peak - b.peak }).peak
}

// runtimeAPI is what a new process sees of Lambda's runtime API: an event that does not come.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	polled chan time.Time
	other  chan string // a call before the first poll, such as the report of a failed start
}

func (a runtimeAPI) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	at := time.Now()
	if r.Method != http.MethodGet || r.URL.Path != "/2018-06-01/runtime/invocation/next" {
		body, err := io.ReadAll(r.Body)
		a.other <- fmt.Sprintf("%s %s: %s (%v)", r.Method, r.URL.Path, body, err)
		return
	}
	a.polled <- at
	<-r.Context().Done() // the process is killed
}

// start runs the program to its first poll and kills it. What it prints before is an error: a
// function of ours prints only that it could not start.
func (p program) start() (sample, error) {
	api := runtimeAPI{make(chan time.Time, 9), make(chan string, 9)}
	server := httptest.NewServer(api)
	defer server.Close()
	command := exec.Command(p.line[0], p.line[1:]...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	command.Env = append(environment(server.Listener.Addr()), p.env...)
	begin := time.Now()
	if err := command.Start(); err != nil {
		return sample{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	var got sample
	var err error
	select {
	case at := <-api.polled:
		got.poll = at.Sub(begin)
		got.peak, err = highWater(command.Process.Pid)
	case call := <-api.other:
		err = errors.New("it did not poll but called " + call)
	case end := <-ended:
		return sample{}, fmt.Errorf("it ended without a poll (%v): %s", end, output.Bytes())
	case <-time.After(30 * time.Second):
		err = errors.New("it did not poll within 30 s")
	}
	err = errors.Join(err, command.Process.Kill())
	<-ended
	if output.Len() > 0 {
		err = errors.Join(err, fmt.Errorf("it printed: %s", output.Bytes()))
	}
	return got, err
}

// environment is Lambda's: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func environment(api net.Addr) []string {
	return []string{
		"AWS_LAMBDA_RUNTIME_API=" + api.String(), "_HANDLER=bootstrap", "TZ=:UTC",
		"AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_VERSION=7", "LANG=en_US.UTF-8",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/f", "AWS_LAMBDA_LOG_STREAM_NAME=s",
		"AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=a",
		"AWS_SECRET_ACCESS_KEY=b", "AWS_SESSION_TOKEN=c", "PATH=/usr/local/bin:/usr/bin:/bin",
	}
}

// highWater reads the largest resident set of a running process. The Maxrss that the kernel gives at
// its end would be that of this test where this is larger: it survives exec.
func highWater(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("the functions run on Linux, and only there: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if field, value, _ := strings.Cut(line, ":"); field == "VmHWM" {
			kibi, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return kibi * 1024, err
		}
	}
	return 0, fmt.Errorf("no VmHWM in %s", status)
}
