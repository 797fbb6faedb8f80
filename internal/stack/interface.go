package stack

import (
	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// metadata tells the console how to arrange and call the parameters.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-interface.html
func metadata(ps []plan.Parameter) cfn.Map {
	var (
		list   cfn.List
		labels cfn.Map
	)
	for _, g := range groups(ps) {
		var names []string
		for _, p := range g.of {
			names = append(names, p.Name)
			if p.Label != "" {
				labels = append(labels, cfn.Entry{Key: p.Name, Value: label(p.Label)})
			}
		}
		list = append(list, cfn.Item{Value: cfn.Map{
			{Key: "Label", Value: label(g.label)},
			{Key: "Parameters", Value: cfn.Strings(names...)},
		}})
	}
	if len(list) == 0 {
		return nil
	}
	body := cfn.Map{{Key: "ParameterGroups", Value: list}}
	if len(labels) > 0 {
		body.Set("ParameterLabels", labels)
	}
	return cfn.Map{{Key: "AWS::CloudFormation::Interface", Value: body}}
}

func label(text string) cfn.Map {
	return cfn.Map{{Key: "default", Value: cfn.String(text)}}
}
