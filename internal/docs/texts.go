package docs

import (
	"slices"
	"strings"

	"byocfn/internal/artifact"
	"byocfn/internal/cfn"
	"byocfn/internal/launch"
	"byocfn/internal/plan"
)

// Texts gives texts/FILE for each text that people paste elsewhere. What only the customer's stack
// knows stands there as ‹Name›; the stack's output has it filled in. <<Words>> are people's.
func Texts(p *plan.Plan) []artifact.File {
	var out []artifact.File
	for _, t := range p.Texts {
		var b strings.Builder
		for _, part := range t.Parts {
			body := partText(p, part)
			if len(part.Gate) > 0 {
				body = "‹only where " + when(p, part.Gate) + "›\n" + body + "‹up to here›\n"
			}
			b.WriteString(body)
		}
		out = append(out, artifact.File{Name: "texts/" + t.File, Data: []byte(b.String())})
	}
	return out
}

func partText(p *plan.Plan, part plan.TextPart) string {
	var b strings.Builder
	for _, piece := range part.Pieces {
		literal, isLiteral := piece.Value.(cfn.String)
		switch {
		case isLiteral:
			b.WriteString(string(literal))
		case outputOf(p, piece.Value) != "":
			b.WriteString("‹the output " + outputOf(p, piece.Value) + "›")
		default:
			b.WriteString("‹" + piece.Ref + "›")
		}
	}
	return b.String()
}

// outputOf names the output that shows a value which no parameter tells.
func outputOf(p *plan.Plan, v cfn.Value) string {
	if !needsStack(p, v) {
		return ""
	}
	i := slices.IndexFunc(p.Outputs, func(o plan.Output) bool { return Text(o.Value) == Text(v) })
	if i < 0 {
		return ""
	}
	return p.Outputs[i].Name
}

// needsStack tells whether a value is known only when the stack is there.
func needsStack(p *plan.Plan, v cfn.Value) bool {
	needs := false
	cfn.Walk(v, func(v cfn.Value) {
		fn, _ := v.(cfn.Fn)
		switch name, _ := fn.Arg.(cfn.String); fn.Name {
		case "Fn::GetAtt":
			needs = true
		case "Ref":
			needs = needs || name == "AWS::StackId" || isResource(p, string(name))
		case "Fn::Sub":
			text := Text(argsOf(fn).at(0))
			for _, part := range strings.Split(text, "${")[1:] {
				name, _, _ := strings.Cut(part, "}")
				id, _, attribute := strings.Cut(name, ".")
				needs = needs || attribute || isResource(p, id)
			}
		}
	})
	return needs
}

func isResource(p *plan.Plan, name string) bool {
	return slices.ContainsFunc(p.Resources, func(r plan.Resource) bool { return r.ID == name })
}

// texts says what there is to paste, where, and when.
func texts(w *page, p *plan.Plan) {
	var rows [][]string
	for _, t := range p.Texts {
		rows = append(rows, []string{link(t.Name, "texts/"+t.File), inline(t.Why), moment(p, t),
			blanks(t), always(when(p, literalsOf(p, t.Condition)))})
	}
	if len(rows) == 0 {
		return
	}
	w.heading(2, "Texts to paste")
	w.paragraph("Each is an output of the stack, with your values in place; the files show what it will " +
		"say, with ‹names› in place of those values. What stands in " + code("<< >>") +
		" is left for you to fill in. To print one as it is:")
	w.block("sh", launch.OutputCommand(p, p.Texts[0].Name))
	w.table([]string{"Text", "Where it goes, and what it does there", "When to paste it",
		"What you fill in", "When there is one"}, rows)
}

// moment says whether a text can be pasted before there is a stack.
func moment(p *plan.Plan, t plan.Text) string {
	for _, part := range t.Parts {
		for _, piece := range part.Pieces {
			if needsStack(p, piece.Value) {
				return "after the launch"
			}
		}
	}
	return "before or after the launch"
}

func blanks(t plan.Text) string {
	var out []string
	for _, b := range t.Blanks {
		if word := code("<<" + b + ">>"); !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}
