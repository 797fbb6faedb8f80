package proof

import "byocfn/internal/plan"

// document is one policy document of the plan: where it stands and when it exists.
type document struct {
	of    *plan.Resource
	kind  documentKind
	name  string // as messages say it
	body  *plan.Document
	under formula
}

type documentKind string

const (
	managedPolicy documentKind = "managed policy"
	rolePolicy    documentKind = "inline policy of a role"
	userPolicy    documentKind = "inline policy of a user"
	trustPolicy   documentKind = "trust policy"
	bucketPolicy  documentKind = "bucket policy"
)

// documents gives every policy document in the order of the template.
func (s *scope) documents() []document {
	var out []document
	for i := range s.Resources {
		out = append(out, s.documentsOf(&s.Resources[i])...)
	}
	return out
}

func (s *scope) documentsOf(res *plan.Resource) []document {
	under := s.gate(res)
	inline := func(kind documentKind, policies []plan.InlinePolicy) []document {
		var out []document
		for i := range policies {
			p := &policies[i]
			name := res.ID
			if p.Name != res.ID {
				name = "policy " + p.Name + " of " + res.ID
			}
			out = append(out, document{res, kind, name, &p.Policy,
				conj(under, s.condition(p.Condition))})
		}
		return out
	}
	switch b := res.Body.(type) {
	case *plan.ManagedPolicy:
		return []document{{res, managedPolicy, res.ID, &b.Policy, under}}
	case *plan.BucketPolicy:
		return []document{{res, bucketPolicy, res.ID, &b.Policy, under}}
	case *plan.Role:
		trust := document{res, trustPolicy, "trust of " + res.ID, &b.Trust, under}
		return append([]document{trust}, inline(rolePolicy, b.Policies)...)
	case *plan.User:
		return inline(userPolicy, b.Policies)
	}
	return nil
}
