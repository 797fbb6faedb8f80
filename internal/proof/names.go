package proof

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// accountWide are the names of which an account has one for each type, whatever their case and path;
// of buckets, the world. Other names may repeat below another parent, which another property names.
// Source: IAM user guide, "IAM and AWS STS quotas", names.
var accountWide = []string{"BucketName", "RoleName", "UserName", "ManagedPolicyName", "InstanceProfileName"}

// holder is a resource with a fixed name.
type holder struct {
	res  *plan.Resource
	what string // what tells it apart, as text
	name cfn.Value
}

// checkNames proves that no two resources that can exist together have one name.
func checkNames(s *scope) diag.List {
	r := newReport(s)
	var before []holder
	for i := range r.Resources {
		h, ok := r.holderOf(&r.Resources[i])
		if !ok {
			continue
		}
		same := func(first holder) bool {
			return strings.EqualFold(first.what, h.what) && r.together(first.res, h.res)
		}
		if i := slices.IndexFunc(before, same); i >= 0 {
			first := before[i].res
			r.found.Error(h.res.From, "same-name", h.res.ID+" and "+first.ID+" have one name: "+
				plan.Plain(h.name), "give each its own", diag.Note{Text: "the other is here", At: first.From})
		}
		before = append(before, h)
	}
	return r.found
}

func (r *report) holderOf(res *plan.Resource) (holder, bool) {
	of, ok := settled(r.Plan, res)
	if !ok {
		return holder{}, false
	}
	h := holder{res: res, what: of.kind}
	var others strings.Builder
	for _, e := range of.properties {
		switch {
		case e.Value == nil:
		case fixesName(e.Key) && h.name == nil:
			h.name = e.Value
			if slices.Contains(accountWide, e.Key) {
				h.what += "\n" + render(e.Value)
				return h, fixed(e.Value)
			}
			others.WriteString("\n" + render(e.Value))
		default:
			others.WriteString("\n" + e.Key + "=" + render(e.Value))
		}
	}
	h.what += others.String()
	return h, h.name != nil
}

// fixed tells whether the vendor chose a name: the one that only the customer's prefix asks for holds
// the id.
func fixed(v cfn.Value) bool {
	fn, _ := call(v)
	return fn != "Fn::If"
}

// together tells whether some choice of the customer has both.
func (r *report) together(a, b *plan.Resource) bool {
	apart, _ := r.entails(r.gate(a), negate(r.gate(b)))
	return !apart
}
