package proof

import (
	"reflect"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// checkHouse proves that no identity escapes the customer's house rules, the functions' roles and raw
// resources included.
func checkHouse(s *scope) diag.List {
	r := newReport(s)
	if r.VendorSide {
		return r.found
	}
	for i := range r.Resources {
		res := &r.Resources[i]
		r.houseBody(res)
		r.houseExtra(res)
	}
	return r.found
}

// identity is what the house rules see of a resource of IAM. What the vendor fixed for a reason that
// the template gives stands apart from them.
type identity struct {
	boundary, path, name cfn.Value
	bounded              bool // the type has a boundary
	prefixed             bool // the type must be named with the customer's prefix
	vendor               bool // in the vendor's own words
	fixed                plan.Fixed
}

func identityOf(body plan.Body) (identity, bool) {
	switch b := body.(type) {
	case *plan.Role:
		return identity{b.Boundary, b.Path, b.Name, true, true, false, b.Fixed}, true
	case *plan.User:
		return identity{b.Boundary, b.Path, b.Name, true, true, false, b.Fixed}, true
	case *plan.LambdaFunction:
		return identity{path: cfn.Ref(plan.PathParameter), name: b.Name, prefixed: true}, true
	case *plan.ManagedPolicy:
		return identity{path: b.Path, fixed: b.Fixed}, true
	case *plan.InstanceProfile:
		return identity{path: b.Path, fixed: b.Fixed}, true
	case *plan.Raw:
		return rawIdentity(b)
	}
	return identity{}, false
}

func rawIdentity(b *plan.Raw) (identity, bool) {
	id := identity{path: b.Properties.Get("Path"), vendor: true}
	switch b.Type {
	case "AWS::IAM::Role", "AWS::IAM::User":
		id.bounded, id.prefixed = true, true
		id.boundary = b.Properties.Get("PermissionsBoundary")
		id.name = b.Properties.Get("RoleName")
		if b.Type == "AWS::IAM::User" {
			id.name = b.Properties.Get("UserName")
		}
	case "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile", "AWS::IAM::Group":
	default:
		return identity{}, false
	}
	return id, true
}

func (r *report) houseBody(res *plan.Resource) {
	id, ok := identityOf(res.Body)
	if !ok {
		return
	}
	escape := func(what, hint string) {
		if id.vendor {
			hint = nounFor(res.Body) // nothing of a raw resource can name the customer's parameters
		}
		r.blame(id.vendor, res, "house-rules", res.ID+" "+what, hint)
	}
	if id.bounded && !id.fixed.Boundary && !r.always(res, id.boundary, plan.BoundaryParameter) {
		escape("is not under the customer's permissions boundary",
			"set PermissionsBoundary from the parameter "+plan.BoundaryParameter)
	}
	if !id.fixed.Path && !r.always(res, id.path, plan.PathParameter) {
		escape("is not under the customer's IAM path", "set Path to ${"+plan.PathParameter+"}")
	}
	if !id.fixed.Name && (id.prefixed && id.name == nil || id.name != nil && !prefixed(id.name)) {
		escape("has no name that begins with the customer's prefix",
			"begin the name with ${"+plan.PrefixParameter+"}")
	}
}

// nounFor says which noun does by itself what the house rules ask of a raw resource.
func nounFor(body plan.Body) string {
	raw, _ := body.(*plan.Raw)
	switch raw.Type {
	case "AWS::IAM::Group":
		return "give its policies to roles and users: no noun makes groups"
	case "AWS::IAM::InstanceProfile":
		return "write instanceProfile: yes on its role, which follows the house rules by itself"
	}
	noun := map[string]string{"AWS::IAM::Role": "roles", "AWS::IAM::User": "users",
		"AWS::IAM::ManagedPolicy": "policies"}[raw.Type]
	return "write it under " + noun + ":, which follows the house rules by itself"
}

// always tells whether a property obeys the customer: it comes from the house parameter, or the
// vendor set another that no choice removes. A lone NoValue beside the parameter is the customer's
// own choice to leave it empty.
func (r *report) always(res *plan.Resource, v cfn.Value, parameter string) bool {
	if v == nil {
		return false
	}
	from := false
	r.walk(v, formula{}, func(ref reference) {
		from = from || ref.name == parameter && ref.want == resourceOrParameter
	})
	if !from {
		_, empty := r.emptyWhen(r.gate(res), v)
		return !empty
	}
	return r.onlyWithout(v, parameter)
}

// onlyWithout tells whether every Fn::If that removes v tests nothing but the house parameter.
func (r *report) onlyWithout(v cfn.Value, parameter string) bool {
	fn, as := call(v)
	if fn != "Fn::If" || len(as) != 3 {
		return !isNoValue(v)
	}
	removes := isNoValue(as[1]) || isNoValue(as[2])
	if removes && !r.tests(text(as[0]), parameter) {
		return false
	}
	for _, branch := range as[1:] {
		if !isNoValue(branch) && !r.onlyWithout(branch, parameter) {
			return false
		}
	}
	return true
}

func (r *report) tests(condition, parameter string) bool {
	c := r.conditions[condition]
	if c == nil {
		return false
	}
	only := true
	r.walk(c.Value, formula{}, func(ref reference) {
		only = only && ref.name == parameter
	})
	return only
}

// prefixed tells whether a name begins with the customer's prefix in every branch.
func prefixed(v cfn.Value) bool {
	fn, as := call(v)
	switch {
	case isNoValue(v):
		return true
	case fn == "Ref":
		return text(as[0]) == plan.PrefixParameter
	case fn == "Fn::Sub":
		body, _ := subParts(as)
		return strings.HasPrefix(body, "${"+plan.PrefixParameter+"}")
	case fn == "Fn::Join" && len(as) == 2:
		list, _ := as[1].(cfn.List)
		return len(list) > 0 && prefixed(list[0].Value)
	case fn == "Fn::If" && len(as) == 3:
		return prefixed(as[1]) && prefixed(as[2])
	}
	return false
}

// houseExtra refuses that the escape hatch undoes what the house rules set.
func (r *report) houseExtra(res *plan.Resource) {
	if _, ok := identityOf(res.Body); !ok {
		return
	}
	ruled := []string{"PermissionsBoundary", "Path", "RoleName", "UserName"}
	for _, e := range res.Extra {
		if slices.Contains(ruled, e.Key) {
			r.found.Error(res.From, "house-rules", res.ID+" overrides "+e.Key+
				", which belongs to the customer's house rules", "remove it from properties:")
		}
	}
}

// checkTags proves that every body that has tags carries the product's.
func checkTags(s *scope) diag.List {
	r := newReport(s)
	for i := range r.Resources {
		r.tagged(&r.Resources[i])
	}
	return r.found
}

func (r *report) tagged(res *plan.Resource) {
	field := reflect.Indirect(reflect.ValueOf(res.Body)).FieldByName("Tags")
	if !field.IsValid() {
		return
	}
	if len(r.Product.TagKeys) > 0 && res.Extra.Get("Tags") != nil {
		r.found.Error(res.From, "overridden-tags", res.ID+" overrides Tags, and so the product's tags",
			"remove Tags from properties:")
	}
	tags, _ := field.Interface().([]plan.Tag)
	for _, key := range r.Product.TagKeys {
		has := func(t plan.Tag) bool { return t.Key == key && t.Value != nil }
		if !slices.ContainsFunc(tags, has) {
			r.internal(res, res.ID+" lacks the product's tag "+key)
		}
	}
}
