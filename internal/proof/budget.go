package proof

import (
	"fmt"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/plan"
)

// Budget is how much of its limit a policy uses in the worst case: every reference at its greatest
// length, under the choice of the customer that makes it largest. Characters as IAM counts them,
// white space apart.
type Budget struct {
	Resource string // logical id
	Policy   string // as people say it: VeloDBRolePolicy, trust of VeloDBRole
	Kind     string
	Size     int
	Limit    int
}

func policyLimit(kind documentKind) int {
	switch kind {
	case rolePolicy:
		return iam.MaxRoleInline
	case userPolicy:
		return iam.MaxUserInline
	case trustPolicy:
		return iam.MaxTrust
	case bucketPolicy:
		return iam.MaxBucketPolicy
	}
	return iam.MaxManagedPolicy
}

// Budgets gives the budget of every policy, in the order of the template. The inline policies of a
// role or user share one limit, and one row.
func Budgets(p *plan.Plan) []Budget {
	m := newRuler(newScope(p))
	return m.budgets()
}

// Fits tells for plan.Divide what a managed policy of the plan can hold without a warning of Limits:
// the room that is left is for the next release.
func Fits(p *plan.Plan) plan.Fits {
	m := newRuler(newScope(p))
	return func(policy *plan.Resource, statements []plan.Statement) bool {
		b := m.budget(policy.ID, document{policy, managedPolicy, policy.ID,
			&plan.Document{Statements: statements}, m.gate(policy)})
		return b.Size*10 < b.Limit*9
	}
}

func (m *ruler) budgets() []Budget {
	var out []Budget
	m.eachBudget(func(b Budget, _ []document) { out = append(out, b) })
	return out
}

// eachBudget gives every budget with the documents that share it.
func (m *ruler) eachBudget(give func(Budget, []document)) {
	for i := range m.Resources {
		res := &m.Resources[i]
		var inline []document
		for _, d := range m.documentsOf(res) {
			if d.kind == rolePolicy || d.kind == userPolicy {
				inline = append(inline, d)
				continue
			}
			give(m.budget(d.name, d), []document{d})
		}
		if len(inline) > 0 {
			give(m.budget("inline policies of "+res.ID, inline...), inline)
		}
	}
}

// budget adds up documents that share a limit, each at its greatest: where a choice makes one grow and
// another shrink, an update may write the first before the second.
func (m *ruler) budget(name string, ds ...document) Budget {
	first := ds[0]
	b := Budget{first.of.ID, name, string(first.kind), 0, policyLimit(first.kind)}
	for _, d := range ds {
		b.Size += m.greatest(d)
	}
	return b
}

// greatest is the size of a document under the choice that makes it largest.
func (m *ruler) greatest(d document) int {
	axes := m.axes(m.documentAtoms(d))
	if len(axes) > maxAxes { // reported by Empties; here everything counts at once
		return m.documentSize(d, nil, true)
	}
	most := 0
	for a := range Assignments(axes) {
		if d.under.holds(a) {
			most = max(most, m.documentSize(d, a, false))
		}
	}
	return most
}

func (m *ruler) documentAtoms(d document) []string {
	atoms := d.under.atoms()
	for i := range d.body.Statements {
		st := &d.body.Statements[i]
		atoms = append(atoms, m.statementGate(st).atoms()...)
		for _, v := range []cfn.Value{cfn.Values(st.Resources...), st.Principal, st.Condition} {
			atoms = append(atoms, m.atomsIn(v)...)
		}
	}
	return atoms
}

// documentSize counts the characters of a document under one choice, or of all of it.
func (m *ruler) documentSize(d document, a Assignment, all bool) int {
	var sizes []int
	for i := range d.body.Statements {
		st := &d.body.Statements[i]
		if all || m.statementGate(st).holds(a) {
			sizes = append(sizes, m.statementSize(st, a, all))
		}
	}
	return len(`{"Version":"2012-10-17","Statement":[]}`) + commas(sizes)
}

// commas adds up parts and the commas between them.
func commas(sizes []int) int {
	sum := max(len(sizes)-1, 0)
	for _, size := range sizes {
		sum += size
	}
	return sum
}

func (m *ruler) statementSize(st *plan.Statement, a Assignment, all bool) int {
	fields := cfn.Map{{Key: "Effect", Value: cfn.String(st.Effect)},
		{Key: "Action", Value: cfn.Strings(st.Actions...)}}
	add := func(key string, v cfn.Value) {
		if !all {
			v = m.resolve(v, a)
		}
		fields = append(fields, cfn.Entry{Key: key, Value: v})
	}
	if st.Sid != "" {
		add("Sid", cfn.String(st.Sid))
	}
	if len(st.Resources) > 0 {
		add("Resource", cfn.Values(st.Resources...))
	}
	if st.Principal != nil {
		add("Principal", st.Principal)
	}
	if len(st.Condition) > 0 {
		add("Condition", st.Condition)
	}
	return m.jsonSize(fields)
}

// jsonSize bounds a value as JSON without white space between its parts. A list of one is counted
// as a list.
func (m *ruler) jsonSize(v cfn.Value) int {
	var sizes []int
	switch v := v.(type) {
	case cfn.Map:
		for _, e := range v {
			key := m.sub([]cfn.Value{cfn.String(e.Key)}).chars // of a condition it may hold references
			sizes = append(sizes, key+len(`"":`)+m.jsonSize(e.Value))
		}
		return len("{}") + commas(sizes)
	case cfn.List:
		for _, item := range v {
			sizes = append(sizes, m.jsonSize(item.Value))
		}
		return len("[]") + commas(sizes)
	case nil:
		return 0
	}
	e := m.measure(v)
	if e.items > 1 {
		return len("[]") + e.chars + e.items*len(`"",`) - len(",")
	}
	return len(`""`) + e.chars
}

// unboundedParameter reports a parameter whose length had to be guessed. Those that the vendor
// did not write have no place.
func (r *report) unboundedParameter(p *plan.Parameter) {
	summary := fmt.Sprintf("%s stands in a policy and has no greatest length; %d characters are "+
		"assumed", p.Name, guess)
	if p.From.File == "" {
		r.internal(nil, summary)
		return
	}
	r.found.Warn(p.From, "unbounded-parameter", summary, "give it max:")
}

// within reports what is over its limit, and warns from 90 % of it.
func (r *report) within(of *plan.Resource, id string, size, limit int, summary, hint string) {
	switch {
	case size > limit:
		r.found.Error(of.From, id, summary, hint)
	case size*10 >= limit*9:
		r.found.Warn(of.From, id, summary, hint)
	}
}
