package leftovers

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"byocfn/internal/ec2test"
)

const (
	thisStack = "arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/kelp/5f0c-guid"
	roleARN   = "arn:aws-cn:iam::111122223333:role/house/kelp/kelp-role"
)

func ask(p properties) request {
	return request{StackID: thisStack, LogicalID: "Leftovers", PhysicalID: "leftovers/5f0c-guid",
		Properties: p, Log: slog.New(slog.DiscardHandler)}
}

// everything asks for all kinds of things tagged made-by=kelp* in one VPC.
func everything() properties {
	tag := []string{"tag:made-by", "kelp*"}
	in := func(kind string) []string {
		return append(append([]string{kind}, tag...), "vpc-id", "vpc-7")
	}
	return properties{
		Find: [][]string{in("instances"), append([]string{"volumes"}, tag...),
			in("networkInterfaces"), in("securityGroups"), in("vpcEndpoints")},
		Remove: []string{"Close every reef in the console.", "Delete the disks", "Detach them",
			"Close every reef in the console", "Close every reef in the console"},
		RoleArns: []string{roleARN}, RemoveProfiles: []string{"Delete them with the AWS CLI"},
		Profiles: []string{"kelp-Profile-1A"},
	}
}

func thingOf(kind, id string, fields ...string) object {
	o := object{kind, id, map[string]string{"tag:made-by": "kelp*", "vpc-id": "vpc-7"}}
	if kind == "volume" {
		delete(o.fields, "vpc-id")
	}
	for i := 0; i < len(fields); i += 2 {
		o.fields[fields[i]] = fields[i+1]
	}
	return o
}

func running(id string, fields ...string) object {
	return thingOf("instance", id, append([]string{"instance-state-name", "running"}, fields...)...)
}

func TestDelete(t *testing.T) {
	busy := ec2test.Error("RequestLimitExceeded", "Request limit exceeded.")
	slow := ec2test.Error("Throttling", "Rate exceeded")
	no := ec2test.Error("UnauthorizedOperation", "You are not authorized.")
	refused := ec2test.Error("AccessDenied", "no permissions boundary allows it")
	tests := []struct {
		name     string
		objects  []object
		profiles []string
		fail     map[string][]error
		left     string // between "Still there: " and the first way to remove; empty: the deletion goes on
		says     string // in the reason
		took     time.Duration
	}{
		{name: "nothing"},
		{name: "the role is gone", profiles: nil},
		{name: "only the stack's own profile", profiles: []string{"kelp-Profile-1A"}},
		{name: "one", objects: []object{running("i-1")}, left: "1 instance tagged made-by=kelp* (i-1).",
			says: "Close every reef in the console. Then delete the stack again"},
		{name: "three", objects: []object{running("i-1"), running("i-2"), running("i-3")},
			left: "3 instances tagged made-by=kelp* (i-1, i-2, i-3)."},
		{name: "more than are shown, stopped ones too", left: "5 instances tagged made-by=kelp* (i-1, i-2, i-3, …).",
			objects: []object{running("i-1"), running("i-2"), running("i-3"),
				running("i-4", "instance-state-name", "stopped"), running("i-5", "instance-state-name", "pending")}},
		{name: "going away already", objects: []object{
			running("i-1", "instance-state-name", "shutting-down"), running("i-2", "instance-state-name", "terminated"),
			thingOf("volume", "vol-1", "status", "deleting"), thingOf("endpoint", "vpce-1", "state", "deleting"),
			thingOf("endpoint", "vpce-2", "state", "deleted")}},
		{name: "somebody else's", objects: []object{
			running("i-1", "tag:made-by", "kelpie"), running("i-2", "vpc-id", "vpc-8"),
			running("i-3", "tag:aws:cloudformation:stack-id", thisStack), thingOf("volume", "vol-1", "status", "in-use")}},
		{name: "of another stack", left: "1 instance tagged made-by=kelp* (i-3).", objects: []object{
			running("i-3", "tag:aws:cloudformation:stack-id", thisStack+"-2")}},
		{name: "one of each", profiles: []string{"kelp-Profile-1A", "node-1", "node-2"},
			left: "1 instance tagged made-by=kelp*, 1 unattached volume, " +
				"1 network interface, 1 security group, 1 VPC endpoint, 2 instance profiles with kelp-role.",
			says: " Close every reef in the console. The rest: see the README. Then",
			objects: []object{running("i-1"), thingOf("volume", "vol-1", "status", "available"),
				thingOf("interface", "eni-1"), thingOf("group", "sg-1"), thingOf("endpoint", "vpce-1", "state", "available")}},
		{name: "profiles on a second page", profiles: []string{"a", "kelp-Profile-1A", "b", "c"},
			left: "3 instance profiles with kelp-role (a, b, c).", says: "Delete them with the AWS CLI. Then"},
		{name: "throttled", objects: []object{running("i-1")}, left: "1 instance tagged made-by=kelp* (i-1).",
			fail: map[string][]error{"DescribeInstances": {busy}, "ListInstanceProfilesForRole": {slow, slow}},
			took: 10 * time.Second},
		{name: "may not see anything", objects: []object{running("i-1")}, says: "instance profiles, instances: some may be left",
			fail: map[string][]error{"DescribeInstances": {no}, "ListInstanceProfilesForRole": {refused}}},
		{name: "may not see instances, sees the rest", profiles: []string{"a"}, objects: []object{running("i-1")},
			fail: map[string][]error{"DescribeInstances": {no}}, left: "1 instance profile with kelp-role (a)."},
		{name: "does not come to know", fail: map[string][]error{"DescribeVolumes": {ec2test.Error("AuthError", strings.Repeat("ß", 400))}},
			left: "-", says: "DescribeVolumes failed: AuthError: ß"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{objects: test.objects, profiles: test.profiles}
				f.Fail = test.fail
				begin := time.Now()
				got, err := New(f, f).Delete(t.Context(), ask(everything()))
				if took := time.Since(begin); took > test.took {
					t.Errorf("took %v", took)
				}
				text := got.Reason
				if err != nil {
					text = err.Error()
				}
				switch {
				case (err != nil) != (test.left != ""):
					t.Errorf("error %v, want %q", err, test.left)
				case err != nil && (length(text) >= 300 || !strings.HasSuffix(text, again("Leftovers"))):
					t.Errorf("%d characters: %s", length(text), text)
				case len(test.left) > 1 && !strings.HasPrefix(text, "Still there: "+test.left):
					t.Errorf("got %s\nwant %s", text, test.left)
				case !strings.Contains(text, test.says):
					t.Errorf("got %s\nwant %s", text, test.says)
				}
			})
		})
	}
}

// TestNothingIsLookedForBeforeADeletion: Create and Update only read their properties, and the
// physical id stays, so that no update deletes what it replaces.
func TestNothingIsLookedForBeforeADeletion(t *testing.T) {
	f := &fake{objects: []object{running("i-1")}}
	first, err := New(f, f).Create(t.Context(), ask(everything()))
	if err != nil || first.PhysicalID != "leftovers/5f0c-guid" {
		t.Fatal(first, err)
	}
	second, err := New(f, f).Update(t.Context(), ask(properties{}))
	if err != nil || second.PhysicalID != first.PhysicalID || len(f.Calls) > 0 {
		t.Error(second, err, f.Calls)
	}
	for want, spoil := range map[string]func(*properties){
		"does not know":  func(p *properties) { p.Find[1][0] = "snapshots" },
		"pairs of":       func(p *properties) { p.Find[1] = []string{"volumes"} },
		"filter and":     func(p *properties) { p.Find[0] = p.Find[0][:4] },
		"go in pairs":    func(p *properties) { p.Remove = p.Remove[1:] },
		"same number of": func(p *properties) { p.RoleArns = nil },
	} {
		p := everything()
		spoil(&p)
		got, err := New(f, f).Create(t.Context(), ask(p))
		if err == nil || !strings.Contains(err.Error(), want) || got.PhysicalID != "" {
			t.Errorf("%q, %v, want no id and %s", got.PhysicalID, err, want)
		}
	}
}

// TestDeleteOfWhatWasNotMade: when Create fails or is never answered, the launch rolls back with an id
// that Create did not give, and nothing of other stacks in the same VPC may hold that up.
func TestDeleteOfWhatWasNotMade(t *testing.T) {
	for id, looks := range map[string]bool{
		"none:0123456789abcdef":        false, // the runtime's, after a Create that failed
		"kelp-Leftovers-1ABCDEF2GHIJ3": false, // CloudFormation's, after no answer
		"leftovers-Leftovers-1ABCDEF2": false,
		"leftovers":                    false,
		"":                             false,
		"leftovers/":                   true,
		"leftovers/5f0c-guid":          true,
		"leftovers/of-another-stack":   true, // a resource may be moved between stacks
	} {
		f := &fake{objects: []object{running("i-1")}}
		r := ask(everything())
		r.PhysicalID = id
		if _, err := New(f, f).Delete(t.Context(), r); (err != nil) != looks || (len(f.Calls) > 0) != looks {
			t.Errorf("%q: %v after the calls %v", id, err, f.Calls)
		}
	}
}

// TestOnlyTheLastPropertiesCount: what a release asks for no more is not looked for.
func TestOnlyTheLastPropertiesCount(t *testing.T) {
	f := &fake{objects: []object{running("i-1")}}
	now, before := ask(everything()), everything()
	now.Properties.Find, now.Properties.Remove = now.Properties.Find[1:], now.Properties.Remove[1:]
	now.Old, now.PhysicalID = before, "leftovers/of-another-stack"
	if got, err := New(f, f).Update(t.Context(), now); err != nil || got.PhysicalID != now.PhysicalID || len(f.Calls) > 0 {
		t.Error(got, err, f.Calls)
	}
	if _, err := New(f, f).Delete(t.Context(), now); err != nil {
		t.Error(err)
	}
}

// TestDeleteWithOddProperties: another release may have written them.
func TestDeleteWithOddProperties(t *testing.T) {
	f := &fake{objects: []object{running("i-1")}, profiles: []string{"a"}}
	p := everything()
	p.Remove, p.RemoveProfiles = nil, nil
	_, err := New(f, f).Delete(t.Context(), ask(p))
	if err == nil || !strings.Contains(err.Error(), "(i-1), 1 instance profile with kelp-role (a). Then delete") {
		t.Error(err)
	}
	if got, err := New(f, f).Delete(t.Context(), ask(properties{})); err != nil || got.Reason != "" {
		t.Error(got, err)
	}
}

// TestReasonsFit: whatever is found, the reason is short and ends with the way on.
func TestReasonsFit(t *testing.T) {
	for _, n := range []int{0, 1, 7, 60, 200, 999} {
		for _, m := range []int{0, 1, 90, 140, 145, 200, 999} {
			l := leftover{one: "x", many: "xs", which: strings.Repeat("é", n), ids: []string{"i-1", "i-2", "i-3", "i-4"},
				remove: strings.Repeat("y", m)}
			text := reason([]leftover{l, l}, "Leftovers")
			if length(text) > longest || !strings.HasPrefix(text, "Still there: 4 xs") || !strings.HasSuffix(text, " "+again("Leftovers")) {
				t.Errorf("%d, %d: %d characters: %s", n, m, length(text), text)
			}
		}
	}
}
