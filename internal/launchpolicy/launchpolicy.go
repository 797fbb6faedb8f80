// Package launchpolicy says what somebody must be allowed to do who launches, updates or deletes a
// stack: CloudFormation acts with the rights of its caller. A reviewed table (rows.go and the files
// rules_*.go) leads from each resource, and the properties that it uses, to actions, their resources
// and conditions. What the table does not know comes from AWS's own lists (handlers/), and what these
// do not know is said to be missing. Names are those of a stack with the name that launch links
// propose.
package launchpolicy

import (
	"cmp"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/iam"
	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

// Policies is what an administrator chooses from. The documents of one phase belong together. Create
// holds what a rollback deletes, so whoever has it can also delete; Update comes on top of Create.
type Policies struct {
	StackName              string
	Launcher, Deleter      Document   // the person's own calls, about the stack
	Create, Update, Delete []Document // CloudFormation's calls, about the resources of the stack
	Role                   string     // proposed name of a service role with Create and Update
	RoleTrust              Document
	RoleLauncher           []Document // in place of Launcher, for a launch with the service role
	Edits                  []Edit
	Reaches                []Reach
	Gaps                   []Gap
}

// Documents gives all documents in order, those of the service role last.
func (p Policies) Documents() []Document {
	return slices.Concat([]Document{p.Launcher}, p.Create, p.Update, []Document{p.Deleter}, p.Delete,
		[]Document{p.RoleTrust}, p.RoleLauncher)
}

// Makes tells whether the documents of a launch allow an action.
func (p Policies) Makes(action string) bool {
	return slices.ContainsFunc(p.Create, func(d Document) bool {
		return slices.ContainsFunc(d.Statements, func(s Statement) bool {
			return slices.Contains(s.Actions, action)
		})
	})
}

// Document is a policy document that fits into one managed policy.
type Document struct {
	Name       string // create-1
	Statements []Statement
}

// Statement allows actions. Why and Source are for the reader; For are the logical ids that need it.
type Statement struct {
	Sid, Why, Source   string
	Actions, Resources []string // actions by name; no resources in a trust
	Condition          []Clause
	Service            string // the principal of a trust
	For                []string
}

// Clause is one line of a condition.
type Clause struct {
	Operator, Key string
	Values        []string
}

// Edit is a parameter whose value the documents presume, or cannot know.
type Edit struct {
	Parameter, Default string
	Open               bool // any value fits; the documents hold * for it
}

// Gap is what a launch may need and the documents do not hold, or what they hold without a bound.
type Gap struct{ ID, Type, What string }

// Reach is what the documents reach beyond the stack: by a statement, or by names where Names are given.
type Reach struct {
	Sid   string
	Names []string
	What  string
}

// Make derives the documents from a plan and its built template (for the properties, as CloudFormation
// will see them). The facts are asked only about types outside the table.
func Make(p *plan.Plan, template cfn.Map, facts *iam.Facts) Policies {
	m := newMaker(p, template)
	m.gather(facts)
	return Policies{
		StackName:    m.stack,
		Launcher:     Document{"launcher", m.launcher()},
		Deleter:      Document{"deleter", m.deleter()},
		Create:       pack("create", m.statements(atCreate)),
		Update:       pack("update", m.statements(atUpdate)),
		Delete:       pack("delete", m.statements(atDelete)),
		Role:         m.role(),
		RoleTrust:    Document{"role-trust", m.trust()},
		RoleLauncher: pack("role-launcher", m.roleLauncher()),
		Edits:        m.edits,
		Reaches:      m.reaches(),
		Gaps:         m.gaps,
	}
}

// gather makes the statements.
func (m *maker) gather(facts *iam.Facts) {
	rows := reviewed()
	for i := range m.resources {
		r := &m.resources[i]
		for _, rule := range m.rulesOf(rows, r, facts) {
			m.add(r, rule)
		}
	}
	m.choices = m.chosen()
	for _, s := range m.choices {
		g := &group{Statement: s}
		g.create.add(strings.Join(s.Actions, " "))
		m.groups = append(m.groups, g)
	}
}

// maker works on one template.
type maker struct {
	plan        *plan.Plan
	stack       string // its name
	arn, region string // arn:aws: and the region, or * where it can be several
	resources   []resource
	namings     []naming
	groups      []*group
	choices     []Statement // what the parameters need
	edits       []Edit
	gaps        []Gap
}

// resource is one resource of the template.
type resource struct {
	id, kind   string
	properties cfn.Map
	keeps      string // its DeletionPolicy
	named      bool   // names are worked out
	names      []string
	arns       []string
}

func newMaker(p *plan.Plan, template cfn.Map) *maker {
	m := &maker{plan: p, stack: launch.StackName(p), region: "*", namings: namings()}
	m.arn = "arn:" + partitionOf(p.Regions) + ":"
	if len(p.Regions) == 1 {
		m.region = p.Regions[0]
	}
	all, _ := template.Get("Resources").(cfn.Map)
	m.resources = make([]resource, len(all))
	for i, e := range all {
		body, _ := e.Value.(cfn.Map)
		kind, _ := body.Get("Type").(cfn.String)
		keeps, _ := body.Get("DeletionPolicy").(cfn.String)
		properties, _ := body.Get("Properties").(cfn.Map)
		m.resources[i] = resource{id: e.Key, kind: string(kind), keeps: string(keeps),
			properties: properties}
	}
	return m
}

// partitionOf gives the one partition of the regions, or * for several or none that is known.
func partitionOf(regions []string) string {
	name := ""
	for _, region := range regions {
		p, _ := launch.PartitionOf(region)
		if name != "" && name != p.Name {
			return "*"
		}
		name = p.Name
	}
	return cmp.Or(name, "*")
}

// byID gives a resource of the template, or nil.
func (m *maker) byID(id string) *resource {
	for i := range m.resources {
		if m.resources[i].id == id {
			return &m.resources[i]
		}
	}
	return nil
}

// uses tells whether the template sets a property, under any condition.
func (r *resource) uses(property string) bool {
	v := r.properties.Get(property)
	fn, isFn := v.(cfn.Fn)
	return v != nil && !(isFn && isNoValue(fn))
}

func isNoValue(fn cfn.Fn) bool { return fn.Name == "Ref" && fn.Arg == cfn.String("AWS::NoValue") }
