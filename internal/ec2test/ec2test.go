// Package ec2test is what the small fakes of EC2 in the functions' tests share: a journal, scripted
// failures, and EC2's filters.
package ec2test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

// Journal records calls in order and fails those that a test wants to fail.
type Journal struct {
	Fail  map[string][]error // per operation, one for each call; nil lets a call through
	Calls []string           // OPERATION, or OPERATION DETAIL for those that write
}

// Call records an operation and gives the failure that is due, if any. detail is for operations
// that write.
func (j *Journal) Call(operation string, detail ...string) error {
	j.Calls = append(j.Calls, strings.Join(append([]string{operation}, detail...), " "))
	due := j.Fail[operation]
	if len(due) == 0 {
		return nil
	}
	j.Fail[operation] = due[1:]
	return due[0]
}

// Writes lists the recorded calls that change something, in order.
func (j *Journal) Writes() []string {
	return slices.DeleteFunc(slices.Clone(j.Calls), func(call string) bool {
		return strings.HasPrefix(call, "Describe")
	})
}

// Count tells how often an operation was called.
func (j *Journal) Count(operation string) (n int) {
	for _, call := range j.Calls {
		if name, _, _ := strings.Cut(call, " "); name == operation {
			n++
		}
	}
	return n
}

// Error is a failure as EC2 gives it.
func Error(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

// Passes tells whether an object with these fields passes all filters. An unknown filter is the
// error that EC2 gives for it.
func Passes(filters []types.Filter, fields map[string][]string) (bool, error) {
	pass := true
	for _, filter := range filters {
		have, known := fields[aws.ToString(filter.Name)]
		if !known && !strings.HasPrefix(aws.ToString(filter.Name), "tag:") {
			return false, Error("InvalidFilter", fmt.Sprintf("The filter '%s' is invalid",
				aws.ToString(filter.Name)))
		}
		pass = pass && slices.ContainsFunc(filter.Values, func(value string) bool {
			return slices.Contains(have, value)
		})
	}
	return pass, nil
}
