package plan

import (
	"strconv"

	"byocfn/internal/cfn"
	"byocfn/internal/spec"
)

// accessKey adds a user's key, and the secret that holds it.
func (m *maker) accessKey(n spec.Named[spec.User], e *entity) {
	k := n.Value.AccessKey
	answers := answersOf(n.Name.Value, n.Value.Accept)
	defer m.unasked(answers)
	if k == nil {
		return
	}
	m.ask(answers, k.Name.At, "access-key", n.Name.Value+" gets a key that never expires",
		"use a role")
	serial, raised := m.serial(k.Serial, e.gate)
	key, secret := k.Name.Value, k.Secret.Value
	m.add(Resource{ID: key, Section: Identities, Gate: e.gate, Condition: m.condition(e.gate),
		Comment: k.Why.Value + ".\nIt is kept in Secrets Manager only. " + raised + " replaces it.",
		Body:    &AccessKey{User: cfn.Ref(e.id), Serial: serial}, From: k.Name.At})
	m.add(Resource{ID: secret, Section: Identities, Gate: e.gate, Condition: m.condition(e.gate),
		Comment: "Holds the access key.\nIs deleted with the stack.", Keep: KeepNothing,
		From: k.Secret.At, Body: &Secret{Description: "Access key of " + e.id, Tags: m.tags(""),
			Text: cfn.Sub(`{"accessKeyId":"${` + key + `}","secretAccessKey":"${` + key +
				`.SecretAccessKey}"}`)}})
}

// serial gives what replaces the key when it is raised, and who raises it: a release, or a parameter
// of the customer. Source: CloudFormation template reference, AWS::IAM::AccessKey, Serial, which "can
// only be incremented".
func (m *maker) serial(t *spec.Text, gate []Literal) (v cfn.Value, raised string) {
	const byRelease = "A release that raises Serial"
	if t == nil {
		return cfn.Int(1), byRelease
	}
	if text, ok := t.Literal(); ok {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			m.diags.Error(t.At, "bad-serial", "serial cannot be "+quote(text),
				"write a number from 1, or a parameter, such as ${KeyRotation}, by which customers replace the key")
		}
		return cfn.Int(n), byRelease
	}
	ref, lone := t.Lone()
	e := m.names[ref.Name]
	if !lone || ref.Attr != "" || e == nil || e.param == nil || e.param.Kind.Value != "number" ||
		e.param.Min.Value < 1 {
		m.diags.Error(t.At, "bad-serial", "serial cannot be "+quote(t.Raw),
			"name a parameter of kind number with min: 1 and default: 1, which customers raise")
		return cfn.Int(1), byRelease
	}
	return m.value(*t, gate), "Raising " + e.id
}
