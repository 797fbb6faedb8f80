package plan

import (
	"regexp"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// trust makes a role's trust policy.
func (m *maker) trust(n spec.Named[spec.Role], outer []Literal) Document {
	var statements []Statement
	for _, t := range n.Value.Trust {
		if gate, exists := m.gate(t.Value.When, outer); exists {
			statements = append(statements, m.trusting(t, n, gate, outer))
		}
	}
	return m.document(n.Name.At, statements)
}

func (m *maker) trusting(n spec.Named[spec.Trust], role spec.Named[spec.Role],
	gate, outer []Literal) Statement {
	t := n.Value
	s := Statement{From: n.Name.At, Sid: n.Name.Value, Why: t.Why.Value, Effect: "Allow",
		Actions: []string{"sts:AssumeRole"}, Literals: within(gate, outer)}
	before := len(*m.diags)
	if principals(t) != 1 {
		m.diags.Error(t.At, "bad-trust", "a trust names one principal, not "+itoa(principals(t)),
			"write service, account, roles, user, serviceAccount, federated or self; "+
				"one statement for each")
	} else {
		m.principal(&s, t, role, gate)
		m.belonging(t)
	}
	m.externalID(&s, t, gate)
	condition := t.Condition
	if t.SourceIdentity != nil {
		s.Actions = append(s.Actions, "sts:SetSourceIdentity")
		condition = identified(n.Name.At, *t.SourceIdentity, condition)
	}
	for _, a := range t.Also {
		if !slices.Contains(besides, a.Value) {
			m.diags.Error(a.At, "bad-action", quote(a.Value)+" cannot go with taking a role",
				or(diag.DidYouMean(a.Value, besides), "there are "+enumerate(besides, "and")))
		}
		s.Actions = append(s.Actions, a.Value)
	}
	s.Condition = m.conditions(condition, gate, &s)
	m.notes(&s, t.Accept, t.Differs)
	m.lintTrust(n, s, len(*m.diags) == before)
	s.Gate = m.condition(s.Literals)
	return s
}

// besides are the actions that STS asks a trust for beside the taking itself.
// Source: Service Authorization Reference, STS: actions whose dependents are those of AssumeRole.
var besides = []string{"sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession"}

// identified adds the source identity to the keys that must equal something.
func identified(at diag.Range, identity spec.Values, condition spec.Condition) spec.Condition {
	const equals = "StringEquals"
	keys := spec.Keyed[spec.Values]{{Name: spec.Word{Value: "sts:SourceIdentity", At: at}, Value: identity}}
	if more := spec.Keyed[spec.Keyed[spec.Values]](condition).Get(equals); more != nil {
		keys = append(keys, *more...)
	}
	out := spec.Condition{{Name: spec.Word{Value: equals, At: at}, Value: keys}}
	for _, op := range condition {
		if op.Name.Value != equals {
			out = append(out, op)
		}
	}
	return out
}

// principals counts who is named.
func principals(t spec.Trust) int {
	n := 0
	for _, given := range []bool{t.Service.Value != "", t.Account != nil, len(t.Roles) > 0,
		t.User != nil, t.Self.Yes(false), t.ServiceAccount != nil, t.Federated.Value != ""} {
		if given {
			n++
		}
	}
	return n
}

// principal settles who is trusted.
func (m *maker) principal(s *Statement, t spec.Trust, role spec.Named[spec.Role], gate []Literal) {
	switch {
	case t.Service.Value != "":
		s.Principal = m.trustedService(t.Service)
	case t.Account != nil:
		s.Principal = m.accountRoot(*t.Account, gate)
	case len(t.Roles) > 0:
		s.Principal = cfn.Map{{Key: "AWS", Value: oneOrMany(m.foreign(t.Roles, "role", gate))}}
	case t.User != nil && !strings.ContainsAny(t.User.Raw, ":$"):
		m.userPrincipal(s, *t.User, gate)
	case t.User != nil:
		s.Principal = cfn.Map{{Key: "AWS",
			Value: oneOrMany(m.foreign(spec.Texts{*t.User}, "user", gate))}}
	case t.ServiceAccount != nil:
		m.serviceAccount(s, t, gate)
	case t.Federated.Value != "":
		m.federated(s, t, gate)
	default:
		m.selfPrincipal(s, role)
	}
}

// foreign resolves the ARNs of principals elsewhere. They must exist, or IAM refuses the role.
func (m *maker) foreign(ts spec.Texts, noun string, gate []Literal) []cfn.Value {
	for _, t := range ts {
		if r := m.eachOf(t); r != nil {
			m.diags.Error(t.At, "bad-principal", quote(t.Raw)+" cannot stand here",
				`a list is taken whole: write "${`+r.Attr+`}"`)
			return nil
		}
		m.safeInPolicy(t)
		ref, lone := t.Lone()
		e := m.names[ref.Name]
		isArn := lone && e != nil && e.param != nil && (e.param.Kind.Value == noun+"-arn" ||
			e.param.Items.Value == noun+"-arn")
		if !isArn && !foreignForm(noun).MatchString(Plain(m.value(t, gate))) {
			m.diags.Error(t.At, "bad-principal", quote(t.Raw)+" is no ARN of a "+noun,
				"refer to a parameter of kind "+noun+"-arn, or write "+
					"arn:${AWS::Partition}:iam::111122223333:"+noun+"/NAME")
		}
	}
	return oneList(m.values(ts, gate))
}

func foreignForm(noun string) *regexp.Regexp {
	return regexp.MustCompile(`^arn:(aws[a-z-]*|\$\{AWS::Partition\}):iam::([0-9]{12}|\$\{[A-Za-z0-9]+\}):` +
		noun + `/[A-Za-z0-9_+=,.@/${}-]+$`)
}

// accountRoot is another account as principal. Its id must not be able to become "*".
func (m *maker) accountRoot(account spec.Text, gate []Literal) cfn.Value {
	if r := m.eachOf(account); r != nil {
		return m.accountsOf(account, *r, gate)
	}
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

// accountsOf is every account of a list; an id alone means the account's root.
// Source: IAM user guide, "AWS account principals".
func (m *maker) accountsOf(account spec.Text, r spec.Ref, gate []Literal) cfn.Value {
	e := m.names[r.Attr]
	if e == nil || e.param == nil || e.param.Items.Value != "account-id" || account.Raw != "${each."+r.Attr+"}" {
		m.diags.Error(account.At, "bad-account", quote(account.Raw)+" is no list of accounts",
			"refer to a list with items: account-id, as in ${each.AccountIds}")
		return cfn.String("*")
	}
	m.present(e, spec.Ref{Name: e.id}, account.At, gate)
	return cfn.Map{{Key: "AWS", Value: cfn.Split(",", cfn.Ref(e.id))}}
}

// externalID demands one of the external ids of whoever takes the role.
func (m *maker) externalID(s *Statement, t spec.Trust, gate []Literal) {
	if len(t.ExternalID) == 0 {
		return
	}
	for _, id := range t.ExternalID {
		m.safeInPolicy(id)
		m.guessable(id)
		if text, literal := id.Literal(); literal &&
			(!externalForm.MatchString(text) || len(text) > 1224) {
			m.diags.Error(id.At, "bad-external-id", quote(text)+" is no external id",
				`write at least 2 characters, letters, digits and _+=,.@:/- only; better "${ExternalId}"`)
		}
	}
	ids := oneList(m.values(t.ExternalID, gate))
	s.Condition = withKey(s.Condition, "StringEquals", "sts:ExternalId", oneOrMany(ids))
}

func (m *maker) userPrincipal(s *Statement, t spec.Text, gate []Literal) {
	e := m.names[t.Raw]
	if e == nil || e.noun != "user" {
		m.diags.Error(t.At, "unknown-reference", "no user "+quote(t.Raw),
			or(diag.DidYouMean(t.Raw, m.nounNames("user")),
				"name a user of this stack, or write the ARN of another account's"))
		return
	}
	arn := m.ref(spec.Ref{Name: e.id, Attr: "Arn"}, t.At, gate)
	s.Principal = cfn.Map{{Key: "AWS", Value: arn}}
}

// Names of Kubernetes. Source: its documentation, "Object Names and IDs": a namespace is an RFC 1123
// label, a service account an RFC 1123 subdomain.
var (
	labelForm     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	subdomainForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
)

// serviceAccount trusts the pods of one Kubernetes service account, through the issuer of the tokens
// of its cluster. Source: EKS user guide, "Assign IAM roles to Kubernetes service accounts".
func (m *maker) serviceAccount(s *Statement, t spec.Trust, gate []Literal) {
	m.safeInPolicy(*t.ServiceAccount)
	namespace, name, ok := strings.Cut(t.ServiceAccount.Raw, ":")
	literal := func(text string) bool { return !strings.Contains(text, "${") }
	switch hint := "write NAMESPACE:NAME, such as kube-system:karpenter"; {
	case !ok || namespace == "" || name == "":
		m.diags.Error(t.ServiceAccount.At, "bad-principal", quote(t.ServiceAccount.Raw)+
			" is no service account", hint)
	case literal(namespace) && !labelForm.MatchString(namespace),
		literal(name) && !subdomainForm.MatchString(name):
		m.diags.Error(t.ServiceAccount.At, "bad-principal", "Kubernetes takes no name such as "+
			quote(t.ServiceAccount.Raw), hint+", of lower-case letters, digits and hyphens")
	}
	cluster, lone := spec.Ref{}, false
	if t.Cluster != nil {
		cluster, lone = t.Cluster.Lone()
	}
	e := m.names[cluster.Name]
	if !lone || e == nil || e.param == nil || e.param.Kind.Value != "cluster-name" {
		m.notCluster(t)
		return
	}
	issuer := m.ref(spec.Ref{Name: cluster.Name, Attr: "OidcIssuer"}, t.Cluster.At, gate)
	s.Actions = []string{"sts:AssumeRoleWithWebIdentity"}
	s.Principal = cfn.Map{{Key: "Federated", Value: concat(
		cfn.Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/"), issuer)}}
	subject := concat(cfn.String("system:serviceaccount:"), m.one(*t.ServiceAccount, gate))
	key, _ := inline(issuer)
	s.Condition = cfn.Map{{Key: "StringEquals", Value: cfn.Map{
		{Key: "${" + key + "}:sub", Value: subject},
		{Key: "${" + key + "}:aud", Value: cfn.String("sts.amazonaws.com")}}}}
}

// notCluster says what stands in the place of the cluster.
func (m *maker) notCluster(t spec.Trust) {
	if t.Cluster == nil {
		m.diags.Error(t.At, "bad-trust", "a service account is one of a cluster",
			`add cluster: "${ClusterName}", a parameter of kind cluster-name`)
		return
	}
	m.diags.Error(t.Cluster.At, "bad-trust", quote(t.Cluster.Raw)+" is no parameter of kind cluster-name",
		m.otherwise(*t.Cluster, "cluster-name"))
}

// federated trusts tokens of a provider that AWS knows by its name, for these audiences only.
// Source: IAM user guide, "Creating a role for OpenID Connect federation".
func (m *maker) federated(s *Statement, t spec.Trust, gate []Literal) {
	if !slices.Contains(wellKnown, t.Federated.Value) {
		m.diags.Error(t.Federated.At, "bad-principal", quote(t.Federated.Value)+
			" is no provider that AWS knows", or(diag.DidYouMean(t.Federated.Value, wellKnown),
			"there are "+strings.Join(wellKnown, ", ")+"; for a cluster's tokens write serviceAccount"))
	}
	if len(t.Audience) == 0 {
		m.diags.Error(t.Federated.At, "missing-key", "every token of "+t.Federated.Value+" is trusted",
			"add audience: the ids (aud) of which the token must carry one")
		return
	}
	for _, a := range t.Audience {
		m.safeInPolicy(a)
	}
	s.Actions = []string{"sts:AssumeRoleWithWebIdentity"}
	s.Principal = cfn.Map{{Key: "Federated", Value: cfn.String(t.Federated.Value)}}
	s.Condition = cfn.Map{{Key: "StringEquals", Value: cfn.Map{{Key: audienceKey(t.Federated.Value),
		Value: oneOrMany(oneList(m.values(t.Audience, gate)))}}}}
}

// audienceKey is the condition key in which a provider's tokens carry their audience. Source: IAM user
// guide, "Available keys for AWS web identity federation".
func audienceKey(provider string) string {
	if provider == "www.amazon.com" || provider == "graph.facebook.com" {
		return provider + ":app_id"
	}
	return provider + ":aud"
}

// wellKnown are the providers that need no resource of the account. Source: as above.
var wellKnown = []string{"accounts.google.com", "cognito-identity.amazonaws.com", "www.amazon.com",
	"graph.facebook.com"}

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
