package fakeec2

// allowed checks a role's permissions for an action.
func (r *run) allowed(action string, on ...resource) error { return nil }

// resource is one object that an action is about, as IAM sees it.
type resource struct {
	name string            // vpc/vpc-1; * where the action knows no resources
	keys map[string]string // condition keys with one value
}
