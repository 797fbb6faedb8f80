package fakeec2

import (
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// operation is a request that was decoded: run checks it, applies it and writes the response.
type operation func(*run) error

// run is one request at work, with the Cloud locked.
type run struct {
	*Cloud
	call Call
	role Role
	now  time.Time
	dry  bool
	out  document
	done Write

	moments map[string]time.Time // per object, whose state this read shows
}

// refusal is an error that EC2 answers with.
type refusal struct {
	code, message string
	status        int
}

func (r refusal) Error() string { return r.code + ": " + r.message }

func refuse(code, format string, args ...any) error {
	return refusal{code, fmt.Sprintf(format, args...), http.StatusBadRequest}
}

// errHang is no answer at all.
var errHang = refusal{code: "no answer"}

// decoder gives the operation of an action, nil where there is none.
func decoder(action string) func(*params) operation {
	switch action {
	case "DescribeVpcs":
		return describing("VpcId", (*run).shelfOfVPCs)
	case "DescribeVpcAttribute":
		return describeVPCAttribute
	case "ModifyVpcAttribute":
		return modifyVPCAttribute
	case "DescribeSubnets":
		return describing("SubnetId", (*run).shelfOfSubnets)
	case "DescribeRouteTables":
		return describing("RouteTableId", (*run).shelfOfTables)
	case "DescribeVpcEndpointServices":
		return describing("ServiceName", (*run).shelfOfServices)
	case "DescribeVpcEndpoints":
		return describing("VpcEndpointId", (*run).shelfOfEndpoints)
	case "CreateVpcEndpoint":
		return createEndpoint
	case "ModifyVpcEndpoint":
		return modifyEndpoint
	case "DeleteVpcEndpoints":
		return deleteEndpoints
	case "CreateTags":
		return createTags
	case "DeleteTags":
		return deleteTags
	case "DescribeTags":
		return describing("", (*run).shelfOfTags)
	case "DescribeInstances":
		return describing("InstanceId", (*run).shelfOfInstances)
	case "DescribeVolumes":
		return describing("VolumeId", (*run).shelfOfVolumes)
	case "DescribeNetworkInterfaces":
		return describing("NetworkInterfaceId", (*run).shelfOfInterfaces)
	case "DescribeSecurityGroups":
		return describing("GroupId", (*run).shelfOfGroups)
	}
	return nil
}

// answer runs one request. A fault's refusal comes before anything else, as a throttle does.
func (w wire) answer(call Call, form url.Values, fault Fault) Answer {
	c := w.cloud
	if fault.Code != "" {
		status := max(fault.Status, http.StatusBadRequest)
		return w.failed(refusal{fault.Code, fault.Message, status}, call.N)
	}
	decode := w.decode(call.Action)
	if decode == nil {
		c.breach("unknown action %q", call.Action)
		return w.failed(refusal{"InvalidAction", "The action " + call.Action + " is not valid " +
			"for this web service.", http.StatusBadRequest}, call.N)
	}
	p := newParams(form, w.version)
	dry, _ := p.flag("DryRun")
	operation := decode(p)
	if wrong := p.rest(); len(wrong) > 0 {
		c.breach("%s: %v", call.Action, wrong)
		return w.failed(refuse("UnknownParameter", "%v", wrong), call.N)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.advance(now)
	r := &run{Cloud: c, call: call, role: w.role, now: now, dry: dry}
	r.done = Write{N: call.N, At: now, Role: w.role.Name, Note: call.Note, Action: call.Action,
		Query: call.Query}
	r.out.open(call.Action + "Response")
	err := w.write(&r.out, call.Action, requestID(call.N), func() error { return operation(r) })
	if err != nil {
		return w.failed(err, call.N)
	}
	r.out.close(call.Action + "Response")
	if len(r.done.Changes) > 0 {
		c.journal = append(c.journal, r.done)
	}
	return Answer{Status: http.StatusOK, Body: r.out.String()}
}

// failed gives an error in the service's form.
func (d dialect) failed(err error, n int) Answer {
	r, ok := err.(refusal)
	if !ok {
		r = refusal{"InternalError", err.Error(), http.StatusInternalServerError}
	}
	if r == errHang {
		return Answer{Hang: true}
	}
	return d.refuse(r, requestID(n))
}

func requestID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
