package proof

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/registry"
)

// createOnly lists the properties of a type whose change makes CloudFormation replace a resource, as
// the registry says. One of a type that it does not list is recorded by its id alone.
func createOnly(resourceType string) []string {
	if t, ok := registry.Find(resourceType); ok {
		return t.CreateOnly
	}
	return nil
}

// propertyAt follows the dots of a path. Where it cannot, behind a condition or in a list, it gives
// the whole.
func propertyAt(properties cfn.Map, path string) cfn.Value {
	head, rest, deeper := strings.Cut(path, ".")
	v := properties.Get(head)
	if below, isMap := v.(cfn.Map); isMap && deeper && rest[0] != '*' {
		return propertyAt(below, rest)
	}
	return v
}

// fixesName tells which property gives a physical name; a resource with one cannot be replaced,
// for its successor would need the same name at the same time.
func fixesName(property string) bool {
	switch property {
	case "BucketName", "RoleName", "UserName", "ManagedPolicyName", "InstanceProfileName",
		"GroupName", "FunctionName", "QueueName", "TopicName", "LogGroupName", "Name":
		return true
	}
	return false
}
