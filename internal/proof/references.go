package proof

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// target says what kind of thing a name in a value must be.
type target string

const (
	resourceOrParameter target = "resource or parameter"
	resourceOnly        target = "resource"
	parameterOnly       target = "parameter"
	conditionName       target = "condition"
	mappingColumn       target = "column of the mapping"
)

// reference is one name in a value, and the gate under which the value is used.
type reference struct {
	name  string
	want  target
	under formula
}

// pseudoParameters are the names that CloudFormation itself gives a value.
// Source: CloudFormation user guide, "Pseudo parameters reference".
var pseudoParameters = []string{"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs",
	"AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"}

// checkReferences proves that every name in a resource, output, rule or condition leads somewhere, and
// that whatever a gate may remove is used only where the gate holds.
func checkReferences(s *scope) diag.List {
	r := newReport(s)
	for i := range r.Conditions {
		c := &r.Conditions[i]
		r.parametersOnly("condition "+c.Name, c.Value)
	}
	for _, rule := range r.Rules {
		r.parametersOnly("rule "+rule.Name, rule.Assert)
		r.parametersOnly("rule "+rule.Name, rule.Condition)
	}
	for i := range r.Resources {
		res := &r.Resources[i]
		r.checkGateNames(res)
		r.eachReference(res, func(ref reference) { r.checkReference(res.ID, res, ref) })
	}
	for _, o := range r.Outputs {
		owner := &plan.Resource{ID: o.Name, From: o.From}
		r.known(owner, o.Condition)
		r.walk(o.Value, r.condition(o.Condition), func(ref reference) {
			r.checkReference("output "+o.Name, owner, ref)
		})
	}
	return r.found
}

// eachReference calls visit for every name that a resource mentions, DependsOn apart.
func (s *scope) eachReference(res *plan.Resource, visit func(reference)) {
	s.eachValue(res, func(v cfn.Value, under formula) { s.walk(v, under, visit) })
	if i, ok := res.Body.(*plan.Instance); ok && i.LaunchTemplate != "" {
		visit(reference{i.LaunchTemplate, resourceOnly, s.gate(res)})
	}
}

// walk finds the names in a value. A branch of Fn::If is used under its condition.
func (s *scope) walk(v cfn.Value, under formula, visit func(reference)) {
	switch v := v.(type) {
	case cfn.List:
		for _, item := range v {
			s.walk(item.Value, under, visit)
		}
	case cfn.Map:
		for _, e := range v {
			s.walk(e.Value, under, visit)
		}
	case cfn.Fn:
		s.walkFn(v, under, visit)
	}
}

func (s *scope) walkFn(fn cfn.Fn, under formula, visit func(reference)) {
	name, as := call(fn)
	switch {
	case name == "Ref":
		visit(reference{text(fn.Arg), resourceOrParameter, under})
		return
	case name == "Condition":
		visit(reference{text(fn.Arg), conditionName, under})
		return
	case name == "Fn::GetAtt" && len(as) == 2:
		visit(reference{text(as[0]), resourceOnly, under})
		return
	case name == "Fn::ValueOf" && len(as) == 2:
		visit(reference{text(as[0]), parameterOnly, under})
		return
	case name == "Fn::Sub":
		s.walkSub(as, under, visit)
		return
	case name == "Fn::If" && len(as) == 3:
		when := s.condition(text(as[0]))
		visit(reference{text(as[0]), conditionName, under})
		s.walk(as[1], conj(under, when), visit)
		s.walk(as[2], conj(under, negate(when)), visit)
		return
	case name == "Fn::FindInMap" && len(as) >= 3:
		if column := text(as[2]); column != "" {
			visit(reference{text(as[0]) + "." + column, mappingColumn, under})
		}
	}
	s.walk(fn.Arg, under, visit)
}

func (s *scope) walkSub(as []cfn.Value, under formula, visit func(reference)) {
	body, vars := subParts(as)
	for _, e := range vars {
		s.walk(e.Value, under, visit)
	}
	for p := range pieces(body) {
		if p.variable == "" || vars.Get(p.variable) != nil {
			continue
		}
		s.walk(subVariable(p.variable, nil), under, visit)
	}
}

// checkGateNames holds the gate of a resource and of its parts against the conditions.
func (r *report) checkGateNames(res *plan.Resource) {
	r.known(res, res.Condition)
	if res.Condition == "" && len(res.Gate) > 0 {
		r.internal(res, res.ID+" has a gate but no condition")
	}
	var policies []plan.InlinePolicy
	switch b := res.Body.(type) {
	case *plan.ManagedPolicy:
		r.known(res, b.Roles.OnlyIf)
		r.known(res, b.Users.OnlyIf)
	case *plan.Role:
		policies = b.Policies
	case *plan.User:
		policies = b.Policies
	}
	for _, p := range policies {
		r.known(res, p.Condition)
	}
	r.eachStatement(res, func(st *plan.Statement, _ formula) { r.known(res, st.Gate) })
}

func (r *report) known(res *plan.Resource, condition string) {
	if condition != "" && r.conditions[condition] == nil {
		r.internal(res, res.ID+" names the condition "+condition+", which does not exist")
	}
}

// checkReference holds one name of owner against the plan.
func (r *report) checkReference(owner string, res *plan.Resource, ref reference) {
	if !r.exists(ref) {
		_, raw := res.Body.(*plan.Raw)
		r.blame(raw || len(res.Extra) > 0, res, "unknown-reference",
			owner+" refers to "+ref.name+", but no "+string(ref.want)+" has this name",
			"name a parameter or a resource of this stack")
		return
	}
	to := r.resources[ref.name]
	if to == nil || ref.want == conditionName || ref.want == mappingColumn {
		return
	}
	if ok, when := r.entails(ref.under, r.gate(to)); !ok {
		r.found.Error(res.From, "gated-reference",
			owner+" refers to "+to.ID+", which does not exist when "+when,
			"give both the same when:, or say what to use otherwise",
			diag.Note{Text: to.ID + " is defined here", At: to.From})
	}
}

func (r *report) exists(ref reference) bool {
	switch ref.want {
	case conditionName:
		return r.conditions[ref.name] != nil
	case mappingColumn:
		return r.hasColumn(ref.name)
	case parameterOnly:
		return r.parameters[ref.name] != nil
	case resourceOnly:
		return r.resources[ref.name] != nil
	}
	return r.resources[ref.name] != nil || r.parameters[ref.name] != nil ||
		slices.Contains(pseudoParameters, ref.name)
}

// hasColumn tells whether every row of the mapping has the column: CloudFormation looks the column
// up even where the result is not used.
func (r *report) hasColumn(name string) bool {
	mapping, column, _ := strings.Cut(name, ".")
	if r.Mapping == nil || r.Mapping.Name != mapping || len(r.Mapping.Rows) == 0 {
		return false
	}
	return !slices.ContainsFunc(r.Mapping.Rows, func(row plan.MappingRow) bool {
		return row.Cols.Get(column) == nil
	})
}

// parametersOnly checks a condition or a rule, which cannot see resources.
func (r *report) parametersOnly(owner string, v cfn.Value) {
	r.walk(v, formula{}, func(ref reference) {
		switch {
		case !r.exists(ref):
			r.internal(nil, owner+" refers to "+ref.name+", which does not exist")
		case ref.want == resourceOrParameter && r.resources[ref.name] != nil,
			ref.want == resourceOnly:
			r.internal(nil, owner+" refers to the resource "+ref.name+", but sees parameters only")
		}
	})
}
