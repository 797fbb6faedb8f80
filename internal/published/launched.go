package published

import "byocfn/internal/cfn"

// Made lists the logical ids of all that this launch makes, in the order of the template.
func (s *Stack) Made() (ids []string) {
	for _, r := range s.resources {
		if s.exists(r.Key) {
			ids = append(ids, r.Key)
		}
	}
	return ids
}

// Kind gives the type of a resource, and "" where the template has none of this id.
func (s *Stack) Kind(id string) string { return s.kind(id) }

// Properties evaluates the properties of a resource.
func (s *Stack) Properties(id string) cfn.Map {
	evaluated, _ := s.Value(s.properties(id)).(cfn.Map)
	return evaluated
}

// Outputs evaluates the outputs of this launch.
func (s *Stack) Outputs() map[string]string {
	values := map[string]string{}
	declared, _ := s.template.Get("Outputs").(cfn.Map)
	for _, o := range declared {
		body, _ := o.Value.(cfn.Map)
		if name := plain(body.Get("Condition")); name == "" || s.named(name) {
			values[o.Key] = s.text(body.Get("Value"))
		}
	}
	return values
}
