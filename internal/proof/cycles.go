package proof

import (
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// checkCycles proves that the resources can be created in some order, and that an explicit order names
// only resources that exist whenever it matters (CloudFormation would accept it, linters refuse
// it: cfn-lint E3005).
func checkCycles(s *scope) diag.List {
	r := newReport(s)
	for i := range r.Resources {
		r.checkDependsOn(&r.Resources[i])
	}
	g := graph{edges: r.edges(), state: map[string]int{}}
	for _, res := range r.Resources {
		g.visit(res.ID)
	}
	for _, cycle := range g.cycles {
		r.found.Error(r.resources[cycle[0]].From, "cycle",
			"resources wait for each other: "+strings.Join(append(cycle, cycle[0]), " -> "),
			r.wayOut(cycle))
	}
	return r.found
}

// wayOut says how the resources of a cycle need not wait: where one of IAM is among them, a name is a
// way to speak of it before it is there.
func (r *report) wayOut(cycle []string) string {
	for _, id := range cycle {
		if of, ok := identityOf(r.resources[id].Body); ok && !of.vendor {
			return "give the role or policy a name:, so that a statement can name it without waiting"
		}
	}
	return "let one of them say a fixed name or a parameter in place of the reference"
}

func (r *report) checkDependsOn(res *plan.Resource) {
	for _, id := range res.DependsOn {
		to := r.resources[id]
		if to == nil {
			r.internal(res, res.ID+" waits for "+id+", which does not exist")
			continue
		}
		if ok, when := r.entails(r.gate(res), r.gate(to)); !ok {
			r.internal(res, res.ID+" waits for "+id+", which does not exist when "+when)
		}
	}
}

// edges gives for each resource the resources that must be there before it, whatever the gates.
func (s *scope) edges() map[string][]string {
	edges := map[string][]string{}
	for i := range s.Resources {
		res := &s.Resources[i]
		add := func(id string) {
			if s.resources[id] != nil && !slices.Contains(edges[res.ID], id) {
				edges[res.ID] = append(edges[res.ID], id)
			}
		}
		for _, id := range res.DependsOn {
			add(id)
		}
		s.eachReference(res, func(ref reference) {
			if ref.want == resourceOnly || ref.want == resourceOrParameter {
				add(ref.name)
			}
		})
	}
	return edges
}

// graph is walked depth first. A resource is on the path while its state is open.
type graph struct {
	edges  map[string][]string
	state  map[string]int
	path   []string
	cycles [][]string // one for each edge that leads back to the path
}

const (
	open = iota + 1
	done
)

func (g *graph) visit(id string) {
	switch g.state[id] {
	case done:
		return
	case open:
		g.cycles = append(g.cycles, slices.Clone(g.path[slices.Index(g.path, id):]))
		return
	}
	g.state[id] = open
	g.path = append(g.path, id)
	for _, to := range g.edges[id] {
		g.visit(to)
	}
	g.path = g.path[:len(g.path)-1]
	g.state[id] = done
}
