package launchpolicy

import "byocfn/internal/cfn"

// Launching gives the tests of the shipped templates what a launch of one resource calls.
func Launching(kind string, properties cfn.Map) []string {
	actions, _ := launching(kind, properties)
	return actions
}

// Declared gives what handlers of a type declare.
func Declared(kind string, of ...string) []string { return declared(kind, of...) }

// Needed gives what a launch or an update calls.
func Needed(kind string, properties cfn.Map) []string {
	actions, _ := needed(kind, properties)
	return actions
}
