package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
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
		keep, comment := m.keep(v.Keep, v.Why.Value, "AWS::S3::Bucket")
		body := &Bucket{Versions: v.Versions.Yes(true), Unfinished: 7, Tags: m.tags("")}
		if v.Unfinished.Value > 0 {
			body.Unfinished = v.Unfinished.Value
		}
		if v.Name != nil {
			body.Name = m.bucketNamed(*v.Name, e.gate)
		}
		m.bucketItems(n, body)
		if v.Differs.Value != "" {
			comment += "\nDiffers from the vendor's document: " + v.Differs.Value
		}
		gate := e.madeWhen()
		m.extend(Resource{ID: n.Name.Value, Section: Data, Comment: comment, Gate: gate, Keep: keep,
			Condition: m.condition(gate), Body: body, From: n.Name.At}, v.Properties)
		m.bucketPolicy(n, gate, keep)
	}
}

func (m *maker) bucketPolicy(n spec.Named[spec.Bucket], gate []Literal, keep Keep) {
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
	given := append([]Statement{onlyTLS}, m.logDelivery(n, gate)...)
	doc := Document{Statements: append(given,
		m.statements(statementsOf{kind: bucketPolicy, allow: n.Value.Allow, gate: gate,
			owner: id})...)}
	m.add(Resource{ID: id + "Policy", Section: Data, Gate: gate, Condition: m.condition(gate),
		Comment: "Who may do what with " + id + ", beside this account's own policies.", Keep: keep,
		Body: &BucketPolicy{Bucket: cfn.Ref(id), Policy: doc}, From: n.Name.At})
}

// keep reads `keep:` and says it to the reader.
func (m *maker) keep(w spec.Word, why, kind string) (Keep, string) {
	switch w.Value {
	case "data":
		ifEmpty := "" // of what CloudFormation removes whatever it holds
		if kind == "AWS::S3::Bucket" || kind == "AWS::ECR::Repository" {
			ifEmpty = ", if still empty,"
		}
		return KeepData, why + ".\nStays when the stack is deleted; " +
			"is removed" + ifEmpty + " with a first launch that fails."
	case "nothing":
		return KeepNothing, why + ".\nIs deleted with the stack."
	}
	m.diags.Error(w.At, "bad-value", "keep cannot be "+quote(w.Value), "write data or nothing")
	return Unset, why
}

// bucketItems settles encryption, logs and expiry.
func (m *maker) bucketItems(n spec.Named[spec.Bucket], body *Bucket) {
	v, gate := n.Value, m.names[n.Name.Value].madeWhen()
	if v.Key != nil {
		m.bucketKey(body, *v.Key, gate)
	}
	body.BucketKey = v.BucketKey.Yes(body.Key != nil)
	for _, e := range v.Expire {
		if e.Value.Value < 1 {
			m.diags.Error(e.Value.At, "bad-value", "objects expire after 1 day at least", "write the days")
		}
		body.Expire = append(body.Expire, Expiry{Prefix: e.Name.Value, Days: e.Value.Value})
	}
	if l := v.AccessLogs; l != nil {
		body.LogPrefix, body.LogComment = l.Prefix.Value, l.Why.Value
		if strings.ContainsAny(l.Prefix.Value, policyWild) {
			m.diags.Error(l.Prefix.At, "bad-prefix", quote(l.Prefix.Value)+" stands in a policy, where "+
				"asterisks and the like mean more", "write letters, digits and /, such as access-logs/")
		}
		if l.To != nil {
			body.LogTo = m.logBucket(*l.To, gate)
		}
	}
}

// bucketKey encrypts with KMS; where the customer may leave the key out, with AES-256 otherwise.
func (m *maker) bucketKey(body *Bucket, key spec.Text, gate []Literal) {
	ref, lone := key.Lone()
	e := m.names[ref.Name]
	optional := lone && ref.Attr == "" && e != nil && e.param != nil && e.param.Kind.Value == keySort.kind &&
		e.param.MayBeBlank()
	switch {
	case optional && e.absent:
	case optional && !e.isGiven(gate):
		given := []Literal{{Atom: e.id}}
		body.Key = m.onlyIf(given, cfn.Ref(e.id), cfn.NoValue())
		body.Algorithm = m.onlyIf(given, cfn.String("aws:kms"), cfn.String("AES256"))
	default:
		body.Key = m.sorted(key, keySort, gate)
	}
}

// logBucket is a bucket of this stack, or one that the customer names; nil, where they name none, is
// the bucket itself.
func (m *maker) logBucket(t spec.Text, gate []Literal) cfn.Value {
	if e := m.names[t.Raw]; e != nil && e.noun == "bucket" {
		return m.ref(spec.Ref{Name: e.id}, t.At, gate)
	}
	ref, lone := t.Lone()
	e := m.names[ref.Name]
	switch {
	case !lone || e == nil || e.param == nil || e.param.Kind.Value != "bucket-name":
		m.diags.Error(t.At, "bad-bucket", quote(t.Raw)+" is no bucket",
			or(diag.DidYouMean(t.Raw, m.nounNames("bucket")),
				"name a bucket of this stack, or refer to a parameter of kind bucket-name"))
		return nil
	case e.absent:
		return nil
	case e.param.MayBeBlank() && !e.isGiven(gate):
		return m.onlyIf([]Literal{{Atom: e.id}}, cfn.Ref(e.id), cfn.NoValue())
	}
	return m.value(t, gate)
}

// logDelivery lets S3 write the access logs of buckets of this stack into this one. A bucket that the
// customer names has a policy of its own.
// Source: S3 user guide, "Permissions for log delivery".
func (m *maker) logDelivery(n spec.Named[spec.Bucket], gate []Literal) []Statement {
	var out []Statement
	for _, from := range m.in.Stack.Buckets {
		l, e := from.Value.AccessLogs, m.names[from.Name.Value]
		if l == nil || e == nil || e.absent {
			continue
		}
		writes, when := m.logsInto(n.Name.Value, from.Name.Value, l.To)
		if !writes {
			continue
		}
		s := Statement{From: from.Name.At, Sid: "AccessLogsOf" + from.Name.Value, Effect: "Allow",
			Why: l.Why.Value, Principal: servicePrincipal("logging.s3"),
			Actions:   []string{"s3:PutObject"},
			Resources: []cfn.Value{cfn.Sub("${" + n.Name.Value + ".Arn}/" + l.Prefix.Value + "*")},
			Condition: cfn.Map{{Key: "StringEquals", Value: cfn.Map{
				{Key: "aws:SourceAccount", Value: cfn.Ref("AWS::AccountId")}}}},
			Literals: within(append(e.madeWhen(), when...), gate)}
		s.Gate = m.condition(s.Literals)
		out = append(out, s)
	}
	return out
}

// logsInto tells whether the logs of a bucket go into another, or the same, and when.
func (m *maker) logsInto(into, from string, to *spec.Text) (writes bool, when []Literal) {
	if to == nil {
		return into == from, nil
	}
	if ref, lone := to.Lone(); lone {
		e := m.names[ref.Name]
		if e == nil || e.param == nil || into != from {
			return false, nil
		}
		if e.absent {
			return true, nil
		}
		return e.param.MayBeBlank(), []Literal{{Not: true, Atom: e.id}}
	}
	return to.Raw == into, nil
}
