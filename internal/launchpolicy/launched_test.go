package launchpolicy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/launch"
	"byocfn/internal/plan"
	"byocfn/internal/published"
)

const (
	account = "111122223333"
	random  = "1A2B3C4D5E6F"
)

// launched is one launch of a shipped template, with the names that things then have.
type launched struct {
	*published.Stack
	dir, name, region string
	ref, arn          map[string]string
}

// every calls do for launches of every shipped template: as by default, with everything chosen, and
// with each choice alone.
func every(t *testing.T, do func(*testing.T, launched)) {
	for _, product := range products(t) {
		for _, p := range plans(t, product) {
			dir := filepath.Join("../../dist", product, p.Stack)
			if p.Variant != "" {
				dir += "-" + p.Variant
			}
			t.Run(product+"/"+filepath.Base(dir), func(t *testing.T) {
				template, err := os.ReadFile(filepath.Join(dir, "template.json"))
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range rows(p) {
					do(t, open(t, p, dir, template, launch.StackName(p), row))
				}
			})
		}
	}
}

// rows are what customers enter. House rules keep their defaults, as the documents presume.
func rows(p *plan.Plan) (out []map[string]string) {
	base, all := map[string]string{}, map[string]string{}
	var single []map[string]string
	for _, q := range p.Parameters {
		if q.Kind == "house" || q.Kind == "functions" {
			continue
		}
		if q.Default == nil {
			base[q.Name] = q.Shown()
			continue
		}
		choices := q.AllowedValues
		if len(choices) == 0 && *q.Default == "" {
			choices = []string{q.Shown()}
		}
		for _, c := range choices {
			if c != *q.Default {
				all[q.Name] = c
				single = append(single, map[string]string{q.Name: c})
			}
		}
	}
	for _, row := range append(single, all, map[string]string{}) {
		for name, value := range base {
			row[name] = value
		}
		out = append(out, row)
	}
	return out
}

// open evaluates twice: the second time references give the names that the first one found.
func open(t *testing.T, p *plan.Plan, dir string, template []byte, name string,
	row map[string]string) launched {
	t.Helper()
	l := launched{dir: dir, name: name, region: p.Regions[len(p.Regions)-1],
		ref: map[string]string{}, arn: map[string]string{}}
	in := published.Inputs{Region: l.region, Account: account, StackName: l.name, Parameters: row}
	for range 2 {
		var err error
		if l.Stack, err = published.Open(template, in); err != nil {
			t.Fatal(row, err)
		}
		in.Attributes = map[string]string{}
		for _, id := range l.Made() {
			l.identify(id)
			in.Attributes[id] = l.ref[id]
			in.Attributes[id+".Arn"] = l.arn[id]
		}
	}
	return l
}

// kinds says of types with names: the property, the longest name, and the ARN without its name.
func kinds(region string) map[string][3]string {
	here := ":" + region + ":" + account + ":"
	return map[string][3]string{
		"AWS::IAM::Role":              {"RoleName", "64", "arn:aws:iam::" + account + ":role"},
		"AWS::IAM::User":              {"UserName", "64", "arn:aws:iam::" + account + ":user"},
		"AWS::IAM::ManagedPolicy":     {"ManagedPolicyName", "128", "arn:aws:iam::" + account + ":policy"},
		"AWS::IAM::InstanceProfile":   {"InstanceProfileName", "128", "arn:aws:iam::" + account + ":instance-profile"},
		"AWS::Lambda::Function":       {"FunctionName", "64", "arn:aws:lambda" + here + "function:"},
		"AWS::Logs::LogGroup":         {"LogGroupName", "512", "arn:aws:logs" + here + "log-group:"},
		"AWS::SQS::Queue":             {"QueueName", "80", "arn:aws:sqs" + here},
		"AWS::Events::Rule":           {"Name", "64", "arn:aws:events" + here + "rule/"},
		"AWS::S3::Bucket":             {"BucketName", "63", "arn:aws:s3:::"},
		"AWS::SecretsManager::Secret": {"Name", "", "arn:aws:secretsmanager" + here + "secret:"},
	}
}

// identify works out what a resource is called: as its property says, or as CloudFormation makes it.
func (l *launched) identify(id string) {
	kind, properties := l.Kind(id), l.Properties(id)
	l.ref[id] = strings.ToLower(id) + "-0123456789abcdef0"
	k, named := kinds(l.region)[kind]
	if !named {
		l.arn[id] = "arn:aws:ec2:" + l.region + ":" + account + ":thing/" + l.ref[id]
		return
	}
	name, _ := properties.Get(k[0]).(cfn.String)
	if name == "" {
		name = cfn.String(l.name + "-" + id + "-" + random)
		switch kind {
		case "AWS::S3::Bucket":
			name = cfn.String(strings.ToLower(string(name)))
		case "AWS::SecretsManager::Secret":
			name = cfn.String(id + "-" + random)
		}
	}
	path := ""
	if strings.HasPrefix(kind, "AWS::IAM::") {
		path = "/"
		if v, ok := properties.Get("Path").(cfn.String); ok {
			path = string(v)
		}
	}
	l.ref[id], l.arn[id] = string(name), k[2]+path+string(name)
	switch kind {
	case "AWS::SecretsManager::Secret":
		l.arn[id] += "-AbCdEf"
		l.ref[id] = l.arn[id]
	case "AWS::IAM::ManagedPolicy":
		l.ref[id] = l.arn[id]
	}
}

// text gives a property that is a text.
func (l *launched) text(id, property string) string {
	v, _ := l.Properties(id).Get(property).(cfn.String)
	return string(v)
}

// texts gives a property that is a list.
func (l *launched) texts(id, property string) (out []string) {
	list, _ := l.Properties(id).Get(property).(cfn.List)
	for _, item := range list {
		if s, ok := item.Value.(cfn.String); ok {
			out = append(out, string(s))
		}
	}
	return out
}

// named gives the ARNs of resources of a kind by their names or ARNs; others have none of the stack.
func (l *launched) named(kind string, names ...string) (out []string) {
	prefix := kinds(l.region)[kind][2]
	for _, name := range names {
		i := slices.IndexFunc(l.Made(), func(id string) bool {
			return l.Kind(id) == kind && (l.ref[id] == name || l.arn[id] == name)
		})
		switch {
		case i >= 0:
			out = append(out, l.arn[l.Made()[i]])
		case strings.HasPrefix(name, "arn:"):
			out = append(out, name)
		default:
			out = append(out, prefix+"/some/path/"+name)
		}
	}
	return out
}
