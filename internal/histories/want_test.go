package histories

import (
	"strings"

	"byocfn/internal/contract"
	"byocfn/internal/engine"
)

// want is what a stack's template asks for.
type want struct {
	Subnet string // of Gateway; "" leaves it out
	Second string // of another gateway resource of the same stack
	Dynamo bool
	Facts  bool
	DNS    bool
	Names  []string // endpoint ids; own is the one that the template makes
	Agent  bool     // the product runs an agent, so that Leftovers has something to look for
	Fail   bool     // a resource that fails when all others are there
	Retain bool
}

func vpcOf(subnet string) string {
	if subnet == "subnet-x" {
		return "vpc-2"
	}
	return "vpc-1"
}

// template writes it down.
func (w want) template(stack *engine.Stack) (all []engine.Resource) {
	add := func(id, function string, properties map[string]any, after ...string) {
		f, _ := contract.Find(function)
		properties["Release"] = "1"
		all = append(all, engine.Resource{LogicalID: id, Type: f.Type, Timeout: f.Service,
			Token: token(stack.Name, function), Properties: properties, DependsOn: after,
			Retain: w.Retain})
	}
	gateway := func(id, service, subnet string) {
		if subnet != "" {
			add(id, "gatewayendpoint", map[string]any{"Service": service, "Existing": "adopt",
				"VpcId": vpcOf(subnet), "SubnetId": subnet, "Vendor": vendor})
		}
	}
	gateway("S3", "s3", w.Subnet)
	gateway("Second", "s3", w.Second)
	if w.Dynamo {
		gateway("Dynamo", "dynamodb", w.Subnet)
	}
	if w.Facts {
		add("Facts", "subnetfacts", map[string]any{"VpcId": "vpc-1", "SubnetId": "subnet-a",
			"ZoneIds": []string{"any"}, "Services": []string{service("sts")},
			"Names": []string{"Sts=" + service("sts")}, "Vendor": vendor})
	}
	if w.DNS {
		add("Dns", "vpcdns", map[string]any{"VpcId": "vpc-1"})
	}
	if w.Names != nil {
		var ids []string
		for _, id := range w.Names {
			ids = append(ids, strings.Replace(id, "own", native(stack), 1))
		}
		add("Names", "endpointnames", map[string]any{"VpcId": "vpc-1", "EndpointIds": ids,
			"SubnetIds": []string{"subnet-a"}, "SecurityGroupIds": []string{"sg-1"}})
	}
	if w.Agent {
		add("Leftovers", "leftovers", questions(stack), logicalIDs(all)...)
	}
	if w.Fail {
		add("Broken", "subnetfacts", map[string]any{"VpcId": "vpc-1", "SubnetId": "subnet-gone"},
			logicalIDs(all)...)
	}
	return all
}

func logicalIDs(all []engine.Resource) (ids []string) {
	for _, r := range all {
		ids = append(ids, r.LogicalID)
	}
	return ids
}

// native is the interface endpoint that a stack's template makes.
func native(stack *engine.Stack) string { return "vpce-0" + stack.Name }

func (w *world) create(stack int, is want) engine.Status {
	w.retained[stack] = w.retained[stack] || is.Retain
	return w.stacks[stack].Create(is.template(w.stacks[stack]))
}

func (w *world) update(stack int, is want) engine.Status {
	w.retained[stack] = w.retained[stack] || is.Retain
	return w.stacks[stack].Update(is.template(w.stacks[stack]))
}

func (w *world) delete(stack int) engine.Status { return w.stacks[stack].Delete() }
