package stack

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"byocfn/internal/plan"
)

// header is the comment above the template: what it is, what it does, how to check it.
func header(p *plan.Plan) string {
	title := p.Product.Title + " " + p.Product.Release + ": " + p.Stack
	if p.Variant != "" {
		title += `, variant "` + p.Variant + `"`
	}
	verify := "compare this file's SHA-256 with README.md of the release"
	isFunction := func(r plan.Resource) bool { return r.Section == plan.Functions }
	if slices.ContainsFunc(p.Resources, isFunction) {
		verify += "; functions are named by their SHA-256 (section Functions)"
	}
	blocks := []string{
		lines(title, p.VariantText),
		strings.TrimSpace(p.About),
		lines(
			labelled("Documentation", p.Product.Docs),
			labelled("Permissions",
				"README.md and permissions.json beside this template give the reason of each"),
			labelled("Verify", verify),
			"Written by byocfn from "+p.Origin+". Do not edit.",
		),
	}
	blocks = slices.DeleteFunc(blocks, func(s string) bool { return s == "" })
	return wrap(strings.Join(blocks, "\n\n"), columns-len("# "))
}

// labelled hangs a text beside its label; nothing for an empty text.
func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	margin := strings.Repeat(" ", len("Documentation  "))
	body := wrap(text, columns-len("# ")-len(margin))
	return label + margin[len(label):] + strings.ReplaceAll(body, "\n", "\n"+margin)
}

// maxDescription is CloudFormation's limit in bytes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const maxDescription = 1024

// description is the one line that the console shows.
func description(p *plan.Plan) string {
	text := p.Product.Title + " " + p.Product.Release + ", " + p.Stack
	if p.Variant != "" {
		text += ", " + p.Variant
	}
	return shortened(strings.TrimSpace(text+". "+firstSentence(p.About)), maxDescription)
}

// firstSentence ends at a full stop before a capital letter, or with the paragraph: "e.g. this"
// goes on.
func firstSentence(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n\n")
	words := strings.Fields(text)
	for i := range len(words) - 1 {
		next, _ := utf8.DecodeRuneInString(words[i+1])
		if strings.HasSuffix(words[i], ".") && unicode.IsUpper(next) {
			return strings.Join(words[:i+1], " ")
		}
	}
	return strings.Join(words, " ")
}

// shortened cuts at a space, so that the text and its dots have at most limit bytes.
func shortened(text string, limit int) string {
	const dots = " ..."
	if len(text) <= limit {
		return text
	}
	cut := strings.LastIndexByte(text[:limit-len(dots)+1], ' ')
	if cut <= 0 {
		return strings.ToValidUTF8(text[:limit-len(dots)], "") + dots
	}
	return text[:cut] + dots
}
