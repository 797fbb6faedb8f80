package diagram

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/docs"
	"byocfn/internal/plan"
)

// box is a node, or a frame around others.
type box struct {
	key      string   // of a node its logical id; of a frame words, since no logical id has a space
	lines    []string // of the label
	gated    bool     // exists under a condition only
	columns  int      // the children stand in a grid; 0 has the arrows between them place them
	children []*box
}

// frame gives the frame of this key among the children, and makes it where there is none.
func (b *box) frame(key, label string, columns int) *box {
	for _, c := range b.children {
		if c.key == key {
			return c
		}
	}
	made := &box{key: key, lines: []string{label}, columns: columns}
	b.children = append(b.children, made)
	return made
}

// Keys of boxes that arrows of our own choice begin or end at.
const (
	vendorKey    = "the vendor"
	vpcKey       = "the vpc"
	functionsKey = "the functions"
)

// gateway is the one custom resource that is drawn: what its function makes is an endpoint.
const gateway = "Custom::GatewayEndpoint"

// picture decides what is drawn of a plan and where: the account, its VPC and the subnets as
// frames, and in them what a reader would ask about. Plumbing, such as profiles and log groups, is
// left out; a managed policy is a line of those who hold it. The vendor stands outside.
func picture(p *plan.Plan) []*box {
	account := &box{key: "the account", lines: []string{"Your AWS account"}}
	for _, r := range p.Resources {
		home := homeOf(account, r)
		if home == nil {
			continue
		}
		n := &box{key: r.ID, lines: []string{r.ID, kindOf(r)}}
		n.lines = append(n.lines, heldBy(p, r.ID)...)
		if when := docs.When(p, r); when != "" {
			n.lines, n.gated = append(n.lines, "if "+when), true
		}
		home.children = append(home.children, n)
	}
	return []*box{account, {key: vendorKey, lines: []string{p.Product.Vendor, "vendor"}}}
}

// homeOf gives the frame in which a resource stands, or nil for what is not drawn.
func homeOf(account *box, r plan.Resource) *box {
	inVPC := func(vpc cfn.Value) *box {
		f := account.frame(vpcKey, "Your VPC", 0)
		if name := docs.Text(vpc); name != "" {
			f.lines = []string{"Your VPC " + name}
		}
		return f
	}
	subnet := func(vpc, of cfn.Value) *box {
		name := docs.Text(of)
		return inVPC(vpc).frame("subnet "+name, "Subnet "+name, 0)
	}
	switch b := r.Body.(type) {
	case *plan.Instance:
		return subnet(nil, b.Subnet)
	case *plan.InterfaceEndpoint:
		home := subnet(b.VPC, cfn.Values(b.Subnets...))
		if vendors(b) {
			return home
		}
		return home.frame("endpoints of "+home.key, "Endpoints of AWS services", 2)
	case *plan.SecurityGroup:
		return inVPC(b.VPC)
	case *plan.Custom:
		if b.Type == gateway {
			return inVPC(nil)
		}
	case *plan.Bucket, *plan.Secret, *plan.User:
		return account
	case *plan.Role:
		if r.Section != plan.Functions {
			return account
		}
	case *plan.LambdaFunction:
		return account.frame(functionsKey, "Functions that prepare the VPC", 2)
	case *plan.Raw:
		return account.frame("the others", "Others", 3)
	}
	return nil
}

// kindOf says what a resource is, in one line.
func kindOf(r plan.Resource) string {
	switch b := r.Body.(type) {
	case *plan.InterfaceEndpoint:
		if vendors(b) {
			return "private endpoint"
		}
		service := docs.Text(b.Service)
		return "endpoint of " + service[strings.LastIndex(service, ".")+1:]
	case *plan.Custom:
		return "gateway endpoint of " + docs.Text(b.Properties.Get("Service"))
	}
	kind := plan.TypeName(r.Body)
	kind = strings.TrimPrefix(kind[strings.Index(kind, "::")+1:], ":")
	return strings.ReplaceAll(kind, "::", " ")
}

// vendors tells whether an endpoint leads to the vendor: its service is a fact of the region. The
// others lead to services of AWS.
func vendors(e *plan.InterfaceEndpoint) bool {
	return strings.Contains(docs.Text(e.Service), "${region.")
}

// heldBy lists the managed policies of the stack that a role or user holds.
func heldBy(p *plan.Plan, id string) []string {
	var out []string
	for _, r := range p.Resources {
		policy, ok := r.Body.(*plan.ManagedPolicy)
		for _, holder := range holders(policy) {
			if ok && holder == id {
				out = append(out, "with "+r.ID)
			}
		}
	}
	return out
}
