package customresource

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/cfn"
)

// Limits of a response.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
const (
	maxBody = 4096 // bytes, inclusive
	maxID   = 1024 // bytes
)

// encode makes the answer to an event. Its body always fits and always parses.
func encode(event cfn.Event, done outcome, claimed string) ([]byte, cfn.Response) {
	response := cfn.Response{
		Status: cfn.StatusSuccess, RequestID: event.RequestID, StackID: event.StackID,
		LogicalResourceID: event.LogicalResourceID, NoEcho: done.answer.NoEcho,
		Reason: clean(done.answer.Reason),
	}
	var err error
	response.PhysicalResourceID, err = physicalID(event, done.answer.PhysicalID, claimed)
	data, invalid := attributes(done.answer.Data)
	response.Data = data
	if err = cmp.Or(done.err, err, invalid); err != nil {
		fail(&response, err)
	}
	if body, ok := fit(&response); ok {
		return body, response
	}
	if response.Data != nil {
		fail(&response, fmt.Errorf("the data of the resource does not fit into the %d bytes of "+
			"an answer to CloudFormation", maxBody))
	}
	body, ok := fit(&response)
	if !ok { // the event's own ids are oversized: nothing else can be left out
		response.PhysicalResourceID = noneID(event)
		fail(&response, errors.New("the answer does not fit into 4096 bytes"))
		body, _ = fit(&response)
	}
	return body, response
}

func fail(response *cfn.Response, err error) {
	response.Status, response.Data, response.NoEcho = cfn.StatusFailed, nil, false
	response.Reason = cmp.Or(clean(err.Error()), "failed without a reason; see the function's log")
}

// attributes turns a function's data into what Fn::GetAtt reads: an object of strings.
func attributes(data any) (map[string]any, error) {
	if data == nil {
		return nil, nil
	}
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("the function's data is not JSON: %w", err)
	}
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("the function's data is not an object of strings: %w", err)
	}
	all := make(map[string]any, len(texts))
	for key, text := range texts {
		all[key] = text
	}
	return all, nil
}

// physicalID picks the id: a Delete keeps the event's; else the function's answer, its claim, the
// event's, and at last one made from the stack and the logical id. An id that CloudFormation would
// refuse (it makes up another one then) is an error.
func physicalID(event cfn.Event, answered, claimed string) (string, error) {
	if event.RequestType == cfn.RequestDelete && event.PhysicalResourceID != "" {
		return event.PhysicalResourceID, nil
	}
	id := cmp.Or(answered, claimed, event.PhysicalResourceID, noneID(event))
	odd := strings.IndexFunc(id, func(r rune) bool { return r < ' ' || r > '~' })
	if len(id) <= maxID && odd < 0 {
		return id, nil
	}
	return cmp.Or(event.PhysicalResourceID, noneID(event)),
		errors.New("the function's physical id is longer than 1024 bytes or not plain ASCII")
}

// noneID is the id of a resource that was not made. It depends on nothing that changes between two
// deliveries of a request.
func noneID(event cfn.Event) string {
	sum := sha256.Sum256([]byte(event.StackID + "\x00" + event.LogicalResourceID))
	return "none:" + hex.EncodeToString(sum[:8])
}

// clean puts a reason on one line.
func clean(reason string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(reason, "?")), " ")
}

// fit encodes a response, with its reason cut where that makes it fit.
func fit(response *cfn.Response) ([]byte, bool) {
	if body := marshal(response); len(body) <= maxBody {
		return body, true
	}
	full := response.Reason
	var ends []int // where the reason may be cut: between characters
	for i := range full {
		ends = append(ends, i)
	}
	with := func(n int) []byte {
		response.Reason = full[:ends[n]] + "…"
		return marshal(response)
	}
	n := sort.Search(len(ends), func(n int) bool { return len(with(n)) > maxBody }) - 1
	if n < 1 {
		response.Reason = full
		return nil, false
	}
	return with(n), utf8.ValidString(response.Reason)
}

// marshal writes JSON without escaping < > &, which would cost six bytes each.
func marshal(response *cfn.Response) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(response) != nil {
		return nil // strings and a map of strings always encode
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}
