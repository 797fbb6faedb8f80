package lambda

import (
	"reflect"
	"slices"
	"testing"

	"byocfn/internal/contract"
	"byocfn/lambda/clusterfacts"
	"byocfn/lambda/endpointnames"
	"byocfn/lambda/gatewayendpoint"
	"byocfn/lambda/leftovers"
	"byocfn/lambda/subnetfacts"
	"byocfn/lambda/vpcdns"
)

// calls are the actions that each function can make: its interfaces have no other methods.
func calls() map[string][]string {
	return map[string][]string{
		"subnetfacts": actions[subnetfacts.API]("ec2"),
		"vpcdns":      actions[vpcdns.API]("ec2"),
		// EC2 associates the hosted zone of the names with the VPC on the caller's behalf.
		"endpointnames": append(actions[endpointnames.API]("ec2"),
			"route53:AssociateVPCWithHostedZone"),
		"gatewayendpoint": actions[gatewayendpoint.API]("ec2"),
		"clusterfacts": append(actions[clusterfacts.EKS]("eks"),
			actions[clusterfacts.IAM]("iam")...),
		"leftovers": append(actions[leftovers.EC2]("ec2"), actions[leftovers.IAM]("iam")...),
	}
}

// actions gives the methods of an interface, sorted, as IAM names them.
func actions[API any](service string) (all []string) {
	for method := range reflect.TypeFor[API]().Methods() {
		all = append(all, service+":"+method.Name)
	}
	return all
}

// TestPermissionsAreTheCalls: a role allows what its function calls, and nothing else.
func TestPermissionsAreTheCalls(t *testing.T) {
	for _, f := range contract.Functions() {
		if got := calls()[f.Name]; !slices.Equal(got, f.Actions()) {
			t.Errorf("%s calls %v, its role allows %v", f.Name, got, f.Actions())
		}
	}
}
