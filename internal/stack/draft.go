package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// draft is a body on its way to a tree. Either typed or tree is set.
type draft struct {
	typed typed   // goformation's struct with tickets in its fields
	lacks cfn.Map // properties that goformation lacks, added to those of the struct
	edits []edit

	name string  // CloudFormation's type, where it is not goformation's
	tree cfn.Map // properties that never were a struct

	comment string // for a resource that has none of its own
}

// edit changes one place of the finished properties; without comment and gate it changes nothing.
type edit struct {
	path    string // keys and positions: Tags/0
	comment string // printed above
	gate    string // condition under which the place exists
}

// draftOf is the one place that knows every body; an unknown one is our own bug.
func draftOf(t *tickets, body plan.Body) (draft, error) {
	switch b := body.(type) {
	case *plan.Instance:
		return instance(t, b), nil
	case *plan.LaunchTemplate:
		return launchTemplate(t, b), nil
	case *plan.InterfaceEndpoint:
		return interfaceEndpoint(t, b), nil
	case *plan.SecurityGroup:
		return securityGroup(t, b), nil
	case *plan.GroupRule:
		return groupRule(t, b), nil
	case *plan.Bucket:
		return bucket(t, b), nil
	case *plan.BucketPolicy:
		return bucketPolicy(t, b)
	case *plan.Role:
		return role(t, b)
	case *plan.InstanceProfile:
		return instanceProfile(t, b), nil
	case *plan.ManagedPolicy:
		return managedPolicy(t, b)
	case *plan.User:
		return user(t, b)
	case *plan.AccessKey:
		return accessKey(t, b), nil
	case *plan.Secret:
		return secret(t, b), nil
	case *plan.LambdaFunction:
		return function(t, b), nil
	case *plan.FunctionVersion:
		return functionVersion(t, b), nil
	case *plan.InvokeConfig:
		return invokeConfig(t, b), nil
	case *plan.LogGroup:
		return logGroup(t, b), nil
	case *plan.Custom:
		return custom(b), nil
	case *plan.WaitHandle:
		return waitHandle(), nil
	case *plan.WaitCondition:
		return waitCondition(t, b), nil
	case *plan.Raw:
		return raw(b), nil
	}
	return draft{}, fmt.Errorf("no way to build a body of type %T", body)
}

// typeName gives the CloudFormation type.
func (d draft) typeName() string {
	if d.typed != nil {
		return d.typed.AWSCloudFormationType()
	}
	return d.name
}

// properties finishes the draft.
func (d draft) properties(t *tickets) (cfn.Map, error) {
	if len(t.problems) > 0 {
		return nil, fmt.Errorf("the plan gives %s", strings.Join(t.problems, ", "))
	}
	if d.typed == nil {
		return slices.Clone(d.tree), nil
	}
	properties, err := t.properties(d.typed)
	if err != nil {
		return nil, err
	}
	properties = merge(properties, d.lacks)
	for _, e := range d.edits {
		if err := e.apply(properties); err != nil {
			return nil, err
		}
	}
	return properties, nil
}

// apply changes the tree in place; its path may only lead through what the draft itself made.
func (e edit) apply(tree cfn.Map) error {
	value, comment := find(tree, e.path)
	if value == nil {
		return fmt.Errorf("no property %s to comment or gate", e.path)
	}
	if e.comment != "" {
		*comment = e.comment
	}
	if e.gate != "" {
		*value = cfn.If(e.gate, *value, cfn.NoValue())
	}
	return nil
}

// find gives the value and the comment at a path, or nil.
func find(tree cfn.Map, path string) (*cfn.Value, *string) {
	var (
		at      cfn.Value = tree
		value   *cfn.Value
		comment *string
	)
	for key := range strings.SplitSeq(path, "/") {
		switch node := at.(type) {
		case cfn.Map:
			i := slices.IndexFunc(node, func(e cfn.Entry) bool { return e.Key == key })
			if i < 0 {
				return nil, nil
			}
			value, comment = &node[i].Value, &node[i].Comment
		case cfn.List:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(node) {
				return nil, nil
			}
			value, comment = &node[i].Value, &node[i].Comment
		default:
			return nil, nil
		}
		at = *value
	}
	return value, comment
}
