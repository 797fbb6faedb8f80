package docs

import (
	"reflect"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Picture is a drawing before it has places: boxes in boxes, and arrows between them.
type Picture struct {
	Title, Text string // Text says in words what the picture shows
	root        *box
	arrows      [][2]string // ids, from and to
}

// box is a node, or a frame around others.
type box struct {
	id, label, note string
	frame, gated    bool
	columns         int // children side by side
	children        []*box
	x, y, w, h      int
}

// Diagram decides what the picture of a plan shows: account, VPC and subnets as frames; in them what
// a reader would ask about; the vendor beside them. An arrow is a reference, also through resources
// that are not drawn (an instance reaches its role through a launch template and a profile).
func Diagram(p *plan.Plan) Picture {
	vpc, subnets := &box{label: "VPC", frame: true, columns: 1}, map[string]*box{}
	groups := &box{label: "Security groups", frame: true, columns: 3}
	frames := []*box{
		vpc,
		{label: "Data", frame: true, columns: 4},
		{label: "Roles, users and policies", frame: true, columns: 4},
		{label: "Functions", frame: true, columns: 4},
		{label: "Others", frame: true, columns: 4},
	}
	for _, r := range p.Resources {
		n := node(p, r)
		switch b := r.Body.(type) {
		case *plan.Instance:
			inSubnets(vpc, subnets, cfn.Values(b.Subnet), n)
		case *plan.InterfaceEndpoint:
			vpc.label = "VPC " + Text(b.VPC)
			inSubnets(vpc, subnets, listOf(b.Subnets), n)
		case *plan.SecurityGroup:
			vpc.label = "VPC " + Text(b.VPC)
			groups.add(n)
		default:
			if i := frameOf(r); i >= 0 {
				frames[i].add(n)
			}
		}
	}
	vpc.add(groups)
	account := &box{label: "Your account (dashed: only under a condition)", frame: true, columns: 1}
	account.add(frames...)
	vendor := &box{id: vendorID, label: p.Product.Vendor, note: "vendor"}
	root := &box{columns: 2}
	root.add(account)
	root.add(&box{label: "Outside", frame: true, columns: 1, children: []*box{vendor}})
	pic := Picture{Title: title(p), root: root, arrows: arrows(p, drawn(root))}
	pic.Text = words(root, 0) + arrowWords(pic.arrows)
	return pic
}

const vendorID = "vendor side" // no logical id has a space

func node(p *plan.Plan, r plan.Resource) *box {
	kind := plan.TypeName(r.Body)
	kind = strings.TrimPrefix(kind[strings.Index(kind, "::")+1:], ":")
	return &box{id: r.ID, label: r.ID, note: strings.ReplaceAll(kind, "::", " "),
		gated: when(p, r.Gate, gateless(p, r)) != ""}
}

// add appends boxes; an empty frame is left out.
func (b *box) add(children ...*box) {
	for _, c := range children {
		if !c.frame || len(c.children) > 0 {
			b.children = append(b.children, c)
		}
	}
}

// inSubnets puts a node into the frame of its subnets.
func inSubnets(vpc *box, frames map[string]*box, list cfn.List, n *box) {
	name := Text(list)
	if frames[name] == nil {
		frames[name] = &box{label: "Subnet " + name, frame: true, columns: 3}
		vpc.children = append(vpc.children, frames[name])
	}
	frames[name].add(n)
}

// frameOf gives the frame of a resource outside the VPC, or -1 for plumbing that is not drawn.
func frameOf(r plan.Resource) int {
	switch r.Body.(type) {
	case *plan.Bucket, *plan.Secret:
		return 1
	case *plan.Role:
		if r.Section == plan.Functions {
			return 3
		}
		return 2
	case *plan.User, *plan.ManagedPolicy:
		return 2
	case *plan.LambdaFunction:
		return 3
	case *plan.Raw:
		return 4
	}
	return -1
}

// drawn gives the ids that have a box of their own.
func drawn(b *box) map[string]bool {
	out := map[string]bool{}
	var visit func(*box)
	visit = func(b *box) {
		if b.id != "" {
			out[b.id] = true
		}
		for _, c := range b.children {
			visit(c)
		}
	}
	visit(b)
	return out
}

// arrows lists the references between drawn resources, each once, in template order. Membership in a
// security group is no arrow: everything in the VPC would have one.
func arrows(p *plan.Plan, shown map[string]bool) [][2]string {
	bodies := map[string]plan.Resource{}
	for _, r := range p.Resources {
		bodies[r.ID] = r
	}
	var out [][2]string
	add := func(from, to string) {
		if a := [2]string{from, to}; from != to && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, r := range p.Resources {
		if !shown[r.ID] {
			continue
		}
		if e, ok := r.Body.(*plan.InterfaceEndpoint); ok && regional(e.Service) {
			add(r.ID, vendorID)
		}
		seen := map[string]bool{r.ID: true}
		for queue := namesIn(r); len(queue) > 0; queue = queue[1:] {
			to, known := bodies[queue[0]]
			if !known || seen[to.ID] {
				continue
			}
			seen[to.ID] = true
			if _, group := to.Body.(*plan.SecurityGroup); group {
				continue
			}
			if shown[to.ID] {
				add(r.ID, to.ID)
				continue
			}
			queue = append(queue, namesIn(to)...)
		}
	}
	return out
}

// regional tells whether an endpoint's service is a fact of the region, hence the vendor's.
func regional(v cfn.Value) bool { return strings.Contains(Text(v), "${region.") }

// namesIn lists what a resource refers to: the names in all values of its body.
func namesIn(r plan.Resource) []string {
	var out []string
	collect := func(v cfn.Value) {
		cfn.Walk(v, func(v cfn.Value) {
			if fn, ok := v.(cfn.Fn); ok && (fn.Name == "Ref" || fn.Name == "Fn::GetAtt") {
				out = append(out, Text(argsOf(fn).at(0)))
			}
			if fn, ok := v.(cfn.Fn); ok && fn.Name == "Fn::Sub" {
				out = append(out, subNames(Text(argsOf(fn).at(0)))...)
			}
		})
	}
	if i, ok := r.Body.(*plan.Instance); ok {
		out = append(out, i.LaunchTemplate)
	}
	walkBody(reflect.ValueOf(r.Body), collect)
	collect(r.Extra)
	return out
}

// walkBody calls visit for every value in a body, field by field.
func walkBody(v reflect.Value, visit func(cfn.Value)) {
	if !v.IsValid() {
		return
	}
	if v.CanInterface() {
		if value, ok := v.Interface().(cfn.Value); ok {
			visit(value)
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		walkBody(v.Elem(), visit)
	case reflect.Struct:
		for i := range v.NumField() {
			walkBody(v.Field(i), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkBody(v.Index(i), visit)
		}
	}
}

// subNames lists the names in the text of Fn::Sub, without attributes.
func subNames(text string) []string {
	var out []string
	for _, part := range strings.Split(text, "${")[1:] {
		name, _, ok := strings.Cut(part, "}")
		if ok && !strings.HasPrefix(name, "!") {
			name, _, _ = strings.Cut(name, ".")
			out = append(out, name)
		}
	}
	return out
}

// words says what the boxes hold, one line each.
func words(b *box, depth int) string {
	var out strings.Builder
	for _, c := range b.children {
		out.WriteString(strings.Repeat("  ", depth) + c.label)
		if c.note != "" {
			out.WriteString(" (" + c.note + ")")
		}
		if c.gated {
			out.WriteString(", under a condition")
		}
		out.WriteString("\n" + words(c, depth+1))
	}
	return out.String()
}

func arrowWords(arrows [][2]string) string {
	var out strings.Builder
	for _, a := range arrows {
		out.WriteString(a[0] + " uses " + a[1] + "\n")
	}
	return out.String()
}
