package plan

import (
	"slices"

	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// trustWord is a word of a trust, where it stands, and the principals with which it means something.
type trustWord struct {
	name string
	at   diag.Range
	with []string
}

// trustWords lists the words that are written. An external id comes with AssumeRole only, which neither
// tokens nor services bring. Source: STS API reference.
func trustWords(t spec.Trust) []trustWord {
	var out []trustWord
	add := func(name string, at diag.Range, with ...string) {
		if at != (diag.Range{}) {
			out = append(out, trustWord{name, at, with})
		}
	}
	at := func(t *spec.Text) diag.Range {
		if t == nil {
			return diag.Range{}
		}
		return t.At
	}
	first := func(ts spec.Texts) diag.Range {
		if len(ts) == 0 {
			return diag.Range{}
		}
		return ts[0].At
	}
	add("cluster", at(t.Cluster), "serviceAccount")
	add("audience", first(t.Audience), "federated")
	add("externalId", first(t.ExternalID), "account", "roles", "user", "self")
	return out
}

// principalWord is the word that names who is trusted; there is one.
func principalWord(t spec.Trust) string {
	switch {
	case t.Service.Value != "":
		return "service"
	case t.Account != nil:
		return "account"
	case len(t.Roles) > 0:
		return "roles"
	case t.User != nil:
		return "user"
	case t.ServiceAccount != nil:
		return "serviceAccount"
	case t.Federated.Value != "":
		return "federated"
	}
	return "self"
}

// belonging refuses words that mean nothing beside the principal: nothing would come of them.
func (m *maker) belonging(t spec.Trust) {
	who := principalWord(t)
	for _, w := range trustWords(t) {
		if slices.Contains(w.with, who) {
			continue
		}
		hint := "remove it: it belongs to " + enumerate(w.with, "or")
		if w.name == "audience" && who == "serviceAccount" {
			hint = "remove it: the tokens of a service account are for sts.amazonaws.com"
		}
		m.diags.Error(w.at, "bad-trust", w.name+" means nothing beside "+who, hint)
	}
}

// principalOnly refuses what a bucket's statement says of its principal beyond who it is.
func (m *maker) principalOnly(p spec.Trust) {
	for _, w := range trustWords(p) {
		m.diags.Error(w.at, "bad-principal", w.name+" belongs to the trust of a role",
			"write it as a condition of the statement")
	}
	beside := len(p.Condition) > 0 || len(p.When) > 0 || len(p.Also) > 0 || p.SourceIdentity != nil
	if beside || p.Why.Value != "" || len(p.Accept) > 0 || p.Differs.Value != "" {
		m.diags.Error(p.At, "bad-principal", "a bucket's principal is a service or an account, nothing else",
			"write condition, when, why, accept and differs beside principal")
	}
}

// guessable refuses an external id that everybody knows who knows an account.
// Source: IAM user guide, "The confused deputy problem": unique, of the third party's making.
func (m *maker) guessable(id spec.Text) {
	for _, r := range id.Refs() {
		e := m.names[r.Name]
		if r.Name == "AWS::AccountId" || e != nil && e.param != nil && e.param.Kind.Value == "account-id" {
			m.diags.Error(id.At, "bad-external-id", "${"+r.String()+"} is no secret between two: many know "+
				"the id of an account", `let the vendor give one to each customer: "${ExternalId}"`)
		}
	}
}
