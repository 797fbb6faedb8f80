package docs

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// permissions writes one chapter per role, user, policy and bucket policy: every statement with its
// reason.
func permissions(w *page, p *plan.Plan) {
	w.heading(2, "Permissions")
	any := false
	for _, r := range p.Resources {
		grants := grantsOf(p, r)
		if len(grants) == 0 && !isRawIAM(r) {
			continue
		}
		if !any {
			w.paragraph("Every statement of every policy in the stack. Actions marked ⚠ can widen rights: " +
				"with them, look at the resources and the condition first.")
		}
		any = true
		w.heading(3, r.ID)
		w.paragraph(code(plan.TypeName(r.Body)) + "<br>" + cell(r.Comment))
		if isRawIAM(r) {
			w.paragraph("It is written in CloudFormation's own words: read it in the template.")
		}
		attachments(w, p, r)
		statements(w, p, grants)
	}
	if !any {
		w.paragraph("The stack holds no policy.")
	}
}

func isRawIAM(r plan.Resource) bool {
	raw, ok := r.Body.(*plan.Raw)
	return ok && strings.HasPrefix(raw.Type, "AWS::IAM::")
}

func attachments(w *page, p *plan.Plan, r plan.Resource) {
	var facts []string
	add := func(what string, v cfn.Value) {
		if v != nil {
			facts = append(facts, what+": "+speaker{plan: p}.said(v))
		}
	}
	managed := func(all []cfn.Value) {
		for _, v := range all {
			add("Carries the policy", v)
		}
	}
	switch b := r.Body.(type) {
	case *plan.Role:
		add("Name", b.Name)
		add("Path", b.Path)
		add("Permissions boundary", b.Boundary)
		managed(b.Managed)
	case *plan.User:
		add("Path", b.Path)
		add("Permissions boundary", b.Boundary)
		managed(b.Managed)
	case *plan.ManagedPolicy:
		add("Name", b.Name)
		if b.Limits {
			facts = append(facts, "A permissions boundary: it limits who carries it, and grants nothing")
		} else {
			facts = append(facts, "Attached to: "+code(carriers(p, b)))
		}
	}
	if len(facts) > 0 {
		w.list(facts...)
	}
}

func statements(w *page, p *plan.Plan, grants []grant) {
	var rows [][]string
	for _, g := range grants {
		s := g.Statement
		rows = append(rows, []string{
			code(s.Sid), who(g), actions(g), scope(speaker{p, g.Known}, s), always(g.When), reason(s),
		})
	}
	w.table([]string{"Statement", "Who", "Actions", "Resources and condition", "When", "Why"}, rows)
}

func who(g grant) string {
	if g.Kind == trust {
		return "trust: " + code(g.Principal) + " may become this role"
	}
	if g.Principal == "" {
		return ""
	}
	return code(g.Principal)
}

func actions(g grant) string {
	flagged := map[string]bool{}
	for _, a := range escalations(g) {
		flagged[a] = true
	}
	var out []string
	if g.Statement.Effect == "Deny" {
		out = append(out, "**denies**")
	}
	for _, a := range g.Statement.Actions {
		if flagged[a] {
			out = append(out, code(a)+" ⚠")
		} else {
			out = append(out, code(a))
		}
	}
	return strings.Join(out, "<br>")
}

func scope(by speaker, s plan.Statement) string {
	var out []string
	for _, v := range s.Resources {
		out = append(out, by.lines(v)...)
	}
	for _, operator := range s.Condition {
		for _, key := range keysOf(operator.Value) {
			for _, line := range by.lines(key.Value) {
				out = append(out, "if "+code(key.Key)+" "+inline(operator.Key)+" "+line)
			}
		}
	}
	return strings.Join(out, "<br>")
}

// keysOf gives the keys of an operator. One that may be left out as a whole is a choice; then each of
// its keys is one, too, and says when it is there.
func keysOf(operator cfn.Value) cfn.Map {
	if fn, ok := operator.(cfn.Fn); ok && fn.Name == "Fn::If" {
		operator = argsOf(fn).at(1)
	}
	keys, _ := operator.(cfn.Map)
	return keys
}

func reason(s plan.Statement) string {
	out := []string{inline(s.Why)}
	for _, note := range s.Notes {
		out = append(out, inline(note))
	}
	return strings.Join(out, "<br>")
}
