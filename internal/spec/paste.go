package spec

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// Pasted is the text of a file that people paste elsewhere, cut where a reference or a placeholder
// begins, so that each has its own place.
type Pasted struct {
	Texts  Texts
	Blanks []Word // what ‹words› leave for people to fill in
}

// The marks around what people fill in. Braces are no marks: Helm, Jinja and EKS use them.
const (
	blankOpen  = "‹"
	blankClose = "›"
)

// ShowBlanks gives a text as people read it, with <<words>> where they fill in: CloudFormation shows
// characters that are not ASCII as question marks.
// Source: github.com/aws-cloudformation/cloudformation-coverage-roadmap, issues 814 and 1220.
func ShowBlanks(text string) string {
	return strings.NewReplacer(blankOpen, "<<", blankClose, ">>").Replace(text)
}

// dynamic is how CloudFormation is told to put in a secret. Source: CloudFormation user guide,
// "Get values stored in other services using dynamic references".
const dynamic = "{{resolve:"

// ParsePaste reads a file of a text: like any text it holds ${references}, and $${ is a literal ${.
// Tabs and all other characters stay as they are. file is its name for diagnostics.
func ParsePaste(file, text string, diags *diag.List) Pasted {
	text, wrong := source.Text(file, []byte(text))
	if *diags = append(*diags, wrong...); len(wrong) > 0 {
		return Pasted{}
	}
	p := paster{diags: diags}
	if strings.TrimSpace(text) == "" {
		diags.Error(diag.Range{File: file}, "empty-text", "the file is empty", "write the text into it")
	}
	for i, line := range strings.SplitAfter(text, "\n") {
		p.at = diag.Range{File: file, Start: diag.Pos{Line: i + 1}, Text: strings.TrimRight(line, "\r\n")}
		p.line(line)
	}
	return p.out
}

// paster reads a text line by line.
type paster struct {
	diags *diag.List
	at    diag.Range // of the line; columns are counted from its text
	out   Pasted
}

func (p *paster) line(line string) {
	if i := strings.IndexByte(line, '\r'); i >= 0 {
		p.diags.Error(p.span(i, i+1), "bad-text", "the text has Windows line ends",
			"save it with Unix line ends")
		return
	}
	if i := strings.Index(line, dynamic); i >= 0 {
		p.diags.Error(p.span(i, i+len(dynamic)), "secret-output",
			"CloudFormation would put the value of a secret or parameter here",
			"write ‹what it is› and have people fill it in")
	}
	from := 0
	for _, i := range referencesIn(line) {
		p.piece(line, from, i)
		from = i
	}
	p.piece(line, from, len(line))
	p.blanks(line)
	p.ascii(line)
}

// ascii warns of the first character of a line that CloudFormation shows as a question mark.
func (p *paster) ascii(line string) {
	for i, r := range line {
		if r > unicode.MaxASCII && !strings.ContainsRune(blankOpen+blankClose, r) {
			p.diags.Warn(p.span(i, i+utf8.RuneLen(r)), "not-ascii",
				"CloudFormation shows "+string(r)+" as ? in an output", "write it in ASCII")
			return
		}
	}
}

// referencesIn finds where references begin: at ${, but not at $${.
func referencesIn(line string) []int {
	var out []int
	for from := 0; ; {
		i := strings.Index(line[from:], "${")
		if i < 0 {
			return out
		}
		if at := from + i; i == 0 || line[at-1] != '$' {
			out = append(out, at)
		}
		from += i + len("${")
	}
}

func (p *paster) piece(line string, from, to int) {
	if from == to {
		return
	}
	end := to
	if i := strings.IndexByte(line[from:to], '}'); i >= 0 {
		end = from + i + 1
	}
	p.out.Texts = append(p.out.Texts, ParseText(line[from:to], p.span(from, end), p.diags))
}

// blanks finds what people fill in, and marks that stand alone.
func (p *paster) blanks(line string) {
	rest, before := line, 0
	for {
		i := strings.IndexAny(rest, blankOpen+blankClose)
		if i < 0 {
			return
		}
		at := before + i
		name, _, closed := strings.Cut(rest[i:], blankClose)
		name, opened := strings.CutPrefix(name, blankOpen)
		if !opened || !closed || strings.TrimSpace(name) == "" || strings.Contains(name, blankOpen) {
			p.diags.Error(p.span(at, at+len(blankOpen)), "bad-placeholder",
				"this is no placeholder", "write ‹what people fill in› on one line")
			return
		}
		next := at + len(blankOpen) + len(name) + len(blankClose)
		p.out.Blanks = append(p.out.Blanks, Word{Value: name, At: p.span(at, next)})
		rest, before = line[next:], next
	}
}

// span is the place of some bytes of the line.
func (p *paster) span(from, to int) diag.Range {
	at := p.at
	column := func(offset int) int {
		return utf8.RuneCountInString(at.Text[:min(offset, len(at.Text))]) + 1
	}
	at.End = diag.Pos{Line: at.Start.Line, Col: column(to)}
	at.Start.Col = column(from)
	return at
}

// pasteForm is a name that every file system takes, and that no path can be made of.
var pasteForm = form{regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`), "bad-file",
	"name of a file", "put it beside the spec and write its name alone: letters, digits, _ - and ."}

// checkTexts checks texts to paste; as outputs they share their names with them.
func checkTexts(s *Stack, diags *diag.List) {
	for _, t := range s.Texts {
		outputForm.check(t.Name, diags)
		for _, o := range s.Outputs {
			if o.Name.Value == t.Name.Value {
				diags.Error(t.Name.At, "duplicate-name", t.Name.Value+" names a text and an output",
					"a text is an output too: rename one", diag.Note{Text: "the output is here", At: o.Name.At})
			}
		}
		if (t.Value.File.Value == "") == (len(t.Value.Parts) == 0) {
			diags.Error(t.Name.At, "bad-text", t.Name.Value+" needs a file or parts, and not both",
				"write file: NAME, or parts: { PART: { file: NAME } }")
		}
		pasteForm.check(t.Value.File, diags)
		for _, part := range t.Value.Parts {
			pasteForm.check(part.Value.File, diags)
		}
	}
}
