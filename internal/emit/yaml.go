package emit

import (
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
)

// printer writes block YAML. Indents are columns; what a method is given as "at" is the column of
// the key or the dash that its value belongs to.
type printer struct {
	words words
	buf   []byte
	line  int // where the current line begins in buf
}

func (p *printer) write(s string) { p.buf = append(p.buf, s...) }

func (p *printer) newline() {
	p.buf = append(p.buf, '\n')
	p.line = len(p.buf)
}

func (p *printer) indent(at int) {
	for range at {
		p.buf = append(p.buf, ' ')
	}
}

// column tells how wide the current line is so far.
func (p *printer) column() int { return utf8.RuneCount(p.buf[p.line:]) }

// mapping writes the entries of m at a column. With begun, the first one goes on the current line,
// behind a dash; its comment is already above.
func (p *printer) mapping(m cfn.Map, at int, begun bool) {
	for i, e := range m {
		if i > 0 || !begun {
			if e.Space {
				p.newline()
			}
			p.comment(e.Comment, at)
			p.indent(at)
		}
		p.write(p.words.of(e.Key))
		p.write(":")
		p.value(e.Value, e.Key, at, false)
	}
}

// sequence writes the items of l, each with a dash at a column.
func (p *printer) sequence(l cfn.List, at int, begun bool) {
	for i, item := range l {
		if i > 0 || !begun {
			p.comment(item.Comment, at)
			p.above(item.Value, at)
			p.indent(at)
		}
		p.write("-")
		p.value(item.Value, "", at, true)
	}
}

// above writes the comment of a value that begins on the line of its dash.
func (p *printer) above(v cfn.Value, at int) {
	if p.inline(v, "", 0) != "" {
		return
	}
	switch v := v.(type) {
	case cfn.Map:
		if len(v) > 0 {
			p.comment(v[0].Comment, at)
		}
	case cfn.List:
		if len(v) > 0 {
			p.comment(v[0].Comment, at)
			p.above(v[0].Value, at)
		}
	}
}

// value writes what comes after "key:" or, as an item, after a dash, and ends the line.
func (p *printer) value(v cfn.Value, key string, at int, item bool) {
	fn, isFn := asFn(v)
	if text := p.inline(v, key, p.column()+1); text != "" {
		p.scalar(v, text, at)
		return
	}
	if isFn {
		short, ok := shortForm(fn)
		if !ok {
			v = cfn.Map{{Key: fn.Name, Value: fn.Arg}}
		} else {
			p.write(" " + short.tag)
			v, item = short.arg, false
		}
	}
	if item {
		p.write(" ")
	} else {
		p.newline()
	}
	switch v := v.(type) {
	case cfn.Map:
		p.mapping(v, at+2, item)
	case cfn.List:
		p.sequence(v, at+2, item)
	}
}

// scalar writes a value that has a spelling on one line; a text that reads better on several lines
// gets them.
func (p *printer) scalar(v cfn.Value, text string, at int) {
	tag := ""
	if fn, ok := asFn(v); ok {
		short, _ := shortForm(fn)
		tag, v = short.tag+" ", short.arg
	}
	s, isString := v.(cfn.String)
	switch {
	case isString && literal(string(s)):
		p.write(" " + tag + "|")
		if !strings.HasSuffix(string(s), "\n") {
			p.write("-")
		}
		p.lines(strings.Split(strings.TrimSuffix(string(s), "\n"), "\n"), at+2)
	case isString && p.column()+1+utf8.RuneCountInString(text) > foldOver && foldable(string(s)):
		p.write(" " + tag + ">-")
		p.lines(fold(string(s), foldOver-at-2), at+2)
	default:
		p.write(" " + text)
		p.newline()
	}
}

// lines writes the lines of a block text. An empty line is left without its indent.
func (p *printer) lines(lines []string, at int) {
	p.newline()
	for _, line := range lines {
		if line != "" {
			p.indent(at)
			p.write(line)
		}
		p.newline()
	}
}

// comment writes a comment of any content: line breaks of every kind break it, other characters
// that YAML forbids become U+FFFD, so that no comment can end before its line does. An empty line of
// it is an empty line, but in the header of the file.
func (p *printer) comment(text string, at int) {
	if text == "" {
		return
	}
	text = lineBreaks.Replace(strings.TrimRight(text, "\n"))
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(strings.Map(commentRune, line), " ")
		switch {
		case line != "":
			p.indent(at)
			p.write("# " + line)
		case at == 0:
			p.write("#")
		}
		p.newline()
	}
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n",
	"\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

func commentRune(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case printableRune(r):
		return r
	}
	return utf8.RuneError
}

// foldOver is the column over which prose is folded.
const foldOver = 120

// foldable tells whether a text survives folding: words with single spaces between them.
func foldable(s string) bool {
	return printable(s, "") && strings.Contains(s, " ") && !strings.Contains(s, "  ") &&
		strings.TrimSpace(s) == s
}

// fold breaks a text at its spaces into lines of at most width characters; a longer word gets a
// line of its own.
func fold(s string, width int) []string {
	var lines []string
	var line strings.Builder
	n := 0
	for word := range strings.SplitSeq(s, " ") {
		w := utf8.RuneCountInString(word)
		if n > 0 && n+1+w > width {
			lines = append(lines, line.String())
			line.Reset()
			n = 0
		}
		if n > 0 {
			line.WriteByte(' ')
			n++
		}
		line.WriteString(word)
		n += w
	}
	return append(lines, line.String())
}

// literal tells whether a text of several lines can stand as it is: its first line shows the
// indent, and its end is one line break or none.
func literal(s string) bool {
	first, rest, several := strings.Cut(s, "\n")
	if !several || first == "" || strings.ContainsAny(first[:1], " \t") {
		return false
	}
	body := strings.TrimSuffix(s, "\n")
	if rest != "" && strings.TrimSpace(body[strings.LastIndex(body, "\n")+1:]) == "" {
		return false
	}
	return printable(s, "\n\t")
}
