package plan

import (
	"byocfn/internal/cfn"
	"byocfn/internal/spec"
)

// buckets adds each bucket with its policy, which shares the bucket's fate.
func (m *maker) buckets() {
	for _, n := range m.in.Stack.Buckets {
		e := m.names[n.Name.Value]
		if e == nil || e.absent {
			continue
		}
		v := n.Value
		keep, comment := m.keep(v.Keep, v.Why.Value)
		body := &Bucket{Versions: v.Versions.Yes(true), Unfinished: 7, Tags: m.tags("")}
		if v.Unfinished.Value > 0 {
			body.Unfinished = v.Unfinished.Value
		}
		if v.Name != nil {
			body.Name = m.bucketNamed(*v.Name, e.gate)
		}
		m.add(Resource{ID: n.Name.Value, Section: Data, Comment: comment, Gate: e.gate, Keep: keep,
			Condition: m.condition(e.gate), Body: body, Extra: m.extra(v.Properties, e.gate),
			From: n.Name.At})
		m.bucketPolicy(n, e, keep)
	}
}

func (m *maker) bucketPolicy(n spec.Named[spec.Bucket], e *entity, keep Keep) {
	id := n.Name.Value
	for _, s := range n.Value.Allow {
		if s.Name.Value == "OnlyOverTls" {
			m.diags.Error(s.Name.At, "reserved-name", "OnlyOverTls is a statement that every bucket has",
				"choose another name")
		}
	}
	onlyTLS := Statement{Sid: "OnlyOverTls", Why: "Only over TLS", Effect: "Deny",
		Principal: cfn.String("*"), Actions: []string{"s3:*"},
		Resources: []cfn.Value{cfn.GetAtt(id, "Arn"), cfn.Sub("${" + id + ".Arn}/*")},
		Condition: cfn.Map{{Key: "Bool", Value: cfn.Map{
			{Key: "aws:SecureTransport", Value: cfn.String("false")}}}}}
	doc := Document{Statements: append([]Statement{onlyTLS},
		m.statements(statementsOf{kind: bucketPolicy, allow: n.Value.Allow, gate: e.gate,
			owner: id})...)}
	m.add(Resource{ID: id + "Policy", Section: Data, Gate: e.gate, Condition: m.condition(e.gate),
		Comment: "Who may do what with " + id + ", beside this account's own policies.", Keep: keep,
		Body: &BucketPolicy{Bucket: cfn.Ref(id), Policy: doc}, From: n.Name.At})
}

// keep reads `keep:` and says it to the reader.
func (m *maker) keep(w spec.Word, why string) (Keep, string) {
	switch w.Value {
	case "data":
		return KeepData, why + ".\nStays when the stack is deleted; " +
			"is removed, if still empty, with a first launch that fails."
	case "nothing":
		return KeepNothing, why + ".\nIs deleted with the stack."
	}
	m.diags.Error(w.At, "bad-value", "keep cannot be "+quote(w.Value), "write data or nothing")
	return Unset, why
}
