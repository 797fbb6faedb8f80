package proof

import (
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

func TestHouse(t *testing.T) {
	boundary := cfn.If("HasBoundary", cfn.Sub("arn:x:policy/${PermissionsBoundary}"), cfn.NoValue())
	path, name := cfn.Ref(plan.PathParameter), cfn.Sub("${"+plan.PrefixParameter+"}orca")
	tags := []plan.Tag{{Key: "made-by", Value: cfn.String("orca")}}
	role := func(change func(*plan.Role)) plan.Resource {
		r := &plan.Role{Name: name, Path: path, Boundary: boundary, Tags: tags}
		change(r)
		return res("R", "", r)
	}
	rawRole := func(properties ...cfn.Entry) plan.Resource {
		return res("R", "", &plan.Raw{Type: "AWS::IAM::Role", Properties: properties})
	}
	overriding := role(func(*plan.Role) {})
	overriding.Extra = cfn.Map{prop("PermissionsBoundary", cfn.NoValue())}
	cases := map[string]struct {
		resource plan.Resource
		want     []string
	}{
		"obedient": {role(func(*plan.Role) {}), nil},
		"unnamed": {role(func(r *plan.Role) { r.Name = nil }),
			[]string{"internal: R has no name"}},
		"unnamed function": {res("F", "", &plan.LambdaFunction{Tags: tags}),
			[]string{"internal: F has no name"}},
		"named only with a prefix": {role(func(r *plan.Role) {
			r.Name = cfn.If("Siren", cfn.Join("", cfn.Values(cfn.Ref(plan.PrefixParameter), name)),
				cfn.NoValue())
		}), nil},
		"prefixed in one branch": {role(func(r *plan.Role) {
			r.Name = cfn.If("Siren", name, cfn.String("orca"))
		}), []string{"internal: R has no name"}},
		"prefixed at the end": {role(func(r *plan.Role) {
			r.Name = cfn.Join("", cfn.Values(cfn.String("orca"), cfn.Ref(plan.PrefixParameter)))
		}), []string{"internal: R has no name"}},
		"own name": {role(func(r *plan.Role) { r.Name = cfn.String("orca") }),
			[]string{"internal: R has no name"}},
		"no boundary": {role(func(r *plan.Role) { r.Boundary = nil }),
			[]string{"internal: R is not under the customer's permissions boundary"}},
		"boundary behind a switch": {role(func(r *plan.Role) {
			r.Boundary = cfn.If("Siren", cfn.Ref(plan.BoundaryParameter), cfn.NoValue())
		}), []string{"internal: permissions boundary"}},
		"boundary behind a second switch": {role(func(r *plan.Role) {
			inner := cfn.If("Siren", cfn.Ref(plan.BoundaryParameter), cfn.NoValue())
			r.Boundary = cfn.If("HasBoundary", inner, cfn.NoValue())
		}), []string{"internal: permissions boundary"}},
		"one of two boundaries": {role(func(r *plan.Role) {
			r.Boundary = cfn.If("Siren", cfn.Ref(plan.BoundaryParameter), cfn.String("arn:b"))
		}), nil},
		"own boundary with a gap": {role(func(r *plan.Role) {
			r.Boundary = cfn.If("Siren", cfn.String("arn:b"), cfn.NoValue())
		}), []string{"internal: permissions boundary"}},
		"own boundary": {role(func(r *plan.Role) { r.Boundary = cfn.String("arn:b") }), nil},
		"no path": {role(func(r *plan.Role) { r.Path = nil }),
			[]string{"internal: path"}},
		"static path": {role(func(r *plan.Role) { r.Path = cfn.String("/o/") }), nil},
		"not tagged": {role(func(r *plan.Role) { r.Tags = nil }),
			[]string{"internal: R lacks the product's tag made-by"}},
		"user": {res("U", "", &plan.User{Name: name, Path: path, Tags: tags}),
			[]string{"internal: boundary"}},
		"policy": {res("P", "", &plan.ManagedPolicy{}),
			[]string{"internal: P is not under the customer's IAM path"}},
		"profile": {res("P", "", &plan.InstanceProfile{}),
			[]string{"internal: path"}},
		"bucket": {res("B", "", &plan.Bucket{}), []string{"internal: B lacks"}},
		"raw role": {rawRole(),
			[]string{"house-rules: boundary", "house-rules: path", "house-rules: name"}},
		"obedient raw role": {rawRole(prop("Path", path), prop("PermissionsBoundary", boundary), prop("RoleName", name)), nil},
		"raw role's own name": {rawRole(prop("Path", path), prop("PermissionsBoundary", boundary), prop("RoleName", cfn.Sub("x${"+plan.PrefixParameter+"}"))),
			[]string{"house-rules: name"}},
		"raw group": {res("G", "", &plan.Raw{Type: "AWS::IAM::Group"}),
			[]string{"house-rules: path"}},
		"raw topic": {raw("T", ""), nil},
		"escape hatch on role": {overriding,
			[]string{"house-rules: R overrides PermissionsBoundary"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := gated(c.resource)
			p.Product.TagKeys = []string{"made-by"}
			expect(t, append(on(checkHouse, p), on(checkTags, p)...), c.want...)
		})
	}
}
