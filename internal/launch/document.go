package launch

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Document is launch.json: everything that a page or a script needs to launch one template.
type Document struct {
	Product        string      `json:"product"`
	Release        string      `json:"release"`
	Stack          string      `json:"stack"`
	Variant        string      `json:"variant,omitempty"`
	VendorSide     bool        `json:"launchedByVendor,omitempty"`
	Once           bool        `json:"oncePerAccount,omitempty"` // in any one region
	TemplateSHA256 string      `json:"templateSha256"`
	Capabilities   []string    `json:"capabilities"`
	Parameters     []Parameter `json:"parameters"`
	Regions        []Link      `json:"regions"`
	CLI            CLI         `json:"cli"`
}

// Parameter is what a person who launches must know of a parameter. Required means that there is no
// default.
type Parameter struct {
	Name        string  `json:"name"`
	Type        string  `json:"type"`
	Required    bool    `json:"required"`
	Default     *string `json:"default,omitempty"`
	Description string  `json:"description,omitempty"`
}

// Describe makes the document. templateSHA256 is the digest of template.yaml in hexadecimal digits;
// links are those of All.
func Describe(p *plan.Plan, templateSHA256 string, links []Link) Document {
	d := Document{
		Product: p.Product.Name, Release: p.Product.Release, Stack: p.Stack, Variant: p.Variant,
		VendorSide: p.VendorSide, Once: p.Once,
		TemplateSHA256: templateSHA256, Capabilities: Capabilities(p),
		Parameters: []Parameter{}, Regions: append([]Link{}, links...), CLI: Commands(p),
	}
	for _, q := range p.Parameters {
		d.Parameters = append(d.Parameters,
			Parameter{q.Name, q.Type, q.Default == nil, q.Default, q.Description})
	}
	return d
}

// JSON prints the document; the same document gives the same bytes.
func (d Document) JSON() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(d)
	return out.Bytes(), err
}

// Capabilities gives what whoever launches must acknowledge: nothing for a template without IAM
// resources, CAPABILITY_NAMED_IAM where one has a name of its own, else CAPABILITY_IAM. Source:
// CloudFormation API Reference, CreateStack, Capabilities.
func Capabilities(p *plan.Plan) []string {
	iam := false
	for _, r := range p.Resources {
		if !strings.HasPrefix(plan.TypeName(r.Body), "AWS::IAM::") {
			continue
		}
		iam = true
		if named(r) {
			return []string{"CAPABILITY_NAMED_IAM"}
		}
	}
	if iam {
		return []string{"CAPABILITY_IAM"}
	}
	return []string{}
}

// named tells whether an IAM resource has, or under some condition may have, a name of its own.
func named(r plan.Resource) bool {
	names := []string{"RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName"}
	has := func(m cfn.Map) bool {
		return slices.ContainsFunc(names, func(n string) bool { return m.Get(n) != nil })
	}
	switch b := r.Body.(type) {
	case *plan.Role:
		return b.Name != nil || has(r.Extra)
	case *plan.User:
		return b.Name != nil || has(r.Extra)
	case *plan.ManagedPolicy:
		return b.Name != nil || has(r.Extra)
	case *plan.InstanceProfile:
		return b.Name != nil || has(r.Extra)
	case *plan.AccessKey: // its UserName says whose it is
		return false
	case *plan.Raw:
		own := map[string]string{
			"AWS::IAM::Role": "RoleName", "AWS::IAM::User": "UserName", "AWS::IAM::Group": "GroupName",
			"AWS::IAM::ManagedPolicy":   "ManagedPolicyName",
			"AWS::IAM::InstanceProfile": "InstanceProfileName",
		}[b.Type]
		return own != "" && (b.Properties.Get(own) != nil || r.Extra.Get(own) != nil)
	}
	return has(r.Extra)
}
