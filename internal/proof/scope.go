package proof

import (
	"reflect"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// scope is a plan with its names at hand, which all proofs share.
type scope struct {
	*plan.Plan
	parameters map[string]*plan.Parameter
	conditions map[string]*plan.Condition
	resources  map[string]*plan.Resource
	bodies     map[plan.Body]*contents
	counted    map[counting]int
}

// contents is what there is in a body, in its order.
type contents struct {
	values     []placed[cfn.Value]
	statements []placed[*plan.Statement]
}

// placed is something with the gate under which it is used.
type placed[T any] struct {
	what  T
	under formula
}

func newScope(p *plan.Plan) *scope {
	s := &scope{p, map[string]*plan.Parameter{}, map[string]*plan.Condition{},
		map[string]*plan.Resource{}, map[plan.Body]*contents{}, map[counting]int{}}
	for i := range p.Parameters {
		s.parameters[p.Parameters[i].Name] = &p.Parameters[i]
	}
	for i := range p.Conditions {
		s.conditions[p.Conditions[i].Name] = &p.Conditions[i]
	}
	for i := range p.Resources {
		s.resources[p.Resources[i].ID] = &p.Resources[i]
	}
	return s
}

// condition gives what the name of a condition stands for; no name always holds.
func (s *scope) condition(name string) formula {
	if name == "" {
		return formula{}
	}
	return s.resolveCondition(name, nil)
}

// gate gives when a resource exists.
func (s *scope) gate(r *plan.Resource) formula {
	if r.Condition == "" {
		return literals(r.Gate)
	}
	return s.condition(r.Condition)
}

func (s *scope) statementGate(st *plan.Statement) formula {
	if st.Gate == "" {
		return literals(st.Literals)
	}
	return s.condition(st.Gate)
}

// eachValue calls visit for every value of a resource with the gate under which it is used: that
// of the resource, of the inline policy and of the statement around it.
func (s *scope) eachValue(r *plan.Resource, visit func(cfn.Value, formula)) {
	for _, v := range s.contents(r).values {
		visit(v.what, v.under)
	}
	under := s.gate(r)
	visit(r.Extra, under)
	visit(r.After, under)
}

// eachStatement calls visit for every statement of a resource, with its gate.
func (s *scope) eachStatement(r *plan.Resource, visit func(*plan.Statement, formula)) {
	for _, st := range s.contents(r).statements {
		visit(st.what, st.under)
	}
}

// contents takes a body apart, once.
func (s *scope) contents(r *plan.Resource) *contents {
	c := s.bodies[r.Body]
	if c == nil {
		c = &contents{}
		s.walkGo(reflect.ValueOf(r.Body), s.gate(r), c)
		s.bodies[r.Body] = c
	}
	return c
}

var valueType = reflect.TypeFor[cfn.Value]()

// addressable gives a struct where it is, since copying each takes long, and a copy of what has no
// address.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	moved := reflect.New(v.Type()).Elem()
	moved.Set(v)
	return moved
}

// walkGo finds values and statements in a body by their Go types, so that a body added to the plan
// cannot be forgotten here.
func (s *scope) walkGo(v reflect.Value, under formula, c *contents) {
	pointing := v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer
	if !v.IsValid() || pointing && v.IsNil() {
		return
	}
	kind := v.Kind()
	switch {
	case v.Type().Implements(valueType):
		c.values = append(c.values, placed[cfn.Value]{v.Interface().(cfn.Value), under})
		return
	case kind == reflect.Struct:
		v = addressable(v)
		switch x := v.Addr().Interface().(type) {
		case *plan.Holders:
			under = conj(under, s.condition(x.OnlyIf))
		case *plan.InlinePolicy:
			under = conj(under, s.condition(x.Condition))
		case *plan.Statement:
			under = conj(under, s.statementGate(x))
			c.statements = append(c.statements, placed[*plan.Statement]{x, under})
		}
	}
	switch kind {
	case reflect.Pointer, reflect.Interface:
		s.walkGo(v.Elem(), under, c)
	case reflect.Struct:
		for i := range v.NumField() {
			s.walkGo(v.Field(i), under, c)
		}
	case reflect.Slice:
		for i := range v.Len() {
			s.walkGo(v.Index(i), under, c)
		}
	}
}
