package compile_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/emit"
)

// oracle resolves an emitted template as CloudFormation would, for one choice of parameters and
// region. It knows nothing of plans and proofs: it reads the published text.
type oracle struct {
	t          cfn.Map
	region     string
	parameters map[string]string
	exists     map[string]bool
	problems   []string
}

// choices gives what to try for each parameter that a condition looks at, and for the region.
func choices(t cfn.Map) (names []string, values map[string][]string) {
	values = map[string][]string{}
	regions := []string{"xx-nowhere-1"}
	mappings, _ := t.Get("Mappings").(cfn.Map)
	for _, m := range mappings {
		regions = regions[:0]
		for _, row := range m.Value.(cfn.Map) {
			regions = append(regions, row.Key)
		}
	}
	parameters, _ := t.Get("Parameters").(cfn.Map)
	cfn.Walk(t.Get("Conditions"), func(v cfn.Value) {
		fn, ok := v.(cfn.Fn)
		if !ok || fn.Name != "Ref" {
			return
		}
		name := string(fn.Arg.(cfn.String))
		if name == "AWS::Region" {
			values[name] = regions
			return
		}
		p, _ := parameters.Get(name).(cfn.Map)
		values[name] = []string{"", "given"}
		if allowed, ok := p.Get("AllowedValues").(cfn.List); ok {
			values[name] = nil
			for _, item := range allowed {
				values[name] = append(values[name], string(item.Value.(cfn.String)))
			}
		}
	})
	return slices.Sorted(maps.Keys(values)), values
}

// holdsAlways tries every choice and gives what is wrong in some of them.
func holdsAlways(template []byte) (problems []string, tried int) {
	tree, err := emit.Parse(template)
	if err != nil {
		return []string{err.Error()}, 0
	}
	t := tree.(cfn.Map)
	names, values := choices(t)
	var try func(i int, chosen map[string]string)
	try = func(i int, chosen map[string]string) {
		if i < len(names) {
			for _, v := range values[names[i]] {
				chosen[names[i]] = v
				try(i+1, chosen)
			}
			return
		}
		o := &oracle{t: t, parameters: chosen, region: chosen["AWS::Region"]}
		o.judge()
		tried++
		for _, p := range o.problems {
			problems = append(problems, fmt.Sprintf("%v: %s", chosen, p))
		}
	}
	try(0, map[string]string{})
	return problems, tried
}

func (o *oracle) say(format string, args ...any) {
	o.problems = append(o.problems, fmt.Sprintf(format, args...))
}

func (o *oracle) judge() {
	o.exists = map[string]bool{}
	parameters, _ := o.t.Get("Parameters").(cfn.Map)
	for _, p := range parameters {
		o.exists[p.Key] = true
	}
	resources, _ := o.t.Get("Resources").(cfn.Map)
	for _, r := range resources {
		if o.present(r.Value.(cfn.Map)) {
			o.exists[r.Key] = true
		}
	}
	for _, section := range []string{"Resources", "Outputs"} {
		entries, _ := o.t.Get(section).(cfn.Map)
		for _, e := range entries {
			if body := e.Value.(cfn.Map); o.present(body) {
				o.depends(e.Key, body.Get("DependsOn"))
				o.value(e.Key, "", body)
			}
		}
	}
}

func (o *oracle) present(body cfn.Map) bool {
	name, ok := body.Get("Condition").(cfn.String)
	return !ok || o.condition(cfn.Fn{Name: "Condition", Arg: name})
}

func (o *oracle) depends(from string, v cfn.Value) {
	list, ok := v.(cfn.List)
	if !ok && v != nil {
		list = cfn.Values(v)
	}
	for _, item := range list {
		o.target(from, string(item.Value.(cfn.String)))
	}
}

func (o *oracle) target(from, name string) {
	if !o.exists[name] && !strings.HasPrefix(name, "AWS::") {
		o.say("%s: nothing is %s", from, name)
	}
}

// condition evaluates what stands in the Conditions section.
func (o *oracle) condition(v cfn.Value) bool {
	fn, _ := v.(cfn.Fn)
	args, _ := fn.Arg.(cfn.List)
	switch fn.Name {
	case "Condition":
		conditions, _ := o.t.Get("Conditions").(cfn.Map)
		c := conditions.Get(string(fn.Arg.(cfn.String)))
		if c == nil {
			o.say("no condition %s", fn.Arg)
			return false
		}
		return o.condition(c)
	case "Fn::Equals":
		return o.text(args[0].Value) == o.text(args[1].Value)
	case "Fn::Not":
		return !o.condition(args[0].Value)
	case "Fn::And", "Fn::Or":
		if len(args) < 2 || len(args) > 10 {
			o.say("%s of %d", fn.Name, len(args))
		}
		holds := func(item cfn.Item) bool { return o.condition(item.Value) == (fn.Name == "Fn::Or") }
		return slices.ContainsFunc(args, holds) == (fn.Name == "Fn::Or")
	}
	o.say("what is the condition %v?", v)
	return false
}

func (o *oracle) text(v cfn.Value) string {
	switch v := v.(type) {
	case cfn.String:
		return string(v)
	case cfn.Fn:
		if v.Name == "Ref" {
			return o.parameters[string(v.Arg.(cfn.String))]
		}
		if v.Name == "Fn::FindInMap" {
			at := v.Arg.(cfn.List)
			m := o.t.Get("Mappings").(cfn.Map).Get(string(at[0].Value.(cfn.String))).(cfn.Map)
			return o.text(m.Get(o.text(at[1].Value)).(cfn.Map).Get(o.text(at[2].Value)))
		}
	}
	o.say("what is %v?", v)
	return ""
}

// never are the keys whose values nobody takes empty.
var never = []string{"Statement", "Resource", "Action", "Principal", "Roles", "Users", "SubnetIds",
	"SecurityGroupIds", "SecurityGroupEgress", "StringEquals", "StringLike", "ArnLike", "ArnEquals"}

// value resolves a value, and judges every reference in it that counts. Nil stands for NoValue.
func (o *oracle) value(from, key string, v cfn.Value) cfn.Value {
	switch v := v.(type) {
	case cfn.Map:
		var out cfn.Map
		for _, e := range v {
			if got := o.value(from, e.Key, e.Value); got != nil {
				out = append(out, cfn.Entry{Key: e.Key, Value: got})
			}
		}
		o.filled(from, key, len(out))
		return out
	case cfn.List:
		var out cfn.List
		for _, item := range v {
			if got := o.value(from, "", item.Value); got != nil {
				out = append(out, cfn.Item{Value: got})
			}
		}
		o.filled(from, key, len(out))
		return out
	case cfn.Fn:
		return o.function(from, key, v)
	}
	return v
}

func (o *oracle) filled(from, key string, n int) {
	if n == 0 && slices.Contains(never, key) {
		o.say("%s: %s is empty", from, key)
	}
}

func (o *oracle) function(from, key string, f cfn.Fn) cfn.Value {
	args, _ := f.Arg.(cfn.List)
	switch f.Name {
	case "Ref":
		name := string(f.Arg.(cfn.String))
		if name == "AWS::NoValue" {
			return nil
		}
		o.target(from, name)
	case "Fn::GetAtt":
		o.target(from, string(args[0].Value.(cfn.String)))
	case "Fn::If":
		branch := args[2].Value
		if o.condition(cfn.Fn{Name: "Condition", Arg: args[0].Value}) {
			branch = args[1].Value
		}
		return o.value(from, key, branch)
	case "Fn::Sub":
		o.sub(from, f.Arg)
	default:
		o.value(from, "", f.Arg)
	}
	return f
}

func (o *oracle) sub(from string, v cfn.Value) {
	body, vars := v, cfn.Map{}
	if l, ok := v.(cfn.List); ok {
		body, vars = l[0].Value, l[1].Value.(cfn.Map)
		o.value(from, "", vars)
	}
	text, used := string(body.(cfn.String)), map[string]bool{}
	for _, part := range strings.Split(text, "${")[1:] {
		name, _, _ := strings.Cut(part, "}")
		if strings.HasPrefix(name, "!") {
			continue
		}
		used[name] = true
		if vars.Get(name) == nil {
			id, _, _ := strings.Cut(name, ".")
			o.target(from, id)
		}
	}
	for _, e := range vars {
		if !used[e.Key] {
			o.say("%s: nobody uses the variable %s", from, e.Key)
		}
	}
}

// TestOracle is the control: it finds what is wrong, and only in the choices where it is.
func TestOracle(t *testing.T) {
	const head = `
Parameters:
  Siren: { Type: String, AllowedValues: ['yes', 'no'] }
  Nick: { Type: String, Default: '' }
Conditions:
  Siren: !Equals [!Ref Siren, 'yes']
  Nick: !Not [!Equals [!Ref Nick, '']]
  Both: !And [!Condition Siren, !Condition Nick]
Resources:
  Loud: { Type: AWS::SNS::Topic, Condition: Siren }
`
	for name, c := range map[string]struct {
		body  string
		wants []string // per problem: what the choice and the words hold
	}{
		"sound": {"A: { Type: X, Condition: Both, Properties: { B: !GetAtt Loud.Arn } }", nil},
		"ref": {"A: { Type: X, Condition: Nick, Properties: { B: !Ref Loud } }",
			[]string{"Siren:no] A: nothing is Loud"}},
		"if": {"A: { Type: X, Properties: { B: !If [Siren, !Ref Loud, !Ref Quiet] } }",
			[]string{"Siren:no", "Siren:no"}},
		"sub": {"A: { Type: X, Condition: Siren, Properties: { B: !Sub '${Loud}${!No}${Quiet.Arn}' } }",
			[]string{"Quiet", "Quiet"}},
		"depends": {"A: { Type: X, DependsOn: [Loud] }", []string{"Siren:no", "Siren:no"}},
		"empty": {"A: { Type: X, Properties: { Statement: [!If [Both, {Sid: x}, !Ref AWS::NoValue]] } }",
			[]string{"Statement", "Statement", "Statement"}},
		"unused": {"A: { Type: X, Condition: Both, Properties: { B: !Sub ['${Loud}', {L: x}] } }",
			[]string{"nobody uses"}},
		"condition": {"A: { Type: X, Properties: { B: !If [Nobody, x, y] } }",
			[]string{"Nobody", "Nobody", "Nobody", "Nobody"}},
	} {
		got, tried := holdsAlways([]byte(head + "  " + c.body))
		if tried != 4 {
			t.Errorf("%s: %d choices", name, tried)
		}
		ok := len(got) == len(c.wants)
		for i := 0; ok && i < len(got); i++ {
			ok = strings.Contains(strings.ReplaceAll(got[i], "]:", "]"), c.wants[i])
		}
		if !ok {
			t.Errorf("%s: %d problems, not %d:\n%s", name, len(got), len(c.wants), strings.Join(got, "\n"))
		}
	}
}
