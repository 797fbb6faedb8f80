package proof

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// shipped is a small product; change alters it as a later release would.
func shipped(change func(*plan.Plan)) *plan.Plan {
	p := gated(
		res("Pond", "", &plan.Bucket{Name: cfn.Join("-", cfn.Values(cfn.String("p"), cfn.StackSuffix()))}),
		res("Pool", "", &plan.Bucket{}),
		res("Net", "", &plan.SecurityGroup{Description: "old", VPC: cfn.Ref("VpcId")}),
		res("Diver", "", &plan.Role{Path: cfn.Ref(plan.PathParameter)}),
		res("Gate", "", &plan.InterfaceEndpoint{Service: cfn.FindInMap("Regions",
			cfn.Ref("AWS::Region"), cfn.String("svc")), VPC: cfn.Ref("VpcId")}),
		res("Box", "", &plan.Instance{LaunchTemplate: "Form", Subnet: cfn.String("s")}),
		res("Form", "", &plan.LaunchTemplate{UserData: cfn.Sub("boot <&> ${AWS::Region}")}),
		res("FactsFunction", "", &plan.LambdaFunction{}),
		res("Facts", "", &plan.Custom{Type: "Custom::Facts", Token: cfn.GetAtt("FactsFunction", "Arn")}),
		res("Logs", "", &plan.LogGroup{}),
		res("Topic", "", &plan.Raw{Type: "AWS::SNS::Topic",
			Properties: cfn.Map{prop("TopicName", cfn.String("t")), prop("DisplayName", cfn.String("d"))}}),
	)
	p.Variant = "still"
	p.Resources[1].Keep = plan.KeepData
	if change != nil {
		change(p)
	}
	return p
}

func body[T plan.Body](p *plan.Plan, id string) T {
	return newScope(p).resources[id].Body.(T)
}

func TestCheckLock(t *testing.T) {
	rename := func(from, to string) func(*plan.Plan) {
		return func(p *plan.Plan) { newScope(p).resources[from].ID = to }
	}
	remove := func(n int) func(*plan.Plan) {
		return func(p *plan.Plan) { p.Resources = append(p.Resources[:n], p.Resources[n+1:]...) }
	}
	cases := map[string]struct {
		change func(*plan.Plan)
		want   []string
	}{
		"nothing": {nil, nil},
		"other order": {func(p *plan.Plan) {
			p.Resources[0], p.Resources[3] = p.Resources[3], p.Resources[0]
		}, nil},
		"something new": {func(p *plan.Plan) { p.Resources = append(p.Resources, res("New", "", &plan.Bucket{})) }, nil},
		"named bucket gone": {remove(0),
			[]string{"locked: AWS::S3::Bucket Pond is removed, but its name is fixed"}},
		"kept bucket renamed": {rename("Pool", "Poole"),
			[]string{"locked: Pool is removed and made anew as Poole, but holds data"}},
		"function renamed": {func(p *plan.Plan) {
			rename("FactsFunction", "FactFunction")(p)
			body[*plan.Custom](p, "Facts").Token = cfn.GetAtt("FactFunction", "Arn")
		}, []string{"locked: ServiceToken changes, but CloudFormation refuses", "locked: made anew as FactFunction"}},
		"group's description": {func(p *plan.Plan) { body[*plan.SecurityGroup](p, "Net").Description = "new" },
			[]string{"locked: Net is replaced, because GroupDescription changes"}},
		"name given later": {func(p *plan.Plan) { body[*plan.Bucket](p, "Pool").Name = cfn.String("pool") },
			[]string{"locked: BucketName changes, but holds data"}},
		"name through the escape hatch": {func(p *plan.Plan) {
			newScope(p).resources["Pool"].Extra = cfn.Map{prop("BucketName", cfn.String("x"))}
		}, []string{"locked: BucketName"}},
		"boot script": {func(p *plan.Plan) { body[*plan.LaunchTemplate](p, "Form").UserData = cfn.String("new") },
			[]string{"replaces: every customer who updates gets a new Box, and its disk is lost: UserData changed"}},
		"bigger disk": {func(p *plan.Plan) { body[*plan.LaunchTemplate](p, "Form").DiskSize = 9 },
			[]string{"replaces: Disk"}},
		"template's own properties": {func(p *plan.Plan) {
			newScope(p).resources["Form"].Extra = cfn.Map{prop("EbsOptimized", cfn.Bool(true))}
		}, []string{"replaces: LaunchTemplate"}},
		"another template": {func(p *plan.Plan) {
			p.Resources = append(p.Resources, res("Form2", "",
				&plan.LaunchTemplate{UserData: cfn.String("other")}))
		}, nil},
		"a function's role": {func(p *plan.Plan) {
			p.Resources[3].Section = plan.Functions
		}, []string{"replaces: Diver is removed"}},
		"regional fact": {func(p *plan.Plan) { p.Mapping.Rows[1].Cols[0].Value = cfn.String("moved") },
			[]string{"replaces: every customer who updates gets a new Gate: svc in us-west-2 changed"}},
		"new region": {func(p *plan.Plan) {
			p.Mapping.Rows = append(p.Mapping.Rows, plan.MappingRow{Key: "me-south-1",
				Cols: cfn.Map{prop("svc", cfn.String("z"))}})
		}, nil},
		"unnamed role":  {remove(3), []string{"replaces: Diver is removed at every"}},
		"log group":     {remove(9), nil},
		"raw, in place": {func(p *plan.Plan) { body[*plan.Raw](p, "Topic").Properties[1].Value = cfn.String("e") }, nil},
		"raw, create-only": {func(p *plan.Plan) { body[*plan.Raw](p, "Topic").Properties[0].Value = cfn.String("e") },
			[]string{"locked: TopicName"}},
		"now behind a switch": {func(p *plan.Plan) {
			p.Resources[1].Gate = []plan.Literal{{Not: true, Atom: "Siren"}}
		}, []string{"locked: Pool is removed, except where not Siren"}},
		"another type": {func(p *plan.Plan) { p.Resources[2].Body = &plan.Bucket{} },
			[]string{"locked: AWS::EC2::SecurityGroup Net is removed"}},
	}
	older := Take(shipped(nil))
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { expect(t, since(shipped(c.change), older), c.want...) })
	}
	if found := since(shipped(cases["boot script"].change), older); found.HasErrors() {
		t.Error("a replaced instance is a warning")
	}
	if found := since(shipped(cases["named bucket gone"].change), older); !found.HasErrors() {
		t.Error("a lost bucket is an error")
	}
}

func TestLongValuesAreDigested(t *testing.T) {
	script := strings.Repeat("boot\n", 99)
	lock := Take(shipped(func(p *plan.Plan) {
		body[*plan.LaunchTemplate](p, "Form").UserData = cfn.String(script)
	}))
	got := lock.Resources[0].Properties["UserData"]
	if lock.Resources[0].ID != "Box" || len(got) != len("sha256:")+64 {
		t.Errorf("%+v", lock.Resources[0])
	}
}

func TestGateLoosenedIsNoChange(t *testing.T) {
	gate := func(p *plan.Plan) { p.Resources[1].Gate = []plan.Literal{{Atom: "Siren"}} }
	if got := Compare(Take(shipped(gate)), Take(shipped(nil))); got != nil {
		t.Errorf("%+v", got)
	}
}

// TestNestedCreateOnly: a change beside a create-only property of a mapping replaces nothing, and what
// cannot be followed counts as a whole.
func TestNestedCreateOnly(t *testing.T) {
	lock := func(pool cfn.Value) Lock {
		return Take(gated(res("Pool", "", &plan.Raw{Type: "AWS::Chime::MediaPipelineKinesisVideoStreamPool",
			Properties: cfn.Map{prop("StreamConfiguration", pool)}})))
	}
	stream := func(region string, hours int64) cfn.Value {
		return cfn.Map{prop("Region", cfn.String(region)), prop("DataRetentionInHours", cfn.Int(hours))}
	}
	for _, c := range []struct {
		older, newer cfn.Value
		want         string
	}{
		{stream("us-east-1", 1), stream("us-east-1", 17), ""},
		{stream("us-east-1", 1), stream("us-west-2", 1), "StreamConfiguration.Region"},
		{stream("us-east-1", 1), cfn.Map{}, "StreamConfiguration.Region"},
		{cfn.If("Siren", stream("a", 1), stream("b", 2)), cfn.If("Siren", stream("a", 1), stream("b", 3)),
			"StreamConfiguration.Region"},
	} {
		got := ""
		for _, change := range Compare(lock(c.older), lock(c.newer)) {
			got += change.Property
		}
		if got != c.want {
			t.Errorf("%v to %v: got %q, want %q", c.older, c.newer, got, c.want)
		}
	}
}

// TestNewlyWatched: an older lock that did not know a property as create-only says nothing about it.
func TestNewlyWatched(t *testing.T) {
	topic := Locked{ID: "Topic", Type: "AWS::SNS::Topic", CreateOnly: []string{"FifoTopic", "TopicName"},
		Properties: map[string]string{"TopicName": "t"}}
	for _, c := range []struct {
		watched []string
		want    int
	}{{nil, 0}, {[]string{"FifoTopic"}, 0}, {[]string{"TopicName"}, 1}} {
		was := Locked{ID: "Topic", Type: topic.Type, CreateOnly: c.watched}
		got := Compare(Lock{Resources: []Locked{was}}, Lock{Resources: []Locked{topic}})
		if len(got) != c.want {
			t.Errorf("watched %q: %+v", c.watched, got)
		}
	}
}

func TestLocksSurviveTheFile(t *testing.T) {
	locks := []Lock{Take(shipped(nil)), {Template: "empty"}}
	if locks[0].Template != "pod/still" {
		t.Errorf("template %q", locks[0].Template)
	}
	data, err := WriteLocks(locks)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadLocks(data)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := WriteLocks(back)
	if !bytes.Equal(data, again) || Compare(locks[0], back[0]) != nil || Compare(back[0], locks[0]) != nil {
		t.Errorf("%s\n%s", data, again)
	}
	if !bytes.Contains(data, []byte("boot <&>")) {
		t.Error("escaped for HTML")
	}
	for _, bad := range []string{"", "{}", "[{}", `[{"template":"a","rows":[]}]`, "[] []"} {
		if _, err := ReadLocks([]byte(bad)); err == nil {
			t.Errorf("accepted %q", bad)
		}
	}
}

func FuzzReadLocks(f *testing.F) {
	f.Add([]byte(`[{"template":"a","resources":[{"id":"B","type":"T","when":["not X"]}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		locks, err := ReadLocks(data)
		if err != nil {
			return
		}
		written, err := WriteLocks(locks)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadLocks(written)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := WriteLocks(back); !reflect.DeepEqual(written, again) {
			t.Errorf("%s\n%s", written, again)
		}
	})
}
