package gatewayendpoint

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const (
	secondLook   = 10 * time.Second // before "nothing there" is believed
	disappearsIn = 90 * time.Second // until a deleted endpoint is gone
)

// Delete removes this resource's endpoint when nobody else uses it, and otherwise only its own
// marks. It never fails a stack's deletion for an object that costs nothing: what cannot be removed
// stays, with the reason in the answer.
func (f function) Delete(ctx context.Context, r request) (answer, error) {
	m := marksOf(r)
	if r.Properties.Vendor == "" || m.stack == "" {
		return answer{Reason: "nothing to remove: without a vendor or stack id nothing is ours"}, nil
	}
	d := remove{api: f.api, marks: m, id: r.PhysicalID}
	mine, err := d.mine(ctx)
	if err == nil && mine == nil && ec2util.Pause(ctx, secondLook) == nil {
		mine, err = d.mine(ctx) // EC2's lists lag behind what was just made
	}
	reasons := []string{}
	if err != nil {
		reasons = append(reasons, "left in place: "+err.Error())
	}
	for _, endpoint := range mine {
		reason, err := d.one(ctx, endpoint)
		if err != nil {
			reason = fmt.Sprintf("%s is left in place: %v",
				aws.ToString(endpoint.VpcEndpointId), err)
		}
		reasons = append(reasons, reason)
	}
	reason := strings.Join(reasons, "; ")
	if r.Log != nil && reason != "" {
		r.Log.Info("removed or left", "result", reason)
	}
	return answer{Reason: reason}, nil
}

// remove is one run of Delete.
type remove struct {
	api   API
	marks marks
	id    string
}

// mine lists the endpoints that carry this resource's marks. The physical id, where it names a
// route table, narrows them: after a replacement the new endpoint carries the same marks.
func (d remove) mine(ctx context.Context) ([]types.VpcEndpoint, error) {
	all, err := ec2util.Endpoints(ctx, ec2util.Removing(), d.api,
		ec2util.Filter("tag:"+d.marks.prefix+"managed", managedBy))
	if err != nil {
		return nil, err
	}
	t, narrow := parseID(d.id)
	var mine []types.VpcEndpoint
	for _, endpoint := range all {
		tables := endpoint.RouteTableIds
		fits := !narrow || (aws.ToString(endpoint.VpcId) == t.vpc &&
			strings.HasSuffix(aws.ToString(endpoint.ServiceName), "."+t.service) &&
			(len(tables) == 0 || slices.Contains(tables, t.table)))
		if fits && d.marks.uses(endpoint) && !ec2util.In(endpoint, types.StateDeleted) {
			mine = append(mine, endpoint)
		}
	}
	return mine, nil
}

// one removes or hands over one endpoint and says which.
func (d remove) one(ctx context.Context, endpoint types.VpcEndpoint) (string, error) {
	id := aws.ToString(endpoint.VpcEndpointId)
	if ec2util.In(endpoint, types.StateDeleting) {
		return id + " is removed", d.gone(ctx, id)
	}
	// What the list showed may be old; another stack may have joined since.
	now, err := ec2util.Endpoints(ctx, ec2util.Removing(), d.api,
		ec2util.Filter("vpc-endpoint-id", id))
	if err != nil {
		return "", err
	}
	if len(now) == 0 {
		return id + " is gone", nil
	}
	if keep := d.keep(now[0]); keep != "" {
		return id + " stays: " + keep, d.handOver(ctx, now[0])
	}
	output, err := ec2util.Call(ctx, ec2util.Removing(), "ec2:DeleteVpcEndpoints",
		d.api.DeleteVpcEndpoints, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}})
	if err != nil && !ec2util.IsMissing(ec2util.Code(err)) {
		return "", err
	}
	if output != nil {
		for _, item := range output.Unsuccessful { // EC2 answers 200 for these, too
			if item.Error != nil && !ec2util.IsMissing(aws.ToString(item.Error.Code)) {
				return "", fmt.Errorf("ec2:DeleteVpcEndpoints failed: %s: %s",
					aws.ToString(item.Error.Code), aws.ToString(item.Error.Message))
			}
		}
	}
	return id + " is removed", d.gone(ctx, id)
}

// keep gives the reason why an endpoint must stay, or "".
func (d remove) keep(endpoint types.VpcEndpoint) string {
	if !d.marks.uses(endpoint) {
		return "its tags were changed"
	}
	if others, _ := d.marks.others(endpoint); others > 0 {
		return fmt.Sprintf("%d other users depend on it", others)
	}
	foreign := len(endpoint.RouteTableIds)
	if t, ok := parseID(d.id); ok && slices.Contains(endpoint.RouteTableIds, t.table) {
		foreign--
	} else if !ok && foreign == 1 {
		foreign = 0 // the create that failed gave it one route table
	}
	if foreign > 0 {
		return "route tables were added to it"
	}
	return ""
}

// handOver takes this resource's marks off an endpoint that stays; the last of a stack takes the
// stack's marks with it.
func (d remove) handOver(ctx context.Context, endpoint types.VpcEndpoint) error {
	if d.marks.mode(endpoint) == adopted {
		return nil
	}
	tags := []types.Tag{{Key: aws.String(d.marks.user())}}
	if _, sameStack := d.marks.others(endpoint); !sameStack && d.marks.mode(endpoint) == owned {
		for _, name := range []string{"stack", "logical", "request"} {
			tags = append(tags, types.Tag{Key: aws.String(d.marks.prefix + name)})
		}
	}
	_, err := ec2util.Call(ctx, ec2util.Removing(), "ec2:DeleteTags", d.api.DeleteTags,
		&ec2.DeleteTagsInput{
			Resources: []string{aws.ToString(endpoint.VpcEndpointId)}, Tags: tags,
		})
	return err
}

// gone waits until an endpoint is not there any more, in two looks.
func (d remove) gone(ctx context.Context, id string) error {
	absent := 0
	return ec2util.Poll(ctx, disappearsIn, func() (bool, string, error) {
		now, err := ec2util.Endpoints(ctx, ec2util.Removing(), d.api,
			ec2util.Filter("vpc-endpoint-id", id))
		absent++
		if len(now) > 0 && !ec2util.In(now[0], types.StateDeleted) {
			absent = 0
		}
		return absent >= 2, "its deletion has begun and is not finished", err
	})
}
