package launch

import (
	"strings"

	"byocfn/internal/plan"
)

// CLI is the way without the console: commands of the AWS CLI for a POSIX shell, to copy. Each text
// sets the region first; what stands in <angle brackets> is for the reader to fill in.
type CLI struct {
	Create ChangeSet `json:"create"`
	Update ChangeSet `json:"update"`
	Delete string    `json:"delete"`
}

// ChangeSet is two texts with a person between them, who reads what the first one prints.
type ChangeSet struct {
	Prepare string `json:"prepare"`
	Execute string `json:"execute"`
}

// Commands writes the commands.
func Commands(p *plan.Plan) CLI {
	return CLI{
		Create: ChangeSet{
			prepare(p, "CREATE", "launch", createParameters(p)),
			execute(p, "launch", "stack-create-complete"),
		},
		Update: ChangeSet{
			prepare(p, "UPDATE", "update", keptParameters(p)),
			execute(p, "update", "stack-update-complete"),
		},
		Delete: region(p) + "\n" +
			command("delete-stack", "--stack-name "+StackName(p)) + "\n" +
			wait(p, "stack-delete-complete"),
	}
}

// OutputCommand prints one output of the stack, line breaks and all.
func OutputCommand(p *plan.Plan, name string) string {
	return region(p) + "\n" + command("describe-stacks", "--stack-name "+StackName(p), "--output text",
		`--query "Stacks[0].Outputs[?OutputKey=='`+name+`'].OutputValue"`)
}

func region(p *plan.Plan) string {
	if len(p.Regions) == 0 {
		return "REGION='<region>'"
	}
	return "REGION=" + p.Regions[0]
}

func prepare(p *plan.Plan, kind, name string, params []string) string {
	lines := []string{
		"--stack-name " + StackName(p),
		"--change-set-name " + name,
		"--change-set-type " + kind,
		templateOption(p),
	}
	if caps := Capabilities(p); len(caps) > 0 {
		lines = append(lines, "--capabilities "+strings.Join(caps, " "))
	}
	if len(params) > 0 {
		lines = append(lines, "--parameters "+strings.Join(params, " \\\n    "))
	}
	return region(p) + "\n" + command("create-change-set", lines...) + "\n" +
		command("wait change-set-create-complete",
			"--stack-name "+StackName(p), "--change-set-name "+name) + "\n" +
		command("describe-change-set", "--stack-name "+StackName(p), "--change-set-name "+name)
}

func execute(p *plan.Plan, name, done string) string {
	return region(p) + "\n" +
		command("execute-change-set", "--stack-name "+StackName(p), "--change-set-name "+name) + "\n" +
		wait(p, done)
}

func wait(p *plan.Plan, what string) string {
	return command("wait "+what, "--stack-name "+StackName(p))
}

func command(verb string, args ...string) string {
	head := `aws cloudformation ` + verb + ` --region "$REGION"`
	if len(args) < 3 {
		return head + " " + strings.Join(args, " ")
	}
	return head + " \\\n  " + strings.Join(args, " \\\n  ")
}

// templateOption names the published template, or the file at hand where none is published.
func templateOption(p *plan.Plan) string {
	if p.Product.Bucket == "" {
		return "--template-body file://template.yaml"
	}
	return `--template-url "` + templateURLForShell(p) + `"`
}

// templateURLForShell is the address with $REGION for the region. Regions of one product are in one
// partition, or differ in more than the region; the first one decides the host.
func templateURLForShell(p *plan.Plan) string {
	first := "us-east-1"
	if len(p.Regions) > 0 {
		first = p.Regions[0]
	}
	url := ObjectURL(BucketName(p, first), TemplateKey(p), first, "")
	host, key, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
	return "https://" + strings.ReplaceAll(host, first, "$REGION") + "/" + key
}

// createParameters asks for what has no default. Inside the shell's quotes the CLI's own shorthand
// syntax holds, which takes a comma for the end of a value unless this stands in double quotes.
// Source: AWS CLI user guide, "Using shorthand syntax", and awscli/shorthand.py.
func createParameters(p *plan.Plan) []string {
	var out []string
	for _, q := range p.Parameters {
		if q.Default != nil {
			continue
		}
		value := "<" + q.Name + ">"
		if isList(q) {
			value = "<first>,<second>"
		}
		out = append(out, `'ParameterKey=`+q.Name+`,ParameterValue="`+value+`"'`)
	}
	return out
}

func keptParameters(p *plan.Plan) []string {
	var out []string
	for _, q := range p.Parameters {
		out = append(out, "ParameterKey="+q.Name+",UsePreviousValue=true")
	}
	return out
}
