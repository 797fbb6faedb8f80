package fakeeks

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/fakeec2"
)

// handler reads a request and says what it is about: the action, the ARN, what answers it, and how
// the service writes errors.
type handler func(*http.Request, string) operation

type operation struct {
	action, arn, service string
	answer               func() answer
	refuse               func(code, message string, status int) answer
}

type answer struct {
	status  int
	body    string
	header  http.Header
	refused string // the code
}

// wire carries requests of one role to the Cloud, in place of a network.
type wire struct {
	cloud *Cloud
	role  Role
	host  string
	serve handler
}

// perRequest is the limit of the functions' own client.
const perRequest = 25 * time.Second

// Do answers one request, and fails as http.Client does.
func (w wire) Do(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), perRequest)
	defer cancel()
	response, err := w.send(ctx, request)
	if err != nil {
		return nil, &url.Error{Op: request.Method, URL: request.URL.String(), Err: err}
	}
	return response, nil
}

// send is a request with the faults that the hook wants, in the order of fakeec2.Fault. No lock is
// held while it waits or kills.
func (w wire) send(ctx context.Context, request *http.Request) (*http.Response, error) {
	body := ""
	if request.Body != nil {
		raw, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		body = string(raw)
	}
	c := w.cloud
	o := w.serve(request, body)
	w.check(request, o)
	call := c.note(o)
	var fault fakeec2.Fault
	if w.role.Hook != nil {
		fault = w.role.Hook(call)
	}
	steps := []func() error{
		func() error { return pause(ctx, fault.Delay) },
		func() error { return run(ctx, fault.Kill) },
		func() error { return when(fault.Refused, syscall.ECONNREFUSED) },
	}
	var a answer
	steps = append(steps, func() error { a = w.answer(o, fault); return run(ctx, fault.Killed) },
		func() error { return pause(ctx, fault.Late) },
		func() error { return when(fault.Lost, syscall.ECONNRESET) })
	for _, step := range steps {
		if err := step(); err != nil {
			c.end(call, err.Error())
			return nil, err
		}
	}
	c.end(call, a.refused)
	return response(request, a), nil
}

// check holds what every request has: the host of the partition's service, and a signature for it.
func (w wire) check(request *http.Request, o operation) {
	if request.URL.Host != w.host || request.URL.Scheme != "https" {
		w.cloud.breach("%s goes to %s, not to %s", o.action, request.URL, w.host)
	}
	if signed := request.Header.Get("Authorization"); !strings.Contains(signed, "/"+o.service+"/aws4_request") {
		w.cloud.breach("%s is not signed for %s", o.action, o.service)
	}
}

// answer refuses what the fault or the policy refuses.
func (w wire) answer(o operation, fault fakeec2.Fault) answer {
	switch {
	case fault.Code == "UnauthorizedOperation" || !w.allowed(o) || w.role.Boundary == o.action:
		because := "because no identity-based policy allows the " + o.action + " action"
		if w.role.Boundary == o.action {
			because = "with an explicit deny in a permissions boundary"
		}
		// The form of the text is
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
		return o.refuse("AccessDenied", "User: arn:"+w.cloud.settings.Partition+":sts::"+
			w.cloud.settings.Account+":assumed-role/kelp-cluster/f is not authorized to perform: "+
			o.action+" on resource: "+o.arn+" "+because, http.StatusForbidden)
	case fault.Code != "":
		status := fault.Status
		if status == 0 {
			status = http.StatusBadRequest
		}
		return o.refuse(fault.Code, fault.Message, status)
	}
	return o.answer()
}

// allowed tells whether a permission covers the action and the ARN. Before the policy is known
// everywhere, nothing is.
func (w wire) allowed(o operation) bool {
	return !time.Now().Before(w.role.From) &&
		slices.ContainsFunc(w.role.Permissions, func(p contract.Permission) bool {
			return slices.Contains(p.Actions, o.action) &&
				slices.ContainsFunc(p.Resources, func(r string) bool { return glob(r, o.arn) })
		})
}

// glob holds a text against an ARN in which * stands for anything.
func glob(pattern, text string) bool {
	form := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
	return regexp.MustCompile("^" + form + "$").MatchString(text)
}

func (c *Cloud) note(o operation) Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := Call{N: len(c.calls), Action: o.action, About: o.arn}
	c.calls = append(c.calls, call)
	return call
}

func (c *Cloud) end(call Call, code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[call.N].Code = code
}

func run(ctx context.Context, do func()) error {
	if do != nil {
		do()
	}
	return ctx.Err()
}

func when(is bool, err error) error {
	if is {
		return err
	}
	return nil
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
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.header,
		Body:          io.NopCloser(strings.NewReader(a.body)),
		ContentLength: int64(len(a.body)),
		Request:       request,
	}
}
