package fakeec2

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"byocfn/internal/customresource/ec2util"
)

// Exchange is one request as a service in memory takes it.
type Exchange struct {
	Fault Fault
	Serve func() Answer     // has the effect
	Note  func(code string) // is told the code of a refusal, or why no answer came
}

// Answer is a response without its wire format.
type Answer struct {
	Status int
	Header http.Header // that of XML where nil
	Body   string
	Code   string // of a refusal
	Hang   bool   // no answer at all
}

// perRequest is the limit of the functions' own client.
const perRequest = 25 * time.Second

// Carry takes a request to a service and its answer back, in place of a network. It fails as
// http.Client does. take reads the request; no lock may be held while a Fault waits or kills.
func Carry(request *http.Request, take func(body string) Exchange) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), perRequest)
	defer cancel()
	body, err := bodyOf(request)
	if err != nil {
		return nil, err
	}
	exchange := take(body)
	answer, err := exchange.run(ctx)
	if err != nil {
		exchange.Note(err.Error())
		verb := request.Method[:1] + strings.ToLower(request.Method[1:])
		return nil, &url.Error{Op: verb, URL: request.URL.String(), Err: err}
	}
	return answer.response(request), nil
}

func bodyOf(request *http.Request) (string, error) {
	if request.Body == nil {
		return "", nil
	}
	defer func() { _ = request.Body.Close() }()
	body, err := io.ReadAll(request.Body)
	return string(body), err
}

// run goes through what the fault wants, in its order.
func (x Exchange) run(ctx context.Context) (answer Answer, err error) {
	if err := pause(ctx, x.Fault.Delay); err != nil {
		return answer, err
	}
	if err := kill(ctx, x.Fault.Kill); err != nil {
		return answer, err
	}
	if x.Fault.Refused {
		return answer, syscall.ECONNREFUSED
	}
	answer = x.Serve()
	if answer.Code != "" {
		x.Note(answer.Code)
	}
	if answer.Hang {
		return answer, pause(ctx, time.Hour)
	}
	if err := kill(ctx, x.Fault.Killed); err != nil {
		return answer, err
	}
	if err := pause(ctx, x.Fault.Late); err != nil {
		return answer, err
	}
	if x.Fault.Lost {
		return answer, syscall.ECONNRESET
	}
	return answer, nil
}

func kill(ctx context.Context, do func()) error {
	if do != nil {
		do()
	}
	return ctx.Err()
}

func pause(ctx context.Context, duration time.Duration) error {
	if duration <= 0 {
		return nil
	}
	return ec2util.Pause(ctx, duration)
}

func (a Answer) response(request *http.Request) *http.Response {
	header := a.Header
	if header == nil {
		header = http.Header{"Content-Type": {"text/xml;charset=UTF-8"}}
	}
	return &http.Response{
		StatusCode: a.Status, Status: http.StatusText(a.Status),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
		Body:          io.NopCloser(strings.NewReader(a.Body)),
		ContentLength: int64(len(a.Body)),
		Request:       request,
	}
}
