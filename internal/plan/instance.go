package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// instances adds each instance with its launch template, and the wait for its readiness.
func (m *maker) instances() {
	for _, n := range m.in.Stack.Instances {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		template := m.launchTemplate(n, e.gate)
		m.ready(n, e.gate, template)
		m.instance(n, e.gate)
	}
}

func (m *maker) instance(n spec.Named[spec.Instance], gate []Literal) {
	v, id := n.Value, n.Name.Value
	place := m.place(n.Name.At)
	subnet := v.Subnet
	if subnet == nil && len(place.Subnets) > 0 {
		subnet = &place.Subnets[0]
	}
	groups := orWords(v.SecurityGroups, place.SecurityGroups)
	body := &Instance{LaunchTemplate: id + "Template", Type: m.sorted(v.Size, sizeSort, gate),
		SecurityGroups: m.groups(groups, gate), Tags: m.tags(id)}
	if subnet != nil {
		body.Subnet = m.sorted(*subnet, subnetSort, gate)
	}
	for _, t := range v.Tags {
		body.Tags = append(body.Tags, Tag{Key: t.Name.Value, Value: m.one(t.Value, gate)})
	}
	m.extend(Resource{ID: id, Section: Instances, Comment: v.Why.Value, Gate: gate,
		Condition: m.condition(gate), Body: body, From: n.Name.At}, v.Properties)
	m.waits[id] = append(m.waits[id], "role "+v.Role.Value)
	for _, g := range groups {
		m.waits[id] = append(m.waits[id], "group "+g.Value)
	}
	m.waits[id] = append(m.waits[id], "endpoints")
}

// launchTemplate holds what only a new instance can take up. The caller adds it after it has settled
// the readiness, whose address is part of the settings.
func (m *maker) launchTemplate(n spec.Named[spec.Instance], gate []Literal) *LaunchTemplate {
	v := n.Value
	body := &LaunchTemplate{Image: m.image(n), Device: "/dev/xvda", DiskSize: v.Disk.Size.Value,
		DiskType: "gp3", DiskComment: v.Disk.Why.Value, Tags: m.tags("")}
	if v.Image.Device.Value != "" {
		body.Device = v.Image.Device.Value
	}
	if v.Disk.Type.Value != "" {
		body.DiskType = v.Disk.Type.Value
	}
	if v.Disk.Size.Value < 1 || v.Disk.Size.Value > 16384 {
		m.diags.Error(v.Disk.Size.At, "bad-size", "a disk has 1 to 16384 GiB",
			"write the size in GiB, such as 20")
	}
	role := m.names[v.Role.Value]
	declared := m.in.Stack.Roles.Get(v.Role.Value)
	switch {
	case role == nil || declared == nil:
		m.diags.Error(v.Role.At, "unknown-reference", "no role "+quote(v.Role.Value),
			diag.DidYouMean(v.Role.Value, m.nounNames("role")))
	case !declared.InstanceProfile.Yes(false):
		m.diags.Error(v.Role.At, "no-profile", v.Role.Value+" has no instance profile",
			"give the role instanceProfile: yes")
	default:
		body.Profile = m.ref(spec.Ref{Name: role.id, Attr: "InstanceProfile"}, v.Role.At, gate)
	}
	return body
}

// image adds the parameter that names the machine image. EC2 resolves the public SSM parameter when
// it launches the instance, so that an update of the stack does not replace it by surprise.
// Source: EC2 user guide, "Use a Systems Manager parameter instead of an AMI ID in launch templates".
func (m *maker) image(n spec.Named[spec.Instance]) cfn.Value {
	v, name := n.Value.Image, n.Name.Value+"Image"
	if !strings.HasPrefix(v.SSM.Value, "/") {
		m.diags.Error(v.SSM.At, "bad-image", quote(v.SSM.Value)+" is no public SSM parameter",
			"its name begins with a slash: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
	}
	p := Parameter{Name: name, Kind: "image", Label: "Machine image", From: v.SSM.At,
		Group: m.groupOfSize(n), Type: "String"}
	if v.Follow.Yes(false) {
		p.Type = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"
		p.Description = "The public parameter that names the machine image of " + n.Name.Value +
			". Any update of the stack takes up a newer image and replaces the instance"
		p.Default = &v.SSM.Value
	} else {
		latest := "resolve:ssm:" + v.SSM.Value
		p.Description = "The machine image of " + n.Name.Value + ": the public parameter that EC2 " +
			"reads when it launches the instance, or an AMI id of yours that can stand in for it"
		p.Default = &latest
		p.AllowedPattern = `^(ami-[0-9a-f]{8,17}|resolve:ssm:/[A-Za-z0-9/_.:-]+)$`
		p.ConstraintDescription = "must be an AMI id, or resolve:ssm: and the name of a parameter"
	}
	if e := m.names[name]; e != nil {
		m.diags.Error(n.Name.At, "duplicate-name", name+" is the parameter for the image of "+n.Name.Value,
			"rename the other", diag.Note{Text: "the other is here", At: e.at})
	}
	m.plan.Parameters = append(m.plan.Parameters, p)
	return cfn.Ref(name)
}

// groupOfSize shows the image beside the parameter for the instance's size.
func (m *maker) groupOfSize(n spec.Named[spec.Instance]) string {
	ref, _ := n.Value.Size.Lone()
	if e := m.names[ref.Name]; e != nil && e.param != nil {
		return e.param.Group.Value
	}
	return ""
}

// ready adds the launch template and, where asked for, the wait. A handle takes one signal, so handle
// and wait carry a digest of what the instance boots from: a release that changes it gets new ones,
// and one that does not waits for nobody.
func (m *maker) ready(n spec.Named[spec.Instance], gate []Literal, body *LaunchTemplate) {
	id := n.Name.Value
	condition := m.condition(gate)
	handle := ""
	if r := n.Value.Ready; r != nil {
		if n.Value.Boot == nil {
			m.diags.Error(r.Within.At, "missing-key", id+" is waited for but runs no script",
				"add boot: with a script, which says when it is ready; or remove ready")
		}
		body.UserData = m.userData(n, gate, "")
		sum := sha256.Sum256(fmt.Appendf(nil, "%#v", *body))
		digest := hex.EncodeToString(sum[:4])
		handle = id + "Handle" + digest
		m.add(Resource{ID: handle, Section: Instances, Gate: gate, Condition: condition,
			Comment: "Takes the one word of the instance that it is ready; named after what it boots from",
			Body:    &WaitHandle{}, From: n.Name.At})
		m.waitCondition(n, gate, handle, id+"Ready"+digest)
	}
	body.UserData = m.userData(n, gate, handle)
	m.add(Resource{ID: id + "Template", Section: Instances, Gate: gate, Condition: condition,
		Comment: "What a new " + id + " starts from. A changed template replaces the instance.",
		Body:    body, From: n.Name.At})
}

func (m *maker) waitCondition(n spec.Named[spec.Instance], gate []Literal, handle, id string) {
	r := n.Value.Ready
	within, err := time.ParseDuration(r.Within.Value)
	if err != nil || within < time.Minute || within > 12*time.Hour {
		m.diags.Error(r.Within.At, "bad-duration", quote(r.Within.Value)+" is no time from 1m to 12h",
			"write it as in 15m")
	}
	comment := r.Why.Value + ".\nAwaited at launch, and when a release changes what the instance boots " +
		"from; not when only a parameter changes."
	m.add(Resource{ID: id, Section: Instances, Comment: comment, Gate: gate,
		Condition: m.condition(gate), DependsOn: []string{n.Name.Value}, From: n.Name.At,
		Body: &WaitCondition{Handle: cfn.Ref(handle), Timeout: int(within.Seconds())}})
}
