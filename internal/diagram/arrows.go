package diagram

import (
	"reflect"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// arrow goes from one box to another, by their keys.
type arrow struct{ from, to, label string }

// unseen is the label of an arrow that is not drawn: it puts the functions beside the VPC, where no
// arrow has to cross them.
const unseen = "(unseen)"

// linker finds arrows: who refers to whom, also through resources that are not drawn (an instance
// reaches its role through a launch template and a profile).
type linker struct {
	resources map[string]plan.Resource
	drawn     map[string]bool
	arrows    []arrow // each pair once: the first label stays
}

// link lists the arrows between drawn boxes, in template order. Being in a security group is no
// arrow: everything in the VPC would have one.
func link(p *plan.Plan, roots []*box) []arrow {
	l := linker{resources: map[string]plan.Resource{}, drawn: map[string]bool{}}
	l.learn(roots)
	for _, r := range p.Resources {
		l.resources[r.ID] = r
	}
	l.add(arrow{functionsKey, vpcKey, unseen})
	for _, r := range p.Resources {
		switch b := r.Body.(type) {
		case *plan.InterfaceEndpoint:
			if vendors(b) {
				l.add(arrow{r.ID, vendorKey, "private connection"})
			}
		case *plan.Instance:
			l.uses(r.ID, append(namesIn(r), b.LaunchTemplate))
		case *plan.ManagedPolicy:
			for _, holder := range holders(b) {
				l.uses(holder, valueNames(b.Policy))
			}
		case *plan.Role:
			for _, who := range valueNames(b.Trust) {
				l.add(arrow{who, r.ID, "may become"})
			}
			l.uses(r.ID, valueNames(b.Policies))
		case *plan.LambdaFunction, *plan.SecurityGroup, *plan.Custom:
			// What functions may do and what groups let through is in the tables of the README.
		default:
			l.uses(r.ID, namesIn(r))
		}
	}
	return l.arrows
}

func (l *linker) learn(boxes []*box) {
	for _, b := range boxes {
		l.drawn[b.key] = true
		l.learn(b.children)
	}
}

func (l *linker) add(a arrow) {
	same := func(b arrow) bool { return a.from == b.from && a.to == b.to }
	if a.from != a.to && l.drawn[a.from] && l.drawn[a.to] && !slices.ContainsFunc(l.arrows, same) {
		l.arrows = append(l.arrows, a)
	}
}

// uses follows names until they reach something drawn.
func (l *linker) uses(from string, names []string) {
	seen := map[string]bool{from: true}
	for queue := names; len(queue) > 0; queue = queue[1:] {
		to, known := l.resources[queue[0]]
		if !known || seen[to.ID] {
			continue
		}
		seen[to.ID] = true
		if _, group := to.Body.(*plan.SecurityGroup); group {
			continue
		}
		label := ""
		if _, role := to.Body.(*plan.Role); role {
			label = "acts as"
		}
		if l.drawn[to.ID] {
			l.add(arrow{from, to.ID, label})
		} else {
			queue = append(queue, namesIn(to)...)
		}
	}
}

func holders(p *plan.ManagedPolicy) []string {
	if p == nil {
		return nil
	}
	return append(valueNames(p.Roles), valueNames(p.Users)...)
}

// namesIn lists what a resource refers to: the names in all values of its body.
func namesIn(r plan.Resource) []string {
	return append(valueNames(r.Body), valueNames(r.Extra)...)
}

// valueNames lists the names that Ref, Fn::GetAtt and Fn::Sub have anywhere in a part of a plan.
func valueNames(part any) []string {
	var out []string
	walk(reflect.ValueOf(part), func(v cfn.Value) {
		fn, ok := v.(cfn.Fn)
		if !ok {
			return
		}
		first := fn.Arg
		if list, ok := fn.Arg.(cfn.List); ok && len(list) > 0 {
			first = list[0].Value
		}
		text, _ := first.(cfn.String)
		switch fn.Name {
		case "Ref", "Fn::GetAtt":
			out = append(out, string(text))
		case "Fn::Sub":
			for _, part := range strings.Split(string(text), "${")[1:] {
				name, _, _ := strings.Cut(part, "}")
				name, _, _ = strings.Cut(name, ".")
				out = append(out, name) // ${!x} is no name of a resource
			}
		}
	})
	return out
}

var valueType = reflect.TypeFor[cfn.Value]()

// walk calls visit for every value in a part of a plan, by its Go types, so that a body added to
// the plan cannot be forgotten here.
func walk(v reflect.Value, visit func(cfn.Value)) {
	if !v.IsValid() {
		return
	}
	if v.Type().Implements(valueType) {
		if value, ok := v.Interface().(cfn.Value); ok {
			cfn.Walk(value, visit)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		walk(v.Elem(), visit)
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	}
}
