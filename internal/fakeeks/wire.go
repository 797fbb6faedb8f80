package fakeeks

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"byocfn/internal/contract"
	"byocfn/internal/fakeec2"
)

// handler reads a request and says what it is about: the action, the ARN, what answers it, and how
// the service writes errors.
type handler func(*http.Request, string) operation

type operation struct {
	action, arn, service string
	answer               func() fakeec2.Answer
	refuse               func(code, message string, status int) fakeec2.Answer
}

// wire carries requests of one role to the Cloud, in place of a network.
type wire struct {
	cloud *Cloud
	role  Role
	host  string
	serve handler
}

// Do answers one request.
func (w wire) Do(request *http.Request) (*http.Response, error) {
	return fakeec2.Carry(request, func(body string) fakeec2.Exchange {
		o := w.serve(request, body)
		w.check(request, o)
		call := w.cloud.note(o)
		var fault fakeec2.Fault
		if w.role.Hook != nil {
			fault = w.role.Hook(call)
		}
		return fakeec2.Exchange{
			Fault: fault,
			Serve: func() fakeec2.Answer { return w.answer(o, fault) },
			Note:  func(code string) { w.cloud.end(call, code) },
		}
	})
}

// check holds what every request has: the host of the partition's service, and a signature for it.
func (w wire) check(request *http.Request, o operation) {
	if request.URL.Host != w.host || request.URL.Scheme != "https" {
		w.cloud.breach("%s goes to %s, not to %s", o.action, request.URL, w.host)
	}
	signed := request.Header.Get("Authorization")
	if !strings.Contains(signed, "/"+o.service+"/aws4_request") {
		w.cloud.breach("%s is not signed for %s", o.action, o.service)
	}
}

// answer refuses what the fault or the policy refuses.
func (w wire) answer(o operation, fault fakeec2.Fault) fakeec2.Answer {
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
		return o.refuse(fault.Code, fault.Message, max(fault.Status, http.StatusBadRequest))
	}
	return o.answer()
}

// allowed tells whether a permission covers the action and the ARN. Before the policy is known
// everywhere, nothing is.
func (w wire) allowed(o operation) bool {
	return !time.Now().Before(w.role.From) &&
		slices.ContainsFunc(w.role.Permissions, func(p contract.Permission) bool {
			return slices.Contains(p.Actions, o.action) &&
				slices.ContainsFunc(p.Resources, func(pattern string) bool {
					return fakeec2.Glob(pattern, o.arn)
				})
		})
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
