// Package published holds what a compiled template grants against what its vendor published: it
// evaluates the template as CloudFormation would for one customer, collects the statements of every
// principal, and compares them in both directions. What differs must be listed with its reason.
package published

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/emit"
)

// Inputs is one launch: where, and what the customer entered. Attributes gives the values that only
// AWS knows, by logical id ("Id" for what Ref gives, "Id.Attr" for an attribute).
type Inputs struct {
	Region, Account, StackName string
	Parameters, Attributes     map[string]string
}

// stackUUID is the last part of the stack's id.
const stackUUID = "0e1d2c3b-4a59-6877-8695-a4b3c2d1e0f1"

// Stack is a template under one launch. What cannot be evaluated is remembered; Err gives it.
type Stack struct {
	template, resources cfn.Map
	in                  Inputs
	parameters          map[string]cfn.Value
	problems            []error
}

// Open reads a template in JSON. A parameter without a value, a value that the template refuses and
// a value for no parameter are errors.
func Open(template []byte, in Inputs) (*Stack, error) {
	tree, err := emit.ParseJSON(template)
	if err != nil {
		return nil, err
	}
	t, _ := tree.(cfn.Map)
	s := &Stack{template: t, in: in, parameters: map[string]cfn.Value{}}
	s.resources, _ = t.Get("Resources").(cfn.Map)
	if len(s.resources) == 0 {
		return nil, errors.New("the template has no resources")
	}
	declared, _ := t.Get("Parameters").(cfn.Map)
	for _, p := range declared {
		body, _ := p.Value.(cfn.Map)
		s.parameter(p.Key, body)
	}
	for name := range in.Parameters {
		if declared.Get(name) == nil {
			s.say("the template has no parameter %s", name)
		}
	}
	return s, s.Err()
}

// Err gives what could not be evaluated so far.
func (s *Stack) Err() error { return errors.Join(s.problems...) }

func (s *Stack) say(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	same := func(e error) bool { return e.Error() == err.Error() }
	if !slices.ContainsFunc(s.problems, same) {
		s.problems = append(s.problems, err)
	}
}

// parameter takes the given value or the default, and holds it against what is allowed.
func (s *Stack) parameter(name string, p cfn.Map) {
	value, given := s.in.Parameters[name]
	if !given {
		byDefault := p.Get("Default")
		if byDefault == nil {
			s.say("parameter %s needs a value", name)
			return
		}
		value = plain(byDefault)
	}
	allowed, _ := p.Get("AllowedValues").(cfn.List)
	isValue := func(i cfn.Item) bool { return plain(i.Value) == value }
	if len(allowed) > 0 && !slices.ContainsFunc(allowed, isValue) {
		s.say("parameter %s does not allow %q", name, value)
	}
	kind := plain(p.Get("Type"))
	isList := kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
	if pattern := plain(p.Get("AllowedPattern")); pattern != "" && !isList {
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		if err != nil || !re.MatchString(value) {
			s.say("parameter %s: %q does not match %s", name, value, pattern)
		}
	}
	if !isList {
		s.parameters[name] = cfn.String(value)
		return
	}
	parts := strings.Split(value, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	s.parameters[name] = cfn.Strings(parts...)
}

// plain gives the text of a scalar, and "" for anything else.
func plain(v cfn.Value) string {
	switch v := v.(type) {
	case cfn.String:
		return string(v)
	case cfn.Int:
		return strconv.FormatInt(int64(v), 10)
	case cfn.Bool:
		return strconv.FormatBool(bool(v))
	}
	return ""
}

// Value evaluates a value; nil means that AWS::NoValue takes it away.
func (s *Stack) Value(v cfn.Value) cfn.Value {
	switch v := v.(type) {
	case cfn.Map:
		out := cfn.Map{}
		for _, e := range v {
			if got := s.Value(e.Value); got != nil {
				out = append(out, cfn.Entry{Key: e.Key, Value: got})
			}
		}
		return out
	case cfn.List:
		out := cfn.List{}
		for _, item := range v {
			if got := s.Value(item.Value); got != nil {
				out = append(out, cfn.Item{Value: got})
			}
		}
		return out
	case cfn.Fn:
		return s.function(v)
	}
	return v
}

// text evaluates what must be one text.
func (s *Stack) text(v cfn.Value) string {
	got := s.Value(v)
	switch got.(type) {
	case cfn.List, cfn.Map, nil:
		s.say("%v is not a text", v)
		return ""
	}
	return plain(got)
}

// texts evaluates a text or a list of texts.
func (s *Stack) texts(v cfn.Value) []string {
	if v == nil {
		return nil
	}
	return s.flat(s.Value(v))
}

// flat reads an evaluated text or list. CloudFormation does not flatten lists; nor does this.
func (s *Stack) flat(v cfn.Value) []string {
	list, isList := v.(cfn.List)
	if !isList && v != nil {
		list = cfn.Values(v)
	}
	out := make([]string, 0, len(list))
	for _, item := range list {
		switch item.Value.(type) {
		case cfn.List, cfn.Map:
			s.say("%v stands where a text should", item.Value)
		default:
			out = append(out, plain(item.Value))
		}
	}
	return out
}

// exists tells whether the template makes this resource in this launch.
func (s *Stack) exists(id string) bool {
	body, ok := s.resources.Get(id).(cfn.Map)
	if !ok {
		return false
	}
	name := plain(body.Get("Condition"))
	return name == "" || s.named(name)
}

// properties gives the body of a resource that exists, not evaluated.
func (s *Stack) properties(id string) cfn.Map {
	body, _ := s.resources.Get(id).(cfn.Map)
	p, _ := body.Get("Properties").(cfn.Map)
	return p
}

func (s *Stack) kind(id string) string {
	body, _ := s.resources.Get(id).(cfn.Map)
	return plain(body.Get("Type"))
}
