package customresource

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
)

// parse reads an event. Numbers stay as they were written. The event is as complete as it could be
// read even beside an error, so that a malformed one can still be answered.
func parse(raw []byte) (cfn.Event, error) {
	var event cfn.Event
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&event); err != nil {
		return salvage(raw), fmt.Errorf("the event is not one of CloudFormation's: %w", err)
	}
	switch event.RequestType {
	case cfn.RequestCreate, cfn.RequestDelete:
	case cfn.RequestUpdate:
		if event.PhysicalResourceID == "" {
			return event, errors.New("the event has no PhysicalResourceId")
		}
	default:
		return event, fmt.Errorf("request type %q is none of Create, Update, Delete",
			event.RequestType)
	}
	if event.RequestID == "" || event.StackID == "" || event.LogicalResourceID == "" {
		return event, errors.New("the event lacks RequestId, StackId or LogicalResourceId")
	}
	return event, nil
}

// salvage reads what is needed to answer from an event with other fields of the wrong type.
func salvage(raw []byte) cfn.Event {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return cfn.Event{}
	}
	text := func(name string) (s string) {
		_ = json.Unmarshal(fields[name], &s) // stays empty
		return s
	}
	return cfn.Event{
		RequestType: cfn.RequestType(text("RequestType")), RequestID: text("RequestId"),
		ResponseURL: text("ResponseURL"), StackID: text("StackId"),
		LogicalResourceID:  text("LogicalResourceId"),
		PhysicalResourceID: text("PhysicalResourceId"),
	}
}

// usable tells why an answer cannot be sent to a URL. The URL is a secret and not in the error.
func usable(responseURL string) error {
	u, err := url.Parse(responseURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("the event has no usable ResponseURL; was it sent by CloudFormation?")
	}
	return nil
}

// expiry gives the moment at which CloudFormation stops waiting: when it sent the event plus
// ServiceTimeout (3600 s by default).
func expiry(event cfn.Event) (time.Time, bool) {
	sent := sent(event)
	return sent.Add(serviceTimeout(event)), !sent.IsZero()
}

// sent gives the date of the response URL's signature. The URL's form is no contract: unknown forms
// have none.
func sent(event cfn.Event) (date time.Time) {
	u, err := url.Parse(event.ResponseURL)
	if err != nil {
		return date
	}
	for key, values := range u.Query() {
		if strings.EqualFold(key, "X-Amz-Date") {
			date, _ = time.Parse("20060102T150405Z", values[0]) // zero beside an error
		}
	}
	return date
}

func serviceTimeout(event cfn.Event) time.Duration {
	seconds, err := strconv.Atoi(fmt.Sprint(event.ResourceProperties["ServiceTimeout"]))
	if err != nil || seconds < 1 || seconds > 3600 {
		seconds = 3600
	}
	return time.Duration(seconds) * time.Second
}
