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
	believed     = 4 * time.Second  // after a look, until an endpoint may have got another user
	deletedIn    = 60 * time.Second // until EC2 takes a deletion
	disappearsIn = 90 * time.Second // until a deleted endpoint is gone
)

// Delete removes this resource's endpoint when nobody else uses it, and otherwise only its own
// marks. It never fails a stack's deletion for an object that costs nothing: what cannot be removed
// stays, with the reason in the answer.
func (f function) Delete(ctx context.Context, r request) (answer, error) {
	m := marksOf(r)
	if r.Properties.Vendor == "" || m.stack == "" {
		return answer{
			Reason: "nothing to remove: without a vendor or stack id nothing is ours",
		}, nil
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
	reason := joined(append(reasons, d.all(ctx, mine)...))
	if r.Log != nil && reason != "" {
		r.Log.Info("removed or left", "result", reason)
	}
	return answer{Reason: reason}, nil
}

// remove is one run of Delete, or the end of an Update.
type remove struct {
	api   API
	marks marks
	id    string
}

// mine lists the endpoints that carry this resource's marks. The physical id, where it names a
// route table, narrows them: after a replacement the new endpoint carries the same marks. What a
// later request has taken is left out: this Delete is a copy that came late.
func (d remove) mine(ctx context.Context) (mine []types.VpcEndpoint, err error) {
	all, err := ec2util.Endpoints(ctx, ec2util.Removing(), d.api,
		ec2util.Filter("tag:"+d.marks.prefix+"managed", managedBy))
	t, narrow := parseID(d.id)
	for _, endpoint := range all {
		if d.marks.uses(endpoint) && !d.marks.late(endpoint) && (!narrow || t.fits(endpoint)) &&
			!ec2util.In(endpoint, types.StateDeleted) {
			mine = append(mine, endpoint)
		}
	}
	return mine, err
}

// sweep removes what earlier requests have left on route tables other than those of two ids. A
// template that retains what it replaces would lose it here: ours do not.
func (d remove) sweep(ctx context.Context, ids ...string) []string {
	mine, _ := d.mine(ctx) // what cannot be seen stays
	return d.all(ctx, slices.DeleteFunc(mine, func(endpoint types.VpcEndpoint) bool {
		since, _ := d.marks.since(endpoint)
		return since.IsZero() || !since.Before(d.marks.sent) ||
			slices.ContainsFunc(ids, func(id string) bool {
				t, ok := parseID(id)
				return ok && t.fits(endpoint)
			})
	}))
}

// all removes or hands over endpoints and says which.
func (d remove) all(ctx context.Context, endpoints []types.VpcEndpoint) (reasons []string) {
	for _, endpoint := range endpoints {
		id := aws.ToString(endpoint.VpcEndpointId)
		reason, err := d.one(ctx, id)
		if err != nil {
			reason = fmt.Sprintf("%s is left in place: %v", id, err)
		}
		reasons = append(reasons, reason)
	}
	return reasons
}

func joined(reasons []string) string {
	return strings.Join(slices.DeleteFunc(reasons, func(s string) bool { return s == "" }), "; ")
}

// one removes or hands over one endpoint. What the list showed may be old, and another stack may
// have joined since: it is looked at right before every attempt, and after it was handed over, as
// the other user may have gone in the meantime.
func (d remove) one(ctx context.Context, id string) (string, error) {
	kept, absent := "", false
	for begin := time.Now(); ; {
		now, err := ec2util.Endpoints(ctx, ec2util.Removing(), d.api,
			ec2util.Filter("vpc-endpoint-id", id))
		switch {
		case err != nil:
			return "", err
		case len(now) == 0 && (absent || ec2util.Pause(ctx, secondLook) != nil):
			return id + " is gone", nil
		case len(now) == 0:
			absent = true
			continue
		case ec2util.In(now[0], types.StateDeleting):
			return id + " is removed", d.gone(ctx, id)
		case d.marks.late(now[0]):
			return id + " stays: a later request uses it", nil
		}
		if kept == "" && !d.marks.uses(now[0]) {
			return id + " stays: its tags were changed", nil
		}
		if keep := d.keep(now[0]); keep != "" {
			if kept != "" {
				return id + " stays: " + kept, nil
			}
			if err := d.handOver(ctx, now[0]); err != nil {
				return "", err
			}
			if kept = keep; ec2util.Pause(ctx, secondLook) != nil {
				return id + " stays: " + kept, nil
			}
			continue
		}
		late, err := d.delete(ctx, id)
		if err == nil {
			return id + " is removed", d.gone(ctx, id)
		}
		if !late || time.Since(begin) > deletedIn {
			return "", err
		}
	}
}

// delete asks EC2 to delete an endpoint, for as long as the last look is believed; late tells that
// this was too short.
func (d remove) delete(ctx context.Context, id string) (late bool, err error) {
	limited, cancel := context.WithTimeout(ctx, believed)
	defer cancel()
	output, err := ec2util.Call(limited, ec2util.Removing(), "ec2:DeleteVpcEndpoints",
		d.api.DeleteVpcEndpoints, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{id}})
	if err != nil && !ec2util.IsMissing(ec2util.Code(err)) {
		return limited.Err() != nil && ctx.Err() == nil, err
	}
	if output != nil {
		for _, item := range output.Unsuccessful { // EC2 answers 200 for these, too
			if item.Error != nil && !ec2util.IsMissing(aws.ToString(item.Error.Code)) {
				return false, fmt.Errorf("ec2:DeleteVpcEndpoints failed: %s: %s",
					aws.ToString(item.Error.Code), aws.ToString(item.Error.Message))
			}
		}
	}
	return false, nil
}

// keep gives the reason why an endpoint must stay, or "".
func (d remove) keep(endpoint types.VpcEndpoint) string {
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
