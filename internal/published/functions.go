package published

import (
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
)

// function evaluates an intrinsic function. One that is not known here is a problem.
// Source: CloudFormation user guide, intrinsic-function-reference.
func (s *Stack) function(f cfn.Fn) cfn.Value {
	args, _ := f.Arg.(cfn.List)
	arg := func(i int) cfn.Value {
		if i < len(args) {
			return args[i].Value
		}
		s.say("%s lacks an argument", f.Name)
		return cfn.String("")
	}
	switch f.Name {
	case "Ref":
		return s.ref(plain(f.Arg))
	case "Fn::GetAtt":
		return cfn.String(s.attribute(plain(arg(0)), plain(arg(1))))
	case "Fn::If":
		if s.named(plain(arg(0))) {
			return s.Value(arg(1))
		}
		return s.Value(arg(2))
	case "Fn::Sub":
		return cfn.String(s.sub(f.Arg))
	case "Fn::Join":
		return cfn.String(strings.Join(s.texts(arg(1)), s.text(arg(0))))
	case "Fn::Split":
		return cfn.Strings(strings.Split(s.text(arg(1)), s.text(arg(0)))...)
	case "Fn::Select":
		return s.selected(s.text(arg(0)), s.texts(arg(1)))
	case "Fn::FindInMap":
		return s.found(s.text(arg(0)), s.text(arg(1)), s.text(arg(2)))
	}
	s.say("%s is not evaluated here", f.Name)
	return cfn.String("")
}

func (s *Stack) ref(name string) cfn.Value {
	if v, ok := s.parameters[name]; ok {
		return v
	}
	partition := cfn.Partition(s.in.Region)
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::Region":
		return cfn.String(s.in.Region)
	case "AWS::AccountId":
		return cfn.String(s.in.Account)
	case "AWS::Partition":
		return cfn.String(partition)
	case "AWS::URLSuffix":
		return cfn.String(cfn.DNSSuffix(s.in.Region))
	case "AWS::StackName":
		return cfn.String(s.in.StackName)
	case "AWS::StackId":
		return cfn.String(strings.Join([]string{"arn", partition, "cloudformation", s.in.Region,
			s.in.Account, "stack/" + s.in.StackName + "/" + stackUUID}, ":"))
	}
	return cfn.String(s.attribute(name, ""))
}

// sub fills a text. Its variables come first, then everything that Ref and Fn::GetAtt know; ${!X}
// stands for ${X}.
func (s *Stack) sub(v cfn.Value) string {
	var variables cfn.Map
	if l, ok := v.(cfn.List); ok && len(l) == 2 {
		v = l[0].Value
		variables, _ = l[1].Value.(cfn.Map)
	}
	var out strings.Builder
	rest := plain(v)
	for {
		before, after, found := strings.Cut(rest, "${")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			s.say("a ${ without its end in %q", plain(v))
			return out.String()
		}
		out.WriteString(s.variable(name, variables))
		rest = tail
	}
}

func (s *Stack) variable(name string, variables cfn.Map) string {
	if literal, ok := strings.CutPrefix(name, "!"); ok {
		return "${" + literal + "}"
	}
	if v := variables.Get(name); v != nil {
		return s.text(v)
	}
	if id, attr, ok := strings.Cut(name, "."); ok {
		return s.attribute(id, attr)
	}
	return s.text(cfn.Ref(name))
}

func (s *Stack) selected(index string, list []string) cfn.Value {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(list) {
		s.say("Fn::Select takes number %s of %d", index, len(list))
		return cfn.String("")
	}
	return cfn.String(list[i])
}

func (s *Stack) found(mapping, top, second string) cfn.Value {
	mappings, _ := s.template.Get("Mappings").(cfn.Map)
	m, _ := mappings.Get(mapping).(cfn.Map)
	row, _ := m.Get(top).(cfn.Map)
	v := row.Get(second)
	if v == nil {
		s.say("no mapping %s holds %s of %s", mapping, second, top)
		return cfn.String("")
	}
	return v
}

// named evaluates a condition of the template by its name.
func (s *Stack) named(name string) bool {
	conditions, _ := s.template.Get("Conditions").(cfn.Map)
	c := conditions.Get(name)
	if c == nil {
		s.say("no condition is named %s", name)
		return false
	}
	return s.holds(c)
}

// holds evaluates what stands in the section Conditions.
func (s *Stack) holds(v cfn.Value) bool {
	f, _ := v.(cfn.Fn)
	args, _ := f.Arg.(cfn.List)
	each := func(item cfn.Item) bool { return s.holds(item.Value) }
	switch {
	case f.Name == "Condition":
		return s.named(plain(f.Arg))
	case f.Name == "Fn::Equals" && len(args) == 2:
		return s.text(args[0].Value) == s.text(args[1].Value)
	case f.Name == "Fn::Not" && len(args) == 1:
		return !s.holds(args[0].Value)
	case f.Name == "Fn::Or":
		return slices.ContainsFunc(args, each)
	case f.Name == "Fn::And":
		return !slices.ContainsFunc(args, func(item cfn.Item) bool { return !each(item) })
	}
	s.say("%v is no condition", v)
	return false
}
