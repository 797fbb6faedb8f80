package spec

import (
	"regexp"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

var (
	stackForm = form{regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`), "bad-name", "name of a stack",
		"name the file with lower-case letters, digits and hyphens: agent.stack.yaml"}
	variantForm = form{regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`), "bad-name",
		"name of a variant", "use lower-case letters, digits and hyphens, such as restricted"}
	outputForm = form{regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`), "bad-name", "name of an output",
		"use letters and digits, such as BucketName"}
	// IAM takes letters and digits; the length is ours, so that tables stay readable.
	// Source: IAM user guide, reference_policies_grammar.
	sidForm = form{regexp.MustCompile(`^[A-Za-z0-9]{1,64}$`), "bad-name", "name of a statement",
		"the name is the Sid: use letters and digits, at most 64, such as ReadData"}
	// The form of service:Action, where both may hold wildcards. Source: as above.
	actionForm = form{regexp.MustCompile(`^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$`), "bad-action", "action",
		"write it as in s3:GetObject"}
	// Source: CloudFormation user guide, resource types; Custom:: takes letters, digits and _@-.
	typeForm = form{regexp.MustCompile(
		`^([A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE)?|Custom::[A-Za-z0-9_@-]{1,60})$`),
		"bad-type", "type of CloudFormation", "write it as in AWS::SNS::Topic"}
)

// checkStack checks the fields of a stack that are more than a text, each on its own.
func checkStack(doc *source.Document, s *Stack, diags *diag.List) {
	stackForm.check(Word{Value: s.Name, At: diag.Range{File: doc.Name}}, diags)
	for _, v := range s.Variants {
		variantForm.check(v.Name, diags)
		if reserved(v.Name.Value) {
			diags.Error(v.Name.At, "reserved-name", v.Name.Value+" has a meaning of its own in when",
				"choose another name")
		}
		for _, p := range s.Parameters {
			if p.Name.Value == v.Name.Value {
				diags.Error(v.Name.At, "duplicate-name",
					v.Name.Value+" names a variant and a parameter", "when could mean either: rename one",
					diag.Note{Text: "the parameter is here", At: p.Name.At})
			}
		}
	}
	for _, o := range s.Outputs {
		outputForm.check(o.Name, diags)
	}
	for _, r := range s.Resources {
		typeForm.check(r.Value.Type, diags)
	}
	for _, i := range s.Instances {
		checkTags(i.Value.Tags, diags)
	}
	for _, l := range s.Leaves {
		checkFind(l.Value.Find, diags)
	}
	checkTexts(s, diags)
	checkIdentities(s, diags)
}

// checkFind refuses a question that asks for nothing, or for everything.
func checkFind(f *Find, diags *diag.List) {
	if f == nil {
		return
	}
	asked := f.Asked()
	if len(asked) == 0 && f.InstanceProfilesOf.Value == "" {
		diags.Error(f.At, "empty-find", "find looks for nothing",
			"say what, by its tags: find: { instances: { made-by: acme } }")
	}
	for _, q := range asked {
		if len(q.Value) == 0 {
			diags.Error(f.At, "empty-find", "find looks for all "+q.Name.Value+" of the account",
				"write the tags by which the product's own are known")
		}
		for _, tag := range q.Value {
			tagForm.check(tag.Name, diags)
			checkTagValue(tag.Value, diags)
		}
	}
}

// checkIdentities goes through everything that holds statements.
func checkIdentities(s *Stack, diags *diag.List) {
	for _, b := range s.Buckets {
		checkStatements(diags, b.Value.Allow)
	}
	for _, r := range s.Roles {
		checkStatements(diags, r.Value.Allow, r.Value.Deny)
		for _, t := range r.Value.Trust {
			sidForm.check(t.Name, diags)
		}
		if r.Value.Trust != nil && len(r.Value.Trust) == 0 {
			diags.Error(r.Name.At, "empty-trust", r.Name.Value+" is trusted to nobody",
				"say in trust who may take the role, such as Instances: { service: ec2 }")
		}
	}
	for _, p := range s.Policies {
		checkStatements(diags, p.Value.Allow, p.Value.Deny)
	}
	for _, u := range s.Users {
		checkStatements(diags, u.Value.Allow)
	}
	checkNames(s, diags)
}

// checkStatements checks the statements of one policy; a Sid names one of them only.
func checkStatements(diags *diag.List, lists ...Keyed[Statement]) {
	first := map[string]diag.Range{}
	for _, list := range lists {
		for _, n := range list {
			sidForm.check(n.Name, diags)
			if before, twice := first[n.Name.Value]; twice {
				diags.Error(n.Name.At, "duplicate-name", n.Name.Value+" names two statements",
					"rename one of them", diag.Note{Text: "the first one", At: before})
			}
			first[n.Name.Value] = n.Name.At
			for _, a := range n.Value.Actions {
				if action, literal := a.Literal(); literal {
					CheckAction(Word{Value: action, At: a.At}, diags)
				}
			}
			checkCondition(n, diags)
		}
	}
}

// CheckAction refuses what cannot be an IAM action.
func CheckAction(w Word, diags *diag.List) {
	f := actionForm
	if nameForm.MatchString(w.Value) {
		f.hint += `, or name a fact of the product that lists actions: "${facts.` + w.Value + `}"`
	}
	f.check(w, diags)
}

// nameForm is that of names, which no action has.
var nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// checkCondition refuses conditions that hold nothing: a reader takes them for a restriction.
func checkCondition(n Named[Statement], diags *diag.List) {
	if n.Value.Condition != nil && len(n.Value.Condition) == 0 {
		diags.Error(n.Name.At, "empty-condition", n.Name.Value+" has an empty condition",
			"write operator, key and value, or remove it")
	}
	for _, op := range n.Value.Condition {
		if len(op.Value) == 0 {
			diags.Error(op.Name.At, "empty-condition", op.Name.Value+" holds no condition",
				"write a key and a value, or remove it")
		}
	}
}
