package gatewayendpoint

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	mostTags = 50 // of a resource; those of AWS itself do not count
	joiners  = 5  // of them stay free: every other resource that shares the endpoint adds one
)

// tags gives what an endpoint is made with: this resource's marks and the customer's tags.
func (e *ensure) tags(ctx context.Context) ([]types.Tag, error) {
	group := e.request.Properties.TagsOf
	if group == "" {
		return e.marks.all(), nil
	}
	theirs, err := e.read(ctx, group)
	if err != nil {
		return nil, err
	}
	tags, left := e.marks.with(theirs)
	if e.note = ""; left != nil {
		e.note = fmt.Sprintf("%d tags of %s did not fit on the endpoint, which takes %d, some of "+
			"them for what shares it: %s", len(left), group, mostTags, strings.Join(left, ", "))
		e.request.Log.Warn("tags left out", "of", group, "keys", left)
	}
	return tags, nil
}

// read gives a resource's tags. One that was just made may not show them yet; it is asked again a
// few times, since CloudFormation puts tags of its own on everything.
func (e *ensure) read(ctx context.Context, resource string) ([]types.Tag, error) {
	for pause := 2 * time.Second; ; pause *= 2 {
		tags, err := ec2util.Tags(ctx, ec2util.Making(), e.api, resource)
		if err != nil || tags != nil || pause > 8*time.Second || ec2util.Pause(ctx, pause) != nil {
			return tags, err
		}
	}
}

// with adds the customer's tags, in the order of their keys, to the marks, and lists the keys for
// which there was no room. Left out are AWS's own tags, the name of the resource they come from,
// and keys that are marks: they would say something else of whose the endpoint is.
func (m marks) with(theirs []types.Tag) (all []types.Tag, left []string) {
	all = m.all()
	theirs = slices.SortedFunc(slices.Values(theirs), func(a, b types.Tag) int {
		return strings.Compare(aws.ToString(a.Key), aws.ToString(b.Key))
	})
	for _, t := range theirs {
		key := aws.ToString(t.Key)
		switch {
		case strings.HasPrefix(strings.ToLower(key), "aws:"), key == "Name", m.reserves(key):
		case len(all) < mostTags-joiners:
			all = append(all, tag(key, aws.ToString(t.Value)))
		default:
			left = append(left, key)
		}
	}
	return all, left
}

// reserves tells whether a key is a mark, of this resource or of another one.
func (m marks) reserves(key string) bool {
	return strings.HasPrefix(key, m.prefix+"user/") || slices.ContainsFunc(m.all(),
		func(own types.Tag) bool { return aws.ToString(own.Key) == key })
}
