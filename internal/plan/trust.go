package plan

import (
	"regexp"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// trust makes a role's trust policy.
func (m *maker) trust(n spec.Named[spec.Role], outer []Literal) Document {
	var doc Document
	for _, t := range n.Value.Trust {
		gate, exists := m.gate(t.Value.When, outer)
		if !exists {
			continue
		}
		s := Statement{Sid: t.Name.Value, Why: t.Value.Why.Value, Effect: "Allow",
			Actions: []string{"sts:AssumeRole"}}
		m.principal(&s, t.Value, n, gate)
		s.Literals = within(gate, outer)
		s.Gate = m.condition(s.Literals)
		doc.Statements = append(doc.Statements, s)
	}
	return doc
}

// principal settles who is trusted: exactly one of service, account, user and self.
func (m *maker) principal(s *Statement, t spec.Trust, n spec.Named[spec.Role], gate []Literal) {
	var kinds int
	choose := func(given bool, set func()) {
		if given {
			kinds++
			set()
		}
	}
	choose(t.Service.Value != "", func() { s.Principal = m.trustedService(t.Service) })
	choose(t.Account != nil, func() { m.accountPrincipal(s, t, gate) })
	choose(t.User.Value != "", func() { m.userPrincipal(s, t, gate) })
	choose(t.Self.Yes(false), func() { m.selfPrincipal(s, n) })
	if kinds != 1 {
		m.diags.Error(t.At, "bad-trust", "a trust names one principal, not "+itoa(kinds),
			"write service, account, user or self; one statement for each")
	}
}

// accountRoot is another account as principal. Its id must not be able to become "*".
func (m *maker) accountRoot(account spec.Text, gate []Literal) cfn.Value {
	id := m.sorted(account, accountSort, gate)
	return cfn.Map{{Key: "AWS", Value: concat(cfn.Sub("arn:${AWS::Partition}:iam::"), id,
		cfn.String(":root"))}}
}

// serviceForm is what comes before .amazonaws.com. Source: IAM user guide,
// reference_policies_elements_principal.
var serviceForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*$`)

func (m *maker) trustedService(w spec.Word) cfn.Value {
	if strings.HasSuffix(w.Value, ".amazonaws.com") || !serviceForm.MatchString(w.Value) {
		m.diags.Error(w.At, "bad-principal", quote(w.Value)+" is no service",
			"write what stands before .amazonaws.com, such as ec2 or logging.s3")
	}
	return servicePrincipal(w.Value)
}

func servicePrincipal(service string) cfn.Value {
	return cfn.Map{{Key: "Service", Value: cfn.String(service + ".amazonaws.com")}}
}

// externalForm is a literal external id of at most 1224 characters. Source: STS API reference, AssumeRole, ExternalId.
var externalForm = regexp.MustCompile(`^[A-Za-z0-9_+=,.@:/-]{2,}$`)

// accountPrincipal trusts another account; without an external id anyone whom that account serves
// could have it take the role (the confused deputy).
func (m *maker) accountPrincipal(s *Statement, t spec.Trust, gate []Literal) {
	s.Principal = m.accountRoot(*t.Account, gate)
	if len(t.ExternalID) == 0 {
		m.diags.Error(t.Account.At, "external-id-missing", "another account is trusted without an external id",
			`add externalId: "${ExternalId}"`)
		return
	}
	for _, id := range t.ExternalID {
		m.safeInPolicy(id)
		if text, literal := id.Literal(); literal &&
			(!externalForm.MatchString(text) || len(text) > 1224) {
			m.diags.Error(id.At, "bad-external-id", quote(text)+" is no external id",
				`write at least 2 characters, letters, digits and _+=,.@:/- only; better "${ExternalId}"`)
		}
	}
	s.Condition = cfn.Map{{Key: "StringEquals", Value: cfn.Map{
		{Key: "sts:ExternalId", Value: oneOrMany(m.values(t.ExternalID, gate))}}}}
}

func (m *maker) userPrincipal(s *Statement, t spec.Trust, gate []Literal) {
	e := m.names[t.User.Value]
	if e == nil || e.noun != "user" {
		m.diags.Error(t.User.At, "unknown-reference", "no user "+quote(t.User.Value),
			diag.DidYouMean(t.User.Value, m.nounNames("user")))
		return
	}
	arn := m.ref(spec.Ref{Name: e.id, Attr: "Arn"}, t.User.At, gate)
	s.Principal = cfn.Map{{Key: "AWS", Value: arn}}
}

// selfPrincipal lets a role assume itself. A role cannot name itself as principal before it exists,
// so the account is trusted and the condition names the role.
func (m *maker) selfPrincipal(s *Statement, n spec.Named[spec.Role]) {
	if n.Value.Name == nil {
		m.diags.Error(n.Name.At, "missing-key", n.Name.Value+" trusts itself but has no name",
			"give it a name, such as name: "+n.Name.Value+"-${stack.suffix}")
		return
	}
	s.Principal = cfn.Map{{Key: "AWS",
		Value: cfn.Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")}}
	s.Condition = cfn.Map{{Key: "ArnEquals", Value: cfn.Map{
		{Key: "aws:PrincipalArn", Value: m.names[n.Name.Value].iamArn}}}}
}
