package proof

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// state is what a principal holds at one time: how many managed policies, by their ids or, where it
// names them itself, by expression.
type state = map[string]int

// held is what a principal can hold: every state that no other covers, and which of the policies other
// values of parameters exchange for others under the same id or expression.
type held struct {
	states  []state
	changes map[string]bool
	by      []string // the parameters that do it
}

// maxStates bounds the states that are told apart; beyond, everything counts at once.
const maxStates = 256

// attachment is a managed policy of the stack and a gate under which it names a principal.
type attachment struct {
	id    string
	under formula
}

// element is one of the policies that a principal names itself, or a list of them, joined to one text
// with between; it is empty where the value is no such text.
type element struct {
	value   cfn.Value
	between string
}

// apart takes the list apart that stands for literal ARNs and lists together: texts joined, to be
// split by the same letter.
func apart(v cfn.Value) []element {
	name, as := call(v)
	if name != "Fn::Split" || len(as) != 2 {
		return []element{{v, ""}}
	}
	joined, parts := call(as[1])
	if joined != "Fn::Join" || len(parts) != 2 || text(parts[0]) != text(as[0]) {
		return []element{{v, ""}}
	}
	list, ok := parts[1].(cfn.List)
	if !ok {
		return []element{{parts[1], ""}}
	}
	var out []element
	for _, item := range list {
		out = append(out, element{item.Value, text(as[0])})
	}
	return out
}

// stands gives what an element puts into the list, from its value or what a choice leaves of that; nil
// where it is left out.
func (m *ruler) stands(e element, v cfn.Value) cfn.Value {
	if v != nil && e.between != "" && m.count(v, e.between) > 0 {
		return cfn.Split(e.between, v)
	}
	return v
}

// everything takes all that a principal may ever hold for one state. A policy is exchanged by what its
// holder survives: the customer's IAM path replaces both a role and its policies, but not a user.
func (m *ruler) everything(h holding, named []attachment) held {
	all := held{[]state{{}}, map[string]bool{}, nil}
	for _, e := range h.own {
		m.put(&all, all.states[0], m.stands(e, e.value))
	}
	var theirs []string
	if len(named) > 0 {
		theirs = append(m.madeOf(h.id), h.id)
	}
	for _, p := range named {
		all.states[0][p.id] = 1
		all.change(p.id, slices.DeleteFunc(m.madeOf(p.id), func(name string) bool {
			return slices.Contains(theirs, name)
		}))
	}
	return all
}

// change notes what exchanges a policy.
func (h *held) change(key string, by []string) {
	h.changes[key] = len(by) > 0
	for _, name := range by {
		if !slices.Contains(h.by, name) {
			h.by = append(h.by, name)
		}
	}
}

// put counts a policy, or a list of them, that a principal names itself.
func (m *ruler) put(all *held, into state, v cfn.Value) {
	if v == nil {
		return
	}
	key := short(render(v))
	if name, as := call(v); name == "Fn::Sub" && len(as) == 1 {
		key = text(as[0])
	}
	into[key] = m.measure(v).items
	all.change(key, m.restsOn(v))
}

// held gives the states under every choice of the customer.
func (m *ruler) held(h holding, named []attachment) held {
	all, atoms := m.everything(h, named), h.under.atoms()
	for _, e := range h.own {
		atoms = append(atoms, m.atomsIn(e.value)...)
	}
	for _, p := range named {
		atoms = append(atoms, p.under.atoms()...)
	}
	axes := m.axes(atoms)
	if len(axes) > maxAxes {
		return all
	}
	out := held{nil, all.changes, all.by}
	for a := range Assignments(axes) {
		if !h.under.holds(a) {
			continue
		}
		s := state{}
		for _, e := range h.own {
			m.put(&out, s, m.stands(e, m.resolve(e.value, a)))
		}
		for _, p := range named {
			if p.under.holds(a) {
				s[p.id] = 1
			}
		}
		if out.add(s); len(out.states) > maxStates {
			return all
		}
	}
	return out
}

// add keeps the states that no other covers.
func (h *held) add(s state) {
	covers := func(a, b state) bool {
		for key, n := range b {
			if a[key] < n {
				return false
			}
		}
		return true
	}
	if slices.ContainsFunc(h.states, func(other state) bool { return covers(other, s) }) {
		return
	}
	h.states = slices.DeleteFunc(h.states, func(other state) bool { return covers(s, other) })
	h.states = append(h.states, s)
}

// most is the greatest number of policies at any time but that of an update.
func (h held) most() int {
	most := 0
	for _, s := range h.states {
		most = max(most, beside(s, s, nil))
	}
	return most
}

// mostBeside is the greatest number while an update leads from one state to another.
func (h held) mostBeside() int {
	most := 0
	for i, before := range h.states {
		for _, after := range h.states[i:] {
			most = max(most, beside(before, after, h.changes))
		}
	}
	return most
}

// why says which parameters exchange policies without a switch.
func (h held) why() string {
	if len(h.by) == 0 {
		return ""
	}
	return "; a change of " + strings.Join(h.by, ", ") + " exchanges policies"
}

// beside counts the policies of two states: once where they are the same in both.
func beside(before, after state, changes map[string]bool) int {
	sum := 0
	for key, n := range before {
		if changes[key] {
			sum += n + after[key]
		} else {
			sum += max(n, after[key])
		}
	}
	for key, n := range after {
		if _, both := before[key]; !both {
			sum += n
		}
	}
	return sum
}

// naming gives the policies of the stack that name a principal, and when.
func (s *scope) naming(id string) []attachment {
	var out []attachment
	for i := range s.Resources {
		res := &s.Resources[i]
		for _, holders := range holdersOf(res) {
			under := conj(s.gate(res), s.condition(holders.OnlyIf))
			s.walk(cfn.Values(holders.List...), under, func(ref reference) {
				if ref.name == id && ref.want == resourceOrParameter {
					out = append(out, attachment{res.ID, ref.under})
				}
			})
		}
	}
	return out
}

// madeOf names what an update can change so that a resource is replaced.
func (s *scope) madeOf(id string) []string {
	res := s.resources[id]
	if res == nil {
		return nil
	}
	of, _ := settled(s.Plan, res)
	values := cfn.List{}
	for _, e := range of.properties {
		values = append(values, cfn.Item{Value: e.Value})
	}
	if u, ok := res.Body.(*plan.User); ok && u.Name != nil {
		values = append(values, cfn.Item{Value: u.Name})
	}
	return s.restsOn(values)
}

// restsOn names the parameters and resources that decide about a value, be it by a condition.
func (s *scope) restsOn(v cfn.Value) []string {
	var names, conditions []string
	var visit func(reference)
	visit = func(ref reference) {
		switch c := s.conditions[ref.name]; {
		case ref.want == conditionName && c != nil && !slices.Contains(conditions, ref.name):
			conditions = append(conditions, ref.name)
			s.walk(c.Value, formula{}, visit)
		case ref.want == conditionName, ref.want == mappingColumn,
			slices.Contains(pseudoParameters, ref.name), slices.Contains(names, ref.name):
		default:
			names = append(names, ref.name)
		}
	}
	s.walk(v, formula{}, visit)
	return names
}
