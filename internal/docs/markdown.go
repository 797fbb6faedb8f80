package docs

import (
	"fmt"
	"strings"
)

// page collects Markdown (GitHub's). Texts from a spec pass through inline, code or cell.
type page struct{ strings.Builder }

func (p *page) heading(level int, text string) {
	p.WriteString("\n" + strings.Repeat("#", level) + " " + inline(text) + "\n")
}

// paragraph writes text that is Markdown already.
func (p *page) paragraph(markdown string) { p.WriteString("\n" + markdown + "\n") }

func (p *page) list(items ...string) {
	p.WriteString("\n")
	for _, item := range items {
		p.WriteString("- " + item + "\n")
	}
}

// table writes rows of Markdown cells; a table without rows is left out.
func (p *page) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.WriteString("\n")
	p.row(head)
	p.WriteString("|" + strings.Repeat(" --- |", len(head)) + "\n")
	for _, r := range rows {
		p.row(r)
	}
}

func (p *page) row(cells []string) {
	p.WriteString("|")
	for _, cell := range cells {
		p.WriteString(" ")
		p.WriteString(cell)
		p.WriteString(" |")
	}
	p.WriteString("\n")
}

// block writes a fenced block; the fence is longer than any inside.
func (p *page) block(language, text string) {
	fence := strings.Repeat("`", max(3, longest(text, '`')+1))
	p.WriteString("\n" + fence + language + "\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n")
}

// inline makes plain text of any text: no character has a meaning in Markdown, HTML or GitHub's
// mathematics. Lines become one.
func inline(text string) string {
	text = oneLine(text)
	number := len(text) - len(strings.TrimLeft(text, "0123456789")) // of an ordered list
	var b strings.Builder
	plain := 0 // where what stands for itself begins
	for i := range len(text) {
		escaped := ""
		switch c := text[i]; c {
		case '|': // a backslash may be read as ending one cell or the next
			escaped = "&#124;"
		case '\\', '`', '*', '_', '[', ']', '<', '>', '~', '&', '$':
			escaped = "\\" + text[i:i+1]
		case '#', '+', '-', '=', '.', ')':
			if begins := c != '.' && c != ')'; begins && i == 0 || !begins && i == number {
				escaped = "\\" + text[i:i+1]
			}
		}
		if escaped == "" {
			continue
		}
		b.WriteString(text[plain:i])
		b.WriteString(escaped)
		plain = i + 1
	}
	if plain == 0 {
		return text
	}
	b.WriteString(text[plain:])
	return b.String()
}

// cell is inline for a text whose lines each say something of their own.
func cell(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = inline(line)
	}
	return strings.Join(lines, "<br>")
}

// code makes a code span. A row of a table is split at | even inside code, so a text with | is
// written in HTML with character references.
func code(text string) string {
	text = oneLine(text)
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "|"):
		return "<code>" + references(text) + "</code>"
	case strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`"):
		text = " " + text + " "
	}
	ticks := strings.Repeat("`", longest(text, '`')+1)
	return ticks + text + ticks
}

// references writes what Markdown or HTML could read otherwise as numeric character references.
func references(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 && strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// link writes a link; the address is percent-encoded already or a vendor's own.
func link(text, address string) string {
	return "[" + inline(text) + "](<" + safeAddress.Replace(address) + ">)"
}

var safeAddress = strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\n", "", "|", "%7C", `\`, "%5C")

// oneLine puts one space between the words of a text. Most texts have it so.
func oneLine(text string) string {
	for i := range len(text) {
		c := text[i]
		double := c == ' ' && (i == 0 || i == len(text)-1 || text[i+1] == ' ')
		if c < ' ' || c > '~' || double {
			return strings.Join(strings.Fields(text), " ")
		}
	}
	return text
}

// longest gives the length of the longest run of c.
func longest(text string, c rune) int {
	best, run := 0, 0
	for _, r := range text {
		if r != c {
			run = 0
			continue
		}
		run++
		best = max(best, run)
	}
	return best
}
