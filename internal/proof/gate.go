package proof

import (
	"iter"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Axis is one choice that is made when a stack is launched: a switch, whether an optional
// parameter is given, which value a parameter has, whether a region has a fact. Choices lists
// what can be chosen, each as the atoms that hold then.
type Axis struct {
	Name    string
	Choices [][]string
}

// Assignment says which atoms hold. Atoms that are not in it do not.
type Assignment map[string]bool

// Atoms gives every choice that the gates of the plan depend on, in the order in which they first
// appear. Regional facts are free of each other: a region added later may combine them anew.
func Atoms(p *plan.Plan) []Axis {
	s := newScope(p)
	var atoms []string
	for _, c := range p.Conditions {
		atoms = append(atoms, s.condition(c.Name).atoms()...)
	}
	for i := range p.Resources {
		r := &p.Resources[i]
		atoms = append(atoms, s.gate(r).atoms()...)
		s.eachStatement(r, func(_ *plan.Statement, under formula) {
			atoms = append(atoms, under.atoms()...)
		})
	}
	return s.axes(atoms)
}

// Assignments gives every combination of choices. The map is the same each time: clone it to keep
// it.
func Assignments(axes []Axis) iter.Seq[Assignment] {
	return func(yield func(Assignment) bool) {
		assign(axes, Assignment{}, yield)
	}
}

func assign(axes []Axis, a Assignment, yield func(Assignment) bool) bool {
	if len(axes) == 0 {
		return yield(a)
	}
	for _, choice := range axes[0].Choices {
		for _, atom := range choice {
			a[atom] = true
		}
		more := assign(axes[1:], a, yield)
		for _, atom := range choice {
			delete(a, atom)
		}
		if !more {
			return false
		}
	}
	return true
}

// axes groups atoms into choices: P=a and P=b exclude each other and imply P.
func (s *scope) axes(atoms []string) []Axis {
	var axes []Axis
	bare, values := map[string]bool{}, map[string][]string{}
	for _, atom := range atoms {
		name, value, hasValue := strings.Cut(atom, "=")
		if strings.HasPrefix(atom, opaque) {
			name, hasValue = atom, false
		}
		if !bare[name] && values[name] == nil {
			axes = append(axes, Axis{Name: name})
		}
		if !hasValue {
			bare[name] = true
		} else if !slices.Contains(values[name], value) {
			values[name] = append(values[name], value)
		}
	}
	for i, axis := range axes {
		axes[i].Choices = s.choices(axis.Name, bare[axis.Name], values[axis.Name])
	}
	return axes
}

func (s *scope) choices(name string, bare bool, values []string) [][]string {
	var given []string // what holds beside the value itself
	if bare {
		given = []string{name}
	}
	var choices [][]string
	for _, v := range values {
		choices = append(choices, append([]string{name + "=" + v}, given...))
	}
	if !bare && s.exhausts(name, values) {
		return choices
	}
	if bare && !s.exhausts(name, values) {
		choices = append(choices, given)
	}
	return append(choices, nil)
}

// exhausts tells whether a parameter can have no value beside these (and the empty one).
func (s *scope) exhausts(name string, values []string) bool {
	p := s.parameters[name]
	if p == nil || len(p.AllowedValues) == 0 || len(values) == 0 {
		return false
	}
	return !slices.ContainsFunc(p.AllowedValues, func(v string) bool {
		return !slices.Contains(values, v)
	})
}

// formula is what a gate stands for, over atoms.
type formula struct {
	op   op
	atom string
	of   []formula
}

type op int

const (
	always op = iota
	is
	not
	and
	or
)

// opaque begins the atom of a test that the plan does not spell out in literals.
const opaque = "test "

func conj(fs ...formula) formula {
	out := formula{op: and}
	for _, f := range fs {
		switch f.op {
		case always:
		case and:
			out.of = append(out.of, f.of...)
		default:
			out.of = append(out.of, f)
		}
	}
	switch len(out.of) {
	case 0:
		return formula{}
	case 1:
		return out.of[0]
	}
	return out
}

func negate(f formula) formula {
	return formula{op: not, of: []formula{f}}
}

func literals(ls []plan.Literal) formula {
	fs := make([]formula, len(ls))
	for i, l := range ls {
		fs[i] = formula{op: is, atom: l.Atom}
		if l.Not {
			fs[i] = negate(fs[i])
		}
	}
	return conj(fs...)
}

func (f formula) holds(a Assignment) bool {
	holds := func(g formula) bool { return g.holds(a) }
	switch f.op {
	case is:
		return a[f.atom]
	case not:
		return !f.of[0].holds(a)
	case and:
		return !slices.ContainsFunc(f.of, func(g formula) bool { return !g.holds(a) })
	case or:
		return slices.ContainsFunc(f.of, holds)
	}
	return true
}

// atoms lists the atoms of the formula, each once.
func (f formula) atoms() []string {
	var out []string
	var visit func(formula)
	visit = func(f formula) {
		if f.op == is && !slices.Contains(out, f.atom) {
			out = append(out, f.atom)
		}
		for _, g := range f.of {
			visit(g)
		}
	}
	visit(f)
	return out
}

// read turns the value of a condition into a formula; a test that it cannot read is an atom of its
// own. Seen guards against conditions that name each other in a circle.
func (s *scope) read(v cfn.Value, seen []string) formula {
	fn, ok := v.(cfn.Fn)
	if !ok {
		return formula{op: is, atom: opaque + render(v)}
	}
	args, _ := fn.Arg.(cfn.List)
	parts := func() []formula {
		fs := make([]formula, len(args))
		for i, item := range args {
			fs[i] = s.read(item.Value, seen)
		}
		return fs
	}
	switch {
	case fn.Name == "Condition":
		return s.resolveCondition(text(fn.Arg), seen)
	case fn.Name == "Fn::And":
		return conj(parts()...)
	case fn.Name == "Fn::Or":
		return formula{op: or, of: parts()}
	case fn.Name == "Fn::Not" && len(args) == 1:
		return negate(parts()[0])
	}
	return formula{op: is, atom: opaque + render(v)}
}

func (s *scope) resolveCondition(name string, seen []string) formula {
	c := s.conditions[name]
	switch {
	case c == nil || slices.Contains(seen, name):
		return formula{op: is, atom: opaque + name}
	case len(c.Literals) > 0:
		return literals(c.Literals)
	}
	return s.read(c.Value, append(seen, name))
}

// entails tells whether target holds whenever under does; if not, it gives a case in words.
func (s *scope) entails(under, target formula) (bool, string) {
	if target.op == always {
		return true, ""
	}
	for a := range Assignments(s.axes(conj(under, target).atoms())) {
		if under.holds(a) && !target.holds(a) {
			return false, words(a, target.atoms())
		}
	}
	return true, ""
}

// words says an assignment in the words of the spec: "AgentUser and not Operator=role".
func words(a Assignment, atoms []string) string {
	var said []string
	for _, atom := range atoms {
		word := strings.TrimPrefix(atom, opaque)
		if !a[atom] {
			word = "not " + word
		}
		said = append(said, word)
	}
	return strings.Join(said, " and ")
}
