// Package contract holds the properties and attributes of every custom resource, one file each.
// The compiler writes them into templates, the functions in lambda/ read them there; neither knows
// the other. CloudFormation hands every scalar to a function as a string.
package contract

import "slices"

// Common is part of every custom resource's properties. Here and below, a property with omitempty
// may be left out of a template; the others are always passed.
type Common struct {
	ServiceToken   string `json:"ServiceToken"`
	ServiceTimeout string `json:"ServiceTimeout"` // seconds, 1 to 3600
	Release        string `json:"Release"`        // a new release runs the function again
}

// Function says what one function in lambda/ is: its folder, what it does and what it may call.
// Every permission that it needs stands here; a test holds it against the code.
type Function struct {
	Name        string // folder in lambda/, for example subnetfacts
	Short       string // in the names of roles, at most 9 characters: facts
	ID          string // logical id stem: SubnetFacts -> SubnetFactsFunction, SubnetFactsRole ...
	Type        string // Custom::SubnetFacts
	Description string // one line without a period
	Leaves      string // what happens to its work when the resource is deleted, for documents
	Timeout     int    // seconds, of the Lambda function
	Service     int    // seconds, ServiceTimeout of the custom resource
	Permissions []Permission
}

// Permission is one statement of a function's role. A resource that begins with ec2: is a short ARN;
// ${VpcId} in it stands for the custom resource's property of that name, ${StackSuffix} for the
// stack's UUID, ${Vendor} for the product's tag prefix.
type Permission struct {
	Sid       string
	Why       string
	Actions   []string
	Resources []string
	Condition []Condition
}

// Condition is one operator, key and its values.
type Condition struct {
	Operator, Key string
	Values        []string
}

// Actions lists every action that a function may call, sorted, each once.
func (f Function) Actions() []string {
	var actions []string
	for _, permission := range f.Permissions {
		actions = append(actions, permission.Actions...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// Functions lists all functions in the order in which a template shows them.
func Functions() []Function {
	return []Function{subnetFacts(), vpcDNS(), endpointNames(), gatewayEndpoint(), clusterFacts(),
		leftovers()}
}

// Find gives the function of a name; ok is false where there is none.
func Find(name string) (f Function, ok bool) {
	for _, f := range Functions() {
		if f.Name == name {
			return f, true
		}
	}
	return Function{}, false
}
