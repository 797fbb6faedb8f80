package proof

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// checkLimits of CloudFormation. Source: CloudFormation user guide, "Understand CloudFormation quotas";
// parameter descriptions: "Parameters"; timeouts: the resource types' reference pages.
const (
	maxTemplateBytes     = 1_000_000 // 1 MB in S3; the smaller reading, as linters have it
	maxResources         = 500
	maxParameters        = 200
	maxOutputs           = 200
	maxMappingAttributes = 200
	maxNameWidth         = 255
	maxParameterValue    = 4096 // bytes
	maxDescription       = 1024 // bytes, of a template or output
	maxParameterWords    = 4000 // characters of a parameter's description
	maxCustomTimeout     = 3600
	maxWaitTimeout       = 43200
)

// maxOutputValues is what all outputs of a stack hold together, in characters. No page of AWS says
// it, nor bounds a single value that is not exported: 450,000 were measured to be the most before
// "Outputs exceeded limit". Source: github.com/aws-amplify/amplify-backend, pull request 946.
const maxOutputValues = 450_000

// checkLimits of EC2 and Lambda. Sources: EC2 user guide, "Run commands when you launch an EC2
// instance" (16 KB before encoding); EC2 API reference, CreateSecurityGroup; Lambda API
// reference.
const (
	maxUserData         = 16384
	maxGroupDescription = 255
	maxFunctionWords    = 256
	maxFunctionTimeout  = 900
)

// checkLimits proves that counts, names, texts and policies keep AWS's limits in the worst case, and
// warns from 90 % of them.
func checkLimits(s *scope) diag.List {
	r := newReport(s)
	r.counts()
	for i := range r.Parameters {
		r.parameterLimits(&r.Parameters[i])
	}
	for _, o := range r.Outputs {
		r.nameLimits(o.From, "output", o.Name)
		r.atMost(o.From, "the description of output "+o.Name, "bytes",
			len(o.Description), maxDescription)
	}
	m := newRuler(r.scope)
	r.outputValues(m)
	for i := range r.Resources {
		r.nameLimits(r.Resources[i].From, "resource", r.Resources[i].ID)
		r.resourceLimits(m, &r.Resources[i])
	}
	r.attachments(m)
	r.budgetFindings()
	return r.found
}

// outputValues adds up what the stack shows, texts to paste included.
func (r *report) outputValues(m *ruler) {
	sum, longest, at := 0, 0, diag.Range{}
	for _, o := range r.Outputs {
		size := m.measure(o.Value).chars
		if sum += size; size > longest {
			longest, at = size, o.From
		}
	}
	r.atMost(at, "the values of all outputs", "characters in the worst case", sum, maxOutputValues)
}

// Emitted is what a plan became: the sizes of its templates and the description that they carry.
type Emitted struct {
	YAML, JSON  int // bytes
	Description string
}

// Size holds a written template against CloudFormation's limits.
func Size(p *plan.Plan, e Emitted) diag.List {
	r := newReport(newScope(p))
	at := diag.Range{}
	r.atMost(at, "the template as YAML", "bytes", e.YAML, maxTemplateBytes)
	r.atMost(at, "the template as JSON", "bytes", e.JSON, maxTemplateBytes)
	r.atMost(at, "the description of the template", "bytes", len(e.Description), maxDescription)
	return r.found
}

func (r *report) atMost(at diag.Range, what, unit string, size, limit int) {
	r.within(&plan.Resource{From: at}, "limit", size, limit,
		fmt.Sprintf("%s: %d of %d %s", what, size, limit, unit), "shorten or divide it")
}

func (r *report) counts() {
	at := diag.Range{}
	for _, c := range []struct {
		what        string
		have, limit int
	}{
		{"resources", len(r.Resources), maxResources},
		{"parameters", len(r.Parameters), maxParameters},
		{"outputs", len(r.Outputs), maxOutputs},
	} {
		r.atMost(at, "the template", c.what, c.have, c.limit)
	}
	if r.Mapping == nil {
		return
	}
	regions := len(r.Mapping.Rows)
	r.atMost(at, "the mapping "+r.Mapping.Name, "regions", regions, maxMappingAttributes)
	for _, row := range r.Mapping.Rows {
		r.atMost(at, "the facts of "+row.Key, "facts", len(row.Cols), maxMappingAttributes)
	}
}

// logicalID is the form of the names of resources and outputs.
// Source: CloudFormation user guide, "Resources": alphanumeric (A-Za-z0-9).
var logicalID = regexp.MustCompile(`^[A-Za-z0-9]+$`)

func (r *report) nameLimits(at diag.Range, what, name string) {
	if !logicalID.MatchString(name) {
		r.internal(&plan.Resource{From: at}, what+" "+name+" has a name that is not alphanumeric")
	}
	width := utf8.RuneCountInString(name)
	r.atMost(at, "the name of "+what+" "+name, "characters", width, maxNameWidth)
}

func (r *report) parameterLimits(p *plan.Parameter) {
	r.nameLimits(p.From, "parameter", p.Name)
	words := utf8.RuneCountInString(p.Description)
	r.atMost(p.From, "the description of parameter "+p.Name, "characters",
		words, maxParameterWords)
	values := p.AllowedValues
	if p.Default != nil {
		values = append([]string{*p.Default}, values...)
	}
	for _, v := range values {
		r.atMost(p.From, "a value of parameter "+p.Name, "bytes", len(v), maxParameterValue)
	}
}

func (r *report) resourceLimits(m *ruler, res *plan.Resource) {
	over := func(what, unit string, size, limit int) {
		if size > limit {
			r.atMost(res.From, what+" of "+res.ID, unit, size, limit)
		}
	}
	for _, n := range namesOf(res.Body) {
		over("the "+n.what, "characters in the worst case", m.measure(n.value).chars, n.limit)
	}
	for _, rule := range rulesOf(res.Body) {
		over("a rule's description", "characters", len(rule.Description), maxGroupDescription)
	}
	switch b := res.Body.(type) {
	case *plan.LaunchTemplate:
		size := m.measure(b.UserData).chars
		r.atMost(res.From, "the boot script of "+res.ID, "bytes in the worst case",
			size, maxUserData)
	case *plan.LambdaFunction:
		over("the description", "characters", len(b.Description), maxFunctionWords)
		over("the timeout", "seconds", b.Timeout, maxFunctionTimeout)
	case *plan.Custom:
		over("the timeout", "seconds", b.Timeout, maxCustomTimeout)
	case *plan.WaitCondition:
		over("the timeout", "seconds", b.Timeout, maxWaitTimeout)
	}
}

// worst is a text with a limit that holds for the worst case.
type worst struct {
	what  string
	value cfn.Value
	limit int
}

func namesOf(body plan.Body) []worst {
	switch b := body.(type) {
	case *plan.Bucket:
		return []worst{{"name", b.Name, bucketWidth}}
	case *plan.Role:
		return []worst{{"name", b.Name, iam.MaxRoleName}, {"path", b.Path, iam.MaxPath}}
	case *plan.User:
		return []worst{{"path", b.Path, iam.MaxPath}}
	case *plan.InstanceProfile:
		return []worst{{"name", b.Name, profileWidth}}
	case *plan.ManagedPolicy:
		return []worst{{"name", b.Name, iam.MaxPolicyName}}
	case *plan.SecurityGroup:
		return []worst{{"description", cfn.String(b.Description), maxGroupDescription}}
	}
	return nil
}

func rulesOf(body plan.Body) []plan.GroupPermission {
	switch b := body.(type) {
	case *plan.SecurityGroup:
		return slices.Concat(b.Ingress, b.Egress)
	case *plan.GroupRule:
		return []plan.GroupPermission{b.Rule}
	}
	return nil
}
