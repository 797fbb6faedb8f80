package plan

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/contract"
	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// common gives the literals that hold in all gates.
func common(gates [][]Literal) []Literal {
	all := make([]named, len(gates))
	for i, g := range gates {
		all[i].gate = g
	}
	return sharedGate(all)
}

// custom adds a custom resource; functions later adds what runs it.
func (m *maker) custom(function, id, comment string, gate []Literal, at diag.Range,
	properties cfn.Map) {
	m.customAny(function, id, comment, Network, [][]Literal{gate}, at, properties)
}

// customAny adds one that exists where any of several gates holds.
func (m *maker) customAny(function, id, comment string, section Section, gates [][]Literal,
	at diag.Range, properties cfn.Map) {
	f := functionNamed(function)
	properties = append(cfn.Map{{Key: "Release", Value: cfn.String(m.in.Product.Release.Value)}},
		properties...)
	m.add(Resource{ID: id, Section: section, Comment: comment, Gate: common(gates),
		Condition: m.anyCondition("Needs"+id, gates), From: at,
		DependsOn: []string{f.ID + "Retries", f.ID + "Version"},
		Body: &Custom{Type: f.Type, Token: cfn.GetAtt(f.ID+"Function", "Arn"), Timeout: f.Service,
			Properties: properties}})
	m.used[function] = append(m.used[function], gates...)
}

func functionNamed(name string) contract.Function {
	for _, f := range contract.Functions() {
		if f.Name == name {
			return f
		}
	}
	panic("byocfn: no function " + name) // a misspelt constant of this package
}

// functionSource asks the customer where the code of the functions is.
func (m *maker) functionSource() {
	if len(m.used) == 0 {
		return
	}
	bucket, prefix := m.plan.Product.Bucket, m.plan.Product.Prefix+"lambda/"
	m.plan.Parameters = append(m.plan.Parameters,
		Parameter{Name: BucketParameter, Type: "String", Kind: "functions", Group: functionGroup,
			Label: "Bucket", Default: &bucket,
			Description: "What the name of the bucket with the functions begins with; it ends with " +
				"the region of this stack. Name your own bucket to launch from a copy",
			AllowedPattern: `^[a-z0-9][a-z0-9.-]{1,45}$`,
			ConstraintDescription: "must be the beginning of the name of a bucket, such as " + bucket +
				" for " + bucket + "-us-east-1"},
		Parameter{Name: FolderParameter, Type: "String", Kind: "functions", Group: functionGroup,
			Label: "Folder", Default: &prefix, Description: "The folder in that bucket",
			AllowedPattern:        `^([A-Za-z0-9_.-]+/)*$`,
			ConstraintDescription: "must be empty or end with /"})
}

// functions adds, for each function that a custom resource of the stack uses, the function, its role,
// its log, its code's check and its retries.
func (m *maker) functions() {
	for _, f := range contract.Functions() {
		if gates := m.used[f.Name]; gates != nil {
			m.function(f, gates)
		}
	}
}

func (m *maker) function(f contract.Function, gates [][]Literal) {
	code := m.in.Functions[f.Name]
	gate, condition := common(gates), m.anyCondition("Needs"+f.ID, gates)
	add := func(suffix, comment string, keep Keep, body Body) {
		m.add(Resource{ID: f.ID + suffix, Section: Functions, Comment: comment, Gate: gate,
			Condition: condition, Keep: keep, Body: body})
	}
	add("Function", f.ID+": "+lowerFirst(f.Description)+".", Unset, &LambdaFunction{
		Name: m.prefixed(m.functionName(f)), Description: f.Description,
		Role: cfn.GetAtt(f.ID+"Role", "Arn"), Memory: 256, Timeout: f.Timeout,
		LogGroup: cfn.Ref(f.ID + "Logs"), SHA256: code.SHA256, Tags: m.tags(""),
		Bucket: cfn.Sub("${" + BucketParameter + "}-${AWS::Region}"),
		Key:    cfn.Sub("${" + FolderParameter + "}" + code.SHA256 + ".zip")})
	add("Version", "Refuses code that is not the published one.", Unset, &FunctionVersion{
		Function: cfn.Ref(f.ID + "Function"), CodeSHA256: code.Base64})
	add("Role", "What the function may call.", Unset, &Role{Name: m.prefixed(m.functionName(f)),
		Path: m.path(spec.Word{}), Boundary: m.boundary(spec.Word{}, nil), Tags: m.tags(""),
		Policies: []InlinePolicy{{Name: f.ID, Policy: m.functionPolicy(f)}},
		Trust: Document{Statements: []Statement{{Sid: "Lambda", Effect: "Allow",
			Principal: servicePrincipal("lambda"), Actions: []string{"sts:AssumeRole"}}}}})
	add("Logs", "Its log, kept for 30 days; deleted with the stack.", KeepNothing,
		&LogGroup{RetentionDays: 30, Tags: m.tags("")})
	add("Retries", "Runs once more where the first run died without an answer, early enough to be done "+
		"while CloudFormation still waits.", Unset, &InvokeConfig{Retries: 1,
		Function: cfn.Ref(f.ID + "Function"), MaxAge: max(60, f.Service-f.Timeout)})
}

// functionName is PRODUCT-FUNCTION, the product cut, between words if it can be, so that prefix, name
// and UUID fit IAM's 64 characters.
func (m *maker) functionName(f contract.Function) string {
	room := 64 - prefixMax - len("--") - 36 - len(f.Short)
	return cutWords(m.plan.Product.Name, room) + "-" + f.Short
}

// cutWords shortens a name with hyphens to whole words where one of them fits.
func cutWords(name string, room int) string {
	if len(name) <= room {
		return name
	}
	if at := strings.LastIndex(name[:room+1], "-"); at > 0 {
		return name[:at]
	}
	return name[:room]
}

// functionPolicy holds exactly what the contract lists, for the things of this stack.
func (m *maker) functionPolicy(f contract.Function) Document {
	var doc Document
	for _, p := range f.Permissions {
		s := Statement{Sid: p.Sid, Why: p.Why, Effect: "Allow", Actions: p.Actions}
		for _, r := range p.Resources {
			s.Resources = append(s.Resources, m.fill(f, m.complete(r))...)
		}
		if len(s.Resources) == 0 {
			continue // it speaks of what no custom resource here has
		}
		s.Gate = m.leftOf(f.ID+"Has"+s.Sid, s.Resources)
		s.Resources = underCondition(s.Gate, s.Resources)
		for _, c := range p.Condition {
			key := strings.ReplaceAll(c.Key, "${Vendor}", m.plan.Product.Name)
			var values []cfn.Value
			for _, v := range c.Values {
				values = append(values, m.fill(f, v)...)
			}
			s.Condition = withKey(s.Condition, c.Operator, key, oneOrMany(values))
		}
		doc.Statements = append(doc.Statements, s)
	}
	doc.Statements = append(doc.Statements, Statement{Sid: "WriteItsOwnLog",
		Why: "Write its own log", Effect: "Allow",
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []cfn.Value{cfn.GetAtt(f.ID+"Logs", "Arn")}})
	return doc
}

// complete completes a short ARN of the contract, which a test has checked. A property of ARNs is
// complete already.
func (m *maker) complete(short string) string {
	if strings.HasPrefix(short, "${") {
		return short
	}
	full, _, _ := iam.Complete(m.in.Facts, short)
	return full
}

// fill replaces ${Property} by what the custom resources of the function have there: one value for
// each that differs, all of a list, none of a property that is left out, and that of a gated one under
// its gate only.
func (m *maker) fill(f contract.Function, text string) []cfn.Value {
	t := spec.ParseText(text, diag.Range{}, m.diags)
	var values []cfn.Value
	var gates [][][]Literal // of each value, of those that have it
	for _, r := range m.plan.Resources {
		c, ok := r.Body.(*Custom)
		if !ok || c.Type != f.Type {
			continue
		}
		for _, v := range m.filled(t, c.Properties) {
			i := slices.IndexFunc(values, func(have cfn.Value) bool { return sameValue(have, v) })
			if i < 0 {
				i, values, gates = len(values), append(values, v), append(gates, nil)
			}
			gates[i] = append(gates[i], within(r.Gate, common(m.used[f.Name])))
		}
	}
	for i, v := range values {
		if when := m.anyCondition("Needs"+f.ID, gates[i]); when != "" {
			values[i] = cfn.If(when, v, cfn.NoValue())
		}
	}
	return values
}

// filled is a text with the properties of one custom resource: several values where it is a list.
func (m *maker) filled(t spec.Text, properties cfn.Map) (out []cfn.Value) {
	parts := make([]cfn.Value, len(t.Parts))
	for i, p := range t.Parts {
		parts[i] = m.fillPart(p, properties)
	}
	v := concat(parts...)
	if len(parts) == 1 {
		v = parts[0]
	}
	list, many := v.(cfn.List)
	if !many && v != nil {
		list = cfn.Values(v)
	}
	for _, item := range list {
		out = append(out, item.Value)
	}
	return out
}

func (m *maker) fillPart(p spec.Part, properties cfn.Map) cfn.Value {
	switch {
	case p.Ref.Name == "":
		return cfn.String(p.Literal)
	case p.Ref.Name == "StackSuffix":
		return cfn.StackSuffix()
	case p.Ref.Name == "Vendor":
		return cfn.String(m.plan.Product.Name)
	case strings.HasPrefix(p.Ref.Name, "AWS::"):
		return cfn.Ref(p.Ref.Name)
	}
	return properties.Get(p.Ref.Name)
}

func withKey(condition cfn.Map, operator, key string, v cfn.Value) cfn.Map {
	keys, _ := condition.Get(operator).(cfn.Map)
	condition.Set(operator, append(keys, cfn.Entry{Key: key, Value: v}))
	return condition
}
