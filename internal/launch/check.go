package launch

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

// Check tells what is wrong with a stack's name and values, all at once. The diagnostics name the
// command line as their file, because values come from there.
func Check(p *plan.Plan, o Options) (diags diag.List) {
	name := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)
	if o.StackName != "" && (!name.MatchString(o.StackName) || len(o.StackName) > maxStackName) {
		diags.Error(commandLine(), "bad-stack-name", fmt.Sprintf("%q is no name of a stack", o.StackName),
			fmt.Sprintf("begin with a letter and use letters, digits and hyphens, at most %d characters",
				maxStackName))
	}
	seen := map[string]bool{}
	for _, param := range o.Params {
		if seen[param.Name] {
			diags.Error(commandLine(), "parameter-twice",
				fmt.Sprintf("%s is given twice", param.Name), "give each parameter once")
			continue
		}
		seen[param.Name] = true
		i := slices.IndexFunc(p.Parameters, func(q plan.Parameter) bool { return q.Name == param.Name })
		if i < 0 {
			diags.Error(commandLine(), "unknown-parameter",
				fmt.Sprintf("the template has no parameter %q", param.Name),
				orList(diag.DidYouMean(param.Name, namesOf(p.Parameters)), namesOf(p.Parameters)))
			continue
		}
		checkParam(&diags, p.Parameters[i], param.Value)
	}
	checkDemands(&diags, p, o)
	return diags
}

// checkDemands finds parameters that are left empty although the other values ask for them. What a
// link leaves out, whoever launches can still type in.
func checkDemands(diags *diag.List, p *plan.Plan, o Options) {
	values, said := map[string]string{}, map[string]bool{}
	for _, q := range p.Parameters {
		if q.Default != nil {
			values[q.Name] = *q.Default
		}
	}
	for _, param := range o.Params {
		values[param.Name], said[param.Name] = param.Value, true
	}
	for _, q := range p.Parameters {
		switch {
		case !q.IsRequired || values[q.Name] != "" || !holds(p, q.RequiredWhen, values):
		case said[q.Name]:
			diags.Error(commandLine(), "value-missing",
				q.Name+" is empty, but the other values need it", "give it a value")
		case len(q.RequiredWhen) > 0:
			diags.Warn(commandLine(), "value-missing",
				q.Name+" is not given, but the other values need it",
				"give it a value, or tell whoever launches to type it in")
		}
	}
}

// holds tells whether values fulfil a gate.
func holds(p *plan.Plan, gate []plan.Literal, values map[string]string) bool {
	return !slices.ContainsFunc(gate, func(l plan.Literal) bool {
		name, value, isValue := strings.Cut(l.Atom, "=")
		isSwitch := slices.ContainsFunc(p.Parameters, func(q plan.Parameter) bool {
			return q.Name == name && q.Kind == "switch"
		})
		is := values[name] != ""
		switch {
		case isValue:
			is = values[name] == value
		case isSwitch:
			is = values[name] == "yes"
		}
		return is == l.Not
	})
}

// orList gives a hint, or what there is to choose from.
func orList(hint string, known []string) string {
	if hint == "" && len(known) > 0 {
		return "choose " + strings.Join(known, ", ")
	}
	return hint
}

func namesOf(params []plan.Parameter) []string {
	out := make([]string, len(params))
	for i, p := range params {
		out[i] = p.Name
	}
	return out
}

func checkParam(diags *diag.List, p plan.Parameter, value string) {
	at := commandLine()
	if p.NoEcho {
		diags.Error(at, "no-echo-parameter",
			fmt.Sprintf("%s cannot stand in a link: the console ignores parameters with NoEcho", p.Name),
			"leave it out; whoever launches the stack types it in")
		return
	}
	if !utf8.ValidString(value) {
		diags.Error(at, "bad-value", fmt.Sprintf("the value of %s is not UTF-8", p.Name),
			"write it in UTF-8")
		return
	}
	if len(value) > maxValue {
		diags.Error(at, "value-too-long", fmt.Sprintf(
			"the value of %s has %d bytes, CloudFormation takes %d", p.Name, len(value), maxValue),
			"shorten it")
		return
	}
	for _, item := range itemsOf(p, value) {
		if wrong := refuse(p, item); wrong != "" {
			hint := p.ConstraintDescription
			if hint != "" {
				hint = "it " + hint
			}
			if p.Kind == "list" {
				hint += ", without spaces between them"
			}
			diags.Error(at, "bad-value", fmt.Sprintf("%s: %q %s", p.Name, item, wrong), hint)
		}
	}
	if _, err := wholeMatch(p.AllowedPattern); err != nil {
		diags.Warn(at, "pattern-not-checked",
			fmt.Sprintf("the value of %s is not held against its pattern: %v", p.Name, err),
			"CloudFormation reads patterns as Java does, this check as Go does; look at the value yourself")
	}
}

// itemsOf splits the value of a list: CloudFormation holds each element against the constraints.
func itemsOf(p plan.Parameter, value string) []string {
	if !isTyped(p.Type) {
		return []string{value}
	}
	items := strings.Split(value, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

// isList tells whether a value holds several, between commas: by its type, or by its pattern.
func isList(q plan.Parameter) bool { return q.Kind == "list" || isTyped(q.Type) }

func isTyped(typ string) bool {
	return typ == "CommaDelimitedList" || strings.HasPrefix(typ, "List<")
}

// refuse says why one value does not do, or nothing.
func refuse(p plan.Parameter, value string) string {
	if len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, value) {
		return "is none of " + strings.Join(p.AllowedValues, ", ")
	}
	length := utf8.RuneCountInString(value)
	switch {
	case p.MinLength != nil && length < *p.MinLength:
		return fmt.Sprintf("has %d characters, needed are %d", length, *p.MinLength)
	case p.MaxLength != nil && length > *p.MaxLength:
		return fmt.Sprintf("has %d characters, allowed are %d", length, *p.MaxLength)
	}
	if re, err := wholeMatch(p.AllowedPattern); err == nil && re != nil && !re.MatchString(value) {
		return "does not match " + p.AllowedPattern
	}
	if strings.TrimSuffix(strings.TrimPrefix(p.Type, "List<"), ">") == "Number" {
		return refuseNumber(p, value)
	}
	return refuseShape(p.Type, value)
}

// wholeMatch compiles a parameter's pattern. CloudFormation matches the whole value.
func wholeMatch(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}

func refuseNumber(p plan.Parameter, value string) string {
	decimal := regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?$`)
	if !decimal.MatchString(value) {
		return "is no number"
	}
	number, _ := new(big.Rat).SetString(value)
	switch {
	case p.MinValue != nil && number.Cmp(big.NewRat(int64(*p.MinValue), 1)) < 0:
		return fmt.Sprintf("is less than %d", *p.MinValue)
	case p.MaxValue != nil && number.Cmp(big.NewRat(int64(*p.MaxValue), 1)) > 0:
		return fmt.Sprintf("is more than %d", *p.MaxValue)
	}
	return ""
}

// shapes says what a value of an AWS-specific type looks like; whether it exists, only the
// customer's account can tell. Source: CloudFormation User Guide, "AWS-specific parameter types",
// and the EC2 User Guide, "Resource IDs": 8 or 17 hexadecimal digits.
func shapes() map[string]string {
	id := func(prefix string) string { return prefix + `-([0-9a-f]{8}|[0-9a-f]{17})` }
	return map[string]string{
		"AWS::EC2::VPC::Id":                  id("vpc"),
		"AWS::EC2::Subnet::Id":               id("subnet"),
		"AWS::EC2::SecurityGroup::Id":        id("sg"),
		"AWS::EC2::Instance::Id":             id("i"),
		"AWS::EC2::Image::Id":                id("ami"),
		"AWS::EC2::Volume::Id":               id("vol"),
		"AWS::EC2::KeyPair::KeyName":         `[\x20-\x7e]{1,255}`,
		"AWS::EC2::SecurityGroup::GroupName": `[\x20-\x7e]{1,255}`,
		"AWS::EC2::AvailabilityZone::Name":   `[a-z]{2,}(-[a-z0-9]+)+[a-z]`,
		"AWS::Route53::HostedZone::Id":       `Z[A-Z0-9]{1,31}`,
		"AWS::SSM::Parameter::Name":          ssmName,
	}
}

// likenesses shows values of the types that are ids, whose names a customer need not know.
func likenesses() map[string]string {
	const id = "0123456789abcdef0"
	return map[string]string{
		"AWS::EC2::VPC::Id": "vpc-" + id, "AWS::EC2::Subnet::Id": "subnet-" + id,
		"AWS::EC2::SecurityGroup::Id": "sg-" + id, "AWS::EC2::Instance::Id": "i-" + id,
		"AWS::EC2::Image::Id": "ami-" + id, "AWS::EC2::Volume::Id": "vol-" + id,
		"AWS::EC2::AvailabilityZone::Name": "us-east-1a",
	}
}

const ssmName = `[A-Za-z0-9_./:-]+`

func refuseShape(typ, value string) string {
	typ = strings.TrimSuffix(strings.TrimPrefix(typ, "List<"), ">")
	shape := shapes()[typ]
	if strings.HasPrefix(typ, "AWS::SSM::Parameter::Value<") {
		shape, typ = ssmName, "AWS::SSM::Parameter::Name"
	}
	if shape == "" || regexp.MustCompile(`\A(?:`+shape+`)\z`).MatchString(value) {
		return ""
	}
	if like := likenesses()[typ]; like != "" {
		return "must look like " + like
	}
	return "does not look like " + typ
}
