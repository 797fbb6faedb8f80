package lint

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Template is what launching a template takes: the regions that it is offered in and, by name, the
// parameters with the values that matter.
type Template struct {
	Regions []string
	Params  []Param
}

// parameter is a parameter as JSON writes it; numbers stay in the words of the template.
type parameter struct {
	Type, AllowedPattern               string
	Description, ConstraintDescription string
	Default                            *json.RawMessage
	AllowedValues                      []json.RawMessage
	MinValue                           json.Number
}

// ReadTemplate reads a template in JSON. A parameter for which no valid value can be found and a
// template whose rules name no regions are errors.
func ReadTemplate(data []byte) (Template, error) {
	var raw struct {
		Parameters        map[string]parameter
		Rules, Conditions any
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return Template{}, err
	}
	regions := regionsOf(raw.Rules)
	if len(regions) == 0 {
		return Template{}, errors.New("no rule says which regions the template is offered in")
	}
	deciding := map[string]bool{}
	references(raw.Conditions, deciding)
	template := Template{Regions: regions}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(raw.Parameters)) {
		values, err := raw.Parameters[name].values(deciding[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("parameter %s: %w", name, err))
			continue
		}
		template.Params = append(template.Params, Param{Name: name, Values: values})
	}
	return template, errors.Join(errs...)
}

// Scenarios gives every combination of the parameters' values, each in the next region, and in
// every region the least and the most that a customer can ask for.
func (t Template) Scenarios() []Scenario {
	var scenarios []Scenario
	add := func(region string, values map[string]string) {
		same := func(s Scenario) bool {
			return s.Region == region && maps.Equal(s.Parameters, values)
		}
		if !slices.ContainsFunc(scenarios, same) {
			scenarios = append(scenarios, Scenario{region, values})
		}
	}
	for i, values := range Combinations(t.Params) {
		add(t.Regions[i%len(t.Regions)], values)
	}
	least, most := map[string]string{}, map[string]string{}
	for _, p := range t.Params {
		least[p.Name], most[p.Name] = p.Values[0], p.Values[len(p.Values)-1]
	}
	for _, region := range t.Regions {
		add(region, least)
		add(region, most)
	}
	return scenarios
}

// values gives the values that matter: an optional parameter is left out or given, one that
// conditions look at takes each value that it allows, and any other takes its default.
func (p parameter) values(deciding bool) ([]string, error) {
	if len(p.AllowedValues) > 0 {
		return p.enumerated(deciding), nil
	}
	if p.Default == nil {
		sample, err := p.sample()
		return []string{sample}, err
	}
	given := plain(*p.Default)
	if err := p.fits(given); err != nil {
		return nil, err
	}
	if given != "" && !deciding {
		return []string{given}, nil
	}
	sample, err := p.sample()
	if err != nil || sample == given {
		return []string{given}, err
	}
	return []string{given, sample}, nil
}

// enumerated puts the negative word of a switch first, so that the first value asks for least.
func (p parameter) enumerated(deciding bool) []string {
	var values []string
	for _, v := range p.AllowedValues {
		values = append(values, plain(v))
	}
	if !deciding {
		if p.Default != nil {
			return []string{plain(*p.Default)}
		}
		return values[:1]
	}
	off := func(v string) bool { return slices.Contains([]string{"", "off", "no", "false"}, v) }
	slices.SortStableFunc(values, func(a, b string) int {
		switch {
		case off(a) && !off(b):
			return -1
		case off(b) && !off(a):
			return 1
		}
		return 0
	})
	return values
}

// sample is a value that a customer could enter: the first that fits of the examples in the texts
// and of what the type looks like.
func (p parameter) sample() (string, error) {
	var candidates []string
	for _, text := range []string{p.Description, p.ConstraintDescription} {
		for _, found := range exampleIn.FindAllStringSubmatch(text, -1) {
			candidates = append(candidates, strings.TrimRight(found[1], ".,;)"))
		}
	}
	if p.Type == "Number" && p.MinValue != "" {
		candidates = append(candidates, p.MinValue.String())
	}
	if value, known := typeSamples[p.Type]; known {
		candidates = append(candidates, value)
	}
	err := fmt.Errorf("no sample is known for type %s; give it an example", p.Type)
	for _, value := range candidates {
		if err = p.fits(value); err == nil {
			return value, nil
		}
	}
	return "", err
}

func (p parameter) fits(value string) error {
	if p.AllowedPattern == "" {
		return nil
	}
	pattern, err := regexp.Compile("^(?:" + p.AllowedPattern + ")$")
	if err != nil {
		return err
	}
	if !pattern.MatchString(value) {
		return fmt.Errorf("%q does not match %s; give it an example", value, p.AllowedPattern)
	}
	return nil
}

var exampleIn = regexp.MustCompile(`(?:for example|such as) (\S+)`)

// Sample identifiers have AWS's form and belong to nobody.
var typeSamples = map[string]string{
	"String":                            "example",
	"Number":                            "1",
	"CommaDelimitedList":                "example-1,example-2",
	"List<Number>":                      "1,2",
	"List<String>":                      "example-1,example-2",
	"AWS::EC2::AvailabilityZone::Name":  "us-east-1a",
	"AWS::EC2::Image::Id":               "ami-0123456789abcdef0",
	"AWS::EC2::Instance::Id":            "i-0123456789abcdef0",
	"AWS::EC2::KeyPair::KeyName":        "example",
	"AWS::EC2::SecurityGroup::Id":       "sg-0123456789abcdef0",
	"AWS::EC2::Subnet::Id":              "subnet-0123456789abcdef0",
	"AWS::EC2::VPC::Id":                 "vpc-0123456789abcdef0",
	"AWS::Route53::HostedZone::Id":      "Z0123456789ABCDEFGHIJ",
	"AWS::SSM::Parameter::Name":         "/example/name",
	"List<AWS::EC2::SecurityGroup::Id>": "sg-0123456789abcdef0,sg-0123456789abcdef1",
	"List<AWS::EC2::Subnet::Id>":        "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
}

func plain(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// references collects the names of all Refs in a decoded tree.
func references(tree any, names map[string]bool) {
	switch tree := tree.(type) {
	case map[string]any:
		if name, ok := tree["Ref"].(string); ok && len(tree) == 1 {
			names[name] = true
		}
		for _, inner := range tree {
			references(inner, names)
		}
	case []any:
		for _, inner := range tree {
			references(inner, names)
		}
	}
}

// regionsOf finds the list in {Fn::Contains: [[us-east-1, ...], {Ref: AWS::Region}]}.
func regionsOf(tree any) []string {
	var inner []any
	switch tree := tree.(type) {
	case map[string]any:
		if pair, ok := tree["Fn::Contains"].([]any); ok && len(pair) == 2 {
			names := map[string]bool{}
			references(pair[1], names)
			list, _ := pair[0].([]any)
			if names["AWS::Region"] && len(list) > 0 {
				var regions []string
				for _, region := range list {
					regions = append(regions, fmt.Sprint(region))
				}
				return regions
			}
		}
		for _, key := range slices.Sorted(maps.Keys(tree)) {
			inner = append(inner, tree[key])
		}
	case []any:
		inner = tree
	}
	for _, value := range inner {
		if regions := regionsOf(value); regions != nil {
			return regions
		}
	}
	return nil
}
