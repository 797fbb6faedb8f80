package proof

import (
	"slices"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// maxAxes bounds the choices on which one document may depend: 2^14 combinations are tried at
// most.
const maxAxes = 14

// checkEmpties proves that whatever the customer chooses, no policy document is left without
// statements, no statement without resources, actions or principal, no condition without its
// values and no list of roles, users, groups or subnets empty. IAM and EC2 refuse all of these at
// deployment, and no linter sees them; a vanished condition would widen access instead.
func checkEmpties(s *scope) diag.List {
	r := newReport(s)
	for _, d := range r.documents() {
		r.documentFilled(d)
		for i := range d.body.Statements {
			r.statementFilled(d, &d.body.Statements[i])
		}
	}
	for i := range r.Resources {
		r.listsFilled(&r.Resources[i])
	}
	return r.found
}

// documentFilled looks for a case in which the document exists and none of its statements does.
func (r *report) documentFilled(d document) {
	if len(d.body.Statements) == 0 {
		r.found.Error(d.of.From, "empty-policy", d.name+" has no statement", emptyHint)
		return
	}
	some := formula{op: or}
	for i := range d.body.Statements {
		gate := r.statementGate(&d.body.Statements[i])
		if gate.op == always {
			return
		}
		some.of = append(some.of, gate)
	}
	if r.tooMany(d, conj(d.under, some)) {
		return
	}
	if ok, when := r.entails(d.under, some); !ok {
		r.found.Error(d.of.From, "empty-policy", d.name+" has no statement when "+when, emptyHint)
	}
}

const emptyHint = "give it a when: that is as strong as that of its parts, or a part without when:"

func (r *report) tooMany(d document, f formula) bool {
	if len(r.axes(f.atoms())) <= maxAxes {
		return false
	}
	r.found.Error(d.of.From, "too-many-gates",
		d.name+" depends on too many choices to try them all",
		"divide it into several policies")
	return true
}

// part is a value of a statement that may not vanish.
type part struct {
	name  string
	value cfn.Value
}

func (r *report) statementFilled(d document, st *plan.Statement) {
	under := conj(d.under, r.statementGate(st))
	owner := d.name + ", statement " + st.Sid
	if len(st.Actions) == 0 {
		r.found.Error(d.of.From, "empty-statement", owner+" has no actions", "name the actions")
	}
	var parts []part
	if d.kind != trustPolicy {
		parts = append(parts, part{"resources", cfn.Values(st.Resources...)})
	}
	if d.kind == trustPolicy || d.kind == bucketPolicy {
		parts = append(parts, part{"principal", st.Principal})
	}
	for _, p := range parts {
		r.filled(d, under, p, owner, "empty-statement", emptyHint)
	}
	for _, operator := range st.Condition {
		keys := keysOf(operator)
		r.operatorFilled(d, under, st, operator, owner)
		for _, e := range keys {
			if slices.Contains(st.MayLack, e.Key) {
				continue
			}
			p := part{"value of the condition " + e.Key, e.Value}
			r.filled(d, under, p, owner, "lost-condition",
				"a condition that vanishes widens access: give the whole statement the when:")
		}
	}
}

// keysOf gives the keys of an operator; one all of whose keys may be left out is left out with them.
func keysOf(operator cfn.Entry) cfn.Map {
	if keys, isMap := operator.Value.(cfn.Map); isMap {
		return keys
	}
	if fn, as := call(operator.Value); fn == "Fn::If" && len(as) == 3 && isNoValue(as[2]) {
		if keys, isMap := as[1].(cfn.Map); isMap {
			return keys
		}
	}
	return cfn.Map{operator}
}

// operatorFilled holds that an operator with keys that may be left out is not left empty.
func (r *report) operatorFilled(d document, under formula, st *plan.Statement, operator cfn.Entry,
	owner string) {
	for _, e := range keysOf(operator) {
		if !slices.Contains(st.MayLack, e.Key) {
			return // stays, or is found to vanish
		}
	}
	if _, isMap := operator.Value.(cfn.Map); isMap {
		p := part{"key of the condition " + operator.Key, operator.Value}
		r.filled(d, under, p, owner, "lost-condition", emptyHint)
	}
}

// filled looks for a case in which the part is empty although its statement exists.
func (r *report) filled(d document, under formula, p part, owner, id, hint string) {
	if p.value == nil {
		r.found.Error(d.of.From, id, owner+" has no "+p.name, hint)
		return
	}
	if when, empty := r.emptyWhen(under, p.value); empty {
		r.found.Error(d.of.From, id, owner+" has no "+p.name+when, hint)
	}
}

// emptyWhen gives a case, in words, in which v is empty under the gate.
func (s *scope) emptyWhen(under formula, v cfn.Value) (string, bool) {
	atoms := s.atomsIn(v)
	if len(atoms) == 0 {
		return "", isEmpty(s.resolve(v, nil))
	}
	all := conj(under, formula{op: and, of: leaves(atoms)}).atoms()
	axes := s.axes(all)
	if len(axes) > maxAxes {
		return " that can be proved: it depends on too many choices", true
	}
	for a := range Assignments(axes) {
		if under.holds(a) && isEmpty(s.resolve(v, a)) {
			return " when " + words(a, conj(leaves(atoms)...).atoms()), true
		}
	}
	return "", false
}

func leaves(atoms []string) []formula {
	fs := make([]formula, len(atoms))
	for i, atom := range atoms {
		fs[i] = formula{op: is, atom: atom}
	}
	return fs
}

// isEmpty tells whether a value is gone, an empty list, or a map that is empty or holds one.
func isEmpty(v cfn.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case cfn.List:
		return len(v) == 0
	case cfn.Map:
		empty := func(e cfn.Entry) bool { return isEmpty(e.Value) }
		return len(v) == 0 || slices.ContainsFunc(v, empty)
	}
	return false
}

func heldBy(h plan.Holders) cfn.Value {
	if h.OnlyIf == "" {
		return cfn.Values(h.List...)
	}
	return cfn.If(h.OnlyIf, cfn.Values(h.List...), cfn.NoValue())
}

// listsFilled looks at lists outside of documents. A list that is left out as a whole is fine; an
// empty one is not.
func (r *report) listsFilled(res *plan.Resource) {
	var lists []part
	switch b := res.Body.(type) {
	case *plan.ManagedPolicy:
		lists = []part{{"Roles", heldBy(b.Roles)}, {"Users", heldBy(b.Users)}}
	case *plan.Instance:
		lists = []part{{"SecurityGroups", cfn.Values(b.SecurityGroups...)}}
	case *plan.InterfaceEndpoint:
		lists = []part{{"SecurityGroups", cfn.Values(b.SecurityGroups...)},
			{"Subnets", cfn.Values(b.Subnets...)}}
	case *plan.InstanceProfile:
		if b.Role == nil || isNoValue(b.Role) {
			r.internal(res, res.ID+" holds no role")
		}
	}
	for _, p := range lists {
		if l, isList := p.value.(cfn.List); p.value == nil || isList && len(l) == 0 {
			continue
		}
		if when, empty := r.emptyListWhen(r.gate(res), p.value); empty {
			r.found.Error(res.From, "empty-list",
				res.ID+" has an empty list of "+p.name+when, emptyHint)
		}
	}
}

// emptyListWhen is emptyWhen, but lets the list itself be absent.
func (s *scope) emptyListWhen(under formula, v cfn.Value) (string, bool) {
	if fn, as := call(v); fn == "Fn::If" && len(as) == 3 {
		when := s.condition(text(as[0]))
		for i, gate := range []formula{when, negate(when)} {
			if isNoValue(as[i+1]) {
				continue
			}
			if said, empty := s.emptyListWhen(conj(under, gate), as[i+1]); empty {
				return said, true
			}
		}
		return "", false
	}
	return s.emptyWhen(under, v)
}
