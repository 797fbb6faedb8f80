package fakeec2

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
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

// resolver saves the SDK the rules of endpoints, which cost time.
type resolver struct{ endpoint smithyendpoints.Endpoint }

func (r resolver) ResolveEndpoint(
	context.Context, ec2.EndpointParameters,
) (smithyendpoints.Endpoint, error) {
	return r.endpoint, nil
}

// Do answers one request. It must be one of the query protocol.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
func (w wire) Do(request *http.Request) (*http.Response, error) {
	return Carry(request, func(body string) Exchange {
		query, err := url.ParseQuery(body)
		if err != nil || request.Method != http.MethodPost {
			w.cloud.breach("%s request with body %q: %v", request.Method, body, err)
		}
		if kind := request.Header.Get("Content-Type"); kind != "application/x-www-form-urlencoded" {
			w.cloud.breach("content type %q", kind)
		}
		call := w.cloud.note(request.Context(), w.role, query, body)
		var fault Fault
		if hook := w.cloud.settings.Hook; hook != nil {
			fault = hook(call)
		}
		return Exchange{
			Fault: fault,
			Serve: func() Answer { return w.answer(call, query, fault) },
			Note:  func(code string) { w.cloud.end(call, code) },
		}
	})
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

// end records the code of a refusal, or why a call got no answer, had it an effect or not.
func (c *Cloud) end(call Call, code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[call.N].Code = code
}

func (c *Cloud) breach(format string, args ...any) {
	if c.settings.Breach == nil {
		panic(fmt.Sprintf("fakeec2: "+format, args...))
	}
	c.settings.Breach("fakeec2: "+format, args...)
}
