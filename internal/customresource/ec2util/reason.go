package ec2util

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error gives the reason as CloudFormation shows it.
func (e *Error) Error() string {
	switch {
	case isDenied(e.Code):
		return denied(e.Action, e.Message)
	case slices.Contains(busy, e.Code):
		service, _, _ := strings.Cut(e.Action, ":")
		return fmt.Sprintf("%s failed: %s is busy or limits the calls of this account (%s: %s); "+
			"try again later", e.Action, strings.ToUpper(service), e.Code, Short(e.Message, 120))
	case strings.HasSuffix(e.Code, "LimitExceeded"):
		return fmt.Sprintf("%s failed: %s: %s Ask for a higher quota in Service Quotas, or remove "+
			"what is not needed, then try again", e.Action, e.Code, Short(e.Message, 120))
	case e.Code != "":
		return fmt.Sprintf("%s failed: %s: %s", e.Action, e.Code, Short(e.Message, 190))
	case errors.Is(e.Err, context.DeadlineExceeded):
		return e.Action + " did not answer in time; try again"
	}
	return fmt.Sprintf("%s failed: %s", e.Action, Short(e.Err.Error(), 190))
}

// denied says which role may not do what to which object, and which policy says so.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html has the forms of
// the message: "User: ARN is not authorized to perform: ACTION on resource: ARN because no
// permissions boundary allows the ACTION action", or "... with an explicit deny in a service
// control policy: ARN".
func denied(action, message string) string {
	message, _, _ = strings.Cut(message, "Encoded authorization failure message")
	message = strings.TrimSpace(message)
	_, rest, told := strings.Cut(message, " on resource: ")
	object, why, found := strings.Cut(rest, " because ")
	if !found {
		object, why, found = strings.Cut(rest, " with ")
	}
	if !told || !found {
		return fmt.Sprintf("%s is denied (%s): allow it for the role of this function, in its "+
			"permissions boundary and in your organization's policies, then try again",
			action, Short(message, 110))
	}
	why, policy, _ := strings.Cut(why, ": ")
	why = strings.TrimSuffix(strings.TrimSuffix(why, "."), " the "+action+" action")
	if strings.HasSuffix(why, " allows") {
		why += " it"
	}
	if policy != "" {
		why += " (" + strings.TrimSuffix(policy[strings.LastIndex(policy, "/")+1:], ".") + ")"
	}
	who := "the role of this function"
	if _, session, ok := strings.Cut(message, ":assumed-role/"); ok {
		who, _, _ = strings.Cut(session, "/")
	}
	if object = " on " + object[strings.LastIndex(object, ":")+1:]; object == " on *" {
		object = ""
	}
	return fmt.Sprintf("%s is denied for %s%s: %s. Change that policy, then try again", action,
		Short(who, 64), Short(object, 60), Short(why, 90))
}
