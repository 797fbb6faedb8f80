package fakeec2

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	smithyauth "github.com/aws/smithy-go/auth"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// wire carries requests of one role to the Cloud, in place of a network.
type wire struct {
	cloud *Cloud
	role  Role
	dialect
}

// unsigned makes the SDK leave out signatures: the wire knows who calls.
type unsigned struct{}

func (unsigned) ResolveAuthSchemes(
	context.Context, *ec2.AuthResolverParameters,
) ([]*smithyauth.Option, error) {
	return []*smithyauth.Option{{SchemeID: smithyauth.SchemeIDAnonymous}}, nil
}

// perRequest is the limit of the functions' own client.
const perRequest = 25 * time.Second

// resolver saves the SDK the rules of endpoints, which cost time.
type resolver struct{ endpoint smithyendpoints.Endpoint }

func (r resolver) ResolveEndpoint(
	context.Context, ec2.EndpointParameters,
) (smithyendpoints.Endpoint, error) {
	return r.endpoint, nil
}

// Do answers one request, and fails as http.Client does.
func (w wire) Do(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), perRequest)
	defer cancel()
	answer, err := w.send(ctx, request)
	if err != nil {
		return nil, &url.Error{Op: "Post", URL: request.URL.String(), Err: err}
	}
	return answer, nil
}

// send is a request with the faults that the hook wants. No lock is held while it waits or kills.
func (w wire) send(ctx context.Context, request *http.Request) (*http.Response, error) {
	body, query, err := w.read(request)
	if err != nil {
		return nil, err
	}
	c := w.cloud
	call := c.note(ctx, w.role, query, body)
	var fault Fault
	if c.settings.Hook != nil {
		fault = c.settings.Hook(call)
	}
	if err := pause(ctx, fault.Delay); err != nil {
		return nil, c.lose(call, err)
	}
	if fault.Kill != nil {
		fault.Kill()
	}
	if err := ctx.Err(); err != nil {
		return nil, c.lose(call, err)
	}
	if fault.Refused {
		return nil, c.lose(call, syscall.ECONNREFUSED)
	}
	answer := w.answer(call, query, fault)
	if answer.hang {
		return nil, c.lose(call, pause(ctx, time.Hour))
	}
	if fault.Killed != nil {
		fault.Killed()
	}
	if err := ctx.Err(); err != nil {
		return nil, c.lose(call, err)
	}
	if err := pause(ctx, fault.Late); err != nil {
		return nil, c.lose(call, err)
	}
	if fault.Lost {
		return nil, c.lose(call, syscall.ECONNRESET)
	}
	return response(request, answer), nil
}

// read takes the form out of a request. It must be one of the query protocol.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
func (w wire) read(request *http.Request) (string, url.Values, error) {
	defer func() { _ = request.Body.Close() }()
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return "", nil, err
	}
	query, err := url.ParseQuery(string(body))
	if err != nil || request.Method != http.MethodPost {
		w.cloud.breach("%s request with body %q: %v", request.Method, body, err)
	}
	if kind := request.Header.Get("Content-Type"); kind != "application/x-www-form-urlencoded" {
		w.cloud.breach("content type %q", kind)
	}
	return string(body), query, nil
}

// note records a request before anything else happens to it.
func (c *Cloud) note(ctx context.Context, role Role, query url.Values, body string) Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	note, _ := ctx.Value(noteKey{}).(string)
	call := Call{
		N: len(c.calls), Action: query.Get("Action"), Write: -1, Role: role.Name, Note: note,
		At: time.Now(), Query: body,
	}
	if !strings.HasPrefix(call.Action, "Describe") && !strings.HasPrefix(call.Action, "List") {
		call.Write = c.writes
		c.writes++
	}
	c.calls = append(c.calls, call)
	return call
}

// lose records that a call got no answer, whether it had an effect or not.
func (c *Cloud) lose(call Call, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[call.N].Code = err.Error()
	return err
}

func (c *Cloud) breach(format string, args ...any) {
	if c.settings.Breach == nil {
		panic(fmt.Sprintf("fakeec2: "+format, args...))
	}
	c.settings.Breach("fakeec2: "+format, args...)
}

func pause(ctx context.Context, duration time.Duration) error {
	if duration <= 0 {
		return nil
	}
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func response(request *http.Request, a answer) *http.Response {
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"text/xml;charset=UTF-8"}},
		Body:          io.NopCloser(strings.NewReader(a.body)),
		ContentLength: int64(len(a.body)),
		Request:       request,
	}
}
