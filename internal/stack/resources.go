package stack

import (
	"errors"
	"fmt"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// headings are what a reader sees above the first resource of each section.
var headings = [...]string{
	plan.Instances:  "Instances",
	plan.Network:    "Network",
	plan.Data:       "Data",
	plan.Identities: "Identities",
	plan.Others:     "Other resources",
	plan.Functions: "Functions: each has one job, one role with only what it calls, " +
		"and one log group. " +
		"They run while the stack is created, updated or deleted, and at no other time. " +
		"The name of the archive is its SHA-256.",
}

// resources builds all of them and reports every mistake.
func resources(rs []plan.Resource) (cfn.Map, error) {
	var (
		out  cfn.Map
		errs []error
	)
	for i, r := range rs {
		body, comment, err := resource(r)
		if err != nil {
			errs = append(errs, fmt.Errorf("resource %s: %w", r.ID, err))
			continue
		}
		if i == 0 || rs[i-1].Section != r.Section {
			comment = strings.TrimRight(heading(r.Section)+comment, "\n")
		}
		out = append(out, cfn.Entry{Key: r.ID, Value: body, Comment: comment, Space: i > 0})
	}
	return out, errors.Join(errs...)
}

// heading ends with an empty line, which keeps it apart from the first resource.
func heading(s plan.Section) string {
	indent := len("  # ")
	rule := strings.Repeat("-", columns-indent)
	return rule + "\n" + headings[s] + "\n" + rule + "\n\n"
}

// resource gives a resource's tree and the comment above its logical id.
func resource(r plan.Resource) (cfn.Map, string, error) {
	var t tickets
	d, err := draftOf(&t, r.Body)
	if err != nil {
		return nil, "", err
	}
	properties, err := d.properties(&t)
	if err != nil {
		return nil, "", err
	}
	properties = merge(properties, r.Extra)

	out := cfn.Map{{Key: "Type", Value: cfn.String(d.typeName())}}
	if r.Condition != "" {
		out.Set("Condition", cfn.String(r.Condition))
	}
	if len(r.DependsOn) > 0 {
		out = append(out, cfn.Entry{
			Key:     "DependsOn",
			Value:   oneOrList(cfn.Strings(r.DependsOn...)),
			Comment: r.DependsComment,
		})
	}
	if len(r.After) > 0 {
		out = append(out, cfn.Entry{Key: "Metadata", Value: cfn.Map{{Key: "After", Value: r.After}},
			Comment: "References only, so that it waits for these as well where they exist."})
	}
	out = append(out, retention(r.Keep)...)
	if len(properties) > 0 {
		out.Set("Properties", properties)
	}
	if r.Comment != "" {
		return out, r.Comment, nil
	}
	return out, d.comment, nil
}

// retention comes in pairs: UpdateReplacePolicy knows no RetainExceptOnCreate.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
func retention(k plan.Keep) cfn.Map {
	switch k {
	case plan.KeepData:
		return policies("RetainExceptOnCreate", "Retain")
	case plan.KeepNothing:
		return policies("Delete", "Delete")
	}
	return nil
}

func policies(deletion, replacement cfn.String) cfn.Map {
	return cfn.Map{
		{Key: "DeletionPolicy", Value: deletion},
		{Key: "UpdateReplacePolicy", Value: replacement},
	}
}
